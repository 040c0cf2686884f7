"""The result and what one can say to it."""

from dataclasses import replace

import pytest

from guideline.changes import RoleContested, RoleProposed
from guideline.records import RoleStatus
from tests.handlers.scene import CLERK, Chat, answered, colleague

POLICY = ("3", "1", "3", "1", "4", "3", "1")
TIE = ("1", "1", "3", "5", "1", "3", "3")
RESEARCH = ("5", "3", "3", "5", "4", "1", "2")
FIELD = ("6", "3", "3", "5", "4", "3", "3")


def placed(typed: tuple[str, ...] = CLERK) -> Chat:
    chat = colleague()
    list(answered(chat, typed))
    return chat


def test_the_result_gives_its_reasons_and_its_source() -> None:
    """Reasons with question numbers, Q3, the status, that it is no exam, and where to go from here."""
    said = placed().said
    for part in (
        "判定理由",
        "（第 1 題）",
        "（第 4 題）",
        "問答集 Q3",
        "狀態：建議",
        "不是考評",
        "下一步　或　不符",
    ):
        assert part in said
    assert "認定為" not in said


@pytest.mark.parametrize(
    ("typed", "roles"),
    [(CLERK, {"application"}), (POLICY, {"policy"}), (TIE, {"policy", "development"}), (FIELD, set())],
)
def test_the_role_follows_the_answers(typed: tuple[str, ...], roles: set[str]) -> None:
    """By duty: use, plan, two alike, or the base first."""
    chat = placed(typed)
    assert chat.role is not None
    assert set(chat.role.roles) == roles


def test_a_tie_shows_both_and_leaves_it_to_hr() -> None:
    """Both roles stand in the title; HR decides."""
    said = placed(TIE).said
    assert "AI 政策人才" in said.split("\n")[0]
    assert "AI 開發人才" in said.split("\n")[0]
    assert "由人事依您的實際職務確認" in said


def test_no_role_is_kindly_put() -> None:
    """暫以打底為主 is a result like any other, and says what to do."""
    said = placed(FIELD).said
    assert "暫以打底為主" in said
    assert "基礎課程" in said


def test_research_waits_for_hr() -> None:
    """研究 is confirmed by HR only."""
    assert "待人事確認" in placed(RESEARCH).said


def test_my_role_shows_the_result_again() -> None:
    """我的類別 says what the questionnaire said."""
    chat = placed()
    first = chat.said
    assert chat.types("我的類別") == first


@pytest.mark.parametrize("command", ["我的類別", "不符"])
def test_without_a_role_the_questionnaire_is_offered(command: str) -> None:
    """Nothing to show or to contest yet."""
    chat = colleague()
    assert "還沒有建議類別" in chat.types(command)
    assert chat.changes == ()
    chat.taps("開始填職務問卷")
    assert "近半年" in chat.said


def test_a_confirmed_role_says_so_and_one_changed_by_hr_claims_no_reasons() -> None:
    """Reasons are given only while they lead to this very role."""
    chat = placed()
    assert chat.role is not None
    chat.role = replace(chat.role, status=RoleStatus.CONFIRMED)
    assert "已由主管或人事確認" in chat.types("我的類別")
    chat.role = replace(chat.role, roles=("development",))
    said = chat.types("我的類別")
    assert "AI 開發人才" in said
    assert "判定理由" not in said


def test_a_role_of_an_older_edition_is_shown_without_reasons() -> None:
    """Answers to other questions explain nothing; a role that is gone raises nothing."""
    chat = placed()
    assert chat.role is not None
    chat.role = replace(chat.role, edition="114-01", roles=("gone",), answers={"old": ("x",)})
    assert "判定理由" not in chat.types("我的類別")


@pytest.mark.parametrize(
    ("way", "statement"),
    [("我主要辦理資訊系統委外採購", "我主要辦理資訊系統委外採購"), ("略過", ""), ("tap", "")],
)
def test_contesting_takes_one_optional_sentence(way: str, statement: str) -> None:
    """不符 → a sentence or 略過 → recorded, and what happens next is said."""
    chat = placed()
    number = chat.role.id if chat.role else 0
    chat.taps("與我的實際工作不符")
    if way == "tap":
        chat.taps("略過說明")
    else:
        chat.types(way)
    assert chat.changes[0] == RoleContested(number, statement)
    assert chat.conversation is None
    assert "接下來" in chat.said
    assert chat.receipt
    assert "已反映" in chat.types("不符")
    assert chat.changes == ()
    assert "您已反映與實際工作不符" in chat.types("我的類別")


def test_a_long_statement_is_asked_to_be_shorter() -> None:
    """Nothing is cut silently: over 200 characters asks again."""
    chat = placed()
    chat.types("不符")
    assert "200 字以內" in chat.types("採購" * 101)
    assert list(chat.changes) == []
    chat.types("採購" * 100)
    assert any(isinstance(change, RoleContested) for change in chat.changes)


def test_a_sentence_that_begins_like_a_command_is_a_sentence() -> None:
    """「回報系統由我維護」 is a statement here; 「進度」 is still the command."""
    chat = placed()
    chat.types("不符")
    chat.types("進度")
    assert "說明還沒填完" in chat.said
    chat.types("回報系統由我維護")
    assert isinstance(chat.changes[0], RoleContested)


def test_contesting_a_role_that_changed_meanwhile_shows_the_new_one() -> None:
    """What is contested is the role that was shown."""
    chat = placed()
    chat.types("不符")
    assert chat.role is not None
    chat.role = replace(chat.role, id=chat.role.id + 1)
    chat.types("我做別的")
    assert not any(isinstance(change, RoleContested) for change in chat.changes)
    assert "已更新" in chat.said
    assert "建議類別" in chat.said


def test_an_old_skip_button_contests_nothing() -> None:
    """略過說明 of an earlier run is of no use any more."""
    chat = placed()
    chat.types("不符")
    old = chat.button("略過說明")
    chat.types("取消")
    chat.presses(old)
    assert chat.changes == ()
    assert "失效" in chat.said


def test_the_questionnaire_may_be_filled_in_again() -> None:
    """A new run proposes anew; the contested result is history."""
    chat = placed()
    chat.types("不符")
    chat.types("略過")
    chat.taps("重填職務問卷")
    for answer in POLICY:
        chat.types(answer)
    assert isinstance(chat.changes[0], RoleProposed)
    assert chat.role is not None
    assert chat.role.status is RoleStatus.PROPOSED
