"""How typed words are read."""

import pytest

from handlers.commands import Name, code_typed, command_in
from handlers.numbers import numbers_in


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("進度", Name.PROGRESS),
        (" 進 度 ", Name.PROGRESS),
        ("「進度」。", Name.PROGRESS),
        ("進度！！", Name.PROGRESS),
        ("\u200b進度\ufeff", Name.PROGRESS),
        ("/progress", Name.PROGRESS),
        ("／ＰＲＯＧＲＥＳＳ", Name.PROGRESS),
        ("/Progress@Talent_Bot", Name.PROGRESS),
        ("/進度", Name.PROGRESS),
        ("下　一　步", Name.NEXT),
        ("問卷", Name.QUESTIONNAIRE),
        ("/role", Name.QUESTIONNAIRE),
        ("我的類別", Name.MY_ROLE),
        ("與我的實際工作不符", Name.CONTEST),
        ("我已閱讀，開始啟用", Name.AGREE),
        ("人事", Name.OFFICE),
        ("/start", Name.START),
        ("取消", Name.CANCEL),
        ("/cancel@bot", Name.CANCEL),
    ],
)
def test_a_command_is_known_however_it_is_typed(typed: str, name: Name) -> None:
    """Width, case, spaces, quotes, stops, invisible letters and @bot make no difference."""
    command = command_in(typed)
    assert command is not None
    assert command.name is name


@pytest.mark.parametrize(
    ("typed", "rest"),
    [
        ("回報 昨天 AI簡報設計 兩個半小時", "昨天 AI簡報設計 兩個半小時"),
        ("回報昨天 AI簡報設計", "昨天 AI簡報設計"),
        ("登錄：11/3 2小時", "11/3 2小時"),
        ("/log@bot 昨天 2小時", "昨天 2小時"),
        ("回報時數 昨天", "昨天"),
        ("ｌｏｇ　昨天", "昨天"),
    ],
)
def test_hours_are_reported_with_or_without_a_space(typed: str, rest: str) -> None:
    """What follows 回報, 登錄 or /log is the report."""
    command = command_in(typed)
    assert command is not None
    assert (command.name, command.rest) == (Name.HOURS, rest)


@pytest.mark.parametrize(
    ("typed", "name", "rest"),
    [
        ("紀錄 114", Name.RECORDS, "114"),
        ("紀錄114年", Name.RECORDS, "114年"),
        ("/records 115", Name.RECORDS, "115"),
        ("更正３", Name.CORRECT, "3"),
        ("更正紀錄 第3筆", Name.CORRECT, "第3筆"),
        ("更正：昨天那筆", Name.CORRECT, "昨天那筆"),
        ("撤回 3", Name.WITHDRAW, "3"),
        ("撤回第三筆", Name.WITHDRAW, "第三筆"),
        ("撤回", Name.UNDO, ""),
        ("紀錄 已撤回", Name.RECORDS, "已撤回"),
    ],
)
def test_a_year_or_a_number_may_follow_the_records(typed: str, name: Name, rest: str) -> None:
    """紀錄 114, 更正 3, 撤回 3; 撤回 alone is the report just made."""
    command = command_in(typed)
    assert command is not None
    assert (command.name, command.rest) == (name, rest)


def test_a_title_that_begins_like_the_records_is_none() -> None:
    """「紀錄片欣賞」 is a course, and while a title is asked for nothing is read without a space."""
    assert command_in("紀錄片欣賞 2小時") is None
    assert command_in("更正3", glued=False) is None


@pytest.mark.parametrize(
    "typed", ["", " ", "你好", "進度表怎麼看", "logistics", "/unknown", "🙂" * 5000, "/"]
)
def test_other_words_are_no_command(typed: str) -> None:
    """A sentence that merely begins like a command is not one."""
    assert command_in(typed) is None


def test_where_free_words_are_asked_a_command_stands_apart() -> None:
    """「回報系統操作」 may be a course's name; 「回報 昨天」 is still the command."""
    assert command_in("回報系統操作", glued=False) is None
    assert command_in("回報 昨天", glued=False) is not None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("啟用 ABCD-2345", "ABCD-2345"),
        ("啟用ABCD-2345", "ABCD-2345"),
        ("啟用：ａｂｃｄ－２３４５", "ABCD-2345"),
        ("啟用碼 abcd 2345", "ABCD2345"),
        ("/start ABCD-2345", "ABCD-2345"),
        ("/start@Bot abcd–2345", "ABCD-2345"),
        ("abcd-2345", "ABCD-2345"),
        ("啟用 錯的", "錯的"),
        ("啟用", None),
        ("啟用不了怎麼辦", None),
        ("開始啟用", None),
        ("/start", None),
        ("我的啟用碼是什麼", None),
    ],
)
def test_a_code_is_read_from_the_ways_it_arrives(typed: str, code: str | None) -> None:
    """Typed, pre-filled on LINE, deep-linked on Telegram, or pasted alone; a sentence is no code."""
    assert code_typed(typed) == code


def test_a_code_of_any_length_stays_short() -> None:
    """A very long 「code」 is a try like any other and is cut before it is hashed."""
    code = code_typed("啟用 " + "A" * 5000)
    assert code is not None
    assert len(code) == 64


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("1", (1,)),
        ("1、3", (1, 3)),
        ("1,3 和 4", (1, 3, 4)),
        ("第2個", (2,)),
        ("我選一跟三", (1, 3)),
        ("1 1", (1,)),
        ("123", ()),
        ("1年", ()),
        ("沒有", ()),
        ("", ()),
    ],
)
def test_numbers_are_read_only_where_nothing_else_is_said(typed: str, numbers: tuple[int, ...]) -> None:
    """1、3 · 第2個 · 一跟三 are answers; 「1年」 is not."""
    assert numbers_in(typed) == numbers
