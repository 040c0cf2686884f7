"""A statement on SQLite in one trip to its connection's thread, and not four (cursor, execute, fetch, close);
or in none, where a transaction says that its statements are quick.

Each trip costs two turns of Python's lock; while the event loop is busy they take longer than most of our
statements, and the one writer is held for as long. SQLAlchemy fetches all rows at once in any case. What may
wait (BEGIN while another program holds the lock, COMMIT for the disk) always takes the trip.
"""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Self

import aiosqlite


class Connection(aiosqlite.Connection):
    quick = False  # statements run here and now, in the event loop's own thread

    def __init__(self, connect: Callable[[], Any], module: ModuleType, wait: float) -> None:
        """`module` is the DB-API; `wait` is how many seconds a lock is waited for."""
        super().__init__(connect, iter_chunk_size=64)
        self._module = module
        self._wait = round(wait * 1000)

    def cursor(self) -> "Cursor":  # type: ignore[override]  # entered, as SQLAlchemy does, and not awaited
        return Cursor(self)

    async def trip(self, work: Callable[..., None], statement: str, parameters: Sequence[Any]) -> None:
        """Runs this in the connection's thread, or at once."""
        if self.quick:
            work(statement, parameters)
        elif not statement.startswith("BEGIN") or not self._begin_at_once(work, statement):
            await self._execute(work, statement, parameters)  # type: ignore[no-untyped-call]

    def _begin_at_once(self, work: Callable[..., None], statement: str) -> bool:
        """Tries to begin the transaction without waiting; False where it has not begun: somebody else holds
        the lock."""
        try:
            self._conn.execute("PRAGMA busy_timeout=0")
            work(statement, ())
        except self._module.OperationalError:
            return False
        finally:
            self._conn.execute(f"PRAGMA busy_timeout={self._wait}")
        return True


class Cursor:
    """What SQLAlchemy asks of aiosqlite's cursor (`sqlalchemy.connectors.asyncio.AsyncIODBAPICursor`)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> "Cursor":
        await self._connection.trip(self._run, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> "Cursor":
        await self._connection.trip(self._run_many, statement, parameters)
        return self

    async def fetchall(self) -> Sequence[Any]:
        rows, self._rows = self._rows, ()
        return rows

    async def close(self) -> None:
        pass

    def _run(self, statement: str, parameters: Sequence[Any]) -> None:
        cursor = self._connection._conn.execute(statement, parameters)
        self.description = cursor.description
        if cursor.description is not None:
            self._rows = cursor.fetchall()
        self._note(cursor)

    def _run_many(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        self._note(self._connection._conn.executemany(statement, parameters))

    def _note(self, cursor: Any) -> None:
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()
