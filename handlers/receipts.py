"""Receipts: what a reply says was done, in a few words, for the next reply where it may not have arrived.

That one carries them before its own, for it may be lost as well: `earlier；earlier；own`, with nothing behind
the last mark where it has none of its own.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

_JOIN: Final = "；"
_BETWEEN: Final = re.compile(rf"{_JOIN}(?![^「]*」)")  # receipts, not the words of a course's name


def carrying(earlier: Sequence[str], own: str) -> str:
    """The receipt of a reply that begins with the `earlier` ones."""
    return _JOIN.join((*earlier, own))


def followed(receipt: str, more: str) -> str:
    """The same of a reply that says `more` at its end."""
    return carrying(apart([receipt]), more)


def apart(receipts: Iterable[str]) -> list[str]:
    """Each thing that was done, once, in the order in which it was: a reply carries what was lost before
    those that were still under way when it was written, so that nothing it carries is newer than what any of
    these says itself."""
    parts = [_BETWEEN.split(receipt) for receipt in receipts]
    carried = chain.from_iterable(each[:-1] for each in parts)
    return list(dict.fromkeys(one for one in chain(carried, (each[-1] for each in parts)) if one))
