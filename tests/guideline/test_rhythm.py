"""The calendar of what is said unasked: which days, which tone, and how long a day stays open."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import public_holidays
from guideline.deadlines import Deadlines
from guideline.edition import Beat, Cite, Rhythm
from guideline.rhythm import OPEN, Occasion, due, next_one, occasions, too_soon
from tests.guideline.facts import edition

HOLIDAYS = public_holidays(2026, 2027)
RHYTHM = edition().rhythm


def year(cutoff: date | None, *closed: date, of: int = 2026) -> tuple[Occasion, ...]:
    return occasions(RHYTHM, Deadlines(cutoff, 7, HOLIDAYS | frozenset(closed)), of)


def reminders(found: tuple[Occasion, ...]) -> list[str]:
    return [f"{one.day:%m-%d} {one.tone[0]}" for one in found if one.tone != "upload"]


AUTUMN = ["09-02 i", "10-07 i"]


@pytest.mark.parametrize(
    ("cutoff", "days"),
    [
        (None, [*AUTUMN, "11-04 i", "11-18 i", "12-02 d", "12-09 d", "12-16 d", "12-23 d", "12-28 l"]),
        ((12, 31), [*AUTUMN, "11-04 i", "11-18 i", "12-02 d", "12-09 d", "12-16 d", "12-23 d", "12-28 l"]),
        ((12, 24), [*AUTUMN, "11-04 i", "11-18 i", "12-02 d", "12-09 d", "12-16 d", "12-21 l"]),
        # a Monday: the last five working days begin on the Tuesday before
        ((11, 30), ["09-02 i", "10-07 i", "11-04 d", "11-18 d", "11-24 l"]),
        # contract staff, a Saturday; the Monday of that week is a holiday
        ((10, 31), ["09-02 i", "10-07 d", "10-27 l"]),
    ],
)
def test_the_reminders_of_a_year(cutoff: tuple[int, int] | None, days: list[str]) -> None:
    """Information, a clear date in the last month, help in the last five working days; nothing afterwards."""
    assert reminders(year(date(2026, *cutoff) if cutoff else None)) == days


def test_every_other_week_asks_about_uploads() -> None:
    """Whatever week holds no reminder holds one occasion for uploads, from January on, but for weeks without
    a working day from Wednesday on."""
    found = year(date(2026, 12, 24))
    weeks = {one.day.isocalendar()[:2] for one in found}
    holding = {
        day.isocalendar()[:2]
        for n in range(365 - 4)
        if (day := date(2026, 1, 5) + timedelta(days=n)).weekday() >= 2
        and Deadlines(closed=HOLIDAYS).is_workday(day)
    }
    assert weeks == holding
    assert found[0].tone == "upload"
    assert found[-1].id.startswith("2026-u")


def test_a_holiday_moves_it_on_to_the_next_working_day() -> None:
    """The first Wednesday of a September that is closed: Thursday, under the same id; where the week stays
    closed, none."""
    (first,) = (one for one in year(None, date(2026, 9, 2)) if one.id == "2026-09-w1")
    assert first.day == date(2026, 9, 3)
    gone = year(None, *(date(2026, 9, n) for n in (2, 3, 4)))
    assert not any(one.id == "2026-09-w1" for one in gone)


def test_a_day_that_moved_does_not_silence_the_week_after() -> None:
    """A Wednesday of December moved to Thursday: the next is a Thursday too, seven days later."""
    assert reminders(year(None, date(2026, 12, 2)))[4:6] == ["12-03 d", "12-10 d"]


def test_typhoon_in_the_last_week() -> None:
    """With two of the deadline's days closed the last one is on the first working day that is left, or on the
    first of the last five; it is never lost."""
    assert reminders(year(date(2026, 12, 24), date(2026, 12, 21)))[-1] == "12-22 l"
    assert reminders(year(date(2026, 12, 24), *(date(2026, 12, n) for n in (21, 22))))[-1] == "12-16 l"


def test_new_year() -> None:
    """A year begins with its own first week; the ids of two years never meet, though a week of the calendar
    belongs to both."""
    both = [one.id for of in (2025, 2026, 2031, 2032) for one in year(date(2026, 12, 24), of=of)]
    assert len(set(both)) == len(both)
    assert year(None, of=2027)[0].day == date(2027, 1, 6)


def test_open_for_three_working_days() -> None:
    """A Wednesday's occasion is made good on Thursday and Friday, on no closed day, and not on Monday."""
    found = (Occasion("2026-09-w1", date(2026, 9, 2), "information"),)
    rules = Deadlines(closed=HOLIDAYS)
    assert OPEN == 3
    days = [date(2026, 9, 1) + timedelta(days=n) for n in range(8)]
    assert [day.day for day in days if due(found, rules, day) is not None] == [2, 3, 4]
    closed = Deadlines(closed=HOLIDAYS | {date(2026, 9, 3)})
    assert [day.day for day in days if due(found, closed, day) is not None] == [2, 4, 7]


def test_the_latest_one_holds() -> None:
    """An occasion that is still open ends when the next one has come."""
    found = (
        Occasion("a", date(2026, 12, 18), "dated"),
        Occasion("b", date(2026, 12, 21), "last"),
    )
    assert due(found, Deadlines(), date(2026, 12, 21)) == found[1]
    assert next_one(found, date(2026, 12, 19)) == found[1]
    assert next_one(found, date(2026, 12, 22)) is None


def test_no_last_one_where_the_agency_wants_none() -> None:
    """`last_workdays` 0: the beats alone."""
    rules = Rhythm(3, (Beat(12, (1, 2, 3, 4, 5)),), 0, Cite("agency"))
    found = occasions(rules, Deadlines(date(2026, 12, 24)), 2026)
    assert [one.day.day for one in found if one.tone == "dated"] == [2, 9, 16, 23]


@pytest.mark.parametrize(
    ("told", "today", "soon"),
    [
        (date(2026, 11, 18), date(2026, 11, 24), True),
        (date(2026, 11, 18), date(2026, 11, 25), False),
        (date(2026, 12, 4), date(2026, 12, 10), True),  # two weeks before 12/24: the seven days still hold
        (date(2026, 12, 4), date(2026, 12, 11), False),
        (date(2026, 12, 16), date(2026, 12, 18), True),  # the same week of the calendar
        (date(2026, 12, 14), date(2026, 12, 18), True),  # four days, but the same week
        (date(2026, 12, 18), date(2026, 12, 21), True),  # the next week, three days
        (date(2026, 12, 17), date(2026, 12, 21), False),
        (date(2026, 12, 21), date(2026, 12, 24), True),
        (date(2026, 12, 23), date(2026, 12, 28), True),  # behind the deadline seven days again
        (date(2026, 12, 21), date(2026, 12, 28), False),
        (date(2026, 12, 25), date(2026, 12, 24), True),  # a clock that was set back
    ],
)
def test_at_most_one_in_a_week(told: date, today: date, soon: bool) -> None:
    """Seven days apart; in the last two weeks another week of the calendar, and four days."""
    assert too_soon(told, today, date(2026, 12, 24)) is soon


RHYTHMS = st.builds(
    Rhythm,
    st.integers(1, 5),
    st.lists(
        st.builds(Beat, st.integers(1, 12), st.lists(st.integers(1, 5), unique=True, max_size=5).map(tuple)),
        max_size=8,
    ).map(tuple),
    st.integers(0, 10),
    st.just(Cite("agency")),
)


@given(
    rhythm=RHYTHMS,
    of=st.integers(2024, 2036),
    cutoff=st.none() | st.dates(date(2026, 1, 15), date(2026, 12, 31)),
    closed=st.frozensets(st.dates(date(2024, 1, 1), date(2036, 12, 31)), max_size=200),
    storm=st.dates(date(2024, 1, 1), date(2036, 12, 1)),
)
def test_whatever_the_agency_chooses(
    rhythm: Rhythm, of: int, cutoff: date | None, closed: frozenset[date], storm: date
) -> None:
    """On working days of the year, once a week of the calendar, in order, under ids of their own; reminders
    up to the deadline, the last of them last and within its working days, none too soon after another."""
    days = closed | {storm + timedelta(days=n) for n in range(9)}
    rules = Deadlines(cutoff, 7, days)
    found = occasions(rhythm, rules, of)
    until = rules.effective(of)
    assert all(rules.is_workday(one.day) for one in found)
    assert all(a.day < b.day for a, b in pairwise(found))
    assert len({one.id for one in found}) == len(found)
    assert len({one.day.isocalendar()[:2] for one in found}) == len(found)
    said = [one for one in found if one.tone != "upload"]
    assert all(one.day <= until for one in said)
    assert not any(too_soon(a.day, b.day, until) for a, b in pairwise(said))
    last = [one for one in found if one.tone == "last"]
    assert last == said[len(said) - len(last) :]
    assert len(last) <= 1
    for one in last:
        assert rules.workdays_left(one.day - timedelta(days=1), until) <= rhythm.last_workdays
    for one in found:
        assert due(found, rules, one.day) == one
