"""Deadlines, and dates and hours as people read them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline.deadlines import Deadlines
from guideline.words import hours_number, hours_words, listed, roc_date, roc_year, short_date


@pytest.mark.parametrize(
    ("cutoff", "lag", "year", "effective", "safe"),
    [
        (None, 0, 2026, date(2026, 12, 31), date(2026, 12, 31)),
        (None, 7, 2026, date(2026, 12, 31), date(2026, 12, 24)),
        (date(2026, 12, 24), 7, 2026, date(2026, 12, 24), date(2026, 12, 17)),
        (date(2024, 10, 31), 7, 2027, date(2027, 10, 31), date(2027, 10, 24)),
        (date(2024, 2, 29), 0, 2026, date(2026, 2, 28), date(2026, 2, 28)),
        (date(2024, 2, 29), 0, 2028, date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_the_last_safe_day_lies_the_lag_before_the_closing(
    cutoff: date | None, lag: int, year: int, effective: date, safe: date
) -> None:
    """The agency's closing applies to every year by month and day; 12/24 less 7 days is 12/17."""
    deadlines = Deadlines(cutoff, lag)
    assert (deadlines.effective(year), deadlines.last_safe_day(year)) == (effective, safe)


@pytest.mark.parametrize(
    ("today", "until", "left"),
    [
        (date(2026, 11, 18), date(2026, 11, 18), 0),
        (date(2026, 11, 18), date(2026, 11, 19), 1),
        (date(2026, 11, 20), date(2026, 11, 23), 1),  # over a week-end
        (date(2026, 11, 20), date(2026, 11, 24), 1),  # and a closure
        (date(2026, 11, 18), date(2026, 11, 1), 0),
    ],
)
def test_working_days_are_counted_after_today(today: date, until: date, left: int) -> None:
    """Today is not counted, the last day is; week-ends and closures are not working days."""
    closed = frozenset({date(2026, 11, 24)})
    assert Deadlines(closed=closed).workdays_left(today, until) == left


@pytest.mark.parametrize(
    ("minutes", "words", "figure"),
    [
        (0, "0 小時", "0"),
        (30, "0.5 小時", "0.5"),
        (45, "45 分鐘", "0:45"),
        (60, "1 小時", "1"),
        (65, "1 小時 5 分", "1:05"),
        (150, "2.5 小時", "2.5"),
        (1200, "20 小時", "20"),
    ],
)
def test_hours_are_never_rounded(minutes: int, words: str, figure: str) -> None:
    """Halves as .5, other minutes by name."""
    assert (hours_words(minutes), hours_number(minutes)) == (words, figure)


def test_negative_hours_are_an_error() -> None:
    """Nobody is told of minus hours."""
    with pytest.raises(ValueError, match="negative"):
        hours_words(-1)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_different_lengths_read_differently(a: int, b: int) -> None:
    """No two lengths share their words or figures."""
    assert (hours_words(a) == hours_words(b)) == (a == b) == (hours_number(a) == hours_number(b))


def test_dates_are_roc_dates() -> None:
    """115年 is 2026; a short date carries its weekday."""
    assert roc_year(2026) == 115
    assert roc_date(date(2026, 11, 8)) == "115/11/8"
    assert short_date(date(2026, 12, 17)) == "12/17（四）"


@pytest.mark.parametrize(
    ("items", "sentence"),
    [((), ""), (("甲",), "甲"), (("甲", "乙"), "甲與乙"), (("甲", "乙", "丙"), "甲、乙與丙")],
)
def test_lists_read_as_a_sentence(items: tuple[str, ...], sentence: str) -> None:
    """、 between, 與 before the last."""
    assert listed(items) == sentence
