"""What HR or an import decided for the whole agency; it wins over files (design §1)."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import setting
from storage.statements import upsert
from storage.types import EPOCH, milliseconds

OFFICIAL_AS_OF: Final = "hours.official_as_of"  # when official records were last imported
ACCEPTING: Final = "questions.accepting"  # false: HR takes no questions in the chat

RELEASED: Final = "reminders.released"  # true: staff are reminded; until then HR alone hears of each wave
PAUSED: Final = "reminders.paused"  # true: no wave begins or goes on
OPENED: Final = "certificates.open"  # ids of planned certificates that HR has opened; wins over the file


async def value(conn: AsyncConnection, key: str) -> Any:
    """The JSON value kept under `key`; None where nothing is."""
    return await conn.scalar(select(setting.c.value).where(setting.c.key == key))


async def instant(conn: AsyncConnection, key: str) -> datetime | None:
    """A setting that `keep_instant` wrote."""
    kept = await value(conn, key)
    return None if kept is None else EPOCH + timedelta(milliseconds=kept)


async def accepting(conn: AsyncConnection) -> bool:
    """Whether HR takes questions in the chat; yes, where nobody has said otherwise."""
    return await value(conn, ACCEPTING) is not False


async def released(conn: AsyncConnection) -> bool:
    """Whether staff are written to; no, until HR says so (hr-year, the shadow run)."""
    return await value(conn, RELEASED) is True


async def paused(conn: AsyncConnection) -> bool:
    """Whether HR holds all waves back for now."""
    return await value(conn, PAUSED) is True


async def sends(conn: AsyncConnection) -> bool:
    """Whether a wave may go on now: released, and not held back."""
    kept = await conn.execute(
        select(setting.c.key, setting.c.value).where(setting.c.key.in_((RELEASED, PAUSED)))
    )
    found = {row.key: row.value for row in kept}
    return found.get(RELEASED) is True and found.get(PAUSED) is not True


async def opened(conn: AsyncConnection) -> frozenset[str]:
    """Ids of planned certificates that HR has opened."""
    return frozenset(await value(conn, OPENED) or ())


async def opened_for_update(conn: AsyncConnection, at: datetime, actor: str) -> frozenset[str]:
    """The same; nobody else changes them until the transaction ends, also where there were none yet."""
    first = upsert(conn, setting).values(key=OPENED, value=[], changed_at=at, changed_by=actor)
    await conn.execute(first.on_conflict_do_nothing(index_elements=["key"]))
    kept = await conn.scalar(select(setting.c.value).where(setting.c.key == OPENED).with_for_update())
    return frozenset(kept or ())


async def keep(conn: AsyncConnection, key: str, kept: Any, at: datetime, actor: str) -> None:
    """Writes a JSON value, over an earlier one."""
    row = {"value": kept, "changed_at": at, "changed_by": actor}
    inserted = upsert(conn, setting).values(key=key, **row)
    changed = {name: inserted.excluded[name] for name in row}
    await conn.execute(inserted.on_conflict_do_update(index_elements=["key"], set_=changed))


async def keep_instant(conn: AsyncConnection, key: str, kept: datetime, at: datetime, actor: str) -> None:
    await keep(conn, key, milliseconds(kept), at, actor)
