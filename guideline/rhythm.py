"""When people are reminded in the course of a year: data of the edition, as days of the calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from guideline.deadlines import Deadlines
from guideline.edition import Rhythm

# What a reminder sounds like (words.md D): information, a clear date, help in the last week. `upload` asks
# no more than whether what was reported has been uploaded.
Tone = Literal["information", "dated", "last", "upload"]
OPEN: Final = 3  # working days for which an occasion that was missed is made good, itself included
_DATED: Final = timedelta(days=31)  # before the effective deadline


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day on which people are written to. `id` is unique over the years: 2026-12-w2, 2026-last."""

    id: str
    day: date
    tone: Tone


def occasions(rhythm: Rhythm, deadlines: Deadlines, year: int) -> tuple[Occasion, ...]:
    """All of the calendar year, in order: the reminders up to the effective deadline, at most one in a week
    of the calendar, and in every other week the question about uploads. One that falls on a closed day
    moves on to the next working day of its week, and is left out where there is none."""
    until = deadlines.effective(year)
    found: dict[tuple[int, int], Occasion] = {}
    if (last := _last(rhythm, deadlines, year)) is not None:
        found[_week(last.day)] = last
    for beat in rhythm.beats:
        for week in beat.weeks:
            day = _nth(year, beat.month, rhythm.weekday, week)
            moved = _workday_of_week(day, deadlines) if day is not None else None
            if moved is not None and moved <= until and _week(moved) not in found:
                tone: Tone = "dated" if moved > until - _DATED else "information"
                found[_week(moved)] = Occasion(f"{year}-{beat.month:02d}-w{week}", moved, tone)
    day = date(year, 1, 1) + timedelta(days=(rhythm.weekday - 1 - date(year, 1, 1).weekday()) % 7)
    while day.year == year:
        moved = _workday_of_week(day, deadlines)
        if moved is not None and moved.year == year and _week(moved) not in found:
            found[_week(moved)] = Occasion(f"{year}-u{_week(day)[1]:02d}", moved, "upload")
        day += timedelta(days=7)
    return tuple(sorted(found.values(), key=lambda one: one.day))


def due(occasions_: Sequence[Occasion], deadlines: Deadlines, today: date) -> Occasion | None:
    """The occasion that people are written to for today: the latest one, for `OPEN` working days from its
    own on, so that a machine that was off or a closed office makes up for it; None on a closed day."""
    if not deadlines.is_workday(today):
        return None
    latest = next((one for one in reversed(occasions_) if one.day <= today), None)
    if latest is None or deadlines.workdays_left(latest.day, today) >= OPEN:
        return None
    return latest


def next_one(occasions_: Sequence[Occasion], today: date) -> Occasion | None:
    """The first one from today on."""
    return next((one for one in occasions_ if one.day >= today), None)


def _last(rhythm: Rhythm, deadlines: Deadlines, year: int) -> Occasion | None:
    """The first working day of the deadline's week, where three of the last ones are left then; else the
    first of the last working days."""
    if rhythm.last_workdays < 1:
        return None
    until = deadlines.effective(year)
    days = [until - timedelta(days=n) for n in range(31) if deadlines.is_workday(until - timedelta(days=n))]
    last = sorted(days[: rhythm.last_workdays])
    if not last:
        return None
    in_week = [day for day in last if _week(day) == _week(until)]
    return Occasion(f"{year}-last", in_week[0] if len(in_week) >= 3 else last[0], "last")


def _week(day: date) -> tuple[int, int]:
    year, week, _ = day.isocalendar()
    return year, week


def _nth(year: int, month: int, weekday: int, nth: int) -> date | None:
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - 1 - first.weekday()) % 7 + 7 * (nth - 1))
    return day if day.month == month else None


def _workday_of_week(day: date, deadlines: Deadlines) -> date | None:
    rest = (day + timedelta(days=n) for n in range(7 - day.weekday()))
    return next((one for one in rest if deadlines.is_workday(one)), None)
