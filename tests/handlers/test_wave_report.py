"""What HR reads of a day's reminders: counts, cost, and the words that are sent."""

from dataclasses import replace
from datetime import date

import pytest

from guideline.foresight import Foresight
from guideline.reminding import Due, Gap
from guideline.rhythm import Occasion
from handlers.message import Message, Text, buttons, plain
from handlers.wave_report import preview, report
from tests.handlers.lint import faults
from tests.handlers.scene import desk_of

TODAY = date(2026, 12, 2)
OCCASION = Occasion("2026-12-w1", TODAY, "dated")


def due(minutes: int) -> Due:
    return Due("dated", (Gap("yearly-ai", "ai", "AI 課程", 180, minutes),))


SEEN = Foresight(
    OCCASION,
    tuple((due(30 * n), 600 - n) for n in range(1, 6)),
    {"line": 348, "email": 1209},
    waiting=12,
    unreached=5,
    left=2388,
)


def shadow(seen: Foresight = SEEN) -> tuple[Message, ...]:
    return report(seen, desk_of(), TODAY, date(2026, 11, 12))


def test_the_trial_report_says_who_would_have_been_told_and_at_what_cost() -> None:
    """How many by which way, the month's LINE messages before and after, who waits and who is not reached;
    that staff heard nothing, and how to release."""
    said = plain(shadow()[0])
    for part in (
        *("試行：今天原本會提醒 1,569 人", "沒有發送給同仁", "LINE 348、電子郵件 1,209"),
        *("本月剩 2,388 則，發送後剩 2,040 則", "12 人（本月 LINE 則數不足）", "5 人"),
        "輸入「正式發送」",
    ):
        assert part in said


def test_the_commonest_words_are_shown_without_their_buttons() -> None:
    """A few texts with how many read each; nothing to press that would act for HR's own person."""
    _, *shown = shadow()
    assert len(shown) == 3
    assert all(isinstance(one, Text) and not buttons(one) for one in shown)
    assert "599 人（第 1 種，共 5 種）" in plain(shown[0])
    assert "AI 課程尚缺" in plain(shown[0])


@pytest.mark.parametrize(
    "seen", [SEEN, replace(SEEN, left=None), replace(SEEN, left=100), Foresight(OCCASION)]
)
def test_the_words_are_kind_whatever_the_counts(seen: Foresight) -> None:
    """The rules of wording hold with no limit, a limit that is passed, and nobody to be told."""
    for message in (*shadow(seen), *preview(seen, desk_of(), None)):
        assert faults(message) == []
        assert "-" not in plain(message)


def test_nobody_to_be_told_is_said_so() -> None:
    """Without figures of cost."""
    said = plain(preview(Foresight(OCCASION), desk_of(), None)[0])
    assert "目前沒有需要提醒的同仁" in said
    assert "LINE 用量" not in said
