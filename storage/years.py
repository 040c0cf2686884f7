"""A year that HR has closed: frozen figures with source date and edition, and no more changes (hr-year 7).

Closing is three steps, so that nobody waits for it: the year is marked, from which moment it takes no entry;
people are frozen in chunks, each in a transaction of its own; the year is marked as frozen. Interrupted
anywhere, it goes on where it was: whoever has figures of the year is done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import func, insert, literal, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.editions import Editions
from storage import settings, standings
from storage.audit import decided
from storage.database import Database
from storage.errors import Conflict
from storage.schema import closed_standing, closed_year, person, standing

PEOPLE: Final = 500  # frozen in one transaction: a few hundred milliseconds
_CLOSED: Final = select(closed_year.c.year).with_for_update(read=True)
_COPIED: Final = ("requirement", "part", "needed", "official", "waiting", "state")


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed year. `people` have frozen figures; `official_as_of` None: no official import yet.
    `frozen`: all who are to have figures have them."""

    year: int
    closed_at: datetime
    edition: str
    official_as_of: datetime | None
    people: int
    frozen: bool = True


async def closed(conn: AsyncConnection) -> frozenset[int]:
    """The years that are closed or being closed. Until this transaction ends no other one becomes so: FOR
    SHARE also takes the table's lock that `begin` waits for, before the rows are looked at."""
    return frozenset(await conn.scalars(_CLOSED))


async def seen(conn: AsyncConnection, year: int) -> Closed | None:
    """The year as it was closed, or how far it is; None while it is open."""
    row = (await conn.execute(select(closed_year).where(closed_year.c.year == year))).first()
    if row is None:
        return None
    counted = select(func.count(func.distinct(closed_standing.c.person_id)))
    people = await conn.scalar(counted.where(closed_standing.c.year == year))
    done = row.frozen_at is not None
    return Closed(year, row.closed_at, row.edition, row.official_as_of, int(people or 0), done)


async def close(
    database: Database,
    editions: Editions,
    year: int,
    at: datetime,
    actor: str,
    told: Callable[[int, int], None] | None = None,
) -> Closed:
    """Freezes the figures of everybody who was on the roster on 31 December of this calendar year. They
    are reckoned afresh from the entries, so that nobody is missing and none is stale. `told` hears how many
    of how many people are done, after each transaction.

    Raises `Conflict` where the year is closed already, has no edition (nothing was asked of it), or is
    being closed under another edition; `Unavailable` where the database is. Called again, it goes on.
    """
    await database.write(lambda conn: begin(conn, editions, year, at, actor))
    number, done = 0, 0
    of = await database.read(lambda conn: _count(conn, year))
    while True:
        some = await database.write(partial(freeze, editions=editions, year=year, at=at, after=number))
        if not some:
            return await database.write(lambda conn: _finish(conn, year, at, actor))
        number, done = some[-1], done + len(some)
        if told is not None:
            told(done, max(of, done))
        await database.let_others()


async def begin(conn: AsyncConnection, editions: Editions, year: int, at: datetime, actor: str) -> None:
    """From the end of this transaction on the year takes no entry. Raises as `close`."""
    rules = editions.of(year)
    if rules is None:
        raise Conflict(f"{year} has no edition")
    if conn.dialect.name == "postgresql":
        # Waits for whoever is recording hours, and lets nobody begin: what they record is counted or refused.
        await conn.execute(text("LOCK TABLE closed_year IN EXCLUSIVE MODE"))
    if (before := await seen(conn, year)) is not None:
        if before.frozen:
            raise Conflict(f"{year} is closed already")
        if before.edition != rules.id:
            raise Conflict(f"{year} is being closed under {before.edition}")
        return
    official_as_of = await settings.instant(conn, settings.OFFICIAL_AS_OF)
    await conn.execute(
        insert(closed_year).values(
            year=year, closed_at=at, closed_by=actor, edition=rules.id, official_as_of=official_as_of
        )
    )
    await decided(conn, "year_closing", {"year": year}, at, actor)


async def freeze(conn: AsyncConnection, editions: Editions, year: int, at: datetime, after: int) -> list[int]:
    """The next people whose id is greater than `after`, in their order; they have their figures now. Nobody
    else changes them meanwhile (an erasure reckons the same rows). Empty: nobody is left."""
    some = list(
        await conn.scalars(
            select(person.c.id)
            .where(person.c.id > after, *_serving(year))
            .order_by(person.c.id)
            .limit(PEOPLE)
            .with_for_update(key_share=True)
        )
    )
    there = await conn.scalars(
        select(closed_standing.c.person_id)
        .where(closed_standing.c.year == year, closed_standing.c.person_id.in_(some))
        .distinct()
    )
    if new := sorted(set(some).difference(there)):
        await standings.reckon_again(conn, editions, [(number, year) for number in new], at)
        frozen = select(literal(year), standing.c.person_id, *(standing.c[name] for name in _COPIED)).where(
            standing.c.year == year, standing.c.person_id.in_(new)
        )
        await conn.execute(insert(closed_standing).from_select(["year", "person_id", *_COPIED], frozen))
    return some


async def _finish(conn: AsyncConnection, year: int, at: datetime, actor: str) -> Closed:
    ended = await conn.execute(
        update(closed_year)
        .where(closed_year.c.year == year, closed_year.c.frozen_at.is_(None))
        .values(frozen_at=at)
    )
    found = await seen(conn, year)
    if found is None:
        raise Conflict(f"{year} is open again")
    if ended.rowcount:  # else another command that ran beside this one has said so
        await decided(conn, "year_closed", {"year": year, "people": found.people}, at, actor)
    return found


def _serving(year: int) -> tuple[Any, ...]:
    """On the roster on 31 December."""
    last = date(year, 12, 31)
    return (
        or_(person.c.joined_on.is_(None), person.c.joined_on <= last),
        or_(person.c.left_on.is_(None), person.c.left_on >= last),
    )


async def _count(conn: AsyncConnection, year: int) -> int:
    counted = select(func.count()).select_from(person).where(*_serving(year))
    return int(await conn.scalar(counted) or 0)
