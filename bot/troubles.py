"""What can keep the program from its work: one source for `/readyz`, the alert by mail and the metrics."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    DATABASE = "database"  # it cannot be read, or nothing can be committed
    MIGRATION = "migration"  # it is of another version than the program
    LOOP = "loop"  # a part of the program ended by a mistake of ours and was started again
    SCHEDULER = "scheduler"  # it does not tick
    DUTY = "duty"  # something that it sees to fails every time
    INBOX = "inbox"  # events wait
    POLLING = "polling"  # Telegram gives no updates
    WEBHOOK = "webhook"  # a platform that usually hands us events does not, or says that it cannot
    SENDING = "sending"  # a wave does not go on
    DELIVERY = "delivery"  # messages that are due wait
    ANSWERS = "answers"  # a platform does not answer our calls
    ACCESS = "access"  # a platform refuses our credentials
    UNDELIVERED = "undelivered"  # much is refused, or nobody knows whether it arrived


PASSABLE: Final = frozenset({Kind.DUTY, Kind.WEBHOOK, Kind.UNDELIVERED})
"""With these the program does its work: an operator has to look, and `/readyz` says so beside its 200."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """`of` is the platform or the part of the program, where there are several; `since` is real time. `words`
    are one English line for operators, with figures and without anything of a person."""

    kind: Kind
    of: str
    since: datetime
    words: str

    @property
    def line(self) -> str:
        return f"{self.kind}: {self.of + ': ' if self.of else ''}{self.words}"

    @property
    def ready(self) -> bool:
        """Whether the program is ready in spite of it."""
        return self.kind in PASSABLE
