"""A workbook as data: sheets of whole texts and numbers."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Rate:
    """A share, shown in per cent with one decimal."""

    permille: int


Cell = str | int | float | Rate
NARROWEST, WIDEST = 8, 60  # columns, in characters of a spreadsheet's default font
LONGEST = 32_767  # characters of a cell that Excel takes
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
_LOOKED_AT = 1_000  # rows that decide how wide a column is


@dataclass(frozen=True, slots=True)
class Section:
    """One theme, a sheet. `note` stands below it."""

    title: str  # also a sheet's name: at most 31 characters, none of []:*?/\\
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    def widths(self) -> list[int]:
        """Of each column, in characters."""
        some = self.rows[:_LOOKED_AT]
        return [
            min(max(_longest([heading, *(_shown(row[n]) for row in some)]) + 2, NARROWEST), WIDEST)
            for n, heading in enumerate(self.headings)
        ]


@dataclass(frozen=True, slots=True)
class Book:
    """`made_at` in the agency's timezone."""

    title: str
    agency: str
    made_at: datetime
    sections: tuple[Section, ...]


def sound(words: str) -> str:
    """The text as a file can hold it."""
    return _NOT_XML.sub("", words)[:LONGEST]


def _shown(cell: Cell) -> str:
    return f"{cell.permille / 10}%" if isinstance(cell, Rate) else str(cell)


def _longest(texts: list[str]) -> int:
    return max(_columns(line) for text in texts for line in text.split("\n"))


def _columns(text: str) -> int:
    """A Chinese character takes two."""
    return sum(1 if ord(character) < 0x1100 else 2 for character in text)
