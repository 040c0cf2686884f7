"""The first start from a backup: before anything is sent, what may have been sent since is settled
(`storage.restored`)."""

from datetime import date
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.pipeline import Pipeline
from bot.settings.values import Weekly
from guideline.rhythm import Occasion
from guideline.weekly import begun
from reminders.digests import RUN
from reminders.work import Work
from storage import restored, runs

log = structlog.get_logger()


async def settle_restored(work: Work, pipeline: Pipeline, weekly: Weekly) -> None:
    """What waited to be handled has its effect, since what people said stands; the answers were given long
    ago. The reminders and the digest that were due since then are not told again. Does nothing where the
    database was not restored; breaks off and begins anew at the next start."""
    database = work.database
    taken = await database.read(restored.taken_at)
    if taken is None:
        return
    while (await pipeline.batch()).claimed:
        pass
    occasion, week = await database.read(partial(_since, work=work, weekly=weekly))
    real = work.clock.real()

    async def unit(conn: AsyncConnection) -> restored.Settled:
        if occasion is not None:
            await restored.stop_occasion(conn, occasion, real)
        if week is not None:
            await runs.skip(conn, RUN, week, real)
        return await restored.settle(conn, taken, real)

    settled = await database.write(unit)
    log.warning(
        "program.restored",
        action="start",
        taken=taken.isoformat(),
        undecided=settled.calls,
        reminders=settled.reminders,
        jobs=settled.jobs,
    )


async def _since(conn: AsyncConnection, work: Work, weekly: Weekly) -> tuple[Occasion | None, date | None]:
    """The latest occasion, and the week of the digest, for which people may have been written to by now."""
    today, local = await work.today(conn), work.local()
    if today is None:
        return None, None
    week = begun(local, weekly.weekday, weekly.at, today.desk.office_hours)
    past = [one for one in today.occasions if one.day <= today.day]
    opens = today.desk.office_hours.next_open(local)
    if past and past[-1].day == today.day == opens.date() and local < opens:
        past.pop()  # the office opens only later today
    return (past[-1] if past else None), week
