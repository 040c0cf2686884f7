"""How reminders stand, for HR: what was decided about them, and how the newest wave goes or went."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Ended, LatestWave, Reminding
from guideline.scope import AGENCY
from storage import settings
from storage.people import below
from storage.schema import closure, person, reminder, wave

UNDER_WAY: Final = ("planning", "open")  # states of a wave that goes on
SHOWN: Final = timedelta(days=7)  # how long the wave of a day is told of after it has ended


async def stands(conn: AsyncConnection, today: date, scope: str = AGENCY) -> Reminding:
    """As HR sees it on this day; the people of a wave that are counted are those of the scope."""
    closures = await conn.execute(
        select(closure.c.day, closure.c.note).where(closure.c.day >= today).order_by(closure.c.day)
    )
    return Reminding(
        released=await settings.released(conn),
        paused=await settings.paused(conn),
        wave=await latest(conn, today, scope),
        closures={row.day: row.note for row in closures},
    )


async def latest(conn: AsyncConnection, today: date, scope: str = AGENCY) -> LatestWave | None:
    """The newest wave of staff that is under way, or that ended in the last days."""
    row = (
        await conn.execute(
            select(wave.c.id, wave.c.day, wave.c.state)
            .where(~wave.c.shadow, or_(wave.c.state.in_(UNDER_WAY), wave.c.day > today - SHOWN))
            .order_by(wave.c.id.desc())
            .limit(1)
        )
    ).first()
    if row is None:
        return None
    counts = select(reminder.c.state, func.count().label("many")).where(reminder.c.wave_id == row.id)
    if scope != AGENCY:
        counts = counts.join(person, person.c.id == reminder.c.person_id).where(below(scope))
    found = await conn.execute(counts.group_by(reminder.c.state))
    ended: Ended = "" if row.state in UNDER_WAY else "stopped" if row.state == "stopped" else "done"
    return LatestWave(row.id, row.day, {one.state: one.many for one in found}, ended)


async def begun(conn: AsyncConnection, occasion: str) -> bool:
    """Whether there is a wave of this occasion, however it stands."""
    return await conn.scalar(select(wave.c.id).where(wave.c.occasion == occasion)) is not None
