"""What the rounds of reminders work with: made once, in the composition root."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from handlers.desk import Desk
from reminders.today import Today, look
from reminders.voices import Voice
from storage.clock import Clock
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Pace:
    """How much of a wave goes by one way: `calls` a second, each to at most `most` people. While `put_off`
    calls wait for another try nothing more is frozen for it (0: as many as go `ahead`): what is frozen cannot
    always be taken back, and HR may stop the wave meanwhile."""

    calls: int
    most: int = 1
    put_off: int = 0

    @property
    def ahead(self) -> int:
        """Calls that may wait for their first attempt: what goes out within half of the second for which a
        decision holds (`storage.thawing.FRESH`), so that a machine that is busy still keeps the pace."""
        return max(1, self.calls // 2)

    @property
    def patience(self) -> int:
        """Calls that may wait for another try."""
        return self.put_off or self.ahead


@dataclass(frozen=True, slots=True)
class Work:
    """`voices` and `pace` of the ways that are on; `desk` as the settings have it, without HR's closures;
    `cap` is line.monthly_budget."""

    database: Database
    clock: Clock
    zone: ZoneInfo
    desk: Desk
    voices: Mapping[Way, Voice]
    pace: Mapping[Way, Pace]
    cap: int | None = None

    def local(self) -> datetime:
        """Business time in the agency's timezone."""
        return self.clock.now().astimezone(self.zone)

    async def today(self, conn: AsyncConnection) -> Today | None:
        """What holds today; None before the first edition."""
        return await look(conn, self.desk, self.local().date(), frozenset(self.voices), self.zone)

    def open(self, today: Today) -> bool:
        """Whether the office is open now."""
        local = self.local()
        return local.date() == today.day and today.desk.office_hours.next_open(local) == local
