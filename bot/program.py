"""The running bot: its parts as the web server and the tests hold on to them, and its loops."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.alerts.watch import Watch
from bot.figures import Figures
from bot.health import Health
from bot.pipeline import Pipeline
from bot.receiving import Receiving
from reminders.delivery import GRACE, Delivery
from reminders.scheduler import Scheduler
from storage.database import Database

log = structlog.get_logger()

AGAIN = 2.0  # seconds until a loop that stumbled starts again
# Seconds for all loops to end, deliveries with their calls and what came of them; then they are cancelled.
STOPPING = GRACE + 2.0


@dataclass
class Program:
    """What the web server and the tests need to hold on to."""

    database: Database
    receiving: Receiving
    pipeline: Pipeline
    health: Health
    scheduler: Scheduler
    figures: Figures
    watch: Watch
    deliveries: list[Delivery] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _stops: list[Callable[[], None]] = field(default_factory=list)

    def keep_running(
        self, run: Callable[[], Coroutine[Any, Any, None]], name: str, stop: Callable[[], None]
    ) -> None:
        """Runs `run()` until `stop` is called. A loop that stumbles over a mistake of ours starts again, and
        the program is not ready meanwhile: it must never become a silent half of a bot."""
        self._tasks.append(asyncio.create_task(self._kept(run, name), name=name))
        self._stops.append(stop)

    async def _kept(self, run: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        while True:
            try:
                return await run()
            except Exception as error:  # noqa: BLE001 - see keep_running
                log.critical("loop.stumbled", action=name, error=type(error).__name__)
                self.health.stumbled(name)
                await asyncio.sleep(AGAIN)

    async def stop(self) -> None:
        for stop in self._stops:
            stop()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOPPING)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
