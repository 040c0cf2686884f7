"""docs/reminders.md against the rules: its dates, its arithmetic and its overlay are computed."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.desk import desk_for
from bot.settings import Settings
from guideline.allowance import allowance, reserve, to_come
from guideline.editions import load_editions
from guideline.rhythm import Occasion, occasions
from guideline.words import short_date
from handlers.desk import Desk
from tests.docs.pages import ROOT, code_blocks, section

PAGE = ROOT / "docs" / "reminders.md"
YEAR = 2026
TONES = {"information": "進度通知", "dated": "明確的日期", "last": "協助，不是警告"}


@pytest.fixture
def desk() -> Desk:
    """What a new agency has."""
    return desk_for(Settings())


def table(title: str, which: int = 0) -> list[list[str]]:
    """The cells of a table of a section, without its heading and rule."""
    tables = re.findall(r"(?:^\|.*\n)+", section(PAGE, title), flags=re.MULTILINE)
    lines = tables[which].strip().split("\n")[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def told(desk: Desk, cutoff: date | None) -> list[Occasion]:
    deadlines = replace(desk.deadlines, cutoff=cutoff)
    found = occasions(desk.edition.rhythm, deadlines, YEAR)
    return [one for one in found if one.tone != "upload"]


@pytest.mark.parametrize(("column", "cutoff"), [(1, None), (2, date(2001, 12, 24))])
def test_the_dates_are_those_of_the_rules(desk: Desk, column: int, cutoff: date | None) -> None:
    """Each reminder of 115 stands in the table on its day, in its order and tone; so does the safe day."""
    *rows, safe = table("一年的節奏")
    shown = [(row[column], row[3]) for row in rows if row[column] != "－"]
    assert shown == [(short_date(one.day), TONES[one.tone]) for one in told(desk, cutoff)]
    deadlines = replace(desk.deadlines, cutoff=cutoff)
    assert safe[column] == short_date(deadlines.last_safe_day(YEAR))
    assert str(deadlines.lag_days) + " 天" in section(PAGE, "一年的節奏")


def test_lines_messages_are_shared_as_the_rule_shares_them(desk: Desk) -> None:
    """The table of the three plans is what `allowance` gives each wave of a month with nothing used yet."""
    days = {month: [one for one in told(desk, None) if one.day.month == month] for month in (9, 10, 11, 12)}
    for row in table("怎麼送"):
        limit, kept, *shares = (int(re.sub(r"\D", "", cell)) for cell in row)
        assert kept == reserve(limit)
        expected = []
        for month in (9, 11, 12):
            first = days[month][0]
            expected.append(allowance(limit, limit, to_come(told(desk, None), first.day, first)))
        assert shares == expected
        assert len(days[9]) == len(days[10])


def test_the_overlay_shown_is_taken(tmp_path: Path) -> None:
    """The example of an overlay loads, and decides what it says."""
    (example,) = code_blocks(PAGE)
    overlay = tmp_path / "overlay.toml"
    overlay.write_text(example)
    edition = load_editions("115", overlay).in_force
    assert set(edition.coverage.exempt) == {"技工", "工友"}
    assert (edition.rhythm.weekday, len(edition.rhythm.beats)) == (2, 2)
