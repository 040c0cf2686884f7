"""Met or not: the one place that decides it (Q8). Whole minutes, `>=`, no carry-over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from guideline.edition import Edition
from guideline.records import HoursEntry

State = Literal["official", "waiting", "missing", "unknown"]


@dataclass(frozen=True, slots=True)
class Credit:
    """What one entry counts toward: ids of parts, and a sentence that says so or why not."""

    parts: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class PartStanding:
    """Minutes of one part. `official` None: no official data yet (尚無官方資料, never 0)."""

    requirement: str
    part: str
    name: str
    needed: int
    official: int | None
    waiting: int  # reported by the person, not yet in the official record
    needs_official: bool = False

    @property
    def missing(self) -> int:
        """Minutes still needed; 0 where that cannot be known (state unknown)."""
        if self.official is None and self.needs_official:
            return 0
        return max(0, self.needed - (self.official or 0) - self.waiting)

    @property
    def state(self) -> State:
        """official: met by the official record · waiting: met once uploaded · missing · unknown: this part
        says nothing before the first official import."""
        if self.official is None and self.needs_official:
            return "unknown"
        if (self.official or 0) >= self.needed:
            return "official"
        return "missing" if self.missing else "waiting"


@dataclass(frozen=True, slots=True)
class Standing:
    """`year` is the calendar year; `provisional`: it has no edition of its own (暫沿用)."""

    year: int
    parts: tuple[PartStanding, ...]
    provisional: bool

    def part(self, part_id: str) -> PartStanding:
        """Raises KeyError for a part that the edition does not have."""
        for standing in self.parts:
            if standing.part == part_id:
                return standing
        raise KeyError(part_id)


def credit(edition: Edition, entry: HoursEntry) -> Credit:
    """What the entry counts toward, or why not."""
    raise NotImplementedError


def reckon(
    edition: Edition, year: int, entries: Iterable[HoursEntry], official_as_of: datetime | None = None
) -> Standing:
    """Every part of every requirement for the calendar year, from all of the person's entries."""
    raise NotImplementedError
