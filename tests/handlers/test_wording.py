"""Every text that a conversation can reach is held to the rules of wording."""

from datetime import datetime, timedelta

import pytest

from guideline.records import Account, Activation
from handlers.desk import Agency
from handlers.event import Kind
from handlers.message import Button, Choices
from handlers.payload import Press
from handlers.router import apology
from handlers.welcome import notice
from tests.handlers.lint import faults
from tests.handlers.scene import (
    AGENCY,
    CLERK,
    CODE,
    NOON,
    TAIPEI,
    WANG,
    Chat,
    answered,
    colleague,
    desk_of,
    stranger,
)
from tests.handlers.test_role import FIELD, POLICY, RESEARCH, TIE

COMMANDS = (
    "說明",
    "進度",
    "下一步",
    "我的類別",
    "不符",
    "取消",
    "我的資料",
    "問人事",
    "告知事項",
    "復原",
    "繼續",
    "啟用",
    "常見問題",
    "我的提問",
    "看提問",
    "可以補休嗎？",
    "考證照有補助嗎",
    "紀錄",
    "更正 1",
    "撤回 1",
)


def tour_of_a_stranger(chat: Chat) -> None:
    chat.does(Kind.JOINED)
    for typed in (
        "你是誰",
        *COMMANDS,
        "先不使用",
        "哈囉",
        "啟用 XX-1",
        "說明",
        f"啟用 {CODE}",
        "開始啟用",
        "嗯",
    ):
        chat.types(typed)
    chat.taps("不是我")
    for typed in (*COMMANDS, "啟用 XX-1", "啟用 XX-2", "啟用 XX-3", "啟用 XX-4", f"啟用 {CODE}"):
        chat.types(typed)
    chat.now += timedelta(minutes=16)
    for typed in (f"啟用 {CODE}", "確認啟用", f"啟用 {CODE}", "先不使用"):
        chat.types(typed)


def tour_of_a_colleague(chat: Chat, typed: tuple[str, ...]) -> None:
    for command in COMMANDS:
        chat.types(command)
    for _ in answered(chat, typed[:4]):
        for aside in ("進度", "什麼", "上一題", "選好了"):
            chat.types(aside)
        chat.types("繼續")
        chat.types("取消")
    list(answered(chat, typed))
    for said in (*COMMANDS, "不符", "X" * 300, "略過", "不符", "我的類別"):
        chat.types(said)
    for report in (
        "昨天 AI簡報設計 2小時",
        "昨天 AI簡報設計 2小時",
        "明天 1小時",
        "昨天 甲 30小時",
        "昨天 乙 13小時",
        "",
    ):
        chat.types(f"回報 {report}")
        for step in (
            "嗯",
            "是",
            "修改",
            "改日期",
            "什麼",
            "11/3",
            "2小時",
            "某課程",
            "是",
            "確認回報",
            "復原",
        ):
            chat.types(step)
        chat.types("取消")
    tour_of_certificates(chat)
    chat.does(Kind.MEDIA)
    chat.presses(None)


def tour_of_certificates(chat: Chat) -> None:
    for names in (("微軟 AI-900",), ("AI-900", "3"), ("某證書",), ("微軟 AI-900", "是")):
        chat.types("回報已取得")
        for said in ("", "X" * 99, "A123456789", *names, "嗯", "12/5", "昨天", "嗯", "確認回報"):
            chat.types(said)
        for said in ("取消", "證照", "下一步", "撤回證照", "類別紀錄", "表51", "證照開放"):
            chat.types(said)


@pytest.mark.parametrize("agency", [AGENCY, Agency("測試縣政府")], ids=["full", "name only"])
def test_everything_a_stranger_reads(agency: Agency) -> None:
    """Notice, refusals, lock, confirmation and hello: no fault in any."""
    chat = stranger(desk=desk_of(agency))
    tour_of_a_stranger(chat)
    assert chat.person == WANG
    assert [fault for message in chat.heard for fault in faults(message)] == []


@pytest.mark.parametrize("answers", [CLERK, POLICY, TIE, RESEARCH, FIELD])
@pytest.mark.parametrize("now", [NOON, datetime(2026, 12, 28, 10, 0, tzinfo=TAIPEI)])
@pytest.mark.parametrize("imported", [True, False])
def test_everything_a_colleague_reads(answers: tuple[str, ...], now: datetime, imported: bool) -> None:
    """Questions, results, hours, progress and the ways back: no fault in any."""
    chat = colleague(now=now, official_as_of=NOON if imported else None)
    tour_of_a_colleague(chat, answers)
    assert [fault for message in chat.heard for fault in faults(message)] == []


def test_the_lint_finds_what_it_is_for() -> None:
    """A 你, a Simplified form, a forbidden word, buttons without words to type, and a label too long."""
    wide = Button("一個長得任何平臺都放不下去的按鈕上的字樣呢", Press("do", "help"))
    assert len(faults(Choices("你的学习進度落後", (wide,)))) == 5


def test_the_apology_and_the_notice() -> None:
    """Both are said by the program itself; the notice fits LINE's altText."""
    for agency in (AGENCY, Agency("測試縣政府")):
        said = (*apology(desk_of(agency)).replies, notice(agency), notice(agency, deciding=False))
        assert [fault for message in said for fault in faults(message)] == []


def test_typed_words_are_understood() -> None:
    """Whatever the typed line of a command's button offers is a command."""
    chat = stranger(account=Account(1, "line", "U1", consented_at=NOON))
    chat.codes = {"ABCD2345": Activation(1, WANG, NOON + timedelta(days=1))}
    chat.types(f"啟用 {CODE}")
    chat.types("確認啟用")
    for word in ("職務問卷", "進度", "說明", "下一步", "回報", "告知事項", "問人事", "我的類別"):
        assert "看不懂" not in chat.types(word)
        chat.types("取消")
