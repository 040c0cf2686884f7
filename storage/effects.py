"""A change, and who asked for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from guideline.changes import Change
from guideline.records import Account
from storage.errors import Conflict

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Effect:
    """`at` is the event's own time, `cause` its place in the inbox (None for what no event asked for),
    `actor` who did it: `account:7`, `person:3`, `cli`. Never a name."""

    account: Account
    person_id: int | None
    at: datetime
    cause: int | None
    change: Change
    actor: str


@dataclass(frozen=True, slots=True)
class Asked(Generic[C]):
    """An effect whose kind of change is known."""

    effect: Effect
    change: C

    @property
    def account_id(self) -> int:
        return self.effect.account.id

    @property
    def at(self) -> datetime:
        return self.effect.at

    @property
    def person_id(self) -> int:
        """Whose record it is. Raises `Conflict` where the account is bound to nobody."""
        if self.effect.person_id is None:
            raise Conflict(f"{type(self.change).__name__} of an account bound to nobody")
        return self.effect.person_id


def of_kind(effects: Iterable[Effect], kind: type[C]) -> list[Asked[C]]:
    return [Asked(effect, effect.change) for effect in effects if isinstance(effect.change, kind)]
