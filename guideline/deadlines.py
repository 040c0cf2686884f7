"""How long a year lasts for somebody who still needs hours (design §4, effective deadline).

31 December ends the year, but an agency may close its statistics earlier and a provider takes days to
report hours. Both are data; neither stands in the Q&A.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Deadlines:
    """`cutoff`: the agency's closing day, of which month and day are applied to every year; None: 31
    December. `lag_days`: calendar days until hours are uploaded. `closed`: public holidays and closures."""

    cutoff: date | None = None
    lag_days: int = 0
    closed: frozenset[date] = frozenset()

    def effective(self, year: int) -> date:
        """The day the year's hours are counted; 29 February becomes the 28th where there is none."""
        if self.cutoff is None:
            return date(year, 12, 31)
        last = calendar.monthrange(year, self.cutoff.month)[1]
        return date(year, self.cutoff.month, min(self.cutoff.day, last))

    def last_safe_day(self, year: int) -> date:
        """The last day on which a course can be finished and still be uploaded in time."""
        return self.effective(year) - timedelta(days=self.lag_days)

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.closed

    def workdays_left(self, today: date, until: date) -> int:
        """Working days after `today` up to and including `until`; 0 when it has passed."""
        days = (until - today).days
        return sum(self.is_workday(today + timedelta(days=n)) for n in range(1, days + 1))
