"""What is refused and what is asked before hours are recorded."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from guideline.changes import HoursLogged
from guideline.hours_rules import examine
from guideline.records import HoursEntry
from tests.guideline.facts import TODAY, entry

YESTERDAY = TODAY - timedelta(days=1)


def draft(
    minutes: int = 60, on: date = TODAY, title: str = "AI素養", course: str | None = "map-literacy"
) -> HoursLogged:
    return HoursLogged(learned_on=on, minutes=minutes, title=title, course_id=course)


@pytest.mark.parametrize(
    ("logged", "entries", "codes"),
    [
        (draft(), [], []),
        (draft(0), [], ["not_positive"]),
        (draft(-60), [], ["not_positive"]),
        (draft(on=TODAY + timedelta(days=1)), [], ["future"]),
        (draft(0, on=TODAY + timedelta(days=1)), [], ["not_positive", "future"]),
        (draft(1441), [], ["over_24"]),
        (draft(1440), [], ["over_12"]),
        (draft(721), [], ["over_12"]),
        (draft(720), [], []),
        (draft(60), [entry(None, 1381, title="別的")], ["over_24"]),
        (draft(60), [entry(None, 1380, title="別的")], ["over_12"]),
        (draft(60), [entry(None, 1381, title="別的", on=YESTERDAY)], []),
        (draft(60), [entry(None, 1381, title="別的", withdrawn=True)], []),
        (draft(60), [entry("map-literacy", 60, on=YESTERDAY)], ["same_course"]),
        (draft(60), [entry("map-literacy", 60, on=date(2025, 12, 1))], []),
        (draft(60), [entry("map-law", 60)], []),
        (draft(60, title="環境 教育", course=None), [entry(None, 60, title="環境教育")], ["same_course"]),
        (draft(60, title="", course=None), [entry(None, 60, title="")], []),
        # the official record of the same course is the same learning: it does not fill the day twice
        (draft(800), [entry("map-literacy", 800, official=True)], ["over_12", "same_course"]),
        (draft(60, on=date(2024, 12, 31)), [], ["old"]),
        (draft(60, on=date(2025, 1, 1)), [], []),
    ],
)
def test_what_a_report_must_satisfy(logged: HoursLogged, entries: list[HoursEntry], codes: list[str]) -> None:
    """0, negative, future and over 24 h a day are refused; over 12 h, the same course, old years ask."""
    found = examine(logged, entries, TODAY)
    assert [finding.code for finding in found] == codes
    refused = {"not_positive", "future", "over_24"}
    assert all((finding.kind == "refuse") == (finding.code in refused) for finding in found)


def several(minutes: int, begins: date, ends: date = TODAY) -> HoursLogged:
    return HoursLogged(ends, minutes, "AI營隊", None, began_on=begins)


@pytest.mark.parametrize(
    ("logged", "entries", "codes"),
    [
        (several(3 * 720, date(2026, 11, 16)), [], []),
        (several(3 * 720 + 1, date(2026, 11, 16)), [], ["over_12"]),
        (several(3 * 1440, date(2026, 11, 16)), [], ["over_12"]),
        (several(3 * 1440 + 1, date(2026, 11, 16)), [], ["over_24"]),
        # what was reported on any of its days counts, and of another class its share of these days
        (several(1440, YESTERDAY), [entry(None, 1440, title="別的", on=YESTERDAY)], ["over_12"]),
        (several(1440, YESTERDAY), [entry(None, 1441, title="別的", on=YESTERDAY)], ["over_24"]),
        (several(1440, YESTERDAY), [entry(None, 1440, title="別的", on=date(2026, 11, 16))], []),
        (draft(721), [replace(entry(None, 1440, title="別的"), began_on=YESTERDAY)], ["over_24"]),
        (draft(1), [replace(entry(None, 1438, title="別的"), began_on=YESTERDAY)], []),
        (several(600, date(2025, 12, 30), date(2026, 1, 2)), [], ["turn_of_year"]),
        (several(600, date(2026, 10, 19)), [], []),
        (several(600, date(2026, 10, 18)), [], ["long_class"]),
        (several(600, YESTERDAY, TODAY + timedelta(days=1)), [], ["future"]),
    ],
)
def test_the_limits_count_each_day_of_a_class(
    logged: HoursLogged, entries: list[HoursEntry], codes: list[str]
) -> None:
    """24 and 12 hours for each day from the first to the last; a span over the turn of the year is asked."""
    assert [finding.code for finding in examine(logged, entries, TODAY)] == codes


def test_too_many_hours_of_one_day_say_how_to_tell_several() -> None:
    """The refusal names beginning and end; one of three days names its own limit."""
    (one,) = examine(draft(1441), [], TODAY)
    assert "11/10～11/12" in one.sentence
    (three,) = examine(several(4321, date(2026, 11, 16)), [], TODAY)
    assert "3 天的時數不會超過 72 小時" in three.sentence
    (turn,) = examine(several(600, date(2025, 12, 30), date(2026, 1, 2)), [], TODAY)
    assert "114/12/30～115/1/2" in turn.sentence
    assert "115 年嗎" in turn.sentence


def test_sentences_say_what_is_meant() -> None:
    """The reason with its date and figures, and what to do."""
    (full,) = examine(draft(120), [entry(None, 1400, title="別的")], TODAY)
    assert "11/18（三）連同已回報的共 25 小時 20 分" in full.sentence
    (same,) = examine(draft(60), [entry("map-literacy", 90, title="AI素養課", on=YESTERDAY)], TODAY)
    assert same.sentence == "您已回報過「AI素養課」（115/11/17，1.5 小時），要再記一筆嗎？"
    (official,) = examine(draft(60), [entry("map-literacy", 60, official=True, on=YESTERDAY)], TODAY)
    assert official.sentence.startswith("官方紀錄已有「AI素養」")
    (old,) = examine(draft(on=date(2024, 5, 1)), [], TODAY)
    assert "113 年" in old.sentence
