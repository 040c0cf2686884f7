"""From waiting events to committed effects: the middle of the one-way road (design §2).

Batch after batch (`bot.batch`), each one transaction; only when it is committed may delivery send. One that
cannot be is taken apart, so that a single event spoils no other. Nothing here waits for a platform.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.batch import Batches, Tally, name_of
from bot.metrics import Metrics
from bot.outgoing import Reader
from bot.receiving import Receiving
from guideline.records import Platform, Way
from handlers.desk import Desk
from reminders.delivery import Aboard, Delivery
from reminders.loop import IDLE, Loop
from storage import inbox
from storage.clock import Clock
from storage.database import Database
from storage.errors import Busy, Conflict, Locked, Unavailable

log = structlog.get_logger()

BATCH = 64  # chats in one transaction
TRIES = 3  # of an event on its own, when somebody else changed what it stands on


class Joined(Protocol):
    """What somebody else has in a batch's transaction."""

    def held(self) -> None:
        """The transaction is committed."""

    def lost(self) -> None:
        """It is not."""


class Pipeline(Loop):
    """Works through the inbox until stopped. Any number of them may run on one PostgreSQL."""

    unavailable = "pipeline.unavailable"
    action = "batch"

    def __init__(
        self,
        database: Database,
        clock: Clock,
        zone: ZoneInfo,
        desk: Desk,
        platforms: Mapping[Platform, Reader],
        metrics: Metrics,
        slow_work: Callable[[], None],
        ways: Collection[Way] = (),
        deliveries: Mapping[Way, Delivery] = MappingProxyType({}),
        receiving: Receiving | None = None,
    ) -> None:
        """`slow_work` is called after a batch that asked for some; `ways` are those by which people are
        reminded. `deliveries` send what a batch froze: its answers leave with its own transaction. What
        `receiving` takes in wakes it, and is stored by its transactions where this program has the database
        to itself."""
        super().__init__()
        self._database = database
        self._batches = Batches(clock, zone, desk, platforms, ways)
        self._metrics = metrics
        self._slow_work = slow_work
        self._deliveries = deliveries
        self._receiving = receiving if receiving is not None and database.single_program else None
        if receiving is not None:
            receiving.work_for(self.wake)

    async def run(self) -> None:
        if self._receiving is None:
            return await super().run()
        with self._receiving.along():
            return await super().run()

    async def turn(self) -> float:
        """One batch; another replica may have received more."""
        tally = await self.batch()
        left = self._receiving is not None and self._receiving.waiting
        return 0 if left or (tally.claimed and tally.more) else IDLE

    async def batch(self, limit: int = BATCH) -> Tally:
        """One batch. Raises `Unavailable` when the database cannot commit: nothing changed then, and the
        same events are claimed again later. Whatever else goes wrong with a batch is some event's doing: its
        events run again one by one, and only that one is kept as failed.

        Where this program has the database to itself, the first attempt also stores what has just arrived
        and writes down what the platforms have just answered. Where that fails both are left to their own.
        """
        receiving = self._receiving
        if receiving is not None and (receiving.waiting or self._answered):
            try:
                return await self._work(limit, None, [], shared=True)
            except Locked as error:  # who came along has waited as long
                receiving.refuse(error)
                raise
            except Unavailable:  # perhaps of the work alone
                receiving.store_apart()
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, it comes again below
                log.info("pipeline.not_shared", action="batch", reason=name_of(error))
                receiving.store_apart()
        seen: list[int] = []
        try:
            tally = await self._work(limit, None, seen)
        except Unavailable:
            raise
        except Exception as error:
            if not seen:
                raise
            log.info("pipeline.apart", action="batch", events=len(seen), reason=name_of(error))
            tally = await self._one_by_one(seen)
        return tally

    @property
    def _answered(self) -> bool:
        return any(delivery.running and delivery.answered for delivery in self._deliveries.values())

    async def _work(
        self, limit: int, only: Collection[int] | None, seen: list[int], *, shared: bool = False
    ) -> Tally:
        """One transaction of the batch; `shared` with what arrived and what was answered. What it says itself
        is claimed by it, and leaves when it is committed."""
        joined: list[Joined] = []
        left = False

        async def unit(conn: AsyncConnection) -> Tally:
            if left:  # while it waited for its turn
                return Tally()
            if shared and self._receiving is not None:
                joined.append(await self._receiving.board(conn))
            tally = await self._batches.work(conn, limit, only, seen)
            await self._join(conn, tally, joined, shared=shared)
            return tally

        try:
            tally = await self._database.write(unit, quick=True)
        except BaseException:
            left = True
            for one in joined:
                one.lost()
            raise
        for one in joined:
            one.held()
        self._tell(tally)
        # What does not leave waits for room, or for its turn in a wave.
        leaving = {one.delivery.way for one in joined if isinstance(one, Aboard) and one.calls}
        for way in self._deliveries.keys() & (tally.others | (tally.answers - leaving)):
            self._deliveries[way].wake()
        if tally.slow_work:
            self._slow_work()
        return tally

    def _tell(self, tally: Tally) -> None:
        """What is committed is counted, and told."""
        self._metrics.handled(tally.done, len(tally.failures))
        for seq, error in tally.failures:
            log.error("event.failed", action="handle", seq=seq, error=error)

    async def _join(self, conn: AsyncConnection, tally: Tally, joined: list[Joined], *, shared: bool) -> None:
        """The deliveries, one by one: where one raises, those before it are known to have joined."""
        for way, delivery in self._deliveries.items():
            if delivery.running and ((shared and delivery.answered) or way in tally.answers):
                joined.append(await delivery.board(conn, waves=False, answers=shared))

    async def _one_by_one(self, seqs: Sequence[int]) -> Tally:
        """The same events, each in a transaction of its own: one that cannot be spoils no neighbour."""
        tallies = []
        for seq in seqs:
            tallies.append(await self._alone(seq))
            if self._receiving is not None:  # nobody else does, meanwhile
                self._receiving.store_apart()
        return Tally(sum(one.claimed for one in tallies))

    async def _alone(self, seq: int) -> Tally:
        """One event. What it stands on may have changed: then it is handled again as things are now; whose
        person somebody else is changing right now waits for the next batch."""
        reason = ""
        for _ in range(TRIES):
            try:
                tally = await self._work(1, [seq], [])
            except Unavailable:
                raise
            except Busy:
                return Tally()
            except Conflict as conflict:
                reason = str(conflict)
            except Exception as error:  # noqa: BLE001 - whatever it is, the neighbours go on
                reason = name_of(error)
                break
            else:
                return tally
        await self._give_up(seq, reason)
        return Tally(1)

    async def _give_up(self, seq: int, reason: str) -> None:
        """The event is kept as failed; where even the apology cannot be said, it is still the next one's
        turn."""
        try:
            await self._database.write(lambda conn: self._batches.give_up(conn, seq, reason))
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - see above
            log.error("event.unapologised", action="apply", seq=seq, error=name_of(error))
            await self._database.write(lambda conn: inbox.fail(conn, seq, reason))
        self._metrics.handled(0, 1)
        log.error("event.failed", action="apply", seq=seq, error=reason)
