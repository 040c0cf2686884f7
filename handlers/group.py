"""Groups: nothing personal is answered there, and nothing at all unless a command is addressed to us."""

from handlers.commands import Name, command_in
from handlers.event import Event, Kind
from handlers.message import Text
from handlers.outcome import NOTHING, Outcome

_TALK = {Name.AGREE, Name.DECLINE, Name.RESUME, Name.CANCEL, Name.START}  # words people say to each other
PRIVATELY = Text("為保護個人資料，請加入好友後單獨詢問。")


def answer(event: Event) -> Outcome:
    """One polite sentence to a command; silence to everything else."""
    if event.kind is not Kind.TEXT:
        return NOTHING
    command = command_in(event.text, glued=False)
    slash = event.text.lstrip().startswith(("/", "／"))
    if command is None or (command.name in _TALK and not slash):
        return NOTHING
    return Outcome((PRIVATELY,))
