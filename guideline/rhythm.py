"""When people are reminded in the course of a year: data of the edition, as days of the calendar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from guideline.deadlines import Deadlines
from guideline.edition import Rhythm

# What a reminder sounds like (words.md D): information, a clear date, help in the last week. `upload` asks
# no more than whether what was reported has been uploaded.
Tone = Literal["information", "dated", "last", "upload"]
OPEN: Final = 3  # working days for which an occasion that was missed is made good, itself included
_SEVEN: Final = timedelta(days=7)
_LAST_WEEKS: Final = timedelta(days=14)
_APART: Final = timedelta(days=4)  # between two of the last two weeks
_DATED: Final = timedelta(days=31)  # before the effective deadline


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day on which people are written to. `id` is unique over the years: 2026-12-w2, 2026-last."""

    id: str
    day: date
    tone: Tone


def occasions(rhythm: Rhythm, deadlines: Deadlines, year: int) -> tuple[Occasion, ...]:
    """All of the calendar year, in order, at most one in a week of the calendar: the reminders up to the
    effective deadline, the last of them in its last working days, and in every other week the question
    about uploads. One that falls on a closed day, or too soon after the reminder before it, moves on to the
    next working day of its week, and is left out where there is none."""
    until = deadlines.effective(year)
    last = _last(rhythm, deadlines, year)
    beats = {
        day: f"{year}-{beat.month:02d}-w{week}"
        for beat in rhythm.beats
        for week in beat.weeks
        if (day := _nth(year, beat.month, rhythm.weekday, week)) is not None
    }
    found = [] if last is None else [last]
    before: date | None = None  # the reminder before
    for number, day in enumerate(_every(rhythm.weekday, year), start=1):
        if last is not None and _week(day) == _week(last.day):
            continue
        beat = beats.get(day, "")
        ahead = last is None or day < last.day
        after = before if beat else None
        moved = next(_apart(_workdays(day, deadlines), after, until), None)
        if moved is None or moved.year != year or (ahead and last and too_soon(moved, last.day, until)):
            continue
        if beat and ahead and moved <= until:
            tone: Tone = "dated" if moved > until - _DATED else "information"
            found.append(Occasion(beat, moved, tone))
            before = moved
        else:
            found.append(Occasion(f"{year}-u{number:02d}", moved, "upload"))
    return tuple(sorted(found, key=lambda one: one.day))


def too_soon(told_on: date, today: date, until: date) -> bool:
    """At most one in seven days; in the last two weeks before the effective deadline `until` one in a week of
    the calendar, four days apart."""
    if until - _LAST_WEEKS < today <= until:
        return _week(today) == _week(told_on) or today - told_on < _APART
    return today - told_on < _SEVEN


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


def _every(weekday: int, year: int) -> Iterator[date]:
    day = date(year, 1, 1) + timedelta(days=(weekday - 1 - date(year, 1, 1).weekday()) % 7)
    while day.year == year:
        yield day
        day += timedelta(days=7)


def _workdays(day: date, deadlines: Deadlines) -> Iterator[date]:
    """From this day to the end of its week."""
    rest = (day + timedelta(days=n) for n in range(7 - day.weekday()))
    return (one for one in rest if deadlines.is_workday(one))


def _apart(days: Iterator[date], after: date | None, until: date) -> Iterator[date]:
    return (day for day in days if after is None or not too_soon(after, day, until))
