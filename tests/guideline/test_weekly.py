"""When the week's digest is due: once a week, on a working day, not before its time."""

from datetime import date, datetime, time, timedelta

import pytest

from guideline.office_hours import OfficeHours
from guideline.weekly import due

MONDAY = date(2026, 11, 23)
NINE = time(9)


def at(day: date, clock: str = "09:00") -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


@pytest.mark.parametrize(
    ("days", "clock", "closed", "week"),
    [
        (0, "09:00", (), MONDAY),
        (0, "08:59", (), None),
        (0, "16:59", (), MONDAY),
        (0, "17:00", (), None),  # the machine came back in the evening: tomorrow
        (1, "08:00", (), None),
        (1, "09:00", (), MONDAY),
        (4, "10:00", (), MONDAY),
        (5, "10:00", (), None),  # a Saturday
        (6, "10:00", (), None),
        (7, "09:00", (), MONDAY + timedelta(days=7)),
        (0, "09:00", (0,), None),  # a holiday
        (1, "09:00", (0,), MONDAY),
        (2, "09:00", (0, 1), MONDAY),
        (6, "09:00", (0, 1, 2, 3, 4), None),
    ],
)
def test_monday_at_nine(days: int, clock: str, closed: tuple[int, ...], week: date | None) -> None:
    """The first working day of the week from nine on; later that week where the machine was off."""
    hours = OfficeHours(closed=frozenset(MONDAY + timedelta(days=n) for n in closed))
    assert due(at(MONDAY + timedelta(days=days), clock), 0, NINE, hours) == week


def test_another_weekday_and_an_evening() -> None:
    """Thursday at 18:00 begins a week of its own, and a late hour is kept."""
    thursday = MONDAY + timedelta(days=3)
    for day, clock, week in [
        (thursday, "17:59", None),
        (thursday, "18:00", thursday),
        (thursday + timedelta(days=4), "18:30", thursday),
        (MONDAY, "18:30", thursday - timedelta(days=7)),
    ]:
        assert due(at(day, clock), 3, time(18), OfficeHours()) == week


def test_one_week_has_one_name() -> None:
    """Whatever the hour and day of a week, and whatever is closed, it is known by its first day, so that it
    is told once though a closure comes in between."""
    for closed in (frozenset[date](), frozenset({MONDAY})):
        hours = OfficeHours(closed=closed)
        names = {
            due(at(MONDAY + timedelta(days=n), f"{h:02}:00"), 0, NINE, hours)
            for n in range(7)
            for h in range(24)
        }
        assert names == {MONDAY, None}
