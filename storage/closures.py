"""Days on which the agency is closed although the calendar says otherwise, and years that HR closed."""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import closed_year, closure

_SINCE: Final = select(closure.c.day).where(closure.c.day >= bindparam("since"))


async def days(conn: AsyncConnection, since: date) -> frozenset[date]:
    """Those from this day on."""
    return frozenset(await conn.scalars(_SINCE, {"since": since}))


async def of_year(conn: AsyncConnection, year: int) -> bool:
    """Whether HR closed this calendar year, or is closing it."""
    return await conn.scalar(select(closed_year.c.year).where(closed_year.c.year == year)) is not None
