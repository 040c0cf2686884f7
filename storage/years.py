"""A year that HR has closed: frozen figures with source date and edition, and no more changes (hr-year 7)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, insert, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.editions import Editions
from storage import settings, standings
from storage.audit import decided
from storage.errors import Conflict
from storage.schema import closed_standing, closed_year, person, standing

PEOPLE: Final = 500  # reckoned in one go
_COPIED: Final = ("requirement", "part", "needed", "official", "waiting", "state")


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed year. `people` have frozen figures; `official_as_of` None: no official import yet."""

    year: int
    closed_at: datetime
    edition: str
    official_as_of: datetime | None
    people: int


async def closed(conn: AsyncConnection) -> frozenset[int]:
    """The years that are closed. Until this transaction ends no other one becomes so: FOR SHARE also takes
    the table's lock that `close` waits for, before the rows are looked at."""
    return frozenset(await conn.scalars(select(closed_year.c.year).with_for_update(read=True)))


async def seen(conn: AsyncConnection, year: int) -> Closed | None:
    """The year as it was closed; None while it is open."""
    row = (await conn.execute(select(closed_year).where(closed_year.c.year == year))).first()
    if row is None:
        return None
    counted = select(func.count(func.distinct(closed_standing.c.person_id)))
    people = await conn.scalar(counted.where(closed_standing.c.year == year))
    return Closed(year, row.closed_at, row.edition, row.official_as_of, int(people or 0))


async def close(conn: AsyncConnection, editions: Editions, year: int, at: datetime, actor: str) -> Closed:
    """Freezes the figures of everybody who was on the roster on 31 December of this calendar year. They
    are reckoned afresh from the entries, so that nobody is missing and none is stale.

    Raises `Conflict` where the year is closed already, or has no edition: nothing was asked of it.
    """
    rules = editions.of(year)
    if rules is None:
        raise Conflict(f"{year} has no edition")
    if conn.dialect.name == "postgresql":
        # Waits for whoever is recording hours, and lets nobody begin: what they record is counted or refused.
        await conn.execute(text("LOCK TABLE closed_year IN EXCLUSIVE MODE"))
    if await seen(conn, year) is not None:
        raise Conflict(f"{year} is closed already")
    official_as_of = await settings.instant(conn, settings.OFFICIAL_AS_OF)
    await conn.execute(
        insert(closed_year).values(
            year=year, closed_at=at, closed_by=actor, edition=rules.id, official_as_of=official_as_of
        )
    )
    last = date(year, 12, 31)
    serving = (
        await conn.scalars(
            select(person.c.id)
            .where(
                or_(person.c.joined_on.is_(None), person.c.joined_on <= last),
                or_(person.c.left_on.is_(None), person.c.left_on >= last),
            )
            .order_by(person.c.id)
        )
    ).all()
    for start in range(0, len(serving), PEOPLE):
        some = serving[start : start + PEOPLE]
        await standings.reckon_again(conn, editions, [(number, year) for number in some], at)
        frozen = select(literal(year), standing.c.person_id, *(standing.c[name] for name in _COPIED)).where(
            standing.c.year == year, standing.c.person_id.in_(some)
        )
        await conn.execute(insert(closed_standing).from_select(["year", "person_id", *_COPIED], frozen))
    await decided(conn, "year_closed", {"year": year, "people": len(serving)}, at, actor)
    return Closed(year, at, rules.id, official_as_of, len(serving))
