"""What decides about reminding somebody (`guideline.reminding.Facts`), read for many people at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.deadlines import Deadlines
from guideline.editions import Editions
from guideline.records import HoursEntry, Preference, Source, Way
from guideline.reminding import Facts, binding
from guideline.standing import PartStanding, unconfirmed
from storage.planned import TOLD
from storage.rows import ENTRY, PERSON, to_entry, to_person
from storage.schema import account, closed_year, hours, person, preference, reminder, standing
from storage.statements import among

ASKED_ABOUT: Final = 2  # years whose uploads are asked about: hours of December arrive in January
Unasked = list[tuple[HoursEntry, int]]  # entries, and how many minutes of each no official record holds


@dataclass(frozen=True, slots=True)
class Asked:
    """Which facts: of the calendar `year`; uploads of what was learned from `since` to `before` (what should
    have been uploaded by now), each year under its own of the `editions`; the `ways` that work; the `parts`
    (requirement, part) that people are reminded of (`guideline.reminding.binding`)."""

    editions: Editions
    year: int
    parts: frozenset[tuple[str, str]]
    since: date
    before: date
    ways: frozenset[Way]


async def asked(
    conn: AsyncConnection,
    editions: Editions,
    deadlines: Deadlines,
    today: date,
    official_on: date | None,
    ways: Collection[Way],
) -> Asked:
    """What decides on this day. Uploads of open years only, and only of what an import of official records
    could have held by now (`official_on`: the last one), if there was any."""
    edition = editions.of(today.year)
    closed = set(
        await conn.scalars(select(closed_year.c.year).where(closed_year.c.year >= today.year - ASKED_ABOUT))
    )
    since = date(today.year + 1, 1, 1)
    while since.year > today.year + 1 - ASKED_ABOUT:
        if since.year - 1 in closed or editions.of(since.year - 1) is None:
            break
        since = date(since.year - 1, 1, 1)
    known = today if official_on is None else min(today, official_on)
    return Asked(
        editions=editions,
        year=today.year,
        parts=binding(edition) if edition is not None else frozenset(),
        since=since,
        before=known - timedelta(days=deadlines.lag_days + 1),
        ways=frozenset(ways),
    )


async def of_people(conn: AsyncConnection, people: Collection[int], asked: Asked) -> dict[int, Facts]:
    """Of these people, by id: five set queries."""
    if not people:
        return {}
    rows = await conn.execute(_people().where(among(person.c.id, people)))
    return await _facts(conn, rows.all(), asked)


async def after(conn: AsyncConnection, number: int, limit: int, asked: Asked) -> list[Facts]:
    """Of the next people on the roster who miss anything or have something to be asked about uploads, by id,
    from behind `number` on; at most `limit`. The others are never due."""
    lacking = (
        select(standing.c.person_id)
        .where(
            standing.c.person_id == person.c.id,
            standing.c.year == asked.year,
            standing.c.state == "missing",
            tuple_(standing.c.requirement, standing.c.part).in_(sorted(asked.parts)),
        )
        .exists()
    )
    rows = await conn.execute(
        _people().where(person.c.id > number, lacking | unasked_of(asked)).order_by(person.c.id).limit(limit)
    )
    found = await _facts(conn, rows.all(), asked)
    return list(found.values())


async def ask(conn: AsyncConnection, people: Collection[int], asked: Asked, today: date) -> None:
    """Notes that these people are asked about their uploads today: each entry is asked about once."""
    entries = [entry.id for some in (await unasked(conn, people, asked)).values() for entry, _ in some]
    await ask_about(conn, entries, today)


async def ask_about(conn: AsyncConnection, entries: Collection[int], today: date) -> None:
    """Notes that these entries, which are `unasked`, are asked about today."""
    if entries:
        await conn.execute(update(hours).where(among(hours.c.id, entries)).values(asked_on=today))


def _people() -> Select[Any]:
    return select(
        *PERSON,
        preference.c.channel,
        preference.c.stopped_at,
        preference.c.snoozed_until,
        preference.c.low_detail,
    ).outerjoin(preference, preference.c.person_id == person.c.id)


async def _facts(conn: AsyncConnection, rows: Sequence[Any], asked: Asked) -> dict[int, Facts]:
    numbers = [row.id for row in rows]
    if not numbers:
        return {}
    parts = await _parts(conn, numbers, asked.year)
    told = await _told(conn, numbers)
    uploads = await unasked(conn, numbers, asked)
    ways = await _ways(conn, numbers)
    found: dict[int, Facts] = {}
    for row in rows:
        one = to_person(row)
        reported = uploads.get(one.id, ())
        mail: set[Way] = {"email"} if one.email else set()
        found[one.id] = Facts(
            person=one,
            parts=tuple(parts.get(one.id, ())),
            preference=_preference(row),
            told_on=told.get(one.id),
            uploads=len(reported),
            upload_minutes=sum(minutes for _, minutes in reported),
            answering=frozenset((ways.get(one.id, set()) | mail) & asked.ways),
        )
    return found


def _preference(row: Any) -> Preference:
    if row.channel is None:
        return Preference()
    return Preference(row.channel, row.stopped_at, row.snoozed_until, row.low_detail)


async def _parts(
    conn: AsyncConnection, numbers: Collection[int], year: int
) -> Mapping[int, list[PartStanding]]:
    """All of the year, those that are met as well."""
    rows = await conn.execute(
        select(
            standing.c.person_id,
            standing.c.requirement,
            standing.c.part,
            standing.c.name,
            standing.c.needed,
            standing.c.official,
            standing.c.waiting,
        ).where(among(standing.c.person_id, numbers), standing.c.year == year)
    )
    found: dict[int, list[PartStanding]] = defaultdict(list)
    same: dict[tuple[Any, ...], PartStanding] = {}  # most people miss the same
    for row in rows:
        part = tuple(row[1:])
        if (known := same.get(part)) is None:
            known = same[part] = PartStanding(*part)
        found[row[0]].append(known)
    return found


async def _told(conn: AsyncConnection, numbers: Collection[int]) -> Mapping[int, date]:
    rows = await conn.execute(
        select(reminder.c.person_id, func.max(reminder.c.told_on, type_=reminder.c.told_on.type))
        .where(
            among(reminder.c.person_id, numbers), reminder.c.state.in_(TOLD), reminder.c.told_on.is_not(None)
        )
        .group_by(reminder.c.person_id)
    )
    return {row[0]: row[1] for row in rows}


async def unasked(conn: AsyncConnection, people: Collection[int], asked: Asked) -> Mapping[int, Unasked]:
    """What each of them can be asked about now: reported long enough ago, not asked about yet, and no
    official record of the same course or title covers it."""
    if not people:
        return {}
    some = set(
        await conn.scalars(select(hours.c.person_id).where(among(hours.c.person_id, people), _unasked(asked)))
    )
    if not some:
        return {}
    # All of those years: an official record of another day may cover what was reported.
    rows = await conn.execute(
        select(*ENTRY, hours.c.person_id, hours.c.asked_on)
        .where(
            among(hours.c.person_id, some),
            hours.c.withdrawn_at.is_(None),
            hours.c.learned_on.between(asked.since, date(asked.before.year, 12, 31)),
        )
        .order_by(hours.c.id)
    )
    entries: dict[tuple[int, int], list[HoursEntry]] = defaultdict(list)
    told = set()
    for row in rows:
        entry = to_entry(row)
        entries[row.person_id, entry.learned_on.year].append(entry)
        if row.asked_on is not None:
            told.add(entry.id)
    found: dict[int, Unasked] = {}
    for (number, year), same in entries.items():
        edition = asked.editions.of(year)
        if edition is None:
            continue
        open_ones = [
            (entry, minutes)
            for entry, minutes in unconfirmed(edition, same)
            if entry.id not in told and entry.learned_on <= asked.before
        ]
        if open_ones:
            found[number] = found.get(number, []) + open_ones
    return found


async def _ways(conn: AsyncConnection, numbers: Collection[int]) -> Mapping[int, set[Way]]:
    rows = await conn.execute(
        select(account.c.person_id, account.c.platform).where(
            among(account.c.person_id, numbers), account.c.reachable
        )
    )
    found: dict[int, set[Way]] = defaultdict(set)
    for number, platform in rows:
        found[number].add(platform)
    return found


def unasked_of(asked: Asked) -> ColumnElement[bool]:
    """Whether a person, of a statement about `person`, reported anything that could be asked about."""
    return select(hours.c.id).where(hours.c.person_id == person.c.id, _unasked(asked)).exists()


def _unasked(asked: Asked) -> ColumnElement[bool]:
    """What the person reported, long enough ago, and was not asked about yet."""
    return and_(
        hours.c.source == Source.SELF.value,
        hours.c.withdrawn_at.is_(None),
        hours.c.asked_on.is_(None),
        hours.c.learned_on.between(asked.since, asked.before),
    )
