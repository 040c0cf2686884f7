"""問人事: a question for HR, and what became of it."""

from guideline.records import Conversation, Snapshot
from handlers import help as helping
from handlers.desk import Desk
from handlers.event import Event
from handlers.outcome import Outcome
from handlers.payload import Press

TASK = "ask"
TITLE = "給人事的提問"


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


def mine(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    return Outcome((helping.not_understood(desk),))


def begin(event: Event, snapshot: Snapshot, desk: Desk, text: str) -> Outcome:
    return Outcome((helping.not_understood(desk),))
