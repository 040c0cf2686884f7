"""Hours reported and withdrawn. What they amount to is reckoned in the same transaction (`apply`)."""

from collections.abc import Sequence

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import HoursLogged, HoursWithdrawn, Source
from storage.effects import Asked
from storage.errors import Conflict
from storage.schema import hours
from storage.standings import PersonYear


async def logged(conn: AsyncConnection, asked: Sequence[Asked[HoursLogged]]) -> set[PersonYear]:
    """One statement for all. Returns whose standing of which year is to be reckoned again."""
    if asked:
        await conn.execute(
            insert(hours),
            [
                {
                    "person_id": one.person_id,
                    "learned_on": one.change.learned_on,
                    "began_on": one.change.began_on,
                    "minutes": one.change.minutes,
                    "title": one.change.title,
                    "course_id": one.change.course_id,
                    "source": Source.SELF.value,
                    "reported_at": one.at,
                    "key": one.change.key,
                }
                for one in asked
            ],
        )
    return {(one.person_id, one.change.learned_on.year) for one in asked}


async def withdrawn(conn: AsyncConnection, asked: Sequence[Asked[HoursWithdrawn]]) -> set[PersonYear]:
    """The entry stays, marked. Raises `Conflict` unless it is the person's, has this version and is not
    withdrawn yet."""
    affected: set[PersonYear] = set()
    for one in asked:
        learned_on = await conn.scalar(
            update(hours)
            .where(
                hours.c.id == one.change.entry_id,
                hours.c.person_id == one.person_id,
                hours.c.version == one.change.version,
                hours.c.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=one.at, version=hours.c.version + 1)
            .returning(hours.c.learned_on)
        )
        if learned_on is None:
            raise Conflict(f"entry {one.change.entry_id} changed meanwhile")
        affected.add((one.person_id, learned_on.year))
    return affected
