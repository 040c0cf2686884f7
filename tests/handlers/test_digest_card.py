"""The week's digest as HR reads it: what stands where, and what is said before there is anything official."""

from dataclasses import replace
from datetime import date

import pytest

from guideline.digest import figures
from guideline.weekly import Digest, Planned, Waits
from handlers import digest_card
from handlers.message import plain
from tests.guideline.facts import edition
from tests.guideline.test_digest import tally
from tests.handlers.lint import faults

DAY, BEFORE = date(2026, 11, 23), date(2026, 11, 16)
_TALLY = tally(OOOU=1104, WWOU=201, OOMU=280, WOMU=122, OMOU=38, MMMU=117)
WEEK = Digest(
    figures(edition(), "", DAY, _TALLY, {"official:yearly-ai": 1358, "official:agency-goal": 1104}, BEFORE),
    date(2026, 11, 18),
    Waits(confirm=23, questions=4, oldest=3),
    Planned(date(2026, 11, 25), {"line": 348, "email": 209}),
    line_used=612,
    line_limit=3000,
)
FIRST = Digest(figures(edition(), "", DAY, tally(MMMU=120, WMMU=6)), released=False, line=False)
NOBODY = Digest(figures(edition(), "", DAY, tally()))


def test_each_requirement_with_its_change_and_the_class_that_helps() -> None:
    """Official with the change beside it, then what waits and is missing, in which combination; the useful
    class stands below the requirement it is for, before the next one."""
    said = plain(digest_card.card(WEEK)).split("\n")
    first = said.index("① 每年 AI 課程 3 小時")
    assert "官方 1,422 人（76.4%），較上週 +64" in said[first + 1 : first + 3]
    assert "待上傳 323、尚缺 117" in said
    assert "官方 1,104 人（59.3%），與上週持平" in said
    useful = next(n for n, line in enumerate(said) if line.startswith("開一班 3 小時的進階課程"))
    assert said[useful - 1] == "只缺進階 402、只缺基礎 38、兩者皆缺 117"
    assert said[useful + 1].startswith("③")


def test_before_any_official_record_no_figure_is_called_official() -> None:
    """0 would be a wrong one; nor is there anything to compare."""
    said = plain(digest_card.card(FIRST))
    assert "尚無官方資料" in said
    assert "官方 0" not in said
    assert "較上週" not in said
    assert "待上傳 6、尚缺 120" in said


@pytest.mark.parametrize(
    "digest", [WEEK, FIRST, NOBODY, replace(WEEK, paused=True), replace(WEEK, line_limit=None)]
)
def test_the_words_are_kind(digest: Digest) -> None:
    """The rules of wording hold for the card and the letter, whatever the figures; the same is typed as is
    pressed."""
    for message in (digest_card.card(digest), *digest_card.letter(digest)):
        assert faults(message) == []
    assert "下載週報／看名單／提醒作業" in plain(digest_card.card(digest))
