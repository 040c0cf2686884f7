"""The door in: what a platform hands over is stored and committed, and only then acknowledged.

What arrives while a commit is under way shares the next one: two hundred events a second are not two hundred
waits for the disk. Where one program has the database to itself, the transaction that works on the events
stores them as well (`along`): one commit less on the way to an answer.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.metrics import Metrics
from guideline.records import Platform
from storage.clock import Clock
from storage.database import Database
from storage.errors import Conflict, Unavailable
from storage.inbox import Received, receive

TRIES = 3  # to store events while another transaction changes what they refer to
TOGETHER: Final = 64  # deliveries in one transaction

_Waiting = tuple[Sequence[Received], "asyncio.Future[None]"]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What one transaction stores, and who waits for that. `new`: how much of it, by platform, was not
    stored before."""

    receiving: "Receiving"
    deliveries: Sequence[_Waiting]
    new: Mapping[Platform, int] = field(default_factory=Counter)

    @property
    def rows(self) -> list[Received]:
        """All of it, in the order in which it came."""
        return [row for rows, _ in self.deliveries for row in rows]

    def held(self) -> None:
        """The transaction is committed: those who handed it over are told."""
        self.receiving.count(self.new)
        for _, durable in self.deliveries:
            if not durable.done():  # the caller may have gone
                durable.set_result(None)

    def lost(self) -> None:
        """It is not: they wait for another one."""
        self.receiving.put_back(self)

    def refuse(self, error: Exception) -> None:
        """They are told that it is not stored, and why."""
        for _, durable in self.deliveries:
            if not durable.done():
                durable.set_exception(error)


class Receiving:
    """Stores events, by itself or by the transactions of whoever works on them, and wakes them."""

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
        self._wake: Callable[[], None] = lambda: None
        self._along = False

    def work_for(self, wake: Callable[[], None]) -> None:
        """`wake` is called when there is something to work on."""
        self._wake = wake

    @property
    def waiting(self) -> bool:
        """Whether anything is left to `board`; not while what came earlier is stored apart."""
        return bool(self._waiting) and self._storing is None

    @contextmanager
    def along(self) -> Iterator[None]:
        """Meanwhile whoever is woken takes what arrives into its own transactions: `board`."""
        self._along = True
        try:
            yield
        finally:
            self._along = False
            self.store_apart()

    async def board(self, conn: AsyncConnection) -> Arrivals:
        """Stores in this transaction what arrived. Whoever asks says then that it `held`, or was `lost`."""
        some = Arrivals(self, self._waiting[:TOGETHER])
        self._waiting = self._waiting[TOGETHER:]
        try:
            return replace(some, new=await receive(conn, some.rows, self._clock.real()))
        except BaseException:
            some.lost()
            raise

    def count(self, new: Mapping[Platform, int]) -> None:
        """So much is stored."""
        for platform, many in new.items():
            self._metrics.received(platform, many)

    def put_back(self, some: Arrivals) -> None:
        """It is not stored yet."""
        self._waiting = [*some.deliveries, *self._waiting]

    def store_apart(self) -> None:
        """What waits is stored in transactions of its own."""
        if self._storing is None and self._waiting:
            self._storing = asyncio.create_task(self._drain(), name="receiving")

    def refuse(self, error: Unavailable) -> None:
        """Nothing can be committed: all who wait are told so."""
        waiting, self._waiting = self._waiting, []
        Arrivals(self, waiting).refuse(error)

    async def take(self, platform: Platform, rows: Sequence[Received]) -> None:
        """Returns when `rows` are durable. Raises `storage.errors.Unavailable` when they are not: the
        platform must then be told so, that it keeps them."""
        if not rows:
            return
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((rows, durable))
        if self._along:
            self._wake()
        else:
            self.store_apart()
        await durable
        self._stored(platform, rows)

    async def _drain(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                await self._together(Arrivals(self, some))
        finally:
            self._storing = None

    async def _together(self, some: Arrivals) -> None:
        """In one transaction; where that cannot be, each in its own: one that cannot be stored spoils no
        neighbour."""
        try:
            some = replace(some, new=await self._write(some.rows))
        except Exception as error:  # noqa: BLE001 - whoever handed it over is told
            if len(some.deliveries) > 1 and not isinstance(error, Unavailable):
                for one in some.deliveries:
                    await self._together(Arrivals(self, [one]))
                return
            some.refuse(error)
        else:
            some.held()
            self._wake()

    async def _write(self, rows: Sequence[Received]) -> Mapping[Platform, int]:
        real, tries_left = self._clock.real(), TRIES
        while True:
            tries_left -= 1
            try:
                return await self._database.write(lambda conn: receive(conn, rows, real), quick=True)
            except Conflict:  # the account of a stranger was purged meanwhile: it is made again
                if not tries_left:
                    raise
