"""The week's digest for HR: when it is due, and what stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from guideline.digest import Figures
from guideline.hiding import Row
from guideline.office_hours import OfficeHours
from guideline.records import Way


@dataclass(frozen=True, slots=True)
class Waits:
    """What waits for HR. `oldest`: working days since the first open question was asked. `undecided` calls
    may have arrived or not, `refused` ones did not: of the last seven days."""

    confirm: int = 0  # 類別待確認, those contested included
    review: int = 0  # 待複核, since the person moved
    questions: int = 0
    oldest: int = 0
    certificates: int = 0  # 表51 待登錄
    undecided: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """This week's reminders, as things are now: by way how many, how many would hear of it on their next
    reply, and how many no way leads to. `day` None: none this week. `counted`: of those by LINE, how many are
    told already, and stand in the month's count."""

    day: date | None = None
    ways: Mapping[Way, int] = field(default_factory=dict)
    waiting: int = 0
    unreached: int = 0
    counted: int = 0

    @property
    def told(self) -> int:
        return sum(self.ways.values())

    @property
    def cost(self) -> int:
        """LINE messages still to come: one for each recipient (platforms.md §1.3)."""
        return self.ways.get("line", 0) - self.counted


@dataclass(frozen=True, slots=True)
class Digest:
    """Of one scope. `official_on`: the last import of official records. `line_used` and `line_limit` are of
    the month of `figures.day` (None: no limit of its LINE messages is known); `line`: LINE is on.
    `everywhere`: the whole agency's figures beside those of a part of it, as far as they tell of no small
    group."""

    figures: Figures
    official_on: date | None = None
    waits: Waits = Waits()
    planned: Planned = Planned()
    line: bool = True
    line_used: int = 0
    line_limit: int | None = None
    released: bool = True
    paused: bool = False
    everywhere: Row | None = None


def due(local: datetime, weekday: int, at: time, hours: OfficeHours) -> date | None:
    """The week whose digest is to be told now, by its first day; None: none. A week begins on `weekday`
    (0: Monday), and its digest is due on its first working day from `at` on; where the machine was off, on
    any later working day of it, within office hours. `local` is business time in the agency's timezone."""
    today = local.date()
    week = week_of(today, weekday)
    if not hours.is_workday(today) or local.time() < at:
        return None
    late = hours.closes <= local.time() and at < hours.closes
    return None if late else week


def begun(local: datetime, weekday: int, at: time, hours: OfficeHours) -> date | None:
    """The week, by its first day, whose digest may have been told by now; None: it is still to come."""
    today = local.date()
    week = week_of(today, weekday)
    earlier = any(hours.is_workday(week + timedelta(days=n)) for n in range((today - week).days))
    return week if earlier or (hours.is_workday(today) and local.time() >= at) else None


def week_of(day: date, weekday: int) -> date:
    """The first day of its week, which begins on `weekday` (0: Monday)."""
    return day - timedelta(days=(day.weekday() - weekday) % 7)
