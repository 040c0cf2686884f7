"""Reminders that were frozen and not sent at once: what was decided then may not hold any more, so they are
planned again (design §5: decided at most a second before the first attempt)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from storage import reminded
from storage.schema import dispatch, outbox

FRESH = timedelta(seconds=2)  # what was decided earlier and not tried is not sent but decided again
THAWED = "thawed"  # the reason of a dispatch whose people are planned again


async def untried(conn: AsyncConnection, before: datetime) -> bool:
    """Whether a call of a wave has waited since `before` (real time) for its first attempt."""
    return await conn.scalar(_untried(before).limit(1)) is not None


async def thaw(conn: AsyncConnection, before: datetime, at: datetime) -> frozenset[Way]:
    """Takes these calls back; returns the ways by which they would have gone. Not the rest of a reminder of
    which a part was tried."""
    rows: Sequence[Any] = (
        await conn.execute(_untried(before).order_by(dispatch.c.id).with_for_update(skip_locked=True))
    ).all()
    numbers = [row.id for row in rows]
    if not numbers:
        return frozenset()
    await reminded.again(conn, numbers, tried=False)
    await conn.execute(
        update(dispatch)
        .where(dispatch.c.id.in_(numbers))
        .values(state="refused", reason=THAWED, settled_at=at, body=None)
    )
    return frozenset(row.platform for row in rows)


def _untried(before: datetime) -> Any:
    return select(dispatch.c.id, dispatch.c.platform).where(
        dispatch.c.state == literal_column("'frozen'"),
        dispatch.c.lease_until.is_(None),
        stale(before),
    )


def stale(before: datetime) -> ColumnElement[bool]:
    """Whether a dispatch is of a reminder that was decided by then, and of which nothing was tried: it is not
    sent any more, and `thaw` takes it back."""
    part, other, mine = outbox.alias("part"), dispatch.alias("other"), outbox.alias("mine")
    of_wave = (
        select(mine.c.id).where(mine.c.dispatch_id == dispatch.c.id, mine.c.reminder_id.is_not(None)).exists()
    )
    begun = (
        select(part.c.id)
        .join(mine, mine.c.reminder_id == part.c.reminder_id)
        .join(other, other.c.id == part.c.dispatch_id)
        .where(mine.c.dispatch_id == dispatch.c.id, other.c.attempts > 0)
        .exists()
    )
    since = bindparam(None, before, type_=dispatch.c.created_at.type)
    return and_(
        dispatch.c.lane == 1, dispatch.c.attempts == 0, dispatch.c.created_at <= since, of_wave, ~begun
    )
