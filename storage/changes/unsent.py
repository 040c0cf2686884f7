"""收回訊息: what LINE recommends after `unsend`."""

from collections.abc import Sequence

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import MessageUnsent
from storage.effects import Asked
from storage.schema import dispatch, inbox, outbox


async def erase(conn: AsyncConnection, asked: Sequence[Asked[MessageUnsent]]) -> None:
    """The stored text is gone, and with it what this chat was answered, which may quote it; the business
    records made of it stay. Of the same chat only: nobody takes back somebody else's message."""
    for one in asked:
        if not one.change.message_id:
            continue
        taken_back = (
            inbox.c.account_id == one.account_id,
            inbox.c.message_id == one.change.message_id,
            # The event that took it back may carry the same message id and is still in work.
            inbox.c.seq != (one.effect.cause or 0),
        )
        answers = select(outbox.c.dispatch_id).where(
            outbox.c.account_id == one.account_id,
            outbox.c.cause.in_(select(inbox.c.seq).where(*taken_back)),
        )
        # What was not sent yet is still said, since people wait for it; its words go when it is.
        unsaid = case((dispatch.c.state == "frozen", dispatch.c.body))
        await conn.execute(
            update(dispatch).where(dispatch.c.id.in_(answers)).values(fleeting=True, body=unsaid)
        )
        await conn.execute(update(inbox).where(*taken_back).values(raw=b""))
