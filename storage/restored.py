"""A database that was put back from a backup: what was still to be sent then may have been sent since.

The program went on after the copy was made, answered people and sent reminders; none of that stands in the
copy. So whatever it holds as unsent is not sent by itself: it is listed as undecided, as after a crash. A
backup carries the mark that starts this; a database nobody restored has none.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.rhythm import Occasion
from storage import settings
from storage.jobs import FAILED, WAITING
from storage.schema import dispatch, job, outbox, reminder, setting, wave
from storage.settling import MENU, Verdict, end
from storage.statements import CHUNK, upsert
from storage.waves import STOPPED

TAKEN: Final = "restored.taken_at"  # the key of the mark: when the backup was begun
RESTORED: Final = "restored"  # the reason of what may have been sent after that, and who ended a wave


@dataclass(frozen=True, slots=True)
class Settled:
    """How many `calls` are undecided now, how many `reminders` and `jobs` were given up."""

    calls: int
    reminders: int
    jobs: int


async def taken_at(conn: AsyncConnection) -> datetime | None:
    """When the backup was taken that this database was restored from; None: it was not, or all that follows
    from it is done."""
    return await settings.instant(conn, TAKEN)


async def mark(conn: AsyncConnection, taken: datetime, real: datetime) -> None:
    """Of a database that was restored by other tools than ours; both are real time."""
    await settings.keep_instant(conn, TAKEN, taken, real, RESTORED)


async def stop_occasion(conn: AsyncConnection, occasion: Occasion, real: datetime) -> None:
    """The wave of this occasion has gone out since, for all that is known: none begins."""
    row = {"state": STOPPED, "shadow": False, "created_at": real, "ended_at": real, "ended_by": RESTORED}
    new = upsert(conn, wave).values(occasion=occasion.id, day=occasion.day, **row)
    await conn.execute(new.on_conflict_do_nothing(index_elements=["occasion"]))


async def settle(conn: AsyncConnection, taken: datetime, real: datetime) -> Settled:
    """Gives up what the copy holds as unsent, and takes the mark away; before anything is sent, and when no
    event waits any more.

    Kept are menus, which may be given twice; what was not to be sent before `real`; and a conversation's call
    with a retry key, which LINE knows again for a day (`taken` counts as its first attempt at the latest).
    """
    known = and_(dispatch.c.retry_key.is_not(None), dispatch.c.lane == 0)
    put_off = and_(dispatch.c.not_before.is_not(None), dispatch.c.not_before > real)
    later = and_(put_off, dispatch.c.lease_until.is_(None))
    kept = and_(dispatch.c.created_at <= taken, or_(known, later))
    is_menu = exists().where(outbox.c.dispatch_id == dispatch.c.id, outbox.c.kind == MENU)
    frozen = dispatch.c.state == "frozen"
    unsure = (await conn.scalars(select(dispatch.c.id).where(frozen, ~kept, ~is_menu))).all()
    for start in range(0, len(unsure), CHUNK):
        some = unsure[start : start + CHUNK]
        await end(conn, [Verdict(number, "undecided", RESTORED) for number in some], real)
    at_latest: Any = bindparam(None, taken, type_=dispatch.c.created_at.type)
    first = func.coalesce(dispatch.c.first_attempt_at, at_latest)
    await conn.execute(update(dispatch).where(frozen, known).values(first_attempt_at=first))
    untold = await conn.execute(
        update(reminder)
        .where(reminder.c.state.in_(("planned", "waiting")))
        .values(state="dropped", reason=RESTORED)
    )
    await conn.execute(
        update(wave)
        .where(wave.c.state.in_(("planning", "open")))
        .values(state=STOPPED, ended_at=real, ended_by=RESTORED)
    )
    unmade = await conn.execute(
        update(job)
        .where(job.c.state == WAITING)
        .values(state=FAILED, error=RESTORED, finished_at=real, lease_until=None)
    )
    await conn.execute(delete(setting).where(setting.c.key == TAKEN))
    return Settled(len(unsure), untold.rowcount, unmade.rowcount)
