"""Whoever writes Simplified letters is understood everywhere, and answered in Traditional ones."""

import pytest
from opencc import OpenCC

from guideline.changes import HoursLogged
from handlers.commands import WORDS, Name, command_in
from tests.handlers.lint import faults
from tests.handlers.scene import CODE, colleague, edition, stranger

TO_SIMPLIFIED = OpenCC("t2s")


@pytest.mark.parametrize(("name", "word"), [(name, word) for name, words in WORDS.items() for word in words])
def test_every_command_is_understood(name: Name, word: str) -> None:
    """Each word of each command, typed in Simplified letters."""
    command = command_in(TO_SIMPLIFIED.convert(word))
    assert command is not None
    assert command.name is name


@pytest.mark.parametrize(
    "typed",
    [
        "回报 昨天 AI简报设计 两个半小时",
        "昨天 AI简报设计 两个半小时",
        "回报昨天AI简报设计两个半小时",
        "登录：昨日上了 AI简报设计 2个半钟头",
        "昨天参加了AI简报设计课程，总共150分钟",
    ],
)
def test_hours_are_read(typed: str) -> None:
    """The day, the length and the course of the edition: the course gets its own name."""
    chat = colleague()
    said = chat.types(typed)
    assert "115/11/17" in said
    assert "2.5 小時" in said
    assert "AI簡報設計與視覺圖表實作班" in said
    assert [fault for message in chat.heard for fault in faults(message)] == []
    chat.types("确认回报")
    logged = [change for change in chat.changes if isinstance(change, HoursLogged)]
    assert [(one.minutes, one.title) for one in logged] == [(150, "AI簡報設計與視覺圖表實作班")]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("上周五", "115/11/13"),
        ("前天", "115/11/16"),
        ("上个月15号", "115/10/15"),
        ("礼拜一", "115/11/16"),
        ("十一月三号", "115/11/3"),
    ],
)
def test_days_are_read(typed: str, day: str) -> None:
    """The words of days and numbers."""
    assert day in colleague().types(f"回报 {typed} 政府资安讲座 两小时")


def test_a_title_is_kept_as_it_was_typed() -> None:
    """What is stored is the person's own; a course that nobody knows keeps its letters."""
    chat = colleague()
    chat.types("回报 昨天 某个讲座 1小时")
    chat.types("确认")
    assert [c.title for c in chat.changes if isinstance(c, HoursLogged)] == ["某个讲座"]


def test_the_questionnaire_is_answered_in_simplified_letters() -> None:
    """Every option by its own words, 选好了 and 上一题."""
    chat = colleague()
    chat.types("职务问卷")
    *questions, last = edition().questions.values()
    for question in questions:
        assert "沒有看懂" not in chat.types(TO_SIMPLIFIED.convert(question.options[0].text))
        assert question.text in chat.types("上一题")
        chat.types("第一个和第二个" if question.multiple else "第一项")
    chat.types(TO_SIMPLIFIED.convert(last.options[0].text))
    assert "建議類別" in chat.said
    chat.types("不符")
    chat.types("略过")
    assert "已記下" in chat.said


def test_a_stranger_is_understood() -> None:
    """告知事项, 开始启用 and 启用 with a code, before anybody is known."""
    chat = stranger()
    chat.types("说明")
    assert "個人資料蒐集告知" in chat.said
    chat.types("开始启用")
    assert "啟用碼" in chat.said
    assert "王○明" in chat.types(f"启用 {CODE}")
    assert "啟用完成" in chat.types("确认启用")
    assert [fault for message in chat.heard for fault in faults(message)] == []
