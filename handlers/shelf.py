"""A person's entries as 紀錄 shows them: by number, by year, by page."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from guideline.records import HoursEntry, Snapshot
from guideline.words import roc_date
from handlers.event import Event

PAGE = 5  # entries of one card


@dataclass(frozen=True)
class Shelf:
    """All that was ever recorded of the person, in that order. An entry's number is its place among them:
    it never passes to another entry, so that 「撤回 3」 typed late still means what was seen.

    `closed`: years that change no more. `now`: the event's own time, in the agency's timezone.
    """

    entries: tuple[HoursEntry, ...]
    closed: frozenset[int]
    now: datetime

    @cached_property
    def _numbers(self) -> dict[int, int]:
        return {entry.id: number for number, entry in enumerate(self.entries, start=1)}

    @cached_property
    def _successors(self) -> dict[int, HoursEntry]:
        return {entry.replaces: entry for entry in self.entries if entry.replaces is not None}

    def number(self, entry: HoursEntry) -> int:
        return self._numbers[entry.id]

    def numbered(self, number: int) -> HoursEntry | None:
        return self.entries[number - 1] if 1 <= number <= len(self.entries) else None

    def known(self, entry_id: int | None) -> HoursEntry | None:
        """The entry of this id; None where it is not this person's."""
        return self.entries[self._numbers[entry_id] - 1] if entry_id in self._numbers else None

    def successor(self, entry: HoursEntry) -> HoursEntry | None:
        """The entry that took the place of this one."""
        return self._successors.get(entry.id)

    def active(self, year: int) -> list[HoursEntry]:
        """The year's entries that count, newest first."""
        return self._newest(year, withdrawn=False)

    def withdrawn(self, year: int) -> list[HoursEntry]:
        return self._newest(year, withdrawn=True)

    def _newest(self, year: int, *, withdrawn: bool) -> list[HoursEntry]:
        mine = [
            entry
            for entry in self.entries
            if entry.learned_on.year == year and (entry.withdrawn_at is not None) is withdrawn
        ]
        return sorted(mine, key=lambda entry: (entry.learned_on, entry.id), reverse=True)

    def page_of(self, entry: HoursEntry) -> int:
        """The page of its year's list on which an entry stands, from 0; 0 for a withdrawn one."""
        active = self.active(entry.learned_on.year)
        return active.index(entry) // PAGE if entry in active else 0

    def other_years(self, year: int) -> list[int]:
        """Other years with entries, and the present one; newest first."""
        known = {entry.learned_on.year for entry in self.entries} | {self.now.year}
        return sorted(known - {year}, reverse=True)

    def day(self, at: datetime | None) -> str:
        """The agency's date of an instant: 115/11/18."""
        return roc_date(at.astimezone(self.now.tzinfo).date()) if at is not None else ""


def shelf(event: Event, snapshot: Snapshot) -> Shelf:
    """Of a snapshot loaded with Need.ENTRIES."""
    return Shelf(tuple(sorted(snapshot.history, key=lambda entry: entry.id)), snapshot.closed_years, event.at)


def paged(entries: list[HoursEntry], page: int) -> tuple[list[HoursEntry], int, int]:
    """The entries of that page, its number from 0, and the last one's: beyond it the last is shown."""
    last = max(0, (len(entries) - 1) // PAGE)
    page = min(max(page, 0), last)
    return entries[page * PAGE : (page + 1) * PAGE], page, last
