"""A stranger, the notice and consent."""

import pytest

from guideline.changes import ConsentDeclined, ConsentGiven
from handlers.desk import Agency
from handlers.event import Kind
from handlers.welcome import NOTICE
from tests.handlers.scene import CODE, desk_of, stranger


@pytest.mark.parametrize("first", ["joined", "word", "sticker", "command"])
def test_whatever_comes_first_is_answered_with_the_notice(first: str) -> None:
    """Added as a friend or a first message: welcome and the notice of 個資法第 8 條, and nothing recorded."""
    chat = stranger()
    match first:
        case "joined":
            chat.does(Kind.JOINED)
        case "sticker":
            chat.does(Kind.MEDIA)
        case "word":
            chat.types("哈囉")
        case _:
            chat.types("進度")
    assert "個人資料保護法第 8 條" in chat.said
    assert {"我已閱讀，開始啟用", "先不使用"} <= set(chat.labels)
    assert "分機 1234" in chat.said
    assert chat.account.consented_at is None


def test_empty_fields_leave_their_clauses_out() -> None:
    """An agency that filled in its name only gets a notice without holes or brackets."""
    chat = stranger(desk=desk_of(Agency("測試縣政府")))
    said = chat.types("哈囉") + chat.types("什麼")
    for hole in ("〔", "〕", "（）", "()", "：。", "：；", "，。", "None", "民眾洽公"):
        assert hole not in said
    assert "承辦單位：人事單位。" in said


@pytest.mark.parametrize("way", ["tap", "開始啟用", "我已閱讀，開始啟用", "同意"])
def test_consent_is_recorded_with_the_notices_version(way: str) -> None:
    """開始啟用, tapped or typed, records consent to this very notice and asks for the code."""
    chat = stranger()
    chat.does(Kind.JOINED)
    if way == "tap":
        chat.taps("我已閱讀，開始啟用")
    else:
        chat.types(way)
    assert ConsentGiven(NOTICE) in chat.changes
    assert "啟用" in chat.said
    assert chat.conversation is None


def test_consent_needs_the_notice_first() -> None:
    """開始啟用 as the very first words shows the notice instead of taking a consent nobody could give."""
    chat = stranger()
    chat.types("開始啟用")
    assert chat.account.consented_at is None
    assert "個人資料蒐集告知" in chat.said


def test_a_button_of_an_older_notice_shows_the_present_one() -> None:
    """Consent to an earlier version is not consent to this one."""
    chat = stranger()
    chat.does(Kind.JOINED)
    old = chat.button("我已閱讀，開始啟用")
    chat.presses(type(old)(old.task, old.choice, "114-01"))
    assert chat.account.consented_at is None
    assert "告知事項已更新" in chat.said
    assert "個人資料蒐集告知" in chat.said


@pytest.mark.parametrize("way", ["tap", "先不使用", "取消"])
def test_to_decline_is_fine_and_keeps_nothing(way: str) -> None:
    """先不使用 says that nothing is lost, and leaves nothing running."""
    chat = stranger()
    chat.does(Kind.JOINED)
    if way == "tap":
        chat.taps("先不使用")
    else:
        chat.types(way)
    assert ConsentDeclined() in chat.changes
    assert chat.conversation is None
    assert "權益不受影響" in chat.said


@pytest.mark.parametrize("typed", ["天氣如何", "進度", "回報 昨天 2小時", "職務問卷", "😀" * 5000, ""])
def test_nothing_else_is_answered_before_consent(typed: str) -> None:
    """Nonsense gets the words for strangers, a command the way to consent; nothing is recorded."""
    chat = stranger()
    chat.types("哈囉")
    chat.types(typed)
    assert chat.changes == ()
    assert "我已閱讀，開始啟用" in chat.labels
    assert len(chat.said) < 500


def test_a_citizen_is_told_where_to_go() -> None:
    """Words of a stranger that mean nothing to us: who this is for, 1999, the website and 165."""
    chat = stranger()
    chat.types("哈囉")
    said = chat.types("我要申請補助")
    assert "同仁專用" in said
    assert "1999" in said
    assert "165" in said


def test_a_code_before_consent_waits_behind_the_notice() -> None:
    """The code is checked at once, kept as the activation's id only, and gone on with after consent."""
    chat = stranger()
    said = chat.types(f"啟用 {CODE}")
    assert "個人資料蒐集告知" in said
    assert chat.conversation is not None
    assert CODE not in str(chat.conversation.draft)
    assert chat.person is None
    said = chat.taps("我已閱讀，開始啟用")
    assert chat.account.consented_at is not None
    assert "請確認是不是您本人" in said
    chat.taps("是我本人，確認啟用")
    assert chat.person is not None


def test_a_wrong_code_before_consent_counts_too() -> None:
    """Nobody tries codes for free by never consenting."""
    chat = stranger()
    said = chat.types("啟用 WRONG-1")
    assert "啟用碼無法使用" in said
    assert "個人資料蒐集告知" in said
    assert chat.account.code_failures == 1
    for _ in range(4):
        chat.types("啟用 WRONG-1")
    chat.types(f"啟用 {CODE}")
    assert "啟用碼無法使用" in chat.said


def test_added_again_with_a_code_waiting_keeps_it() -> None:
    """Blocked and added again in between: the code that waited still waits."""
    chat = stranger()
    chat.types(f"/start {CODE}")
    chat.does(Kind.BLOCKED)
    assert not chat.account.reachable
    chat.does(Kind.JOINED)
    assert chat.account.reachable
    chat.types("開始啟用")
    assert "請確認是不是您本人" in chat.said


def test_who_comes_back_bound_is_greeted_and_not_asked_again() -> None:
    """An old consent button or 先不使用 of someone who is bound changes nothing."""
    chat = stranger()
    chat.types(f"啟用 {CODE}")
    agree, decline = chat.button("我已閱讀，開始啟用"), chat.button("先不使用")
    chat.presses(agree)
    chat.taps("是我本人，確認啟用")
    chat.presses(agree)
    assert chat.changes == ()
    chat.presses(decline)
    assert chat.changes == ()
    assert "解除綁定" in chat.labels


def test_agreeing_twice_keeps_the_question() -> None:
    """A second tap on 開始啟用 shows again who one is about to become."""
    chat = stranger()
    chat.types(f"啟用 {CODE}")
    agree = chat.button("我已閱讀，開始啟用")
    chat.presses(agree)
    chat.presses(agree)
    assert chat.changes == ()
    chat.taps("是我本人，確認啟用")
    assert chat.person is not None


def test_who_asks_for_hr_before_consent_is_told_how_to_reach_it() -> None:
    """「問人事」 of somebody without a code gets the office's number, not only a refusal."""
    chat = stranger()
    chat.does(Kind.JOINED)
    assert "人事處（分機 1234）" in chat.types("問人事")
    assert chat.labels[:2] == ["我已閱讀，開始啟用", "先不使用"]
