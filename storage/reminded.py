"""A reminder that surely did not reach its person is planned again: the wave decides it anew."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.planned import QUOTA
from storage.schema import dispatch, hours, outbox, reminder
from storage.statements import CHUNK

ERASED = "erased"  # the reason of what is not said because its person had their data removed


async def again(conn: AsyncConnection, refused: Collection[int], *, tried: bool) -> None:
    """The reminders of these dispatches, which were definitely not sent: planned, as if never told; with
    `tried`, the way they went is not tried again in this wave. Not those that another way has taken over
    meanwhile, nor those of which another part arrived or may have. A quota that is used up counts as tried
    as well: within this wave it would be refused again, and the next wave begins anew; whom no other way
    leads to then waits for their next reply."""
    if not refused:
        return
    part, other, mine = outbox.alias("part"), dispatch.alias("other"), outbox.alias("mine")
    arrived: Any = (
        select(part.c.id)
        .join(other, other.c.id == part.c.dispatch_id)
        .where(part.c.reminder_id == reminder.c.id, other.c.state.in_(("accepted", "undecided")))
        .exists()
    )
    rows = await conn.execute(
        select(reminder.c.id, reminder.c.person_id, reminder.c.told_on, dispatch.c.reason)
        .join(mine, mine.c.reminder_id == reminder.c.id)
        .join(dispatch, dispatch.c.id == mine.c.dispatch_id)
        .where(
            mine.c.dispatch_id.in_(refused),
            reminder.c.state == "frozen",
            reminder.c.way == dispatch.c.platform,
            ~arrived,
        )
        .order_by(reminder.c.id)
        .with_for_update(of=reminder)
    )
    found = rows.all()
    for start in range(0, len(found), CHUNK):
        await _plan(conn, found[start : start + CHUNK], tried=tried)


async def drop(conn: AsyncConnection, person_id: int) -> None:
    """Nothing is said to this person any more of what is planned, waits, or was frozen and not sent."""
    unsent = (
        select(outbox.c.reminder_id)
        .join(dispatch, dispatch.c.id == outbox.c.dispatch_id)
        .where(outbox.c.reminder_id == reminder.c.id, dispatch.c.state == "frozen")
        .exists()
    )
    await conn.execute(
        update(reminder)
        .where(
            reminder.c.person_id == person_id,
            reminder.c.state.in_(("planned", "waiting")) | ((reminder.c.state == "frozen") & unsent),
        )
        .values(state="dropped", reason=ERASED)
    )


async def _plan(conn: AsyncConnection, found: Sequence[Any], *, tried: bool) -> None:
    asked = defaultdict(list)
    for row in found:
        if row.told_on is not None:
            asked[row.told_on].append(row.person_id)
    for day, people in asked.items():
        # What they were asked about their uploads they were not asked.
        await conn.execute(
            update(hours).where(hours.c.person_id.in_(people), hours.c.asked_on == day).values(asked_on=None)
        )
    new: dict[str, Any] = {"state": "planned", "told_on": None, "decided_at": None}
    if tried:
        new["tried"] = case(
            (reminder.c.tried == "", reminder.c.way),
            (("," + reminder.c.tried + ",").contains("," + reminder.c.way + ","), reminder.c.tried),
            else_=reminder.c.tried + "," + reminder.c.way,
        )
        lacking = [row.id for row in found if row.reason == QUOTA]
        new["reason"] = case((reminder.c.id.in_(lacking), QUOTA), else_=reminder.c.reason)
    await conn.execute(update(reminder).where(reminder.c.id.in_([row.id for row in found])).values(**new))
