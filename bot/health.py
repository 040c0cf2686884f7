"""Whether the program does its work, in words an operator can act on."""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.metrics import Metrics
from bot.polling import Poller
from bot.receiving import Receiving
from guideline.records import Way
from reminders.scheduler import STALE, Scheduler
from reminders.sending import STALLED as STALLED_WAVE
from reminders.sending import Sending
from storage.clock import Clock
from storage.database import Database
from storage.dispatches import oldest_due
from storage.errors import StorageError
from storage.inbox import oldest_waiting

REMEMBERED = timedelta(minutes=5)  # how long a loop that stumbled is told of
MUTE = 150.0  # seconds; a long poll answers every 25
STALLED = timedelta(seconds=60)  # a chat that waits longer than this is not being served


class Health:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        scheduler: Scheduler,
        metrics: Metrics,
        platforms: Collection[Way],
    ) -> None:
        """`platforms`: the ways that this program sends by."""
        self._platforms = tuple(platforms)
        self.poller: Poller | None = None
        self.sending: Sending | None = None
        self.receiving: Receiving | None = None
        self._database = database
        self._clock = clock
        self._scheduler = scheduler
        self._metrics = metrics
        self._stumbled: dict[str, datetime] = {}

    def stumbled(self, name: str) -> None:
        """A loop ended by a mistake of ours; it is started again."""
        self._stumbled[name] = self._clock.real()

    async def troubles(self) -> list[str]:
        """One line each; empty when all is well. Also refreshes the gauges."""
        real = self._clock.real()
        reasons = [
            f"{name}: stumbled {(real - at).total_seconds():.0f} s ago; its log line names the error"
            for name, at in self._stumbled.items()
            if real - at < REMEMBERED
        ]
        if self.receiving is not None and self.receiving.refusing:
            reasons.append(f"receiving: events are not stored: {self.receiving.refusing}")
        if self.poller is not None and self.poller.silent_for > MUTE:
            reasons.append(
                f"polling: Telegram gave no updates for {self.poller.silent_for:.0f} s; see the log"
            )
        if self._scheduler.silent_for > STALE:
            reasons.append(f"scheduler: no tick for {self._scheduler.silent_for:.0f} s")
        if self.sending is not None and self.sending.stalled_for > STALLED_WAVE:
            reasons.append(f"sending: the wave has not moved for {self.sending.stalled_for:.0f} s")
        try:
            waiting = await self._database.read(lambda conn: oldest_waiting(conn, self._platforms))
            due = await self._database.read(lambda conn: oldest_due(conn, real, self._platforms))
        except StorageError as error:
            return [*reasons, f"database: {error}"]
        age = real - waiting if waiting is not None else timedelta()
        self._metrics.oldest_waiting(age.total_seconds())
        if age > STALLED:
            reasons.append(f"inbox: the oldest event waits {age.total_seconds():.0f} s")
        if due is not None and real - due > STALLED:
            reasons.append(f"delivery: the oldest due message waits {(real - due).total_seconds():.0f} s")
        return reasons
