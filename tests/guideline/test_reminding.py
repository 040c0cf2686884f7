"""Who is reminded of what: the plan as a table, and what holds whatever the standing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline.deadlines import Deadlines
from guideline.edition import Edition
from guideline.records import HoursEntry, Person, Preference, Way
from guideline.reminding import Due, Facts, Gap, NotDue, binding, decide, missing
from guideline.rhythm import Occasion, Tone
from guideline.standing import PartStanding, reckon
from guideline.ways import ORDER, best
from tests.guideline.facts import IMPORTED, NOW, edition, entry, laid_over

DAY = date(2026, 12, 2)
DEADLINES = Deadlines(date(2026, 12, 24), 7)
WHO = Person(1, "A1", "甲", "民政局")
BASIC, ADVANCED, OTHER = "map-literacy", "map-genai-advanced", "slides-class"


def parts(*entries: HoursEntry, of: Edition | None = None) -> tuple[PartStanding, ...]:
    return reckon(of or edition(), 2026, entries, IMPORTED).parts


def asked(tone: Tone = "dated", today: date = DAY, of: Edition | None = None, **known: Any) -> Due | NotDue:
    facts = Facts(**{"person": WHO, "parts": parts(), **known})
    return decide(Occasion("x", min(today, DAY), tone), facts, of or edition(), DEADLINES, today)


def lacking(found: Due | NotDue) -> dict[str, int]:
    assert isinstance(found, Due)
    return {gap.part: gap.missing for gap in found.gaps}


MET = (entry(BASIC, 180, official=True), entry(ADVANCED, 180, official=True))


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"parts": parts(*MET)}, "met"),
        ({"parts": parts(entry(BASIC, 180), entry(ADVANCED, 180))}, "met"),  # reported, waiting for upload
        ({"parts": ()}, "unknown"),
        ({"person": replace(WHO, category="技工")}, "undecided"),
        ({"person": replace(WHO, joined_on=date(2026, 11, 2))}, "undecided"),
        ({"person": replace(WHO, counted="不列計")}, "exempt"),
        ({"person": replace(WHO, exempt_from=date(2026, 3, 1))}, "away"),
        ({"person": replace(WHO, left_on=date(2026, 12, 1))}, "left"),
        ({"person": replace(WHO, left_on=date(2026, 12, 2))}, "left"),
        ({"person": replace(WHO, joined_on=date(2026, 12, 3))}, "coming"),
        ({"preference": Preference(stopped_at=NOW)}, "stopped"),
        ({"preference": Preference(snoozed_until=DAY)}, "snoozed"),
        ({"told_on": date(2026, 11, 26)}, "lately"),
        ({"today": date(2026, 12, 28)}, "closed"),
        ({"tone": "upload"}, "met"),
    ],
)
def test_every_reason_to_say_nothing(known: dict[str, Any], why: str) -> None:
    """Each reason there is, by name."""
    assert asked(**known) == NotDue(why)  # type: ignore[arg-type]  # the table holds every Why


@pytest.mark.parametrize(
    "known",
    [
        {"person": replace(WHO, joined_on=date(2026, 11, 2), counted="列計")},
        {"preference": Preference(snoozed_until=date(2026, 12, 1))},
        {"told_on": date(2026, 11, 25)},
    ],
)
def test_and_when_it_ends(known: dict[str, Any]) -> None:
    """HR's 列計, the day after a snooze, seven days: the person is reminded."""
    assert lacking(asked(**known)) == {"ai": 180, "basic": 180, "advanced": 180}


def test_the_ai_rule_met_is_never_said_to_fail() -> None:
    """Three AI hours of whichever kind meet the yearly rule; what the goal lacks is another thing (Q8)."""
    for met in ((entry(BASIC, 180),), (entry(OTHER, 180, official=True),)):
        found = asked(parts=parts(*met))
        assert isinstance(found, Due)
        assert {gap.requirement for gap in found.gaps} == {"agency-goal"}


def test_a_goal_that_is_the_agencys_own_rate_reminds_nobody(tmp_path: Path) -> None:
    """binding = "rate": only the yearly AI rule is left, and who has met that hears nothing."""
    rate = laid_over(tmp_path, '[[requirements]]\nid = "agency-goal"\nbinding = "rate"\n')
    assert binding(rate) == {("yearly-ai", "ai")}
    assert lacking(asked(of=rate, parts=parts(of=rate))) == {"ai": 180}
    assert asked(of=rate, parts=parts(entry(BASIC, 180), of=rate)) == NotDue("met")


def test_uploads_are_asked_about_alone_or_along() -> None:
    """Without a gap the question alone; with one a section of the reminder; past the deadline alone again."""
    waiting: dict[str, Any] = {"uploads": 2, "upload_minutes": 90}
    assert asked(parts=parts(*MET), **waiting) == Due("upload", (), 2, 90)
    assert asked("upload", **waiting) == Due("upload", (), 2, 90)
    both = asked(**waiting)
    assert isinstance(both, Due)
    assert (both.tone, both.uploads, len(both.gaps)) == ("dated", 2, 3)
    assert asked(today=date(2026, 12, 28), **waiting) == Due("upload", (), 2, 90)


def test_a_stored_name_is_not_said() -> None:
    """Names and order are the edition's, so that equal buckets read the same while standings are renewed."""
    old = tuple(replace(part, name="舊名", needed=part.needed + 30) for part in reversed(parts()))
    assert [gap.name for gap in missing(edition(), old)] == ["AI 課程", "基礎", "進階"]
    assert missing(edition(), parts()) == tuple(replace(gap, missing=180) for gap in missing(edition(), old))


MINUTES = st.integers(0, 400)


@given(ai=MINUTES, basic=MINUTES, advanced=MINUTES)
def test_half_hours_never_say_less_than_is_missing(ai: int, basic: int, advanced: int) -> None:
    """Rounded up by less than half an hour; nothing missing is nothing said."""
    entries: Iterable[tuple[str, int]] = ((OTHER, ai), (BASIC, basic), (ADVANCED, advanced))
    standing = parts(*(entry(course, minutes, official=True) for course, minutes in entries if minutes))
    gaps = {gap.part: gap for gap in missing(edition(), standing)}
    for part in standing:
        if (part.requirement, part.part) in binding(edition()):
            told = gaps[part.part].missing if part.part in gaps else 0
            assert part.missing <= told < part.missing + 30
            assert told % 30 == 0
    assert ("ai" in gaps) == (ai + basic + advanced < 180)


GAPS = st.builds(
    lambda *minutes: tuple(
        Gap(requirement, part, part, 180, 30 * n)
        for (requirement, part), n in zip(sorted(binding(edition())), minutes, strict=True)
        if n
    ),
    *[st.integers(0, 6)] * 3,
)
DUES = st.builds(
    Due, st.sampled_from(["information", "dated", "last"]), GAPS, st.integers(0, 2), st.just(0), st.booleans()
)


@given(one=DUES, other=DUES)
def test_a_bucket_holds_what_is_told_and_no_more(one: Due, other: Due) -> None:
    """Equal buckets, equal dues; of brief ones the tone alone matters."""
    same = one == other or (one.brief and other.brief and one.tone == other.tone)
    assert (one.bucket == other.bucket) is same


@pytest.mark.parametrize(
    ("chosen", "answering", "way"),
    [
        ("", {"line", "telegram", "email"}, "telegram"),
        ("", {"line", "email"}, "line"),
        ("", {"email"}, "email"),
        ("email", {"line", "email"}, "email"),
        ("telegram", {"line", "email"}, "line"),
        ("line", {"line", "telegram"}, "line"),
        ("", set(), None),
        ("line", set(), None),
        ("fax", {"line"}, "line"),
    ],
)
def test_by_which_way(chosen: str, answering: set[Way], way: Way | None) -> None:
    """The one chosen where it answers, else Telegram, LINE, mail; None where nothing leads to the person."""
    assert best(chosen, answering) == way
    assert set(ORDER) == {"line", "telegram", "email"}
