"""Whether typed words ask something, and the question that nothing answered, kept until it is passed on.

A press cannot carry a person's words. They wait in the conversation: in the draft of the task that runs,
or alone in a conversation of no task, which anything that is started replaces.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from guideline.changes import ConversationMoved
from guideline.records import Conversation, Snapshot
from guideline.search import fold
from handlers.commands import bare, clean, tidy
from handlers.desk import Desk
from handlers.event import Event
from handlers.tasks import REMEMBERED

KEPT: Final = "wondered"
RECENT: Final = timedelta(minutes=10)
SHORTEST: Final = 4  # letters of a question that may interrupt; 「什麼」 is said to the present question
_ASKING: Final = re.compile(
    r"什麼|甚麼|怎麼|怎樣|如何|哪|為何|可不可以|能不能|要不要|是不是|有沒有|會不會|算不算|需不需要|該不該|幾(?!乎)|多少|誰|何時"
)
_ENDS: Final = re.compile(r"(?:\?|嗎|呢)[\s?!~。.]*$")


def plainly(text: str) -> bool:
    """Whether the words hold an interrogative: 什麼, 怎麼, 可不可以 …"""
    return _ASKING.search(fold(text)) is not None


def asks(text: str) -> bool:
    """Whether the words plainly ask something: an interrogative, or 嗎, 呢, ？ at their end."""
    return len(bare(text)) >= SHORTEST and (plainly(text) or _ENDS.search(fold(tidy(text))) is not None)


def remember(event: Event, snapshot: Snapshot, desk: Desk) -> ConversationMoved:
    """Keeps the event's question; the task that runs, if any, goes on as it stands."""
    kept = {"text": clean(event.text), "nonce": event.nonce}
    running = snapshot.conversation
    if running is None or running.task == REMEMBERED:
        return ConversationMoved(
            Conversation(REMEMBERED, "asked", event.nonce, desk.edition.id, {KEPT: kept})
        )
    return ConversationMoved(replace(running, draft={**running.draft, KEPT: kept}))


def remembered(conversation: Conversation | None, nonce: str) -> str | None:
    """The question that was kept at the event of this nonce; None where another came since, or none."""
    kept = conversation.draft.get(KEPT) if conversation is not None else None
    if not isinstance(kept, Mapping) or kept.get("nonce") != nonce:
        return None
    text = kept.get("text")
    return text if isinstance(text, str) and text else None


def latest(conversation: Conversation | None, at: datetime) -> str:
    """The question that was kept just now, for who types 問人事 instead of tapping; "" where none was."""
    kept = conversation.draft.get(KEPT) if conversation is not None else None
    moved = conversation.moved_at if conversation is not None else None
    if not isinstance(kept, Mapping) or moved is None or at - moved > RECENT:
        return ""
    return remembered(conversation, str(kept.get("nonce"))) or ""


def forgotten(conversation: Conversation | None) -> Conversation | None:
    """The same without the question."""
    if conversation is None or KEPT not in conversation.draft:
        return conversation
    return replace(conversation, draft={k: v for k, v in conversation.draft.items() if k != KEPT})
