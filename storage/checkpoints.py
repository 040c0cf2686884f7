"""The log of an SQLite file is copied back into the file beside the writer, and not by its COMMIT.

SQLite's own way is that the commit which finds a thousand pages in the log (WAL) copies them, and everybody
who wants to write waits for that. A second connection does the same meanwhile (sqlite.org/wal.html,
"Checkpointing"). It never gets the last pages of a writer that never rests, without which the log cannot
begin anew; so the writer still does, at `WRITERS` pages, when there is little left to copy.
"""

import asyncio
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any, Final

CHANGES: Final = 300  # rows between two of them: some 30 messages
WRITERS: Final = 4_000  # pages (16 MiB) at which a commit copies the rest
LARGEST: Final = 2 * WRITERS * 4096  # bytes that the log keeps of the disk once it begins anew


class Checkpoints:
    """Of one file; at most one at a time."""

    def __init__(self, file: Path, module: ModuleType) -> None:
        """`module` is the DB-API module that the file is opened with."""
        self._file = file
        self._module = module
        self._connection: Any = None
        self._done = 0  # rows that had changed when the last one began
        self._under_way: asyncio.Future[None] | None = None

    def committed(self, changes: int) -> None:
        """So many rows were changed by the writer since it was opened. Raises nothing: what was committed
        is, whatever becomes of the log."""
        if self._under_way is not None or abs(changes - self._done) < CHANGES:
            return
        self._done = changes
        with suppress(RuntimeError):  # no thread for it
            self._under_way = asyncio.get_running_loop().run_in_executor(None, self._copy)
            self._under_way.add_done_callback(self._ended)

    async def close(self) -> None:
        if self._under_way is not None:
            await asyncio.wait([self._under_way])
        if self._connection is not None:
            self._connection.close()

    def _copy(self) -> None:
        # What keeps it from that (a full disk) the writer meets when the log cannot grow, and says so.
        with suppress(self._module.Error):
            if self._connection is None:
                address = f"{self._file.absolute().as_uri()}?mode=rw"  # a file that is gone is not made again
                self._connection = self._module.connect(
                    address, uri=True, isolation_level=None, check_same_thread=False
                )
                self._connection.execute("PRAGMA synchronous=FULL")
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _ended(self, done: "asyncio.Future[None]") -> None:
        self._under_way = None
        if not done.cancelled():
            done.exception()
