"""The sequential model: each person's events one at a time, in the promised order, by the pure handlers.

`tests.handlers.scene.Chat` applies what a handler decides in memory, without a row or a transaction; here one
person's chats share what is the person's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from guideline.changes import Change
from guideline.records import Account, Person
from handlers.desk import Desk
from handlers.event import Event
from handlers.payload import pack
from tests.drills.histories import Sent
from tests.handlers.scene import Chat, buttons

# Of a chat's fields those that belong to its person.
_OF_PERSON: Final = (
    *("role", "roles", "certificates", "preference", "questions", "copies", "entries"),
    "person",
)
NUMBERED: Final = {
    "entries": "hours",
    "roles": "role_assignment",
    "certificates": "certificate",
    "questions": "question",
}
Numbers = Mapping[tuple[str, int], Sequence[int]]  # ids by table and person, in the order in which they came


@dataclass
class Held(Chat):
    """Its records carry the numbers that the database gave to theirs, first to first: what a button carries
    can be compared byte for byte. A record that the database lacks gets a number below zero."""

    numbers: Numbers = field(default_factory=dict)

    def _apply(self, change: Change) -> None:
        super()._apply(change)
        if self.person is None:
            return
        for name, table in NUMBERED.items():
            ids = self.numbers.get((table, self.person.id), ())
            records = [
                replace(one, id=ids[place] if place < len(ids) else -1 - place)
                for place, one in enumerate(getattr(self, name))
            ]
            setattr(self, name, tuple(records))
        self.role = self.roles[-1] if self.roles else None

    def payloads(self) -> list[tuple[str, str]]:
        """Label and payload of every button it was ever shown, the newest first."""
        return [
            (button.label, pack(button.press))
            for message in reversed(self.heard)
            for button in buttons(message)
            if button.press is not None
        ]


@dataclass
class Colleague:
    """Somebody with their chats, by account."""

    number: int
    chats: dict[int, Held]
    released: bool = False
    _known: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, number: int, person: Person | None, accounts: Sequence[Account], desk: Desk) -> "Colleague":
        chats = {one.id: Held(desk=desk, account=one, person=person, hr_reached=False) for one in accounts}
        made = cls(number, chats)
        made._known = {name: getattr(next(iter(chats.values())), name) for name in _OF_PERSON}
        return made

    def hears(self, account_id: int, event: Event, numbers: Numbers) -> Held:
        """The chat afterwards: what it was answered, and how it stands."""
        chat = self.chats[account_id]
        chat.numbers = numbers
        if not chat.account.reachable:  # whoever writes to us can be reached again
            chat.account = replace(chat.account, reachable=True)
        others = [one for one in self.chats.values() if one is not chat and one.person is not None]
        if chat.person is not None:
            for name, value in self._known.items():
                setattr(chat, name, value)
            chat.accounts = tuple(one.account for one in others)
        bound = chat.person is not None
        before = len(chat.heard)
        chat.replies, chat.receipt = (), ""
        chat.hears(event)
        assert len(chat.heard) - before == len(chat.replies)
        if bound:
            kept = {one.id for one in chat.accounts}
            for other in others:
                if other.account.id not in kept:
                    other._release()
            self.released |= chat.person is None or len(kept) < len(others)
            if chat.person is not None:
                self._known = {name: getattr(chat, name) for name in _OF_PERSON}
        return chat

    def known(self, name: str) -> Any:
        """What is the person's, as it now stands."""
        return self._known[name]


@dataclass(frozen=True, slots=True)
class Waits:
    """An event that was stored, at which place."""

    seq: int
    sent: Sent


def promised(waiting: Sequence[Waits]) -> list[Waits]:
    """The order in which events that wait together are handled (design §2, `storage.inbox.claim`): those of a
    chat by the platform's own order, chats among each other by which next event was received first."""
    left = sorted(waiting, key=lambda one: (one.sent.order, one.seq))
    order: list[Waits] = []
    while left:
        heads: dict[tuple[str, str], Waits] = {}
        for one in left:
            heads.setdefault((one.sent.platform, one.sent.user_id), one)
        first = min(heads.values(), key=lambda one: one.seq)
        left.remove(first)
        order.append(first)
    return order
