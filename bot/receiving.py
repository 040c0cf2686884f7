"""The door in: what a platform hands over is stored and committed, and only then acknowledged.

What arrives while a commit is under way shares the next one: two hundred events a second are not two hundred
waits for the disk.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from bot.metrics import Metrics
from guideline.records import Platform
from storage.clock import Clock
from storage.database import Database
from storage.errors import Conflict, Unavailable
from storage.inbox import Received, receive

TRIES = 3  # to store events while another transaction changes what they refer to
TOGETHER: Final = 64  # deliveries in one transaction

_Waiting = tuple[Sequence[Received], "asyncio.Future[None]"]


class Receiving:
    """Stores events; once they are committed, wakes whoever works on them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        metrics: Metrics,
        stored: Callable[[Platform, Sequence[Received]], None],
    ) -> None:
        """`stored(platform, rows)` is called after the commit; it must return at once."""
        self._database = database
        self._clock = clock
        self._metrics = metrics
        self._stored = stored
        self._waiting: list[_Waiting] = []
        self._storing: asyncio.Task[None] | None = None

    async def take(self, platform: Platform, rows: Sequence[Received]) -> None:
        """Returns when `rows` are durable. Raises `storage.errors.Unavailable` when they are not: the
        platform must then be told so, that it keeps them."""
        if not rows:
            return
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, durable))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store(), name="receiving")
        await durable
        self._metrics.received(platform, len(rows))
        self._stored(platform, rows)

    async def _store(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                await self._together(some)
        finally:
            self._storing = None

    async def _together(self, some: Sequence[_Waiting]) -> None:
        """In one transaction; where that cannot be, each in its own: one that cannot be stored spoils no
        neighbour."""
        try:
            await self._write([row for rows, _ in some for row in rows])
        except Exception as error:  # noqa: BLE001 - whoever handed it over is told
            if len(some) > 1 and not isinstance(error, Unavailable):
                for one in some:
                    await self._together([one])
                return
            for _, durable in some:
                if not durable.done():
                    durable.set_exception(error)
        else:
            for _, durable in some:
                if not durable.done():  # the caller may have gone
                    durable.set_result(None)

    async def _write(self, rows: Sequence[Received]) -> None:
        real = self._clock.real()
        for tries_left in reversed(range(TRIES)):
            try:
                await self._database.write(lambda conn: receive(conn, rows, real), quick=True)
                break
            except Conflict:  # the account of a stranger was purged meanwhile: it is made again
                if not tries_left:
                    raise
