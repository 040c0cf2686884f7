"""PostgreSQL, for where one machine is outgrown: the pool, and what its errors mean."""

from typing import Final

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.errors import (
    Conflict,
    Damaged,
    Disconnected,
    Full,
    Locked,
    ReadOnly,
    StorageError,
    Unavailable,
    Unmigrated,
    Unreadable,
)

POOL: Final = 8
_CONNECT = 10.0  # seconds
_STATEMENT = 60.0  # seconds; a nightly purge is the longest
# Classes and codes of the manual's appendix A, the longer prefix first.
_STATES: tuple[tuple[str, type[StorageError]], ...] = (
    ("25006", ReadOnly),
    ("40", Conflict),  # deadlock or serialisation: another transaction won, and one by one both get through
    ("42P01", Unmigrated),
    ("53100", Full),
    ("53", Unavailable),
    ("55P03", Locked),
    ("57014", Locked),
    ("57P", Disconnected),
    ("58", Unreadable),
    ("08", Disconnected),
    ("28", Disconnected),
    ("3D000", Disconnected),
    ("XX001", Damaged),
    ("XX002", Damaged),
)


def engine(url: URL, wait: float) -> AsyncEngine:
    """`wait` is how many seconds a lock of another transaction is waited for."""
    return create_async_engine(
        url,
        connect_args={
            "timeout": _CONNECT,
            "command_timeout": _STATEMENT,
            "server_settings": {
                "application_name": "talentbot",
                "timezone": "UTC",
                "lock_timeout": f"{int(wait * 1000)}ms",
            },
        },
        pool_size=POOL,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
    )


def translated(error: BaseException) -> StorageError | None:
    """What an error of the server means; None when it is a mistake of ours."""
    state = getattr(error, "sqlstate", None)
    if not isinstance(state, str):
        return None
    return next((kind(f"SQLSTATE {state}") for prefix, kind in _STATES if state.startswith(prefix)), None)
