"""Who may do, and read, what only HR does: `Person.serves_in_hr` and `guideline.scope`, asked of rows."""

from datetime import date
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, and_, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Access
from guideline.scope import decides, scope
from storage.effects import Asked
from storage.errors import Conflict
from storage.schema import person

# Written into the statement: a partial index serves only a condition it can see.
_HR: Final[ColumnElement[str]] = literal_column(f"'{Access.HR.value}'")


def serving(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """系統權限 人事, and not left by this day."""
    return and_(person.c.access == _HR, or_(person.c.left_on.is_(None), person.c.left_on >= on))


async def serves(conn: AsyncConnection, number: int, on: date) -> bool:
    """Whether this person is of HR, and serves on this day."""
    return await conn.scalar(select(person.c.id).where(person.c.id == number, serving(on))) is not None


async def scope_of(conn: AsyncConnection, number: int, on: date) -> str | None:
    """For whom this officer answers (`guideline.scope`); None: they are none, or do not serve on this day."""
    unit = await conn.scalar(select(person.c.unit).where(person.c.id == number, serving(on)))
    return None if unit is None else scope(unit)


async def units(conn: AsyncConnection, on: date) -> frozenset[str]:
    """Of all officers who serve on this day."""
    return frozenset(await conn.scalars(select(person.c.unit).where(serving(on))))


async def may_decide(conn: AsyncConnection, number: int, on: date) -> bool:
    """Whether this officer decides what holds for the whole agency."""
    mine = await conn.scalar(select(person.c.unit).where(person.c.id == number, serving(on)))
    return mine is not None and decides(mine, await units(conn, on))


async def of_hr(conn: AsyncConnection, one: Asked[Any]) -> None:
    """Raises `Conflict` unless who asks for it is of HR, and serves on the day of the event."""
    if not await serves(conn, one.person_id, one.at.date()):
        raise Conflict(f"{type(one.change).__name__} by somebody who is not of HR")


async def deciding(conn: AsyncConnection, one: Asked[Any]) -> None:
    """Raises `Conflict` unless who asks for it decides for the whole agency."""
    if not await may_decide(conn, one.person_id, one.at.date()):
        raise Conflict(f"{type(one.change).__name__} by somebody who does not decide for the whole agency")
