"""Where the pipeline meets a platform: reading what came in, and putting replies into envelopes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from guideline.records import Account
from handlers.event import Event
from handlers.menus import Menu
from handlers.message import Message
from storage.dispatches import NewDispatch


@dataclass(frozen=True, slots=True)
class Envelope:
    """For whom replies are, and what caused them: `raw` is the event as received, `age` how long ago."""

    account: Account
    cause: int
    raw: bytes
    age: timedelta


@dataclass(frozen=True, slots=True)
class Addressed:
    """Somebody who is told something unasked, by which event, and not before when (real time)."""

    account: Account
    cause: int
    not_before: datetime


class Reader(Protocol):
    """The half of a platform that does no I/O."""

    def read(self, raw: bytes, received_at: datetime, zone: ZoneInfo, nonce: str) -> Event:
        """Total: whatever the bytes are, an event comes back (Kind.OTHER where nothing can be made of it)."""
        ...

    def letters(self, envelope: Envelope, replies: Sequence[Message], receipt: str) -> list[NewDispatch]:
        """The API calls that say `replies`, in order, each within the platform's limits."""
        ...

    def notice(self, addressed: Addressed, messages: Sequence[Message], receipt: str) -> list[NewDispatch]:
        """The API calls that say `messages` unasked, in order, behind whatever the chat is being told."""
        ...

    def menu(
        self, account: Account, wanted: Menu, ids: Mapping[str, str], cause: int | None
    ) -> tuple[str, NewDispatch] | None:
        """What is remembered of the chat once it has the menu `wanted` (`Account.menu`), and the API call
        that gives it; None where it has it, or cannot have one. `ids` are LINE's rich menus by name."""
        ...
