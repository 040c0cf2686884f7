"""What a platform's answer means for the message: exactly one of four."""

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
    """Surely not sent (or safe to repeat under the same retry key): again after `seconds`."""

    seconds: float
    reason: str


Answer = Accepted | Refused | Undecided | Later
