"""Entries → official, waiting, missing (Q8)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guideline.records import HoursEntry, Source
from guideline.standing import credit, reckon
from tests.guideline.facts import IMPORTED, NOW, TODAY, edition, entry, laid_over

BASIC, ADVANCED, UNDECIDED = "map-literacy", "map-genai-advanced", "slides-class"


@pytest.mark.parametrize(
    ("course", "parts"),
    [
        (BASIC, ("ai", "basic", "total")),
        (ADVANCED, ("ai", "advanced", "total")),
        (UNDECIDED, ("ai", "total")),
        (None, ("total",)),
        ("gone-from-the-catalogue", ("total",)),
    ],
)
def test_a_course_counts_by_its_assessment_class(course: str | None, parts: tuple[str, ...]) -> None:
    """基礎 and 進階 count to both rules, 未定 to the AI hours only, everything else to the 20 hours."""
    assert credit(edition(), entry(course, 60)).parts == parts


@pytest.mark.parametrize(
    ("course", "words"),
    [
        (BASIC, "計入 AI 課程、基礎與學習時數。"),
        (UNDECIDED, "考核類別未定"),
        (None, "不在本機關的 AI 課程清單"),
    ],
)
def test_an_entry_says_what_it_counts_toward_or_why_not(course: str | None, words: str) -> None:
    """One sentence with the reason."""
    assert words in credit(edition(), entry(course, 60)).why


def test_a_withdrawn_entry_counts_nowhere() -> None:
    """It keeps its place in the records and says why it is not counted."""
    gone = entry(BASIC, 180, withdrawn=True)
    assert credit(edition(), gone).parts == ()
    assert "撤回" in credit(edition(), gone).why
    assert reckon(edition(), 2026, [gone]).part("ai").waiting == 0


@pytest.mark.parametrize(
    ("minutes", "state", "missing"),
    [(0, "missing", 180), (179, "missing", 1), (180, "official", 0), (181, "official", 0)],
)
def test_three_hours_are_enough(minutes: int, state: str, missing: int) -> None:
    """`>=`, in whole minutes: 3 h is met at 180."""
    part = reckon(edition(), 2026, [entry(UNDECIDED, minutes, official=True)]).part("ai")
    assert (part.state, part.missing) == (state, missing)


def test_the_two_rules_are_never_mixed() -> None:
    """Three basic hours meet the AI rule and the basic half of the goal; the advanced half is missing."""
    standing = reckon(edition(), 2026, [entry(BASIC, 180, official=True)], IMPORTED)
    assert [(part.part, part.state, part.missing) for part in standing.parts] == [
        ("ai", "official", 0),
        ("basic", "official", 0),
        ("advanced", "missing", 180),
        ("total", "missing", 1020),
    ]


def test_self_reported_hours_wait_for_upload() -> None:
    """They lower what is missing, and the part is waiting, not official."""
    part = reckon(edition(), 2026, [entry(UNDECIDED, 180)]).part("ai")
    assert (part.official, part.waiting, part.missing, part.state) == (None, 180, 0, "waiting")


def test_without_official_data_the_total_is_unknown() -> None:
    """Never 0/20: before an import of that year the 20 hours say nothing, whatever was reported."""
    part = reckon(edition(), 2026, [entry(BASIC, 180)]).part("total")
    assert (part.official, part.state, part.missing) == (None, "unknown", 0)


@pytest.mark.parametrize(
    ("imported", "official"),
    [
        (IMPORTED, 0),
        (None, None),
        (datetime(2025, 12, 20, tzinfo=UTC), None),
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), None),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), 0),
    ],
)
def test_official_figures_are_known_from_an_import_of_that_year(
    imported: datetime | None, official: int | None
) -> None:
    """An import of last December says nothing about this year; the year begins at midnight of Taipei."""
    assert reckon(edition(), 2026, [], imported).part("total").official == official


def test_an_entry_belongs_to_the_year_of_its_learning() -> None:
    """31 December and 1 January part ways; a year without its own edition is provisional."""
    entries = [entry(UNDECIDED, 60, on=date(2026, 12, 31)), entry(ADVANCED, 90, on=date(2027, 1, 1))]
    this, following = reckon(edition(), 2026, entries), reckon(edition(), 2027, entries)
    assert (this.part("ai").waiting, following.part("ai").waiting) == (60, 90)
    assert (this.provisional, following.provisional) == (False, True)


def test_an_upload_of_what_was_reported_is_not_counted_twice() -> None:
    """The official record of a course, or of a title, takes the place of the report of it."""
    course = [entry(BASIC, 120), entry(BASIC, 120, official=True)]
    title = [entry(None, 60, title="環境 教育"), entry(None, 60, title="環境教育", official=True)]
    standing = reckon(edition(), 2026, [*course, *title])
    assert (standing.part("ai").official, standing.part("ai").waiting) == (120, 0)
    assert (standing.part("total").official, standing.part("total").waiting) == (180, 0)


def test_untitled_entries_stay_apart() -> None:
    """Two records without a title are two records."""
    entries = [entry(None, 60), entry(None, 60, official=True)]
    part = reckon(edition(), 2026, entries).part("total")
    assert (part.official, part.waiting) == (60, 60)


KNOWN_HOURS = """
[[courses]]
id = "map-literacy"
minutes = 120
"""


def test_a_known_course_gives_no_more_than_its_hours(tmp_path: Path) -> None:
    """Catalogue hours bound credit, over all records of the course in a year, and the entry says so."""
    bounded = laid_over(tmp_path, KNOWN_HOURS)
    part = reckon(bounded, 2026, [entry(BASIC, 90), entry(BASIC, 90)]).part("basic")
    assert part.waiting == 120
    both = reckon(bounded, 2026, [entry(BASIC, 600), entry(BASIC, 500, official=True)]).part("basic")
    assert (both.official, both.waiting) == (120, 0)
    assert "認證 2 小時，超過的部分不列計" in credit(bounded, entry(BASIC, 150)).why
    assert "超過" not in credit(bounded, entry(BASIC, 120)).why


def test_the_same_course_again_says_what_it_adds(tmp_path: Path) -> None:
    """Beside an official record of it nothing twice; beside other reports no more than its hours; another
    year, a withdrawn entry and another course say nothing."""
    bounded = laid_over(tmp_path, KNOWN_HOURS)
    report = entry(BASIC, 90)
    quiet = [
        report,
        entry(BASIC, 90, on=date(2025, 5, 1)),
        entry(BASIC, 90, withdrawn=True),
        entry(ADVANCED, 90, official=True),
    ]
    assert credit(bounded, report, quiet) == credit(bounded, report)
    assert "全年合計超過的部分不列計" in credit(bounded, report, [*quiet, entry(BASIC, 60)]).why
    official = entry(BASIC, 60, official=True)
    assert "官方紀錄已有這門課 1 小時" in credit(bounded, report, [*quiet, official]).why
    assert "官方紀錄已有" not in credit(bounded, official, [official, *quiet]).why


def test_kinds_that_no_part_counts_say_so(tmp_path: Path) -> None:
    """Where the agency drops the 20 hours, a course outside the AI list counts nowhere."""
    only_ai = laid_over(tmp_path, '[remove]\nrequirements = ["yearly-total"]\n')
    assert credit(only_ai, entry(None, 60)).parts == ()
    assert "不列計" in credit(only_ai, entry(None, 60)).why


def test_an_unknown_part_is_an_error() -> None:
    """A part of another edition is not silently zero."""
    with pytest.raises(KeyError):
        reckon(edition(), 2026, []).part("gone")


_entries = st.lists(
    st.builds(
        HoursEntry,
        id=st.integers(1, 10**6),
        learned_on=st.dates(date(2025, 12, 1), date(2027, 1, 31)),
        minutes=st.integers(1, 1440),
        title=st.sampled_from(["", "甲", "乙課程", "甲 "]),
        course_id=st.sampled_from([None, BASIC, ADVANCED, UNDECIDED, "gone"]),
        source=st.sampled_from(list(Source)),
        reported_at=st.just(NOW),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(_entries, _entries)
def test_more_entries_never_count_for_less(some: list[HoursEntry], more: list[HoursEntry]) -> None:
    """Official, and official with waiting, only grow; what is missing only shrinks."""
    before = reckon(edition(), 2026, some, IMPORTED)
    after = reckon(edition(), 2026, [*some, *more], IMPORTED)
    for old, new in zip(before.parts, after.parts, strict=True):
        assert (new.official or 0) >= (old.official or 0)
        assert (new.official or 0) + new.waiting >= (old.official or 0) + old.waiting
        assert new.missing <= old.missing


@settings(deadline=None)
@given(_entries, st.booleans())
def test_figures_and_states_agree(entries: list[HoursEntry], imported: bool) -> None:
    """needed = what there is + what is missing, unless more than enough; the state says the same."""
    for part in reckon(edition(), 2026, entries, IMPORTED if imported else None).parts:
        there = (part.official or 0) + part.waiting
        if part.state == "unknown":
            assert part.needs_official
            assert part.official is None
            continue
        assert part.missing == max(0, part.needed - there)
        assert (part.state == "missing") == (there < part.needed)
        assert (part.state == "official") == ((part.official or 0) >= part.needed)


@settings(deadline=None)
@given(_entries)
def test_the_order_of_entries_does_not_matter(entries: list[HoursEntry]) -> None:
    """A standing is a fact about a set of entries."""
    assert reckon(edition(), 2026, entries) == reckon(edition(), 2026, reversed(entries))


@settings(deadline=None)
@given(_entries)
def test_withdrawing_everything_leaves_nothing(entries: list[HoursEntry]) -> None:
    """No trace of a withdrawn entry stays in the figures."""
    gone = [replace(item, withdrawn_at=NOW) for item in entries]
    assert reckon(edition(), TODAY.year, gone) == reckon(edition(), TODAY.year, [])
