"""Staff's answers to a reminder: 我已上過, 本週無法完成, 看課程."""

from datetime import date, datetime

import pytest

from guideline.changes import PreferenceSet
from guideline.records import Preference
from handlers.payload import Press
from tests.handlers.lint import faults
from tests.handlers.scene import NOON, TAIPEI, Chat, colleague

LAST_WEEK = datetime(2026, 12, 21, 10, 0, tzinfo=TAIPEI)


def sound(chat: Chat) -> bool:
    return not [fault for message in chat.heard for fault in faults(message)]


@pytest.mark.parametrize("typed", ["我已上過", "我已上過，回報", "已上完", "我已上完。", "我已上过"])
def test_done_begins_a_report(typed: str) -> None:
    """A thank-you, and the first question of the report."""
    chat = colleague()
    assert chat.types(typed).startswith("謝謝您")
    assert chat.conversation is not None
    assert (chat.conversation.task, chat.conversation.step) == ("hours", "date")
    assert sound(chat)


def test_done_goes_on_with_a_report_that_runs() -> None:
    """Nothing filled in is lost."""
    chat = colleague()
    chat.types("回報 昨天 2小時")
    before = chat.conversation
    chat.types("我已上過")
    assert chat.conversation == before
    assert "課" in chat.said


def test_cannot_is_quiet_until_the_statistics_are_closed() -> None:
    """No reminder up to and including 12/24; 12/31 said to be provisional; no reason asked for."""
    chat = colleague(now=LAST_WEEK)
    said = chat.types("本週無法完成")
    assert chat.changes == (PreferenceSet(Preference(snoozed_until=date(2026, 12, 24))),)
    for words in ("謝謝您告訴我們", "12/24（四）", "115 年時數（指引未載明，暫列供參）", "不必說明私人原因"):
        assert words in said
    assert chat.receipt
    chat.types("本週無法完成")
    assert not chat.changes
    assert sound(chat)


def test_cannot_shortens_no_longer_rest() -> None:
    """Who is left alone until the month ends is not reminded earlier."""
    chat = colleague(now=LAST_WEEK, preference=Preference(snoozed_until=date(2026, 12, 31)))
    chat.types("本週無法完成")
    assert chat.changes == ()


def test_cannot_starts_nothing_again() -> None:
    """Stopped stays stopped, and is said."""
    chat = colleague(now=LAST_WEEK, preference=Preference(stopped_at=NOON))
    assert "您已停止提醒" in chat.types("本週無法完成")
    assert chat.changes == ()


@pytest.mark.parametrize("now", [datetime(2027, 1, 4, 9, tzinfo=TAIPEI), NOON.replace(month=9)])
def test_an_old_button_does_not_silence_the_year(now: datetime) -> None:
    """Tapped in January, last December's button changes nothing; a month's rest is offered."""
    chat = colleague(now=now)
    assert "時間還充裕" in chat.presses(Press("do", "cannot"))
    assert chat.changes == ()
    assert "下個月再提醒" in chat.labels
    assert sound(chat)


def test_cannot_after_the_statistics() -> None:
    """Past the deadline nothing is left to be quiet about; what 12/31 means is said."""
    chat = colleague(now=datetime(2026, 12, 28, 9, tzinfo=TAIPEI))
    said = chat.types("本週無法完成")
    assert "已於 12/24（四）截止" in said
    assert "12/31 前完成仍屬 115 年時數" in said
    assert chat.changes == ()


def test_courses_are_the_next_step() -> None:
    """看課程 says what 下一步 says."""
    chat = colleague()
    assert chat.types("看課程") == chat.types("下一步")
