"""Questions about the guideline, answered in its own words with the Q-number."""

from guideline.records import Conversation, Snapshot
from handlers import help as helping
from handlers.desk import Desk
from handlers.event import Event
from handlers.outcome import Outcome
from handlers.payload import Press

TASK = "faq"
TITLE = "指引問答"


def present(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    return Outcome((helping.not_understood(desk),))


def answer(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    return Outcome((helping.not_understood(desk),))


def press(
    event: Event, running: Conversation | None, snapshot: Snapshot, desk: Desk, pressed: Press
) -> Outcome:
    return Outcome((helping.not_understood(desk),))


def resume(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    return Outcome((helping.not_understood(desk),))


def where(running: Conversation, desk: Desk) -> str:
    return "還有一項沒完成"


def reply(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome | None:
    """The answer to a free question; None where the words ask nothing."""
    return None
