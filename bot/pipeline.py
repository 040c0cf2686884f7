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
from reminders.delivery import Delivery
from reminders.loop import IDLE, Loop
from storage import inbox
from storage.clock import Clock
from storage.database import Database
from storage.errors import Busy, Conflict, Unavailable

log = structlog.get_logger()

BATCH = 64  # chats in one transaction
TRIES = 3  # of an event on its own, when somebody else changed what it stands on


class Joined(Protocol):
    """What somebody else has in a batch's transaction."""

    def held(self) -> None:
        """The transaction is committed."""

    def lost(self, error: BaseException) -> None:
        """It is not, for this reason."""


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
        `receiving` takes in wakes it, and is stored by that transaction where nobody else works on it."""
        super().__init__()
        self._database = database
        self._batches = Batches(clock, zone, desk, platforms, metrics, ways)
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
        """One batch, with what has just arrived. Raises `Unavailable` when the database cannot commit:
        nothing changed then, and the same events are claimed again later. Whatever else goes wrong with a
        batch is some event's doing: what arrived is stored without it, its events run again one by one, and
        only that one is kept as failed."""
        if self._receiving is not None and self._receiving.waiting:
            try:
                return await self._work(limit, None, [], along=True)
            except Unavailable as error:
                self._receiving.refuse(error)
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, it comes again below
                log.info("pipeline.without_arrivals", action="batch", reason=name_of(error))
                self._receiving.store()
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

    async def _work(
        self, limit: int, only: Collection[int] | None, seen: list[int], *, along: bool = False
    ) -> Tally:
        """One transaction of the batch: `along` with it what arrived is stored. What was answered of late is
        written down; what it answers is claimed by it, and leaves when it is committed."""
        joined: list[Joined] = []
        leaving: set[Way] = set()

        async def unit(conn: AsyncConnection) -> Tally:
            if along and self._receiving is not None:
                joined.append(await self._receiving.board(conn))
            tally = await self._batches.work(conn, limit, only, seen)
            for way, delivery in self._deliveries.items() if only is None else ():
                if delivery.running and (delivery.answered or way in tally.answers):
                    aboard = await delivery.board(conn, waves=False)
                    joined.append(aboard)
                    leaving.update([way] if aboard.calls else ())
            return tally

        try:
            tally = await self._database.write(unit, quick=True)
        except BaseException as error:
            for one in joined:
                one.lost(error)
            raise
        for one in joined:
            one.held()
        # What did not leave waits for room, or for its turn in a wave.
        for way in self._deliveries.keys() & (tally.others | (tally.answers - leaving)):
            self._deliveries[way].wake()
        if tally.slow_work:
            self._slow_work()
        return tally

    async def _one_by_one(self, seqs: Sequence[int]) -> Tally:
        """The same events, each in a transaction of its own: one that cannot be spoils no neighbour."""
        tallies = [await self._alone(seq) for seq in seqs]
        return Tally(sum(one.claimed for one in tallies), sum(one.failed for one in tallies))

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
                return Tally(0, 0)
            except Conflict as conflict:
                reason = str(conflict)
            except Exception as error:  # noqa: BLE001 - whatever it is, the neighbours go on
                reason = name_of(error)
                break
            else:
                return tally
        await self._give_up(seq, reason)
        return Tally(1, 1)

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
