"""What a handler decides: what is said, and what changes."""

from dataclasses import dataclass

from guideline.changes import Change
from handlers.message import Message


@dataclass(frozen=True, slots=True)
class Notice:
    """Something said to somebody else than who wrote: to the person `to`, or to everybody of HR (None). It
    goes to the chat that reaches them best, in office hours; `receipt` opens their next reply where it may
    not have arrived. `brief` is said instead to who wants no details in what comes unasked
    (Preference.low_detail): that there is news, and what to type for it. `unit` is whose it is about,
    where HR is told: of many officers only some are (guideline.addressees)."""

    to: int | None
    messages: tuple[Message, ...]
    receipt: str = ""
    brief: tuple[Message, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`replies` go out in this order once `changes` are committed. `receipt` is one sentence saying what
    was recorded (已回報 2 小時…): where the reply may not have arrived, the person's next reply opens with
    it. Without changes worth confirming it is empty. `notices` go to others, in the same transaction."""

    replies: tuple[Message, ...] = ()
    changes: tuple[Change, ...] = ()
    receipt: str = ""
    notices: tuple[Notice, ...] = ()


NOTHING = Outcome()
