"""Lists of HR that are too long for one message: pages of them, and how a page or a number is typed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from guideline.numerals import WHOLE, whole
from guideline.script import traditional

PAGE: Final = 8  # of a message: LINE shows at most 13 quick replies
_PAGE: Final = re.compile(rf"第? ?({WHOLE}) ?頁")
_NUMBER: Final = re.compile(rf"第? ?({WHOLE}) ?[則張筆號個項]?")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`shown` are numbered from `first` on through the whole list; `page` and `last` count from 0."""

    shown: Sequence[T]
    first: int
    page: int
    last: int

    @property
    def others(self) -> list[tuple[str, int]]:
        """The pages before and after: a button's label, and the page."""
        beside = (("上一頁", self.page - 1), ("下一頁", self.page + 1))
        return [(label, other) for label, other in beside if 0 <= other <= self.last]


def place(count: int, page: int) -> tuple[int, int]:
    """That page of so many items, from 0, and the last one; beyond it that."""
    last = max(0, (count - 1) // PAGE)
    return min(max(page, 0), last), last


def paged(items: Sequence[T], page: int) -> Page[T]:
    """That page, from 0; beyond the last one the last."""
    page, last = place(len(items), page)
    return Page(items[page * PAGE : (page + 1) * PAGE], page * PAGE + 1, page, last)


def page_in(tidied: str) -> int | None:
    """The page, from 0, of a text that says nothing else: 第2頁."""
    return _less_one(_PAGE.fullmatch(traditional(tidied)))


def place_in(tidied: str) -> int | None:
    """The place in a list, from 0, of a text that says nothing but its number: 12 · 第十二則."""
    return _less_one(_NUMBER.fullmatch(traditional(tidied)))


def _less_one(found: re.Match[str] | None) -> int | None:
    number = whole(found[1]) if found else None
    return number - 1 if number else None
