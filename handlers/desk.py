"""What every handler may lean on besides the event and the snapshot: the edition, the agency, its dates."""

from dataclasses import dataclass, field

from guideline.deadlines import Deadlines
from guideline.edition import Edition
from guideline.office_hours import OfficeHours


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
    edition: Edition
    agency: Agency
    deadlines: Deadlines
    office_hours: OfficeHours = field(default_factory=OfficeHours)
    links: bool = True  # this server has an address that links can lead to (public_url)
