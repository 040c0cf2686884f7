"""One unit of work at a time, whole or not at all."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Literal, NoReturn, TypeVar

from sqlalchemy import URL, make_url
from sqlalchemy import exc as sql
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import postgres, sqlite
from storage.checkpoints import Checkpoints
from storage.errors import Conflict, Disconnected, Locked, StorageError, Unavailable, Unmigrated, Unreadable

T = TypeVar("T")
Unit = Callable[[AsyncConnection], Awaitable[T]]
Kind = Literal["sqlite", "postgresql"]
WAIT = 5.0  # seconds for the lock of another program or transaction
# Seconds. Who waits for SQLite's lock looks for it every 100 ms (sqlite3.c, sqliteDefaultBusyCallback), and
# would hardly ever find it free between transactions that follow at once.
PAUSE = 0.15
MOMENT = 0.2  # seconds for which whoever wrote quickly is still at it


class Database:
    """The one way to the rows. Open with `await Database.open(url)`, end with `await database.close()`."""

    def __init__(
        self,
        url: URL,
        writer: AsyncEngine,
        reader: AsyncEngine,
        module: ModuleType | None = None,
        checkpoints: Checkpoints | None = None,
    ) -> None:
        self.url = url
        self._writer = writer
        self._reader = reader
        self._module = module
        self._checkpoints = checkpoints
        self._units: set[asyncio.Task[object]] = set()
        self._failed: tuple[float, Unavailable] | None = None
        self._quick_at = -math.inf  # when somebody last wanted to write quickly
        self._locked_at = -math.inf  # when a unit last waited in vain for the lock of another program

    @classmethod
    async def open(cls, url: str, *, wait: float = WAIT, module: ModuleType | None = None) -> "Database":
        """Opens a database and proves that it can be reached; it is not migrated by this.

        `url` is sqlite+aiosqlite:///FILE or postgresql+asyncpg://…; `wait` is how many seconds a lock held by
        somebody else is waited for; `module` is the DB-API module to use for SQLite instead of the
        newest. Raises `Unavailable`, or ValueError for another kind of URL.
        """
        parsed = make_url(url)
        if parsed.drivername == "sqlite+aiosqlite":
            if parsed.database in (None, "", ":memory:"):
                raise ValueError("database_url needs a file: sqlite+aiosqlite:///talentbot.db")
            database = cls._on_sqlite(parsed, wait, module or sqlite.library())
        elif parsed.drivername == "postgresql+asyncpg":
            engine = postgres.engine(parsed, wait)
            database = cls(parsed, engine, engine)
        else:
            raise ValueError("database_url must begin with sqlite+aiosqlite:/// or postgresql+asyncpg://")
        try:
            await database.read(_reached)
        except BaseException:
            await database.close()
            raise
        return database

    @classmethod
    def _on_sqlite(cls, url: URL, wait: float, module: ModuleType) -> "Database":
        directory = Path(str(url.database)).parent
        if not directory.is_dir():
            raise Unreadable(f"no directory {directory}")
        writer = sqlite.engine(url, module, writes=True, size=1, wait=wait)
        if not sqlite.shares_wal(module.sqlite_version_info):
            return cls(url, writer, writer, module)
        reader = sqlite.engine(url, module, writes=False, size=sqlite.READERS, wait=wait)
        return cls(url, writer, reader, module, Checkpoints(Path(str(url.database)), module))

    @property
    def kind(self) -> Kind:
        return "postgresql" if self._module is None else "sqlite"

    @property
    def single_program(self) -> bool:
        """Whether the database belongs to one running program (a SQLite file) and not to replicas."""
        return self._module is not None

    @property
    def module(self) -> ModuleType | None:
        """The DB-API module that opens the file; None on PostgreSQL."""
        return self._module

    @property
    def sqlite_version(self) -> str | None:
        """The version of the SQLite library in use; None on PostgreSQL."""
        return None if self._module is None else str(self._module.sqlite_version)

    @property
    def single_connection(self) -> bool:
        """True where the SQLite library is too old for two connections to share a WAL file."""
        return self._module is not None and self._writer is self._reader

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return None if self._module is None else Path(str(self.url.database))

    async def write(self, unit: Unit[T], *, quick: bool = False) -> T:
        """Runs `unit` in a transaction of its own and commits it; an exception rolls all of it back.

        The unit runs in its own task: when the caller is cancelled, it still ends whole. `quick` promises
        that each of its statements takes well below a millisecond (a few rows, found by indexes), so that
        they need not leave the event loop. Raises `Unavailable` or `Conflict`; what `unit` raises of its own
        comes through unchanged.
        """
        if quick:
            self._quick_at = time.monotonic()
        try:
            return await self._shielded(self._run(self._writer, unit, quick=quick))
        except Unavailable as error:
            self._failed = time.monotonic(), error
            raise

    @property
    def failed(self) -> tuple[float, Unavailable] | None:
        """How many seconds ago nothing could be committed for the last time, and why; None: never."""
        return None if self._failed is None else (time.monotonic() - self._failed[0], self._failed[1])

    async def read(self, unit: Unit[T], *, quick: bool = False) -> T:
        """Runs `unit` where nothing can be written; `quick` as in `write`. Raises `Unavailable`."""
        return await self._shielded(self._run(self._reader, unit, writes=self.single_connection, quick=quick))

    async def exclusively(self, unit: Unit[T]) -> T:
        """As `write`, for a migration: on SQLite with foreign keys off until the end, since altering a
        table there means replacing it, and dropping the old one would take what refers to it along."""
        if self._module is None:
            return await self.write(unit)
        return await self._shielded(self._without_foreign_keys(unit))

    @property
    def answers(self) -> bool:
        """Whether quick transactions write, or did a moment ago: somebody waits for an answer."""
        return time.monotonic() - self._quick_at < MOMENT

    async def let_others(self) -> None:
        """Between two of many transactions in a row: whoever waits for SQLite's lock gets it."""
        if self.single_program:
            await asyncio.sleep(PAUSE)

    async def close(self) -> None:
        """Waits for the units under way, then closes every connection."""
        while self._units:
            await asyncio.wait(tuple(self._units))
        if self._checkpoints is not None:
            await self._checkpoints.close()
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()

    async def _shielded(self, work: Awaitable[T]) -> T:
        async def run() -> T:
            return await work

        task = asyncio.create_task(run(), name="storage.unit")
        self._units.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: "asyncio.Task[object]") -> None:
        self._units.discard(task)
        if not task.cancelled():
            task.exception()  # a cancelled caller does not fetch it; it must not be reported as forgotten

    async def _run(
        self, engine: AsyncEngine, unit: Unit[T], *, writes: bool = True, quick: bool = False
    ) -> T:
        try:
            if engine is self._reader and not writes:
                return await self._read_only(engine, unit, quick=quick)
            since = time.monotonic()
            async with engine.connect() as connection:
                if self._locked_at > since:
                    raise Locked("as for the one before")
                return await self._begun(connection, unit, quick=quick)
        except (sql.SQLAlchemyError, OSError) as error:
            self._raise(error)

    async def _begun(self, connection: AsyncConnection, unit: Unit[T], *, quick: bool) -> T:
        """On the one connection to write by. Who queues for that has waited as long for the lock of another
        program as the unit before it, and is told so before the connection is free."""
        try:
            async with connection.begin():
                if not quick or self._module is None:
                    done = await unit(connection)
                else:
                    async with sqlite.quick(connection) as quickly:
                        done = await unit(quickly)
        except (sql.SQLAlchemyError, OSError) as error:
            if self._module is not None:
                await sqlite.roll_back(connection)
            self._raise(error)
        if self._checkpoints is not None:
            self._checkpoints.committed(sqlite.changes(connection))
        return done

    async def _read_only(self, engine: AsyncEngine, unit: Unit[T], *, quick: bool) -> T:
        async with engine.connect() as connection:
            if quick and self._module is not None:
                async with connection.begin(), sqlite.quick(connection) as quickly:
                    return await unit(quickly)
            if self._module is None:
                # As SQLite reads: every statement sees the same moment.
                await connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            return await unit(connection)

    async def _without_foreign_keys(self, unit: Unit[T]) -> T:
        try:
            async with self._writer.connect() as connection:
                driver = (await connection.get_raw_connection()).driver_connection
                assert driver is not None  # noqa: S101 - a connection just taken from the pool has one
                await driver.execute("PRAGMA foreign_keys=OFF")
                try:
                    async with connection.begin():
                        done = await unit(connection)
                        if (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first() is not None:
                            raise Conflict("a reference to a missing row")
                finally:
                    await sqlite.roll_back(connection)  # within a transaction the next line does nothing
                    await driver.execute("PRAGMA foreign_keys=ON")
                return done
        except (sql.SQLAlchemyError, OSError) as error:
            self._raise(error)

    def _raise(self, error: sql.SQLAlchemyError | OSError) -> NoReturn:
        """Says what an error means to whoever asked; a mistake of ours is raised as it is."""
        meaning = self._meaning(error)
        if meaning is None:
            raise error
        if isinstance(meaning, Locked) and self.single_program:
            self._locked_at = time.monotonic()
        raise meaning from error

    def _meaning(self, error: sql.SQLAlchemyError | OSError) -> StorageError | None:
        if isinstance(error, OSError):
            return Disconnected(type(error).__name__) if self._module is None else None
        if isinstance(error, sql.TimeoutError):
            return Locked("no connection became free")
        if isinstance(error, sql.IntegrityError):
            return Conflict("a constraint")
        if not isinstance(error, sql.DBAPIError) or error.orig is None:
            return None
        return self._translated(error, error.orig)

    def _translated(self, error: sql.DBAPIError, cause: BaseException) -> StorageError | None:
        known = postgres.translated(cause) if self._module is None else sqlite.translated(cause)
        if known is None and "no such table" in str(cause):
            return Unmigrated()
        if known is None and error.connection_invalidated:
            return Disconnected()
        return known


async def _reached(connection: AsyncConnection) -> None:
    await connection.exec_driver_sql("SELECT 1")
