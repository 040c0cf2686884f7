"""What became of a role: every status says what happens next, and 類別紀錄 lists how it came about."""

from dataclasses import replace
from datetime import timedelta

import pytest

from guideline.changes import RoleContested, RoleProposed
from guideline.records import RoleStatus
from tests.handlers.lint import faults
from tests.handlers.scene import CLERK, NOON, Chat, answered, colleague
from tests.handlers.test_role import POLICY, RESEARCH


def placed(typed: tuple[str, ...] = CLERK) -> Chat:
    chat = colleague()
    list(answered(chat, typed))
    return chat


def moved(chat: Chat, status: RoleStatus = RoleStatus.REVIEW) -> Chat:
    """As after a roster with another unit, or after a supervisor's decision, two days later."""
    assert chat.role is not None
    at = NOON + timedelta(days=2)
    chat.role = replace(chat.role, id=chat.role.id + 1, status=status, note="", decided_at=at)
    chat.roles = (*chat.roles, chat.role)
    chat.now = at
    return chat


@pytest.mark.parametrize(
    ("status", "said", "labels"),
    [
        (RoleStatus.PROPOSED, ("建議，待主管或人事確認", "會依您的實際工作確認"), ["與我的實際工作不符"]),
        (RoleStatus.CONTESTED, ("您已反映", "確認或調整"), ["重填職務問卷"]),
        (RoleStatus.CONFIRMED, ("已由主管或人事確認", "照「下一步」學習"), ["與我的實際工作不符"]),
        (
            RoleStatus.REVIEW,
            ("單位異動，待複核（原建議暫時保留）", "新單位主管或人事", "（第 1 題）"),
            ["重填職務問卷", "與我的實際工作不符"],
        ),
    ],
)
def test_each_status_says_what_happens_next(
    status: RoleStatus, said: tuple[str, ...], labels: list[str]
) -> None:
    """With the ways that are open at it, and the way to the history."""
    chat = moved(placed(), status)
    shown = chat.types("我的類別")
    for part in ("接下來", *said):
        assert part in shown
    assert chat.labels == ["看下一步", *labels, "看類別紀錄"]
    assert "請輸入「類別紀錄」" in shown
    assert [faults(message) for message in chat.replies] == [[]]


def test_the_result_says_what_happens_next() -> None:
    """Already on the card that ends the questionnaire; research waits for HR alone."""
    assert "接下來\n・主管或人事會依您的實際工作確認" in placed().said
    assert "接下來\n・人事會依您的實際工作確認" in placed(RESEARCH).said


@pytest.mark.parametrize("command", ["進度", "下一步", "證照", "我的類別"])
def test_after_a_move_the_person_learns_of_it(command: str) -> None:
    """Wherever the role matters a line says 待複核, until it is settled; before, none does."""
    chat = placed()
    assert "待複核" not in chat.types(command)
    assert "待複核" in moved(chat).types(command)
    assert "待複核" not in moved(chat, RoleStatus.CONFIRMED).types(command)


def test_the_history_tells_the_whole_way() -> None:
    """Newest first: date, role and track, what happened and by whom, the person's own sentence."""
    chat = placed()
    chat.now += timedelta(days=1)
    chat.types("不符")
    chat.types("我主要辦理資訊系統委外採購")
    moved(chat)
    moved(chat, RoleStatus.CONFIRMED)
    chat.types("我的類別")
    said = chat.taps("看類別紀錄")
    assert said.split("\n")[1:9] == [
        "115/11/20　AI 應用人才（打底即可）",
        "目前：已確認（主管或人事）",
        "115/11/20　AI 應用人才（打底即可）",
        "待複核（單位異動）",
        "115/11/19　AI 應用人才（打底即可）",
        "反映與實際工作不符（您本人）：「我主要辦理資訊系統委外採購」",
        "115/11/18　AI 應用人才（打底即可）",
        "建議（您本人填答職務問卷）",
    ]
    assert chat.changes == ()


def test_a_long_history_fits_one_message() -> None:
    """Eight are shown with their statements, the others counted."""
    chat = placed()
    for _ in range(6):
        chat.types("不符")
        chat.types("我主要辦理資訊系統委外採購、" * 14)
        chat.types("重填職務問卷")
        for answer in CLERK:
            chat.types(answer)
    said = chat.types("類別紀錄")
    assert "另有 5 筆" in said
    assert [faults(message) for message in chat.replies] == [[]]


def test_without_a_role_there_is_no_history() -> None:
    """The questionnaire is offered."""
    assert "還沒有建議類別" in colleague().types("類別紀錄")


def test_a_role_that_is_gone_is_history_all_the_same() -> None:
    """An id of an older edition stands for itself."""
    chat = placed()
    assert chat.role is not None
    chat.roles = (replace(chat.role, roles=("gone",), edition="114-01"), replace(chat.role, roles=()))
    said = chat.types("類別紀錄")
    assert "gone" in said
    assert "暫以打底為主" in said


@pytest.mark.parametrize("status", [RoleStatus.REVIEW, RoleStatus.CONFIRMED, RoleStatus.PROPOSED])
def test_contesting_goes_on_to_a_new_proposal(status: RoleStatus) -> None:
    """不符 → recorded, with what holds meanwhile → refilled → proposed anew, and to be contested again."""
    chat = moved(placed(), status)
    assert chat.role is not None
    number = chat.role.id
    chat.types("不符")
    chat.types("我改辦採購")
    assert chat.changes[0] == RoleContested(number, "我改辦採購")
    held = "維持「建議」" if status is RoleStatus.PROPOSED else "暫時保留目前的類別"
    assert held in chat.said
    assert "您已反映" in chat.types("我的類別")
    chat.taps("重填職務問卷")
    for answer in POLICY:
        chat.types(answer)
    assert isinstance(chat.changes[0], RoleProposed)
    assert "AI 政策人才" in chat.said
    assert chat.role.status is RoleStatus.PROPOSED
    assert "您已反映" not in chat.types("我的類別")
    assert "一句話說明" in chat.types("不符")


def test_after_a_move_a_new_questionnaire_settles_it() -> None:
    """RoleProposed after 待複核 is a proposal like any other."""
    chat = moved(placed())
    chat.types("職務問卷")
    for answer in CLERK:
        chat.types(answer)
    assert chat.role is not None
    assert chat.role.status is RoleStatus.PROPOSED
    assert "待複核" not in chat.types("進度")


def test_a_move_while_contesting_shows_the_new_standing() -> None:
    """What is contested is what was shown."""
    chat = placed()
    chat.types("不符")
    moved(chat)
    assert "先不當作答案" in chat.types("我做別的")  # a day later: what was being asked is shown first
    chat.types("我做別的")
    assert not any(isinstance(change, RoleContested) for change in chat.changes)
    assert "已更新" in chat.said
    assert "待複核" in chat.said
