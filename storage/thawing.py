"""Reminders that were frozen and not sent at once: what was decided then may not hold any more, so they are
planned again (design §5: decided at most a second before the first attempt)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from guideline.ways import ORDER
from storage import reminded
from storage.schema import dispatch, outbox, reminder

FRESH = timedelta(seconds=1)  # what was decided earlier and not tried is not sent but decided again
THAWED = "thawed"  # the reason of a dispatch whose people are planned again


async def unsent(conn: AsyncConnection, before: datetime, going: int | None = None) -> bool:
    """Whether there is anything to `thaw`. Asked way by way: an index finds what is of a wave, however many
    conversations wait."""
    statement, asked = _any_unsent(going is not None), {"before": before, "going": going}
    for way in ORDER:
        if await conn.scalar(statement, asked | {"way": way}) is not None:
            return True
    return False


async def thaw(
    conn: AsyncConnection, before: datetime, at: datetime, going: int | None = None
) -> frozenset[Way]:
    """Takes calls of waves back that were frozen by `before` (real time); returns the ways by which they
    would have gone. Of the wave that is `going` those that wait for their first attempt; of all others, which
    HR holds back or whose day is over, also those that surely were not sent and wait for another one. Never
    the rest of a reminder of which a part may have been sent."""
    rows: Sequence[Any] = (
        await conn.execute(_all_unsent(going is not None), {"before": before, "going": going})
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


def stale(before: BindParameter[datetime]) -> ColumnElement[bool]:
    """Whether a dispatch is of a reminder that was decided by then, and never given out: it is not sent any
    more, and `thaw` takes it back."""
    return and_(_unbegun(before), dispatch.c.attempts == 0)


@cache
def _any_unsent(going: bool) -> Select[Any]:
    return _unsent(going).where(dispatch.c.platform == bindparam("way")).limit(literal_column("1"))


@cache
def _all_unsent(going: bool) -> Select[Any]:
    return _unsent(going).order_by(dispatch.c.id).with_for_update(skip_locked=True)


def _unsent(going: bool) -> Select[Any]:
    # What came back as surely not sent has no first attempt (storage.settling).
    elsewhere = ~_told(reminder.c.wave_id == bindparam("going")) if going else true()
    return select(dispatch.c.id, dispatch.c.platform).where(
        dispatch.c.state == literal_column("'frozen'"),
        dispatch.c.lease_until.is_(None),
        _unbegun(bindparam("before", type_=dispatch.c.created_at.type)),
        or_(dispatch.c.attempts == 0, elsewhere),
    )


def _unbegun(before: BindParameter[datetime]) -> ColumnElement[bool]:
    """Of a reminder that was decided by then, of which no part is known to be on its way."""
    part, other, mine = outbox.alias("part"), dispatch.alias("other"), outbox.alias("mine")
    begun = (
        select(part.c.id)
        .join(mine, mine.c.reminder_id == part.c.reminder_id)
        .join(other, other.c.id == part.c.dispatch_id)
        .where(mine.c.dispatch_id == dispatch.c.id, other.c.first_attempt_at.is_not(None))
        .exists()
    )
    return and_(
        dispatch.c.lane == 1,
        dispatch.c.first_attempt_at.is_(None),
        dispatch.c.created_at <= before,
        _told(true()),
        ~begun,
    )


def _told(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the dispatch tells a reminder, one of `which`."""
    mine = outbox.alias("mine")
    return (
        select(mine.c.id)
        .join(reminder, reminder.c.id == mine.c.reminder_id)
        .where(mine.c.dispatch_id == dispatch.c.id, which)
        .exists()
    )
