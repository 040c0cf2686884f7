"""Help from where one stands, kind answers to what is no text, long silence, several tasks at once."""

from datetime import datetime, timedelta
from typing import get_args

import pytest

from guideline.changes import ConversationMoved, HoursLogged
from guideline.records import Access, Account, Person
from handlers.commands import likely
from handlers.event import Kind, Media
from handlers.message import plain
from tests.handlers.lint import faults
from tests.handlers.scene import CODE, NOON, TAIPEI, WANG, Chat, colleague, stranger

BEGUN = {"職務問卷": "近半年", "回報": "是哪一天", "回報 昨天 2小時": "是哪一門課", "不符": "實際負責的工作"}


def with_role() -> Chat:
    chat = colleague()
    list(map(chat.types, ("職務問卷", "1", "3", "3", "1", "4", "3", "3")))
    assert chat.role is not None
    return chat


@pytest.mark.parametrize("media", get_args(Media))
def test_whatever_is_sent_gets_its_own_kind_sentence(media: Media) -> None:
    """A stranger, somebody consented, and a colleague; nothing is kept."""
    answers = set()
    for chat in (stranger(), stranger(account=Account(1, "line", "U1", consented_at=NOON)), colleague()):
        chat.sends(media)
        answers.add(plain(chat.replies[0]).splitlines()[0])
        assert "王小明" not in chat.said
        assert [fault for message in chat.heard for fault in faults(message)] == []
    assert len(answers) == 1
    assert colleague().sends("sticker") != colleague().sends("photo") or media == ""


@pytest.mark.parametrize("begin", list(BEGUN))
def test_in_the_middle_of_a_task_its_question_is_asked_again(begin: str) -> None:
    """A sticker is no answer."""
    chat = with_role()
    chat.types(begin)
    assert BEGUN[begin] in chat.sends("sticker")
    assert chat.changes == ()


@pytest.mark.parametrize("caption", ["昨天 AI簡報設計 2小時", "回報 昨天 AI簡報設計 2小時"])
def test_a_caption_that_reports_hours_is_taken_as_typed(caption: str) -> None:
    """And it is said that the picture was not kept; any other caption belongs to its picture."""
    chat = colleague()
    assert "沒有保存" in chat.sends("photo", caption)
    assert "請確認回報內容" in chat.said
    assert "看不懂圖片" in colleague().sends("photo", "大家辛苦了")


def test_a_code_under_a_picture_is_a_code() -> None:
    """The card with the code, sent with the code as its caption, is no wrong try."""
    chat = stranger()
    chat.sends("photo", f"啟用 {CODE}")
    assert chat.account.code_failures == 0
    assert "啟用碼已收到" in chat.said


def test_when_a_group_is_joined_it_is_said_once() -> None:
    """One polite sentence, nothing personal; the same group hears it again only after a while."""
    chat = stranger()
    assert "大家好" in chat.does(Kind.JOINED, private=False)
    chat.types("進度", private=False)
    assert chat.replies == ()
    chat.now += timedelta(minutes=11)
    assert "單獨詢問" in chat.types("進度", private=False)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("近度", "進度"),
        ("進渡", "進度"),
        ("近度。", "進度"),
        ("停止題醒", "停止提醒"),
        ("progess", "進度"),
        ("下步一", "下一步"),
        ("問人", "問人事"),
    ],
)
def test_a_slip_is_offered_and_never_done(typed: str, word: str) -> None:
    """One letter wrong, missing or changed over: the command is a button."""
    chat = colleague()
    assert f"您是不是要輸入「{word}」" in chat.types(typed)
    assert chat.changes == ()
    assert word in chat.labels
    assert [fault for message in chat.heard for fault in faults(message)] == []


@pytest.mark.parametrize("typed", ["天氣如何", "謝謝", "好的", "你好", "", "1", "收到", "abc", "A" * 3000])
def test_other_words_are_not_made_into_a_command(typed: str) -> None:
    """Talk and nonsense offer nothing near."""
    assert likely(typed) == ()


def test_help_begins_with_what_is_being_asked() -> None:
    """In the middle of a task: where it stands, 繼續 and 取消, then the rest."""
    chat = colleague()
    chat.types("職務問卷")
    said = chat.types("說明")
    assert said.index("停在第 1 題") < said.index("學習時數")
    assert chat.labels[:2] == ["繼續", "取消"]
    assert said.count("繼續") < 5
    assert "近半年" in chat.taps("繼續")


def test_help_says_what_is_missing_near_the_deadline_and_what_waits_for_hr() -> None:
    """From a month before the last safe day; HR's own line is for HR only."""
    early, late = datetime(2026, 11, 1, 9, tzinfo=TAIPEI), datetime(2026, 12, 10, 9, tzinfo=TAIPEI)
    assert "12/17" not in colleague(now=early).types("說明")
    assert "12/17（四）前完成" in colleague(now=late).types("說明")
    hr = Person(7, "A1", "王小明", "人事處", access=Access.HR)
    assert "表51" in colleague(person=hr).types("說明")
    assert "表51" not in colleague(person=WANG).types("說明")


@pytest.mark.parametrize("begin", list(BEGUN))
def test_after_a_long_silence_words_are_no_answer(begin: str) -> None:
    """They are held back, the question comes with where it was; what is typed then answers it."""
    chat = with_role()
    chat.types(begin)
    before = chat.conversation
    chat.now += timedelta(hours=13)
    said = chat.types("謝謝")
    assert "上次是 11/18" in said
    assert BEGUN[begin] in said
    assert chat.conversation == before
    assert chat.changes == (ConversationMoved(before),) if before else False
    chat.types("2" if begin == "職務問卷" else "昨天")
    assert "先不當作答案" not in chat.said
    assert chat.conversation != before
    assert [fault for message in chat.heard for fault in faults(message)] == []


@pytest.mark.parametrize("begin", list(BEGUN))
@pytest.mark.parametrize("hours", [1, 12])
def test_a_short_silence_is_none(begin: str, hours: int) -> None:
    """Up to twelve hours an answer is an answer."""
    chat = with_role()
    chat.types(begin)
    chat.now += timedelta(hours=hours)
    chat.types("1" if begin == "職務問卷" else "今天")
    assert "先不當作答案" not in chat.said


def test_after_silence_a_button_and_the_way_back_work_as_ever() -> None:
    """The run's own button answers; 繼續 asks, and then words answer too."""
    chat = colleague()
    chat.types("職務問卷")
    first = chat.button("1 日常行政業務")
    chat.now += timedelta(days=2)
    assert "2/7" in chat.presses(first)
    chat.now += timedelta(days=2)
    chat.types("繼續")
    assert "3/7" in chat.types("3")


def test_after_silence_a_plain_report_is_a_report() -> None:
    """It is taken; the questionnaire waits, and a half report that gives way to it is named."""
    chat = colleague()
    chat.types("職務問卷")
    chat.now += timedelta(days=1)
    assert "請確認回報內容" in chat.types("昨天 AI簡報設計 2小時")
    chat.now += timedelta(days=1)
    assert "11/19填到一半的那筆回報沒有保留" in chat.types("昨天 AI簡報設計 3小時")
    chat.types("確認回報")
    assert [c.minutes for c in chat.changes if isinstance(c, HoursLogged)] == [180]
    assert "職務問卷停在第 1 題" in chat.said


def test_three_tasks_deep_and_out_again() -> None:
    """Each is gone on with where it stood; cancelling drops the top one only."""
    chat = with_role()
    chat.types("職務問卷")
    chat.types("1")
    question = chat.button("1 主責規劃")
    chat.types("回報 昨天 2小時")
    chat.types("不符")
    assert "實際負責的工作" in chat.types("繼續")
    chat.types("取消")
    assert "是哪一門課" in chat.types("繼續")
    assert "3/7" in chat.presses(question)  # of the task that lies under: it comes up
    chat.types("取消")
    assert "是哪一門課" in chat.types("繼續")
    chat.types("取消")
    assert chat.conversation is None


def test_an_old_button_of_a_task_below_does_not_bring_it_up() -> None:
    """It says that it no longer holds; the questionnaire on top is still the one that is answered."""
    chat = with_role()
    chat.types("不符")
    old = chat.button("略過說明")
    chat.types("不符")  # a new run
    chat.types("職務問卷")
    chat.presses(old)
    assert "2/7" in chat.types("1")
