"""What a handler decides: what is said, and what changes."""

from dataclasses import dataclass

from guideline.records import Change
from handlers.message import Message


@dataclass(frozen=True, slots=True)
class Outcome:
    """`replies` go out in this order once `changes` are committed. `receipt` is one sentence saying what
    was recorded (已回報 2 小時…): where the reply may not have arrived, the person's next reply opens with
    it. Without changes worth confirming it is empty."""

    replies: tuple[Message, ...] = ()
    changes: tuple[Change, ...] = ()
    receipt: str = ""


NOTHING = Outcome()
