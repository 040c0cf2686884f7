"""Whom the requirements bind: the rules, and above them what HR decided (hr-year 5, 6)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from guideline.coverage import DECISIONS, Cover, cover
from guideline.records import Person
from tests.guideline.facts import TODAY, edition

WHO = Person(1, "A1", "甲", "民政局")


def state(on: date = TODAY, **known: Any) -> Cover:
    return cover(edition().coverage, replace(WHO, **known), on)


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ({}, "counted"),
        ({"category": "公務人員"}, "counted"),
        ({"category": " 約僱 "}, "counted"),
        ({"category": "技工"}, "undecided"),
        ({"category": "技工", "counted": "列計"}, "counted"),
        ({"category": "公務人員", "counted": "不列計"}, "exempt"),
        ({"counted": "待認定"}, "undecided"),
        # who came within the year
        ({"joined_on": date(2026, 1, 1)}, "counted"),
        ({"joined_on": date(2026, 1, 2)}, "undecided"),
        ({"joined_on": date(2026, 11, 2)}, "undecided"),
        ({"joined_on": date(2026, 11, 2), "counted": "列計"}, "counted"),
        ({"joined_on": date(2025, 11, 2)}, "counted"),
        ({"joined_on": date(2026, 11, 19), "counted": "列計"}, "coming"),
        # who left; the last day still counts
        ({"left_on": date(2026, 11, 17), "counted": "列計"}, "left"),
        ({"left_on": TODAY}, "counted"),
        # away, and back
        ({"exempt_from": date(2026, 3, 1)}, "away"),
        ({"exempt_from": date(2026, 3, 1), "counted": "列計"}, "away"),
        ({"exempt_from": date(2026, 3, 1), "exempt_until": TODAY}, "away"),
        ({"exempt_from": date(2026, 3, 1), "exempt_until": date(2026, 11, 17)}, "undecided"),
        (
            {"exempt_from": date(2026, 3, 1), "exempt_until": date(2026, 11, 17), "counted": "列計"},
            "counted",
        ),
        ({"exempt_from": date(2025, 3, 1), "exempt_until": date(2025, 12, 31)}, "counted"),
        ({"exempt_from": date(2026, 12, 1)}, "counted"),
    ],
)
def test_cover(known: dict[str, Any], found: Cover) -> None:
    """An unknown 人員類別, an arrival, a return within the year wait for HR; HR's 列計 settles all three."""
    assert state(**known) == found


def test_next_year_an_arrival_is_like_the_others() -> None:
    """待認定 for arrivals and returns ends with the year."""
    known = {"joined_on": date(2026, 11, 2)}
    assert state(date(2027, 1, 1), **known) == "counted"


def test_what_hr_writes() -> None:
    """The three words of the roster's column."""
    assert DECISIONS == ("列計", "不列計", "待認定")
