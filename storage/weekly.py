"""The figures of each week's digest, kept for the change since."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import weekly
from storage.statements import CHUNK, upsert


async def keep(conn: AsyncConnection, day: date, units: Mapping[str, Mapping[str, int]]) -> None:
    """Writes the figures of every unit; what is written of the day already stays."""
    rows = [
        {"day": day, "unit": unit, "figure": figure, "value": value}
        for unit, figures in units.items()
        for figure, value in figures.items()
    ]
    once = upsert(conn, weekly).on_conflict_do_nothing(index_elements=["day", "unit", "figure"])
    for start in range(0, len(rows), CHUNK):
        await conn.execute(once, rows[start : start + CHUNK])


async def before(conn: AsyncConnection, day: date) -> date | None:
    """The latest earlier day of which figures are kept."""
    latest = select(func.max(weekly.c.day, type_=weekly.c.day.type)).where(weekly.c.day < day)
    found: date | None = await conn.scalar(latest)
    return found


async def of(conn: AsyncConnection, day: date, unit: str) -> dict[str, int]:
    """The figures of one unit; empty where it was not there."""
    rows = await conn.execute(
        select(weekly.c.figure, weekly.c.value).where(weekly.c.day == day, weekly.c.unit == unit)
    )
    return {row.figure: row.value for row in rows}
