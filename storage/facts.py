"""What decides about reminding somebody (`guideline.reminding.Facts`), read for many people at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Preference, Source, Way
from guideline.reminding import Facts
from guideline.standing import PartStanding
from storage.rows import PERSON, to_person
from storage.schema import account, hours, person, preference, reminder, standing


@dataclass(frozen=True, slots=True)
class Asked:
    """Which facts: of the calendar `year`; uploads of what was learned from `since` to `before` (the day by
    which the provider should have uploaded it); the `ways` that work; the `parts` (requirement, part) that
    people are reminded of (`guideline.reminding.binding`)."""

    year: int
    parts: frozenset[tuple[str, str]]
    since: date
    before: date
    ways: frozenset[Way]


async def of_people(conn: AsyncConnection, people: Collection[int], asked: Asked) -> dict[int, Facts]:
    """Of these people, by id: five set queries."""
    if not people:
        return {}
    rows = await conn.execute(_people().where(person.c.id.in_(people)))
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
    waiting = select(hours.c.id).where(hours.c.person_id == person.c.id, _unasked(asked)).exists()
    rows = await conn.execute(
        _people().where(person.c.id > number, lacking | waiting).order_by(person.c.id).limit(limit)
    )
    found = await _facts(conn, rows.all(), asked)
    return list(found.values())


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
    uploads = await _uploads(conn, numbers, asked)
    ways = await _ways(conn, numbers)
    found: dict[int, Facts] = {}
    for row in rows:
        one = to_person(row)
        count, minutes = uploads.get(one.id, (0, 0))
        mail: set[Way] = {"email"} if one.email else set()
        found[one.id] = Facts(
            person=one,
            parts=tuple(parts.get(one.id, ())),
            preference=_preference(row),
            told_on=told.get(one.id),
            uploads=count,
            upload_minutes=minutes,
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
    """Those of which something is missing; what is met decides nothing here."""
    rows = await conn.execute(
        select(
            standing.c.person_id,
            standing.c.requirement,
            standing.c.part,
            standing.c.name,
            standing.c.needed,
            standing.c.official,
            standing.c.waiting,
        ).where(standing.c.person_id.in_(numbers), standing.c.year == year)
    )
    found: dict[int, list[PartStanding]] = defaultdict(list)
    for number, *part in rows:
        found[number].append(PartStanding(*part))
    return found


async def _told(conn: AsyncConnection, numbers: Collection[int]) -> Mapping[int, date]:
    rows = await conn.execute(
        select(reminder.c.person_id, func.max(reminder.c.told_on, type_=reminder.c.told_on.type))
        .where(reminder.c.person_id.in_(numbers), reminder.c.told_on.is_not(None))
        .group_by(reminder.c.person_id)
    )
    return {row[0]: row[1] for row in rows}


async def _uploads(
    conn: AsyncConnection, numbers: Collection[int], asked: Asked
) -> Mapping[int, tuple[int, int]]:
    rows = await conn.execute(
        select(hours.c.person_id, func.count(), func.sum(hours.c.minutes))
        .where(hours.c.person_id.in_(numbers), _unasked(asked))
        .group_by(hours.c.person_id)
    )
    return {number: (count, int(minutes)) for number, count, minutes in rows}


async def _ways(conn: AsyncConnection, numbers: Collection[int]) -> Mapping[int, set[Way]]:
    rows = await conn.execute(
        select(account.c.person_id, account.c.platform).where(
            account.c.person_id.in_(numbers), account.c.reachable
        )
    )
    found: dict[int, set[Way]] = defaultdict(set)
    for number, platform in rows:
        found[number].add(platform)
    return found


def _unasked(asked: Asked) -> Any:
    """What the person reported, long enough ago, and was not asked about yet."""
    return and_(
        hours.c.source == Source.SELF.value,
        hours.c.withdrawn_at.is_(None),
        hours.c.asked_on.is_(None),
        hours.c.learned_on.between(asked.since, asked.before),
    )
