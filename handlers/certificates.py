"""證照: which one to take, and those reported as held (Q5–Q7)."""

from guideline.records import Conversation, Snapshot
from handlers import help as helping
from handlers.desk import Desk
from handlers.event import Event
from handlers.outcome import Outcome
from handlers.payload import Press

TASK = "certificate"
TITLE = "證照回報"


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


def begin(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    return Outcome((helping.not_understood(desk),))
