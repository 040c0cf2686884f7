"""What is due without anybody asking: leases that ran out, files that were sent, and
what may no longer be kept (design §9)."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from reminders.recovery import recover_leases
from reminders.scheduler import Duty
from reminders.turns import SLICE, turns
from storage import files
from storage.clock import Clock
from storage.database import Database
from storage.purge import lots
from storage.runs import advance, begin, done

log = structlog.get_logger()

PURGE = "purge"
NIGHT = 3  # o'clock in the agency's timezone, when nobody writes
LEASE = timedelta(minutes=10)


def duties(database: Database, clock: Clock, zone: ZoneInfo) -> tuple[Duty, ...]:
    async def leases(_: datetime) -> None:
        await recover_leases(database, clock, starting=False)

    async def contents(_: datetime) -> None:
        real = clock.real()
        if await database.read(lambda conn: files.spent(conn, real)):
            await database.write(lambda conn: files.forget(conn, real))

    removed: Counter[str] = Counter()

    async def nightly(now: datetime) -> None:
        """As much as a tick has time for; the next tick, or another replica, goes on there."""
        local = now.astimezone(zone)
        night = local.date() if local.hour >= NIGHT else local.date() - timedelta(days=1)
        real = clock.real()
        cursor = await database.write(lambda conn: begin(conn, PURGE, night, real, LEASE))
        if cursor is None:
            return
        # What people did bears business time, what the program did real time: where the two are apart (the
        # demonstration, drills), nothing goes before its time by either.
        step, left = int(cursor or 0), lots(database, min(now, real), int(cursor or 0))
        async for _ in turns(database, SLICE):
            lot = await anext(left, None)
            if lot is None:
                await database.write(lambda conn: done(conn, PURGE, night, clock.real()))
                log.info("purge.done", action=PURGE, night=night.isoformat(), **removed)
                removed.clear()
                return
            step = lot.step
            removed[lot.name] += lot.removed
        moved = (cursor, str(step))
        await database.write(lambda conn: advance(conn, PURGE, night, moved, clock.real()))

    return (Duty("leases", leases), Duty("files", contents), Duty(PURGE, nightly))
