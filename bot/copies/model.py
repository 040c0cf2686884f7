"""A copy as data: sections of rows in words, which both forms are written from."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.sheets.model import Cell, Section
from guideline.words import roc_date

__all__ = ["Cell", "Clockwise", "Copy", "Section", "day_words"]


@dataclass(frozen=True, slots=True)
class Copy:
    """The whole copy. `made_at` in the agency's timezone."""

    agency: str
    name: str
    made_at: datetime
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Clockwise:
    """Instants and days as people here read them; empty for none."""

    zone: ZoneInfo

    def __call__(self, at: datetime | None) -> str:
        if at is None:
            return ""
        local = at.astimezone(self.zone)
        return f"{roc_date(local.date())} {local:%H:%M}"


def day_words(day: date | None) -> str:
    return roc_date(day) if day is not None else ""
