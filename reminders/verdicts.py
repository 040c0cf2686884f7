"""What a platform's answer means for the message, exactly one of four; and how much it takes."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """The platform took it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Definitely not sent, and asking again is of no use. `reason` is for operators, without a person's
    words: `blocked`, `expired-token`, `quota`, or the platform's own description."""

    reason: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nobody can know whether it was sent: the answer was lost. Never resent by itself."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Surely not sent (or safe to repeat under the same retry key): again after `seconds`. Not `made`: nobody
    was even asked, since its turn had not come. `barred`: it is no matter of this message; whoever runs the
    program has to mend its credentials, or the address it calls."""

    seconds: float
    reason: str
    made: bool = True
    barred: bool = False


def coded(reason: str) -> str:
    """What a log may say of a reason: a platform's own words come after its status, and may say ours back."""
    return reason.partition(":")[0] if reason[:1].isdigit() else reason


Answer = Accepted | Refused | Undecided | Later


@dataclass(frozen=True, slots=True)
class Room:
    """So many `calls` can go out this moment; where none can, some may `after` so many seconds."""

    calls: int
    after: float = math.inf
