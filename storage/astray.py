"""Notices that wait for office hours, while their chat may change hands and their reader leave HR."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import officers
from storage.schema import account, dispatch, outbox, person
from storage.writing import DIGEST, OFFICE


async def kept(conn: AsyncConnection, ids: Sequence[int], real: datetime, today: date) -> list[int]:
    """Those of these dispatches that still reach whom they are for. The others are refused for good, with
    their words and their receipts: a chat that is no longer that person's is told nothing of theirs, and who
    has left or is no longer of HR reads no colleague's question. Asked as they go out, since only then it is
    known; the caller holds their rows."""
    if not ids:
        return []
    stray = set(
        await conn.scalars(
            select(outbox.c.dispatch_id)
            .join(account, account.c.id == outbox.c.account_id)
            .join(person, person.c.id == outbox.c.person_id)
            .where(
                outbox.c.dispatch_id.in_(ids),
                or_(
                    account.c.person_id.is_distinct_from(outbox.c.person_id),
                    and_(outbox.c.kind.in_((OFFICE, DIGEST)), ~officers.serving(today)),
                ),
            )
        )
    )
    if stray:
        await conn.execute(
            update(dispatch)
            .where(dispatch.c.id.in_(stray))
            .values(state="refused", reason="astray", settled_at=real, body=None)
        )
        await conn.execute(update(outbox).where(outbox.c.dispatch_id.in_(stray)).values(receipt=""))
    return [number for number in ids if number not in stray]
