"""SQLite as the embedded default: which library, how a connection is set up, what its errors mean.

SQLite 3.7.0–3.51.2 can corrupt a WAL file that two connections use (fixed in 3.51.3, 3.50.7 and 3.44.6:
sqlite.org/wal.html#walresetbug), and Python often links an old one. `pysqlite3` brings a newer library; where
there is none, one connection does everything, and a rollback journal instead of the WAL keeps a second
program (a backup beside the running bot) safe too.
"""

import asyncio
import importlib
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import ModuleType, SimpleNamespace
from typing import Any, Final, cast

import aiosqlite
from sqlalchemy import URL, AsyncAdaptedQueuePool, event
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_dbapi
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from storage.checkpoints import LARGEST, WRITERS
from storage.errors import Damaged, Full, Locked, ReadOnly, StorageError, Unreadable
from storage.prepared import Quick
from storage.trips import Connection

READERS: Final = 4  # pages, exports and planning beside the one writer
_NEVER_WAITS = 3600.0  # seconds; a unit of work waits its turn in the queue of the one writer
_ERRORS: dict[str, type[StorageError]] = {
    "SQLITE_BUSY": Locked,
    "SQLITE_LOCKED": Locked,
    "SQLITE_FULL": Full,
    "SQLITE_READONLY": ReadOnly,
    "SQLITE_PERM": ReadOnly,
    "SQLITE_IOERR": Unreadable,
    "SQLITE_CANTOPEN": Unreadable,
    "SQLITE_PROTOCOL": Locked,
    "SQLITE_CORRUPT": Damaged,
    "SQLITE_NOTADB": Damaged,
}


def library() -> ModuleType:
    """The DB-API module with the newest SQLite library at hand: `pysqlite3` where it is installed."""
    try:
        newer = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3
    return max(newer, sqlite3, key=lambda module: module.sqlite_version_info)


def shares_wal(version: tuple[int, ...]) -> bool:
    """Whether this version of SQLite lets several connections use one WAL file without corrupting it."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def engine(url: URL, module: ModuleType, *, writes: bool, size: int, wait: float) -> AsyncEngine:
    """An engine whose connections either begin every transaction IMMEDIATE or cannot write at all.

    `wait` is how many seconds a lock of another program is waited for.
    """
    made = create_async_engine(
        url,
        module=_adapted(module),
        # The driver must not begin transactions by itself: `begin` below says which kind.
        connect_args={"isolation_level": None, "timeout": wait},
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=_NEVER_WAITS,
        pool_reset_on_return=None,  # every unit commits or rolls back by itself
        hide_parameters=True,
    )
    journal = "WAL" if shares_wal(module.sqlite_version_info) else "DELETE"

    def connected(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        _set_journal(cursor, journal, wait)
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        if writes:
            cursor.execute(f"PRAGMA wal_autocheckpoint={WRITERS}")
            cursor.execute(f"PRAGMA journal_size_limit={LARGEST}")
        else:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    def began(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(made.sync_engine, "connect", connected)
    event.listen(made.sync_engine, "begin", began)
    return made


@asynccontextmanager
async def quick(connection: AsyncConnection) -> AsyncIterator[AsyncConnection]:
    """Meanwhile the statements of this connection run in the event loop's own thread (`storage.trips`), and
    those of every batch by the shortest road (`storage.prepared`)."""
    driver = _driver(connection)
    driver.quick = True
    try:
        yield Quick(connection, driver._conn)
    finally:
        driver.quick = False


async def roll_back(connection: AsyncConnection) -> None:
    """Ends the transaction where its COMMIT failed: SQLite keeps it open as long as a reader of a rollback
    journal is in the way or a reference is broken, and SQLAlchemy takes it for ended."""
    driver = _driver(connection)
    if driver.in_transaction:
        await driver.rollback()


def changes(connection: AsyncConnection) -> int:
    """How many rows it has changed since it was opened."""
    return int(_driver(connection)._conn.total_changes)


def _driver(connection: AsyncConnection) -> Connection:
    sync = connection.sync_connection
    assert sync is not None  # noqa: S101 - a connection in use has one
    return cast("Connection", sync.connection.driver_connection)


def _set_journal(cursor: Any, journal: str, wait: float) -> None:
    """A new file changes its mode once, and that one step does not wait for others by itself: it says
    SQLITE_BUSY at once where two programs open the file in the same moment."""
    until = time.monotonic() + wait
    while True:
        try:
            cursor.execute(f"PRAGMA journal_mode={journal}")
        except Exception as error:
            if not isinstance(translated(error), Locked) or time.monotonic() >= until:
                raise
            await_only(asyncio.sleep(0.02))  # SQLAlchemy calls this inside its bridge to asyncio
        else:
            return


def translated(error: BaseException) -> StorageError | None:
    """What an error of the SQLite library means; None when it is a mistake of ours."""
    code = _primary(error)
    known = _ERRORS.get(code)
    return None if known is None else known(code)


def _primary(error: BaseException) -> str:
    """SQLITE_IOERR for SQLITE_IOERR_WRITE: extended codes carry the primary one in their low byte."""
    number = getattr(error, "sqlite_errorcode", None)
    if number is None:
        return ""
    primary = number & 0xFF
    return next((name for name in _ERRORS if getattr(sqlite3, name) == primary), "")


def _adapted(module: ModuleType) -> Any:
    """aiosqlite, and SQLAlchemy's view of it, over this DB-API module instead of the standard library's."""

    def connect(database: str, **options: Any) -> Connection:
        return Connection(lambda: module.connect(database, **options), module, options["timeout"])

    driver = SimpleNamespace(
        connect=connect,
        Connection=Connection,
        __version__=aiosqlite.__version__,
        DatabaseError=module.DatabaseError,
        Error=module.Error,
        IntegrityError=module.IntegrityError,
        NotSupportedError=module.NotSupportedError,
        OperationalError=module.OperationalError,
        ProgrammingError=module.ProgrammingError,
        sqlite_version=module.sqlite_version,
        sqlite_version_info=module.sqlite_version_info,
    )
    return AsyncAdapt_aiosqlite_dbapi(cast("ModuleType", driver), module)
