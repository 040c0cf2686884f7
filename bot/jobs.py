"""Slow work, done: one job at a time, outside the pipeline's batches (design §2).

A job is claimed under a lease, what it asks for is made outside any transaction, and then what came of it,
its letters and the end of the job are committed together. A crash before that leaves a job whose lease runs
out; one after it leaves frozen letters: nothing is lost, nothing said twice. While it is being made the lease
is renewed, and the person sees that an answer is on its way.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Platform
from reminders.loop import IDLE, Loop
from storage import jobs
from storage.clock import Clock
from storage.database import Database
from storage.dispatches import NewDispatch, freeze
from storage.errors import Conflict, Unavailable
from storage.jobs import Job

log = structlog.get_logger()

LEASE: Final = timedelta(seconds=60)
SOON, BEAT = 1.0, 10.0  # seconds until the first, and between two signs that a job is still being done
LONGEST: Final = 900.0  # seconds; a whole agency of 360 000 people takes a tenth of it
TRIES: Final = 3
AGAIN: Final = timedelta(seconds=5)  # until a try that stumbled is made again

# Shows in a chat that an answer is being made; best effort.
Shows = Callable[[Platform, str], Awaitable[None]]

# Writes what was made, and gives the letters that hand it over; with the connection and the real time.
Finish = Callable[[AsyncConnection, datetime], Awaitable[Sequence[NewDispatch]]]


class Work(Protocol):
    """One kind of job."""

    @property
    def kind(self) -> str: ...

    async def make(self, job: Job) -> Finish:
        """Makes what the job asks for; nothing is written yet. Raises `Conflict` where nobody is to get it
        any more."""
        ...

    def apology(self, job: Job, real: datetime) -> Sequence[NewDispatch]:
        """What is said when it could not be made, after every try."""
        ...


class Worker(Loop):
    """Does jobs of these kinds until stopped. Any number of them may run on one PostgreSQL."""

    unavailable = "jobs.unavailable"
    action = "job"

    def __init__(
        self,
        database: Database,
        clock: Clock,
        zone: ZoneInfo,
        platforms: Collection[Platform],
        works: Sequence[Work],
        committed: Callable[[], None],
        show: Shows | None = None,
        signs: tuple[float, float] = (SOON, BEAT),
    ) -> None:
        """`committed` is called after something was frozen, to wake the delivery."""
        super().__init__()
        self._database = database
        self._clock = clock
        self._zone = zone
        self._platforms = tuple(platforms)
        self._works = works
        self._committed = committed
        self._show = show
        self._signs = signs

    async def turn(self) -> float:
        """One job of each kind."""
        return 0 if await self.one() else IDLE

    async def one(self) -> bool:
        """Does the job of each kind that waits longest; False when none does. Raises `Unavailable` when the
        database cannot commit: the job is taken up again when its lease runs out."""
        real = self._clock.real()
        kinds = await self._database.read(lambda conn: jobs.waiting(conn, self._platforms, real), quick=True)
        done = [await self._first(work) for work in self._works if work.kind in kinds]
        return any(done)

    async def _first(self, work: Work) -> bool:
        real, kind = self._clock.real(), work.kind
        job = await self._database.write(lambda conn: jobs.claim(conn, kind, self._platforms, real, LEASE))
        if job is None:
            return False
        try:
            if job.attempts > TRIES:  # none of those that went before came as far as saying why
                await self._give_up(work, job, "every try ended without a word")
            else:
                await self._do(work, job)
        except Unavailable:
            raise
        except Conflict as conflict:
            log.info("job.dropped", action=kind, job=job.id, reason=str(conflict))
        except Exception as error:  # noqa: BLE001 - whatever it is, the person hears of it in the end
            log.error("job.failed", action=kind, job=job.id, tries=job.attempts, error=type(error).__name__)
            await self._stumbled(work, job, type(error).__name__)
        return True

    async def _do(self, work: Work, job: Job) -> None:
        async with self._held(job), asyncio.timeout(LONGEST):
            finish = await work.make(job)

        async def hand_over(conn: AsyncConnection) -> None:
            real = self._clock.real()
            await jobs.finish(conn, job, real)
            await freeze(conn, await finish(conn, real), real, self._today())

        await self._database.write(hand_over)
        self._committed()

    @asynccontextmanager
    async def _held(self, job: Job) -> AsyncIterator[None]:
        """Ours as long as it takes."""
        over = asyncio.Event()
        beating = asyncio.create_task(self._beat(job, over))
        try:
            yield
        finally:
            over.set()
            await beating

    async def _beat(self, job: Job, over: asyncio.Event) -> None:
        rest, between = self._signs
        while True:
            try:
                await asyncio.wait_for(over.wait(), rest)
            except TimeoutError:
                rest = between
            else:
                return
            until = self._clock.real() + LEASE
            try:
                await self._database.write(lambda conn, until=until: jobs.hold(conn, job, until))  # type: ignore[misc]
            except Conflict:
                return  # somebody else's by now: of what we make nothing is kept
            except Unavailable as error:
                log.error("jobs.unavailable", action="hold", reason=str(error))
            if self._show is not None:
                await self._show(job.account.platform, job.account.user_id)

    def _today(self) -> date:
        """The business date, whose month bears what is said."""
        return self._clock.now().astimezone(self._zone).date()

    async def _stumbled(self, work: Work, job: Job, error: str) -> None:
        if job.attempts >= TRIES:
            await self._give_up(work, job, error)
            return
        until = self._clock.real() + AGAIN
        try:
            await self._database.write(lambda conn: jobs.postpone(conn, job, error, until))
        except Conflict:
            return  # somebody else's by now

    async def _give_up(self, work: Work, job: Job, error: str) -> None:
        real = self._clock.real()

        async def apologise(conn: AsyncConnection) -> None:
            await jobs.fail(conn, job, error, real)
            await freeze(conn, work.apology(job, real), real, self._today())

        try:
            await self._database.write(apologise)
        except Conflict:
            return
        self._committed()
