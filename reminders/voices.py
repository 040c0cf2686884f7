"""How one way says the same to many people, unasked: the platforms' half of a wave."""

from collections.abc import Sequence
from typing import Protocol

from guideline.records import Way
from handlers.message import Message
from storage.dispatches import NewDispatch, To
from storage.files import NewFile


class Voice(Protocol):
    """Does no I/O."""

    @property
    def way(self) -> Way: ...

    def say(
        self, to: Sequence[To], said: Sequence[Message], kind: str, files: Sequence[NewFile] = ()
    ) -> list[NewDispatch]:
        """The calls that tell all of them, each within the platform's limits; lane 1. `files` go along where
        the way carries any beside the words, as e-mail does; elsewhere they are left out."""
        ...
