"""How reminders stand, for HR: what was decided about them, and the wave that is under way."""

from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import OpenWave, Reminding
from guideline.scope import AGENCY
from storage import settings
from storage.people import below
from storage.schema import closure, person, reminder, wave

UNDER_WAY: Final = ("planning", "open")  # states of a wave that goes on


async def stands(conn: AsyncConnection, today: date, scope: str = AGENCY) -> Reminding:
    """As HR sees it on this day; the people of a wave that are counted are those of the scope."""
    closures = await conn.execute(
        select(closure.c.day, closure.c.note).where(closure.c.day >= today).order_by(closure.c.day)
    )
    return Reminding(
        released=await settings.released(conn),
        paused=await settings.paused(conn),
        wave=await under_way(conn, scope),
        closures={row.day: row.note for row in closures},
    )


async def under_way(conn: AsyncConnection, scope: str = AGENCY) -> OpenWave | None:
    """The newest wave of staff that is neither done nor stopped."""
    row = (
        await conn.execute(
            select(wave.c.id, wave.c.day)
            .where(wave.c.state.in_(UNDER_WAY), ~wave.c.shadow)
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
    return OpenWave(row.id, row.day, {one.state: one.many for one in found})


async def begun(conn: AsyncConnection, occasion: str) -> bool:
    """Whether there is a wave of this occasion, however it stands."""
    return await conn.scalar(select(wave.c.id).where(wave.c.occasion == occasion)) is not None
