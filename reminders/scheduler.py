"""The scheduler only ticks; what is due and not yet done stands in tables (design §5).

APScheduler gives the tick. Its promises are never relied on: a job that is late or lost is made good by
the next tick, because each duty asks the database. A watchdog on monotonic time wakes the scheduler when
the wall clock jumps; without it a step back of an hour silences it for an hour.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from storage.clock import Clock
from storage.errors import StorageError

log = structlog.get_logger()

TICK = 15  # seconds
STALE = 4 * TICK  # seconds without a tick after which the program is not ready


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to look after at every tick. `attend(now)` does what is due and not yet done at business
    time `now`; it may be called any number of times, by any number of replicas."""

    name: str
    attend: Callable[[datetime], Awaitable[None]]


class Scheduler:
    def __init__(self, clock: Clock, duties: Sequence[Duty], seconds: float = TICK) -> None:
        self._clock = clock
        self.duties = tuple(duties)
        self._seconds = seconds
        self._beat = time.monotonic()
        self._failing: dict[str, float] = {}
        self._ticking = asyncio.Lock()
        self._apscheduler = AsyncIOScheduler(timezone="UTC")
        self._tick: asyncio.Task[None] | None = None
        self._watchdog: asyncio.Task[None] | None = None

    @property
    def silent_for(self) -> float:
        """Seconds since the last duty ended."""
        return time.monotonic() - self._beat

    @property
    def failing(self) -> dict[str, float]:
        """By the name of each duty that failed at its last run: seconds since it began to, without a success
        between."""
        return {name: time.monotonic() - since for name, since in self._failing.items()}

    def start(self) -> None:
        self._apscheduler.add_job(
            self._begin,
            "interval",
            seconds=self._seconds,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._apscheduler.start()
        self._watchdog = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """A tick under way is broken off between two of its transactions: the next one, of whatever run,
        finds in the tables what is left to do."""
        if self._apscheduler.running:
            self._apscheduler.shutdown(wait=False)
        tasks = [task for task in (self._watchdog, self._tick) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _begin(self) -> None:
        """Begins a tick, unless one is under way, and returns: a job that is still running when APScheduler
        is shut down is cancelled by it and reported as an error."""
        if not self._ticking.locked():
            self._tick = asyncio.create_task(self.tick(), name="tick")

    async def tick(self) -> None:
        """Attends to every duty once, after any tick before it. One that fails is logged and asked again
        at the next tick."""
        async with self._ticking:
            now = self._clock.now()
            for duty in self.duties:
                try:
                    await duty.attend(now)
                except StorageError as error:
                    log.error("duty.failed", action=duty.name, reason=str(error))
                    self._failing.setdefault(duty.name, time.monotonic())
                except Exception as error:  # noqa: BLE001 - one duty's bug must not end the others
                    log.critical("duty.broken", action=duty.name, error=type(error).__name__)
                    self._failing.setdefault(duty.name, time.monotonic())
                else:
                    self._failing.pop(duty.name, None)
                self._beat = time.monotonic()

    async def _watch(self) -> None:
        """APScheduler sleeps until a wall-clock time; this looks by monotonic time whether it overslept. A
        long tick is no sleep: a second one beside it would do the same."""
        while True:
            await asyncio.sleep(self._seconds)
            if self.silent_for > 2 * self._seconds and not self._ticking.locked():
                log.warning("scheduler.woken", action="watchdog", silent=round(self.silent_for))
                await self.tick()
                self._apscheduler.reschedule_job(
                    self._apscheduler.get_jobs()[0].id, trigger="interval", seconds=self._seconds
                )
