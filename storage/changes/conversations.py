"""Where a chat stands in a task."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import ConversationEnded, ConversationMoved
from storage.effects import Effect
from storage.schema import conversation
from storage.statements import upsert


async def moved(conn: AsyncConnection, effects: Sequence[Effect]) -> None:
    """Of several moves of one chat the last one holds: two statements, whatever their number."""
    ended: set[int] = set()
    rows: dict[int, dict[str, Any]] = {}
    for effect in effects:
        chat = effect.account.id
        match effect.change:
            case ConversationEnded():
                rows.pop(chat, None)
                ended.add(chat)
            case ConversationMoved(to):
                ended.discard(chat)
                rows[chat] = {
                    "account_id": chat,
                    "task": to.task,
                    "step": to.step,
                    "nonce": to.nonce,
                    "edition": to.edition,
                    "draft": to.draft,
                    "moved_at": effect.at,
                }
            case _:
                pass
    await end(conn, ended)
    if rows:
        inserted = upsert(conn, conversation)
        changed = {
            column.name: inserted.excluded[column.name]
            for column in conversation.columns
            if not column.primary_key
        }
        await conn.execute(
            inserted.on_conflict_do_update(index_elements=["account_id"], set_=changed), list(rows.values())
        )


async def end(conn: AsyncConnection, accounts: Collection[int]) -> None:
    """Nothing of their drafts is kept."""
    if accounts:
        await conn.execute(delete(conversation).where(conversation.c.account_id.in_(accounts)))
