"""Where a chat stands in a task."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import ConversationEnded, ConversationMoved
from storage.effects import Effect
from storage.schema import conversation
from storage.statements import several, upsert_on


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
        await conn.execute(_move(conn.dialect.name), list(rows.values()))


@cache
def _move(dialect: str) -> Any:
    inserted = upsert_on(dialect, conversation)
    changed = {
        column.name: inserted.excluded[column.name]
        for column in conversation.columns
        if not column.primary_key
    }
    return inserted.on_conflict_do_update(index_elements=["account_id"], set_=changed)


_END: Final = delete(conversation).where(conversation.c.account_id.in_(several("accounts")))


async def end(conn: AsyncConnection, accounts: Collection[int]) -> None:
    """Nothing of their drafts is kept."""
    if accounts:
        await conn.execute(_END, {"accounts": list(accounts)})
