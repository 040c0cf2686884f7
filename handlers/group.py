"""Groups: nothing personal is answered there, and nothing at all unless a command is addressed to us.

The group's own row of a conversation remembers when it was last told so: people who try one command after
the other read the sentence once, not each time.
"""

from datetime import timedelta
from typing import Final

from guideline.changes import ConversationMoved
from guideline.records import Conversation, Snapshot
from handlers.commands import Name, command_in
from handlers.desk import Desk
from handlers.event import Event, Kind
from handlers.message import Text
from handlers.outcome import NOTHING, Outcome

TASK: Final = "group"
QUIET: Final = timedelta(minutes=10)  # how long the sentence holds for everybody in the group
_TALK: Final = {Name.AGREE, Name.DECLINE, Name.RESUME, Name.CANCEL, Name.START}  # words of people's talk
PRIVATELY: Final = "為保護個人資料，請加入好友後單獨詢問。"
HELLO: Final = f"大家好，我是 AI 學習小幫手。{PRIVATELY}"


def answer(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """One polite sentence when we are added and to a command; silence to everything else."""
    if event.kind is Kind.JOINED:
        return _once(event, snapshot, desk, HELLO)
    if event.kind is not Kind.TEXT:
        return NOTHING
    command = command_in(event.text, glued=False)
    slash = event.text.lstrip().startswith(("/", "／"))
    if command is None or (command.name in _TALK and not slash):
        return NOTHING
    return _once(event, snapshot, desk, PRIVATELY)


def _once(event: Event, snapshot: Snapshot, desk: Desk, said: str) -> Outcome:
    told = snapshot.conversation
    since = told.moved_at if told is not None and told.task == TASK else None
    if since is not None and event.at - since < QUIET:
        return NOTHING
    now_told = Conversation(TASK, "told", event.nonce, desk.edition.id)
    return Outcome((Text(said),), (ConversationMoved(now_told),))
