"""Receipts: what a reply says was done, in a few words, for the next reply where it may not have arrived."""

import re
from collections.abc import Iterable
from typing import Final

_JOIN: Final = "；"
_BETWEEN: Final = re.compile(rf"{_JOIN}(?![^「]*」)")  # receipts, not the words of a course's name


def apart(receipts: Iterable[str]) -> list[str]:
    """Each of them once, as first said: a reply that was lost with receipts in it has them in its own, and
    several may have the same."""
    each = (one for receipt in receipts for one in _BETWEEN.split(receipt))
    return list(dict.fromkeys(one for one in each if one))


def together(*receipts: str) -> str:
    """As one."""
    return _JOIN.join(apart(receipts))
