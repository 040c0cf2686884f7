"""Each year's hours under its own edition: its own, the latest earlier one, or none at all (hr-year 7)."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from guideline.editions import Editions, load_editions
from guideline.loading import EditionError
from guideline.sources import EDITIONS
from tests.guideline.facts import edition, entry, overlay

NEXT_YEAR = {
    "edition.toml": (
        ('id = "115-06"', 'id = "116-01"'),
        ("effective_on = 2026-06-01", "effective_on = 2027-01-01"),
    ),
    "requirements.toml": (('name = "AI 課程", minutes = 180', 'name = "AI 課程", minutes = 240'),),
}


def folders(tmp_path: Path) -> Path:
    """Edition 115 as it is, and a 116 that asks for four AI hours."""
    root = tmp_path / "editions"
    shutil.copytree(EDITIONS, root)
    shutil.copytree(root / "115", root / "116")
    for name, changes in NEXT_YEAR.items():
        file = root / "116" / name
        text = file.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("in_force", ["115", "116"])
@pytest.mark.parametrize(
    ("year", "rules", "needed", "provisional"),
    [
        (2025, None, None, False),
        (2026, "115-06", 180, False),
        (2027, "116-01", 240, False),
        (2028, "116-01", 240, True),
    ],
)
def test_a_year_has_its_own_edition(
    tmp_path: Path, in_force: str, year: int, rules: str | None, needed: int | None, provisional: bool
) -> None:
    """Whichever is in force, 115 stays under 115 and 116 under 116; later years borrow, earlier have none."""
    editions = load_editions(in_force, root=folders(tmp_path))
    found = editions.of(year)
    assert (found.id if found else None) == rules
    standing = editions.reckon(year, [entry("map-literacy", 60, on=date(year, 3, 1))])
    assert standing.provisional is provisional
    assert [part.needed for part in standing.parts if part.part == "ai"] == ([needed] if needed else [])
    assert [part.waiting for part in standing.parts if part.part == "ai"] == ([60] if needed else [])


@pytest.mark.parametrize(
    ("course", "minutes", "on", "parts", "words"),
    [
        ("map-literacy", 60, date(2026, 1, 1), ("ai", "basic", "total"), "計入 AI 課程、基礎與學習時數。"),
        ("map-literacy", 150, date(2026, 5, 1), ("ai", "basic", "total"), "認證 2 小時，超過的部分不列計"),
        ("slides-class", 60, date(2026, 5, 1), ("ai", "total"), "考核類別未定，暫不計入基礎或進階。"),
        (None, 60, date(2026, 12, 31), ("total",), "不在本機關的 AI 課程清單"),
        (
            "map-literacy",
            60,
            date(2025, 12, 31),
            (),
            "115 年起才有 AI 時數要求（問答集 Q8），這筆列在 114 年",
        ),
        ("map-literacy", 60, date(2027, 1, 1), ("ai", "basic", "total"), "116 年規定未公布，暫沿用 115 年"),
        (None, 60, date(2019, 1, 1), (), "這筆列在 108 年"),
    ],
)
def test_each_entry_says_what_it_counts_toward_or_why_not(
    tmp_path: Path, course: str | None, minutes: int, on: date, parts: tuple[str, ...], words: str
) -> None:
    """By its course's class and hours, and by the rules of its own year."""
    known = overlay(tmp_path, '[[courses]]\nid = "map-literacy"\nminutes = 120\n')
    credit = load_editions("115", known).credit(entry(course, minutes, on=on))
    assert credit.parts == parts
    assert words in credit.why
    assert credit.why.endswith("。")


def test_withdrawn_is_the_first_thing_to_say() -> None:
    """A withdrawn entry of a year without rules is withdrawn, not early."""
    gone = entry("map-literacy", 60, on=date(2025, 5, 1), withdrawn=True)
    assert "撤回" in Editions(edition()).credit(gone).why


def test_what_the_agency_says_of_a_course_holds_in_every_year(tmp_path: Path) -> None:
    """After the change to 116 the agency's own course, and its word on a known one, still count for 115; its
    requirements are of the edition in force."""
    ours = overlay(
        tmp_path,
        """
        [[courses]]
        id = "ours"
        name = "本府自辦 AI 專班"
        module = "literacy"
        level = "入門"
        counts_as = "advanced"
        mode = "classroom"
        [[courses]]
        id = "slides-class"
        counts_as = "basic"
        [[requirements]]
        id = "agency-goal"
        binding = "rate"
        """,
    )
    editions = load_editions("116", ours, folders(tmp_path))
    for year in (2026, 2027):
        assert "advanced" in editions.credit(entry("ours", 60, on=date(year, 5, 1))).parts
        assert "basic" in editions.credit(entry("slides-class", 60, on=date(year, 5, 1))).parts
    last, this = editions.of(2026), editions.of(2027)
    assert last is not None
    assert this is not None
    assert (last.requirements["agency-goal"].binding, this.requirements["agency-goal"].binding) == (
        "person",
        "rate",
    )


def test_of_two_editions_of_one_year_the_one_in_force_holds() -> None:
    """A June edition does not take the year over before the agency adopts it."""
    june = edition()
    january = replace(june, id="115-01", effective_on=date(2026, 1, 1))
    later = replace(june, id="115-09", effective_on=date(2026, 9, 1))
    assert Editions(january, (june,)).of(2026) is january
    following = replace(june, id="116-01", effective_on=date(2027, 1, 1))
    assert Editions(following, (later, june)).of(2026) is later


def test_an_unknown_or_broken_edition_is_named(tmp_path: Path) -> None:
    """Which ones there are; and a fault of another year's edition is found at the start, not in January."""
    root = folders(tmp_path)
    with pytest.raises(EditionError, match="現有：115、116"):
        load_editions("117", root=root)
    (root / "116" / "roles.toml").write_text("roles = 1", encoding="utf-8")
    with pytest.raises(EditionError, match=r"roles\.toml"):
        load_editions("115", root=root)
