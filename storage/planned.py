"""What became of each person in a wave: planned, waiting, told, or not, and why."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, func, literal_column, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from storage.schema import account, person, preference, reminder
from storage.statements import among, as_rows, rows_of, upsert_on

QUOTA: Final = "quota"  # reason: the month's LINE messages do not reach that far
UNREACHABLE: Final = "unreachable"  # reason: no way leads there
UNSAID: Final = "unsaid"  # reason: their text could not be made
LATE: Final = "late"  # reason: the occasion was over
SHADOW: Final = "shadow"  # reason: HR alone was told
STOPPED: Final = "stopped"  # reason: HR stopped the wave
TOLD: Final = ("frozen", "told")  # states of a reminder that the person has, or is just being sent


class Planned(NamedTuple):
    """What a plan says of one person: `way` None: no way leads to them."""

    person_id: int
    bucket: str
    way: Way | None


@dataclass(frozen=True, slots=True)
class Row:
    """One reminder that is still to be sent. `tried`: ways that refused it, or that it may not go."""

    id: int
    person_id: int
    bucket: str
    reason: str
    tried: frozenset[str]
    told_on: date | None


async def plan(conn: AsyncConnection, number: int, people: Sequence[Planned]) -> None:
    """Puts these people into the wave; who is in it already stays as they are."""
    if people:
        await conn.execute(_planned(conn.dialect.name), {"number": number, "rows": as_rows(people)})


@cache
def _planned(dialect: str) -> Any:
    new = rows_of(dialect, {"person_id": int, "bucket": str, "way": str})
    reached = new.c.way.is_not(None)
    chosen = select(
        bindparam("number", type_=reminder.c.wave_id.type),
        new.c.person_id,
        case((reached, "planned"), else_="unreached"),
        case((reached, ""), else_=UNREACHABLE),
        new.c.bucket,
        func.coalesce(new.c.way, ""),
    ).order_by(new.c.place)
    columns = ["wave_id", "person_id", "state", "reason", "bucket", "way"]
    written = upsert_on(dialect, reminder).from_select(columns, chosen)
    return written.on_conflict_do_nothing(index_elements=["wave_id", "person_id"])


async def waiting(conn: AsyncConnection) -> frozenset[int]:
    """People who were left waiting for their next reply and have not written since."""
    return frozenset(await conn.scalars(select(reminder.c.person_id).where(in_state("waiting"))))


async def by_way(conn: AsyncConnection, number: int, way: Way) -> int:
    """How many are planned so."""
    counted = select(func.count()).where(_of(number, way))
    return int(await conn.scalar(counted) or 0)


async def candidates(
    conn: AsyncConnection, number: int, way: Way, after: int, limit: int
) -> Sequence[tuple[int, int, str]]:
    """(reminder, person, chosen channel) of the next ones planned so, by id from behind `after` on."""
    rows = await conn.execute(
        select(reminder.c.id, reminder.c.person_id, func.coalesce(preference.c.channel, ""))
        .outerjoin(preference, preference.c.person_id == reminder.c.person_id)
        .where(_of(number, way), reminder.c.id > after)
        .order_by(reminder.c.id)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def taken(conn: AsyncConnection, number: int, way: Way, most: int, *, alike: bool) -> list[Row]:
    """The next ones of the wave to be sent so, held by this transaction; `alike`: all of one bucket."""
    rows = _of(number, way)
    if alike:
        first = select(reminder.c.bucket).where(rows).order_by(reminder.c.bucket).limit(1).scalar_subquery()
        rows = rows & (reminder.c.bucket == first)
    found = await conn.execute(
        select(
            reminder.c.id,
            reminder.c.person_id,
            reminder.c.bucket,
            reminder.c.reason,
            reminder.c.tried,
            reminder.c.told_on,
        )
        .where(rows)
        .order_by(reminder.c.bucket, reminder.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return [
        Row(row.id, row.person_id, row.bucket, row.reason, _ways(row.tried), row.told_on) for row in found
    ]


async def change(conn: AsyncConnection, numbers: Collection[int], **values: Any) -> None:
    """Writes the same into those of these reminders that are planned still: who was erased meanwhile, or told
    by another replica, is left as they are."""
    if numbers:
        await conn.execute(
            update(reminder).where(among(reminder.c.id, numbers), in_state("planned")).values(**values)
        )


async def freeze(
    conn: AsyncConnection, numbers: Collection[int], way: Way, bucket: str, on: date, at: datetime
) -> Collection[int]:
    """Of these reminders those that are being told now, on this day, at `at` (real time): not of whom was
    told something since they were looked at, nor whose chat has stopped to answer. They are looked at again.
    """
    other = reminder.alias("other")
    told = (
        select(other.c.id)
        .where(other.c.person_id == reminder.c.person_id, other.c.told_on >= on, other.c.state.in_(TOLD))
        .exists()
    )
    chat = (
        select(account.c.id)
        .where(account.c.person_id == reminder.c.person_id, account.c.platform == way, account.c.reachable)
        .exists()
    )
    these = among(reminder.c.id, numbers)
    frozen = await conn.execute(
        update(reminder)
        .where(these, in_state("planned"), reminder.c.way == way, ~told, true() if way == "email" else chat)
        .values(state="frozen", bucket=bucket, told_on=on, decided_at=at)
    )
    if frozen.rowcount == len(numbers):
        return numbers
    ours = these & (reminder.c.state == "frozen") & (reminder.c.decided_at == at)
    return set(await conn.scalars(select(reminder.c.id).where(ours)))


async def supersede(conn: AsyncConnection, number: int, after: int, limit: int) -> int | None:
    """Of the next people behind `after`, by id, whom an earlier wave left waiting: who is in this one waits
    no more. At most `limit`; returns the last of them, None where nobody is left."""
    rows = await conn.execute(
        select(reminder.c.id, reminder.c.person_id)
        .where(in_state("waiting"), reminder.c.wave_id < number, reminder.c.person_id > after)
        .order_by(reminder.c.person_id)
        .limit(limit)
    )
    found = rows.all()
    if not found:
        return None
    last: int = found[-1].person_id
    people = {row.person_id for row in found}
    here = select(reminder.c.person_id).where(
        reminder.c.wave_id == number, among(reminder.c.person_id, people)
    )
    again = set(await conn.scalars(here))
    gone = and_(in_state("waiting"), reminder.c.wave_id < number, among(reminder.c.person_id, again))
    await conn.execute(update(reminder).where(gone).values(state="dropped", reason=LATE))
    return last


async def drop_some(conn: AsyncConnection, number: int, reason: str, limit: int) -> int:
    """Gives up the next ones that are still planned, for this reason. Returns how many."""
    some = (
        select(reminder.c.id)
        .where(reminder.c.wave_id == number, in_state("planned"))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    gone = (await conn.scalars(some)).all()
    await change(conn, gone, state="dropped", reason=reason)
    return len(gone)


async def left(conn: AsyncConnection, number: int) -> int:
    """How many of the wave are still planned."""
    return int(
        await conn.scalar(select(func.count()).where(reminder.c.wave_id == number, in_state("planned"))) or 0
    )


async def counts(conn: AsyncConnection, number: int) -> dict[tuple[str, str], int]:
    """How many people, by state and way."""
    rows = await conn.execute(
        select(reminder.c.state, reminder.c.way, func.count())
        .where(reminder.c.wave_id == number)
        .group_by(reminder.c.state, reminder.c.way)
    )
    return {(state, way): count for state, way, count in rows}


async def by_unit(conn: AsyncConnection, number: int) -> Sequence[tuple[str, str, Way | None, int]]:
    """(unit, state, way, how many people), of everybody who is in the wave."""
    rows = await conn.execute(
        select(person.c.unit, reminder.c.state, reminder.c.way, func.count())
        .join(person, person.c.id == reminder.c.person_id)
        .where(reminder.c.wave_id == number)
        .group_by(person.c.unit, reminder.c.state, reminder.c.way)
    )
    return [(unit, state, way or None, many) for unit, state, way, many in rows]


async def buckets(conn: AsyncConnection, number: int) -> list[tuple[str, int, int]]:
    """(bucket, how many people, one of them) of those who are to be told, the commonest first."""
    many = func.count()
    rows = await conn.execute(
        select(reminder.c.bucket, many, func.min(reminder.c.person_id))
        .where(reminder.c.wave_id == number, reminder.c.state.in_(("planned", "waiting")))
        .group_by(reminder.c.bucket)
        .order_by(many.desc(), reminder.c.bucket)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def joined(ways: Iterable[str]) -> str:
    """As the column `tried` holds them."""
    return ",".join(sorted(ways))


def _ways(tried: str) -> frozenset[str]:
    return frozenset(tried.split(",")) - {""}


def in_state(state: str) -> ColumnElement[bool]:
    """Of a reminder. Spelt out: a partial index is found by its own words, not by a parameter."""
    return reminder.c.state == literal_column(f"'{state}'")


def _of(number: int, way: Way) -> ColumnElement[bool]:
    return (reminder.c.wave_id == number) & in_state("planned") & (reminder.c.way == way)
