"""Where a person stands: the running task, and those set aside for it.

A task that is started while another runs sets that one aside inside its own draft (`paused`), so that it
can be gone on with afterwards, also after a restart. Cancelling drops the running one only.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from guideline.changes import Change, ConversationEnded, ConversationMoved
from guideline.records import Conversation, Snapshot
from handlers.desk import Desk
from handlers.event import Event

_PAUSED = "paused"
REMEMBERED = "faq"  # a question kept for HR (`wondering`): no task, and never set aside


def start(event: Event, snapshot: Snapshot, desk: Desk, task: str, step: str, **draft: Any) -> Conversation:
    """A new run of `task` under the event's nonce; what else was running is set aside under it."""
    others = [c for c in chain(snapshot.conversation) if c.task not in (task, REMEMBERED)]
    return _stack([Conversation(task, step, event.nonce, desk.edition.id, draft), *others])


def step(conversation: Conversation, to: str, **draft: Any) -> Conversation:
    """The same run at another step, with these keys of its draft changed."""
    return replace(conversation, step=to, draft={**conversation.draft, **draft})


def leave(conversation: Conversation | None) -> tuple[Change, ...]:
    """Ends the running task and keeps nothing of it; what was set aside for it runs again."""
    if conversation is None:
        return ()
    below = paused(conversation)
    return (ConversationMoved(below) if below else ConversationEnded(),)


def paused(conversation: Conversation) -> Conversation | None:
    """The task set aside under this one, whole; None where there is none that can be read."""
    kept = conversation.draft.get(_PAUSED)
    if not isinstance(kept, Mapping):
        return None
    names = ("task", "step", "nonce", "edition")
    draft = kept.get("draft")
    if not all(isinstance(kept.get(n), str) for n in names) or not isinstance(draft, Mapping):
        return None
    return Conversation(kept["task"], kept["step"], kept["nonce"], kept["edition"], dict(draft))


def chain(conversation: Conversation | None) -> list[Conversation]:
    """The running task first, then those under it, each without what lies under it."""
    found: list[Conversation] = []
    while conversation is not None and len(found) < 8:
        found.append(replace(conversation, draft=_own(conversation.draft)))
        conversation = paused(conversation)
    return found


def raised(conversation: Conversation | None, task: str) -> Conversation | None:
    """The same tasks with `task` on top; None where it is not among them."""
    tasks = chain(conversation)
    mine = [c for c in tasks if c.task == task]
    return _stack([mine[0], *(c for c in tasks if c.task != task)]) if mine else None


def _stack(tasks: list[Conversation]) -> Conversation:
    top, *rest = tasks
    if not rest:
        return top
    below = _stack(rest)
    kept = {
        "task": below.task,
        "step": below.step,
        "nonce": below.nonce,
        "edition": below.edition,
        "draft": dict(below.draft),
    }
    return replace(top, draft={**top.draft, _PAUSED: kept})


def _own(draft: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in draft.items() if key != _PAUSED}
