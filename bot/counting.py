"""Compares our count of the month's LINE messages with LINE's own, every hour (design §5)."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.platforms.line_admin import Quota
from bot.platforms.line_quota import QuotaUnknownError
from reminders.scheduler import Duty
from storage import budget
from storage.clock import Clock
from storage.database import Database

log = structlog.get_logger()

HOUR = timedelta(hours=1)
AGAIN = timedelta(minutes=5)  # after LINE did not say


def counting(
    database: Database,
    clock: Clock,
    zone: ZoneInfo,
    ask: Callable[[], Awaitable[Quota]],
    barred: Callable[[str], None],
) -> Duty:
    """Also asks at once where LINE refused a message because the month is used up (`budget.exhausted`). That
    LINE does not say is logged once, and our own count holds meanwhile; `barred(why)` hears that it refuses
    our token."""
    failed: datetime | None = None

    async def attend(now: datetime) -> None:
        nonlocal failed
        month, real = budget.month_of(now.astimezone(zone).date()), clock.real()
        if failed is not None and timedelta() <= real - failed < AGAIN:
            return
        # What arrives while LINE answers is not surely in its count.
        asked_at, ours = await database.read(lambda conn: budget.known(conn, month))
        if timedelta() <= real - asked_at < HOUR:
            return
        try:
            said = await ask()
        except QuotaUnknownError as error:
            if failed is None:
                log.warning("line.count_unknown", action="quota", reason=str(error))
            failed = real
            if error.barred:
                barred(str(error))
            return
        failed = None
        await database.write(lambda conn: budget.tell(conn, month, said.limit, said.used, real, ours))

    return Duty("line-count", attend)
