"""What HR or an import decided for the whole agency; it wins over files (design §1)."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import setting
from storage.statements import several, upsert
from storage.types import EPOCH, milliseconds

OFFICIAL_AS_OF: Final = "hours.official_as_of"  # when official records were last imported
ACCEPTING: Final = "questions.accepting"  # false: HR takes no questions in the chat

RELEASED: Final = "reminders.released"  # true: staff are reminded; until then HR alone hears of each wave
PAUSED: Final = "reminders.paused"  # true: no wave begins or goes on
OPENED: Final = "certificates.open"  # ids of planned certificates that HR has opened; wins over the file


_VALUES: Final = select(setting.c.key, setting.c.value).where(setting.c.key.in_(several("keys")))


async def values(conn: AsyncConnection, *keys: str) -> dict[str, Any]:
    """The JSON values kept under those of these keys under which anything is."""
    return {row.key: row.value for row in await conn.execute(_VALUES, {"keys": keys})}


async def value(conn: AsyncConnection, key: str) -> Any:
    """The JSON value kept under `key`; None where nothing is."""
    return (await values(conn, key)).get(key)


async def instant(conn: AsyncConnection, key: str) -> datetime | None:
    """A setting that `keep_instant` wrote."""
    return as_instant(await value(conn, key))


def as_instant(kept: Any) -> datetime | None:
    """The value of such a setting."""
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
    found = await values(conn, RELEASED, PAUSED)
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
