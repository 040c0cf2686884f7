"""The standing of everybody on the roster, kept current: also of who never reported anything (design §3).

An entry's own transaction reckons its person again. What changes for all at once is made good here, in
chunks: rules that are no longer those the year was reckoned under, the first import of official records
of the year, people who came onto the roster.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.edition import Edition
from guideline.editions import Editions
from guideline.standing import TAIPEI
from storage import runs, settings
from storage.database import Database
from storage.schema import person, run, standing
from storage.standings import reckon_again

PEOPLE: Final = 200  # reckoned in one transaction: a few milliseconds
LEASE: Final = timedelta(minutes=1)
JOB: Final = "standing:"


def basis(edition: Edition, year: int, official_as_of: datetime | None) -> str:
    """A short name for all that a standing depends on besides the person's entries."""
    parts = [
        (requirement.id, part.id, part.name, part.minutes, sorted(part.counts), part.needs_official)
        for requirement in edition.requirements.values()
        for part in requirement.parts
    ]
    courses = sorted((one.id, one.counts_as, one.minutes or 0) for one in edition.courses.values())
    known = official_as_of is not None and official_as_of.astimezone(TAIPEI).year >= year
    digest = hashlib.sha256(repr((parts, courses, known)).encode()).hexdigest()
    return f"{edition.id}:{digest[:16]}"


class Reckoner:
    """Does it a chunk at a time; any number of replicas may."""

    def __init__(self, database: Database, editions: Editions) -> None:
        self._database = database
        self._editions = editions
        self._looked: tuple[int, int] | None = None  # year, and the newest person when all had a standing

    async def step(self, year: int, at: datetime, real: datetime) -> bool:
        """Reckons the next people whose standing of this year is not current; False: there is nobody left, or
        somebody else is at it."""
        edition = self._editions.of(year)
        if edition is None:
            return False
        imported = await self._database.read(lambda conn: settings.instant(conn, settings.OFFICIAL_AS_OF))
        job, day = JOB + basis(edition, year, imported), date(year, 1, 1)
        if not await self._database.read(lambda conn: runs.is_done(conn, job, day)):
            return await self._database.write(lambda conn: self._all(conn, job, day, at, real))
        newest = await self._database.read(lambda conn: conn.scalar(select(func.max(person.c.id))))
        if self._looked == (year, newest):
            return False
        without = await self._database.read(lambda conn: _without(conn, year))
        if not without:
            self._looked = (year, newest or 0)
            return False
        await self._database.write(lambda conn: self._some(conn, without, year, at))
        return True

    async def current(self, year: int) -> bool:
        """Whether everybody's standing of the year is what the rules of today say."""
        edition = self._editions.of(year)
        if edition is None:
            return True
        imported = await self._database.read(lambda conn: settings.instant(conn, settings.OFFICIAL_AS_OF))
        job, day = JOB + basis(edition, year, imported), date(year, 1, 1)
        if not await self._database.read(lambda conn: runs.is_done(conn, job, day)):
            return False
        return not await self._database.read(lambda conn: _without(conn, year, 1))

    async def _all(self, conn: AsyncConnection, job: str, day: date, at: datetime, real: datetime) -> bool:
        cursor = await runs.begin(conn, job, day, real, timedelta())
        if cursor is None:
            return False
        if not cursor:  # what was reckoned under other rules is not current, should they come back
            others = run.c.job.startswith(JOB, autoescape=True) & (run.c.job != job)
            await conn.execute(delete(run).where(others, run.c.logical_date == day))
        after = int(cursor or 0)
        some = (
            await conn.scalars(
                select(person.c.id).where(person.c.id > after).order_by(person.c.id).limit(PEOPLE)
            )
        ).all()
        if not some:
            await runs.done(conn, job, day, real)
            return False
        await self._some(conn, some, day.year, at)
        await runs.advance(conn, job, day, (cursor, str(some[-1])), real)
        return True

    async def _some(self, conn: AsyncConnection, people: Sequence[int], year: int, at: datetime) -> None:
        held = select(person.c.id).where(person.c.id.in_(people)).order_by(person.c.id)
        await conn.execute(held.with_for_update(key_share=True))
        await reckon_again(conn, self._editions, [(number, year) for number in people], at)


async def _without(conn: AsyncConnection, year: int, limit: int = PEOPLE) -> Sequence[int]:
    reckoned = exists().where(standing.c.person_id == person.c.id, standing.c.year == year)
    rows = await conn.scalars(select(person.c.id).where(~reckoned).order_by(person.c.id).limit(limit))
    return rows.all()
