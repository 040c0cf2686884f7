"""When people may be written to unasked: office hours of working days (users.md: never at night)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final

_LONGEST: Final = 400  # days looked ahead; a year without a working day has no office


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """`opens` and `closes` in the agency's timezone; `closed`: public holidays and closures."""

    opens: time = time(9)
    closes: time = time(17)
    closed: frozenset[date] = frozenset()

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.closed

    def workdays_since(self, day: date, until: date) -> int:
        """Working days after `day` up to `until`: 0 on the same day, 1 from Friday to Monday."""
        span = min(max((until - day).days, 0), 10 * _LONGEST)
        return sum(self.is_workday(day + timedelta(days=n)) for n in range(1, span + 1))

    def workdays_before(self, day: date, number: int) -> tuple[date, ...]:
        """The last `number` working days before `day`, the latest first; fewer where a year has no more."""
        days = (day - timedelta(days=n) for n in range(1, _LONGEST))
        return tuple(islice(filter(self.is_workday, days), number))

    def open_between(self, since: datetime, until: datetime) -> timedelta:
        """How long the office was open between the two, both in the agency's timezone."""
        total = timedelta()
        for days in range(min(max((until.date() - since.date()).days, 0), _LONGEST) + 1):
            day = since.date() + timedelta(days=days)
            if self.is_workday(day):
                opens = datetime.combine(day, self.opens, since.tzinfo)
                closes = datetime.combine(day, self.closes, since.tzinfo)
                total += max(min(until, closes) - max(since, opens), timedelta())
        return total

    def next_open(self, at: datetime) -> datetime:
        """`at` itself in office hours, otherwise the next moment the office opens. `at` must be in the
        agency's timezone. Raises ValueError where no day of the coming year is a working day."""
        if self.is_workday(at.date()) and self.opens <= at.time() < self.closes:
            return at
        first = at.date() if at.time() < self.opens else at.date() + timedelta(days=1)
        for days in range(_LONGEST):
            day = first + timedelta(days=days)
            if self.is_workday(day):
                return datetime.combine(day, self.opens, at.tzinfo)
        raise ValueError("no working day in a year")
