"""The troubles that operators know of: one row, which replicas share.

It is written at every look, which proves that the database commits.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import settings
from storage.schema import setting
from storage.statements import upsert
from storage.types import EPOCH, milliseconds

KEY: Final = "alerts.open"
_BY: Final = "watch"

Row = dict[str, Any]  # strings, and instants whose names are in `_INSTANTS`
_INSTANTS: Final = frozenset({"since", "first", "last", "told", "held"})


async def load(conn: AsyncConnection, real: datetime) -> list[Row]:
    """The troubles; nobody else changes them until the transaction ends, also where there were none yet."""
    first = upsert(conn, setting).values(key=KEY, value=[], changed_at=real, changed_by=_BY)
    await conn.execute(first.on_conflict_do_nothing(index_elements=["key"]))
    kept = await conn.scalar(select(setting.c.value).where(setting.c.key == KEY).with_for_update())
    return [{name: _read(name, value) for name, value in row.items()} for row in kept or ()]


async def keep(conn: AsyncConnection, rows: Iterable[Row], real: datetime) -> None:
    """Writes them, over the earlier ones."""
    plain = [{name: _written(value) for name, value in row.items()} for row in rows]
    await settings.keep(conn, KEY, plain, real, _BY)


def _read(name: str, value: Any) -> Any:
    return EPOCH + timedelta(milliseconds=value) if name in _INSTANTS and value is not None else value


def _written(value: Any) -> Any:
    return milliseconds(value) if isinstance(value, datetime) else value
