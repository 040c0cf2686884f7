"""What every handler may lean on besides the event and the snapshot: the edition, the agency, its dates."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date

from guideline.deadlines import Deadlines
from guideline.edition import Edition
from guideline.editions import Editions
from guideline.office_hours import OfficeHours
from guideline.search import Index


@dataclass(frozen=True, slots=True)
class Agency:
    """The agency's own words in the notice and the answers. An empty field leaves its clause out."""

    name: str
    office: str = ""  # 承辦單位, e.g. 人事處
    contact: str = ""  # how to reach the office, e.g. 分機 1234
    retention: str = ""  # e.g. 在職期間及離職後 5 年
    region: str = ""  # where the data are kept, e.g. 國內機房
    public_line: str = ""  # where citizens call, e.g. 1999
    website: str = ""

    @property
    def hr(self) -> str:
        """The office's name: 人事處, or 人事單位 where the agency has not said."""
        return self.office or "人事單位"

    @property
    def hr_reached(self) -> str:
        """The office with how to reach it: 人事處（分機 1234）."""
        return f"{self.hr}（{self.contact}）" if self.contact else self.hr


@dataclass(frozen=True, slots=True)
class Desk:
    editions: Editions
    agency: Agency
    deadlines: Deadlines
    office_hours: OfficeHours = field(default_factory=OfficeHours)
    links: bool = True  # this server has an address that links can lead to (public_url)
    index: Index = field(init=False, repr=False, compare=False)  # of the edition's passages

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", Index(self.edition.passages.values()))

    @property
    def edition(self) -> Edition:
        """The edition in force: what people are asked and offered. What hours count toward is for
        `editions` to say, by year."""
        return self.editions.in_force

    def closing(self, days: Collection[date]) -> "Desk":
        """The same desk in an agency that is closed on these days as well (typhoons; HR says so)."""
        if not days:
            return self
        closed = self.deadlines.closed | frozenset(days)
        return replace(
            self,
            deadlines=replace(self.deadlines, closed=closed),
            office_hours=replace(self.office_hours, closed=closed),
        )
