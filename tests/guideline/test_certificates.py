"""Which certificate to take: 通識核心 first, never one that has not begun or has ended (Q5–Q7)."""

from datetime import date
from pathlib import Path

import pytest

from guideline.certificates import classed, not_begun, reasons, source, suggestions
from guideline.course_names import match_name
from guideline.hours_text import read_day
from guideline.next_step import next_step
from guideline.standing import reckon
from tests.guideline.facts import TODAY, assigned, edition, entry, laid_over
from tests.guideline.test_next_step import DEADLINES

JUNE = date(2026, 6, 30)
CORE, PLANNING, IPAS, III, OLD, NEW = (
    "public-core",
    "public-planning",
    "ipas-planner",
    "iii-office",
    "ai-900",
    "ai-901",
)


def ids(*roles: str, today: date = TODAY, held: tuple[str, ...] = (), opened: tuple[str, ...] = ()) -> str:
    """The suggestions in their order, those that have not begun in brackets."""
    found = suggestions(edition(), roles, today, held=held, opened=opened)
    return " ".join(one.certificate.id if one.open else f"({one.certificate.id})" for one in found)


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (("application",), f"({CORE}) ({PLANNING}) {IPAS} {III} {NEW}"),
        (("policy",), f"({CORE}) ({PLANNING}) {IPAS}"),
        (("development",), f"({CORE}) {IPAS} {NEW}"),
        (("research",), f"({CORE}) {NEW}"),
        (("policy", "research"), f"({CORE}) ({PLANNING}) {IPAS} {NEW}"),
        ((), f"({CORE}) {IPAS} {III}"),
        (("gone",), f"({CORE}) {IPAS} {III}"),
    ],
)
def test_each_role_has_its_certificates(roles: tuple[str, ...], expected: str) -> None:
    """By role, in the order of the edition; without a role (or one that is gone) what Q7 names."""
    assert ids(*roles) == expected


def test_what_hr_opened_is_offered() -> None:
    """通識核心 comes first once HR has opened it; the others wait on."""
    assert ids("policy", opened=(CORE,)) == f"{CORE} ({PLANNING}) {IPAS}"
    assert ids("policy", opened=(CORE, PLANNING, "gone")) == f"{CORE} {PLANNING} {IPAS}"


@pytest.mark.parametrize(
    ("held", "today", "expected"),
    [
        ((), JUNE, f"({CORE}) {OLD} {NEW}"),
        ((), date(2026, 7, 1), f"({CORE}) {NEW}"),
        ((OLD,), TODAY, f"({CORE})"),
        ((OLD,), JUNE, f"({CORE})"),
        ((NEW,), TODAY, f"({CORE})"),
        ((NEW,), JUNE, f"({CORE}) {OLD}"),
        ((CORE, "gone"), TODAY, NEW),
    ],
)
def test_what_is_held_is_not_offered_again(held: tuple[str, ...], today: date, expected: str) -> None:
    """Nor is its successor: what has ended holds on for who has it. 30 June is the old one's last day."""
    assert ids("research", held=held, today=today) == expected


def test_a_successor_says_what_it_follows_and_that_no_source_says_so() -> None:
    """AI-901 in place of AI-900, marked 指引未載明，暫列供參."""
    (found,) = [one for one in suggestions(edition(), ["research"], TODAY) if one.open]
    assert found.replaces is not None
    assert found.replaces.id == OLD
    assert source(found.certificate).startswith("據報導接續 AI-900")
    assert source(found.certificate).endswith("（指引未載明，暫列供參）")
    assert reasons(found) == ("「微軟 AI-900」考到 115/6/30 為止，由這張接續（指引未載明，暫列供參）",)


def test_an_end_that_the_agency_states_is_its_own(tmp_path: Path) -> None:
    """A successor known from the agency is not provisional; a line that has ended offers nothing."""
    ours = laid_over(
        tmp_path,
        '[[certificates]]\nid = "ai-900"\nuntil_source = "agency"\nuntil_note = "府人訓字第1號函"\n',
    )
    (found,) = [one for one in suggestions(ours, ["research"], TODAY) if one.open]
    assert reasons(found)[-1].endswith("（依據：府人訓字第1號函）")
    ended = laid_over(
        tmp_path, '[[certificates]]\nid = "ai-901"\nvalid_until = 2026-07-31\nuntil_source = "agency"\n'
    )
    assert not [one for one in suggestions(ended, ["research"], TODAY) if one.open]


def test_the_class_is_told_only_where_it_is_known(tmp_path: Path) -> None:
    """Q6 names two classes and puts no certificate into either."""
    assert classed(edition().certificates[IPAS]) == "產業證照（工具類或專案技術類，指引未載明）"
    assert classed(edition().certificates[CORE]) == "公部門證照"
    known = laid_over(tmp_path, '[[certificates]]\nid = "iii-office"\ngroup = "工具"\n')
    assert classed(known.certificates[III]) == "產業證照・工具類"
    assert source(edition().certificates[III]) == "一般行政同仁的進階目標（問答集 Q7）"


def test_what_has_not_begun_says_when_it_is_offered() -> None:
    """Announced with the source's own words, offered after HR's."""
    said = not_begun(edition().certificates[CORE])
    waits = "公務AI共通核心能力認證尚未開辦（預計115年下半年開始試辦），人事公布後才列入建議"
    assert said == f"{waits}，並建議先考這張（問答集 Q7）"
    assert "先考" not in not_begun(edition().certificates[PLANNING])
    general = suggestions(edition(), ["policy"], TODAY, opened=[CORE])[0]
    assert "各類別都先考這一張" in reasons(general)[0]


def test_the_next_step_knows_what_is_held_and_opened() -> None:
    """A held certificate gives way to the next; one that HR opened goes first; none is left: rest."""
    entries = tuple(entry(course, 180) for course in edition().courses)
    standing = reckon(edition(), TODAY.year, entries, None)

    def certificate(*held: str, opened: tuple[str, ...] = ()) -> str:
        found = next_step(
            edition(),
            standing,
            assigned("application"),
            entries,
            TODAY,
            DEADLINES,
            held=held,
            opened=opened,
        )
        return found.certificate.id if found.certificate else found.kind

    assert certificate() == IPAS
    assert certificate(IPAS) == III
    assert certificate(IPAS, opened=(CORE,)) == CORE
    assert certificate(IPAS, III, OLD) == "rest"


@pytest.mark.parametrize(
    ("typed", "found", "near"),
    [
        ("經濟部ipas中級ai應用規劃師能力鑑定", IPAS, ()),
        ("ＡＩ-900", None, ("微軟 AI-900",)),
        ("微軟 AI-900 證書", None, ("微軟 AI-900",)),
        ("乙級廚師", None, ()),
        ("", None, ()),
    ],
)
def test_certificates_are_known_by_name(typed: str, found: str | None, near: tuple[str, ...]) -> None:
    """Width, case and spaces do not matter; anything less than the name is only offered."""
    names = {item.id: (item.name,) for item in edition().certificates.values()}
    match = match_name(typed, names)
    assert match.course_id == found
    assert match.near[: len(near)] == near
    if not typed or typed.startswith("乙"):
        assert match.near == ()


@pytest.mark.parametrize(
    ("said", "day", "options"),
    [
        ("昨天", date(2026, 11, 17), ()),
        ("114/6/30", date(2025, 6, 30), ()),
        ("民國99年1月2日取得", date(2010, 1, 2), ()),
        ("明天", date(2026, 11, 19), ()),
        ("12/5", None, ("114/12/5",)),
        ("2/30", None, ()),
    ],
)
def test_a_day_alone_is_read(said: str, day: date | None, options: tuple[str, ...]) -> None:
    """As in a report of hours: a day, or a doubt with its readings."""
    found, doubt = read_day(said, TODAY)
    assert found == day
    assert (doubt.options if doubt else ()) == options
    assert (doubt is None) == (day is not None)


def test_words_without_a_day_are_no_day() -> None:
    """Nothing was said of a day: nothing is doubted either."""
    assert read_day("我忘了", TODAY) == (None, None)
