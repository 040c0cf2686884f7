"""The text of `/metrics`: the counters, and the gauges as things stand when it is asked for."""

import time
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.health import Health
from bot.metrics import Metrics
from bot.settings import Settings
from storage import budget
from storage.budget import Budget
from storage.clock import Clock
from storage.database import Database
from storage.errors import StorageError
from storage.watching import Queues, queues

FRESH: Final = 5.0  # seconds for which the tables are not asked again
COUNTED: Final = 60.0  # the same of the month's messages, which are added up one by one


class Figures:
    """Where the database cannot be read, its gauges keep what they said last, and `talentbot_trouble`
    tells."""

    def __init__(
        self, database: Database, clock: Clock, settings: Settings, health: Health, metrics: Metrics
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._health = health
        self._metrics = metrics
        self._asked = -FRESH
        self._counted = -COUNTED
        self._budget: Budget | None = None

    async def text(self) -> bytes:
        """The exposition format."""
        troubles = await self._health.troubles()
        self._metrics.lives(self._health.scheduler_silent, troubles)
        if self._health.latest is not None and time.monotonic() - self._asked >= FRESH:
            self._asked = time.monotonic()
            try:
                counted = await self._database.read(self._count)
            except StorageError:
                return self._metrics.text()
            latest, ways = self._health.latest, self._health.platforms
            real = self._clock.real()
            self._metrics.stands(real, latest.waiting_since, latest.due_since, counted, self._budget, ways)
        return self._metrics.text()

    async def _count(self, conn: AsyncConnection) -> Queues:
        line = self._settings.line
        if line.enabled and time.monotonic() - self._counted >= COUNTED:
            self._counted = time.monotonic()
            month = budget.month_of(self._clock.now().astimezone(self._settings.zone).date())
            self._budget = await budget.stands(conn, month, line.monthly_budget)
        return await queues(conn, self._health.platforms)
