"""What is due without anybody asking: leases that ran out, files that were sent, and
what may no longer be kept (design §9)."""

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import structlog

from reminders.delivery import recover_leases
from reminders.scheduler import Duty
from storage import files
from storage.clock import Clock
from storage.database import Database
from storage.purge import purge, purge_messages, purge_reminders
from storage.runs import begin, done

log = structlog.get_logger()

NIGHT = 3  # o'clock in the agency's timezone, when nobody writes
LEASE = timedelta(minutes=10)


def duties(database: Database, clock: Clock, zone: ZoneInfo) -> tuple[Duty, ...]:
    async def leases(_: datetime) -> None:
        await recover_leases(database, clock, starting=False)

    async def contents(_: datetime) -> None:
        real = clock.real()
        if await database.read(lambda conn: files.spent(conn, real)):
            await database.write(lambda conn: files.forget(conn, real))

    async def nightly(now: datetime) -> None:
        local = now.astimezone(zone)
        night = local.date() if local.hour >= NIGHT else local.date() - timedelta(days=1)
        real = clock.real()
        if await database.write(lambda conn: begin(conn, "purge", night, real, LEASE)) is None:
            return
        # What people did bears business time, what the program did real time: where the two are apart (the
        # demonstration, drills), nothing goes before its time by either.
        behind = min(now, real)
        removed = await database.write(lambda conn: purge(conn, behind))
        for name, old in (("messages", purge_messages), ("reminders", purge_reminders)):
            removed[name] = 0
            while gone := await database.write(partial(old, now=behind)):
                removed[name] += gone
                await database.let_others()
        await database.write(lambda conn: done(conn, "purge", night, clock.real()))
        log.info("purge.done", action="purge", night=night.isoformat(), **removed)

    return (Duty("leases", leases), Duty("files", contents), Duty("purge", nightly))
