"""Who may do what only HR does."""

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Access
from storage.effects import Asked
from storage.errors import Conflict
from storage.schema import person


async def of_hr(conn: AsyncConnection, one: Asked[Any]) -> None:
    """Raises `Conflict` unless who asks for it is of HR, and serves on the day of the event."""
    serves = or_(person.c.left_on.is_(None), person.c.left_on >= one.at.date())
    access = await conn.scalar(select(person.c.access).where(person.c.id == one.person_id, serves))
    if access != Access.HR.value:
        raise Conflict(f"{type(one.change).__name__} by somebody who is not of HR")
