"""Days on which the agency is closed although the calendar says otherwise."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import closure


async def days(conn: AsyncConnection, since: date) -> frozenset[date]:
    """Those from this day on."""
    return frozenset(await conn.scalars(select(closure.c.day).where(closure.c.day >= since)))
