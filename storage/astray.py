"""What waits to be sent while a chat may change hands, somebody leave, and a reader leave HR."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, case, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import officers, reminded
from storage.schema import account, dispatch, outbox, person, preference
from storage.statements import several
from storage.writing import DIGEST, OFFICE, REMINDER

ASTRAY = "astray"  # the reason of what would have reached somebody else, or come too late
STALE = timedelta(days=3)  # of what was put off so long the words, and who is to read them, hold no more


async def kept(conn: AsyncConnection, ids: Sequence[int], real: datetime, today: date) -> list[int]:
    """Those of these dispatches that still reach whom they are for. The others are refused for good, with
    their words and their receipts: a chat that is no longer that person's is told nothing of theirs, who has
    left, or stopped the reminders or put them off meanwhile, is not reminded, and who has left or is no
    longer of HR reads nothing of HR's; a reminder or digest of last week is told to nobody. Where it was for
    many, the others' reminders are planned anew. Asked as they go out, since only then it is known; the
    caller holds their rows.

    What was tried before may have arrived: to one it is undecided, and to many it goes on under its key,
    since the others' message would be lost with it; it names nobody."""
    if not ids:
        return []
    asked = {"ids": list(ids), "today": today, "long_ago": real - STALE}
    rows = await conn.execute(_STRAY, asked)
    stray = {
        row.id: row.first_attempt_at is not None
        for row in rows
        if row.first_attempt_at is None or row.account_id is not None
    }
    if stray:
        tried = [number for number, before in stray.items() if before]
        await conn.execute(
            update(dispatch)
            .where(dispatch.c.id.in_(stray))
            .values(
                state=case((dispatch.c.id.in_(tried), "undecided"), else_="refused"),
                reason=ASTRAY,
                settled_at=real,
                body=None,
            )
        )
        await conn.execute(
            update(outbox).where(outbox.c.dispatch_id.in_(stray), outbox.c.receipt != "").values(receipt="")
        )
        await reminded.again(conn, [number for number, before in stray.items() if not before], tried=False)
    return [number for number in ids if number not in stray]


def _stray() -> Select[Any]:
    today, long_ago = bindparam("today", type_=person.c.left_on.type), bindparam("long_ago", type_=_INSTANT)
    gone: Any = and_(person.c.left_on.is_not(None), person.c.left_on < today)
    unwanted: Any = or_(preference.c.stopped_at.is_not(None), preference.c.snoozed_until >= today)
    return (
        select(dispatch.c.id, dispatch.c.account_id, dispatch.c.first_attempt_at)
        .join(outbox, outbox.c.dispatch_id == dispatch.c.id)
        .join(person, person.c.id == outbox.c.person_id)
        .outerjoin(account, account.c.id == outbox.c.account_id)
        .outerjoin(preference, preference.c.person_id == person.c.id)
        .where(
            dispatch.c.id.in_(several("ids")),
            or_(
                and_(
                    outbox.c.account_id.is_not(None), account.c.person_id.is_distinct_from(outbox.c.person_id)
                ),
                and_(outbox.c.account_id.is_(None), person.c.email == ""),
                and_(outbox.c.kind == REMINDER, or_(gone, unwanted)),
                and_(outbox.c.kind.in_((OFFICE, DIGEST)), ~officers.serving(today)),
                and_(outbox.c.kind.in_((REMINDER, DIGEST)), dispatch.c.created_at <= long_ago),
            ),
        )
        .distinct()
    )


_INSTANT: Final = dispatch.c.created_at.type
_STRAY: Final = _stray()
