"""收回訊息: what LINE recommends after `unsend`."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import MessageUnsent
from storage.effects import Asked
from storage.schema import inbox


async def erase(conn: AsyncConnection, asked: Sequence[Asked[MessageUnsent]]) -> None:
    """The stored text is gone; the business records made of it stay. Of the same chat only: nobody takes
    back somebody else's message."""
    for one in asked:
        if one.change.message_id:
            await conn.execute(
                update(inbox)
                .where(
                    inbox.c.account_id == one.account_id,
                    inbox.c.message_id == one.change.message_id,
                    # The event that took it back may carry the same message id and is still in work.
                    inbox.c.seq != (one.effect.cause or 0),
                )
                .values(raw=b"")
            )
