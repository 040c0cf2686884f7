"""How long an office was open, and which days were working days."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from guideline.office_hours import OfficeHours

ZONE = ZoneInfo("Asia/Taipei")
HOURS = OfficeHours(closed=frozenset({date(2026, 11, 25)}))  # a Wednesday; 09:00 to 17:00


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2026-11-24 10:00", "2026-11-24 12:30", 2.5),
        ("2026-11-24 07:00", "2026-11-24 08:59", 0),
        ("2026-11-24 16:00", "2026-11-24 23:00", 1),
        ("2026-11-24 16:00", "2026-11-26 10:00", 2),  # the closed day between counts nothing
        ("2026-11-27 16:30", "2026-11-30 09:15", 0.75),  # nor does the weekend
        ("2026-11-28 10:00", "2026-11-29 16:00", 0),
        ("2026-11-24 12:00", "2026-11-24 11:00", 0),  # a clock that was set back
        ("2026-11-26 12:00", "2026-11-24 12:00", 0),
    ],
)
def test_how_long_the_office_was_open(since: str, until: str, hours: float) -> None:
    """Working days and office hours only."""
    begins, ends = (datetime.fromisoformat(one).replace(tzinfo=ZONE) for one in (since, until))
    assert HOURS.open_between(begins, ends).total_seconds() == hours * 3600


def test_the_working_days_before() -> None:
    """The latest first, without weekends and closed days; none where the office never opens."""
    assert HOURS.workdays_before(date(2026, 11, 30), 4) == (
        date(2026, 11, 27),
        date(2026, 11, 26),
        date(2026, 11, 24),
        date(2026, 11, 23),
    )
