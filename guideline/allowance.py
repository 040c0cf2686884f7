"""How many LINE messages one wave may cost, so that the month's last one still has its share (design §5), and
who gets them where they do not suffice. Nothing here does I/O.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import heappush, heappushpop
from typing import Final

from guideline.rhythm import Occasion

_RESERVE: Final = 10  # messages, and at least so many per cent of the month's: conversations come first


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a wave would reach by LINE. `waited`: they were left waiting last time; `alone`: no other
    way leads to them."""

    id: int
    waited: bool
    alone: bool


def reserve(limit: int) -> int:
    """Of a month's messages, those that no wave may use: answers that come too late for a free reply."""
    return max(_RESERVE, -(-limit * _RESERVE // 100))


def spendable(limit: int | None, left: int | None) -> int | None:
    """What waves may still use this month; None: as many as they like."""
    return None if limit is None or left is None else max(0, left - reserve(limit))


def to_come(occasions: Sequence[Occasion], today: date, now: Occasion) -> int:
    """How many waves share what is left of the month, this one included: the reminders still to come in it.
    The question about uploads reaches few and takes what the others leave it."""
    later = (
        one
        for one in occasions
        if one.day > today
        and one.tone != "upload"
        and (one.day.year, one.day.month) == (today.year, today.month)
    )
    return 1 + sum(one.id != now.id for one in later)


def allowance(limit: int | None, left: int | None, waves: int) -> int | None:
    """The even share of one of `waves`; None where there is no limit."""
    able = spendable(limit, left)
    return None if able is None else able // waves


class First:
    """Of any number of candidates, a few at a time, those `most` who get a LINE message: who was left waiting
    last time, then who has no other way."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: list[tuple[bool, bool, int]] = []  # a heap; the one to give way stands first

    def look_at(self, candidates: Iterable[Candidate]) -> None:
        for one in candidates:
            key = (one.waited, one.alone, -one.id)
            if len(self._kept) < self._most:
                heappush(self._kept, key)
            elif self._kept:
                heappushpop(self._kept, key)

    def ids(self) -> frozenset[int]:
        return frozenset(-number for _, _, number in self._kept)
