"""啟用 CODE: from code to person."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from guideline.changes import AccountBound
from guideline.records import Account, Activation
from handlers.activation import LOCK, TRIES
from tests.handlers.scene import CODE, NOON, WANG, Chat, colleague, stranger

REFUSED = "啟用碼無法使用，請確認後再試，或洽人事處補發。"


def consented(**known: object) -> Chat:
    return stranger(account=Account(1, "line", "U1", consented_at=NOON), **known)


@pytest.mark.parametrize("typed", [f"啟用 {CODE}", f"/start {CODE}", "啟用abcd2345", "ＡＢＣＤ－２３４５"])
def test_the_person_sees_who_they_become_and_confirms(typed: str) -> None:
    """Unit, title, masked name and last digits first; bound only after yes."""
    chat = consented()
    said = chat.types(typed)
    assert "教育局/體育科" in said
    assert "王○明" in said
    assert "567" in said
    assert "王小明" not in said
    assert "A10234567" not in said
    assert chat.person is None
    said = chat.taps("是我本人，確認啟用")
    assert chat.changes[0] == AccountBound(1, WANG.id)
    assert chat.person == WANG
    assert chat.conversation is None
    assert "王小明 您好" in said
    assert chat.receipt
    assert "開始填職務問卷" in chat.labels


@pytest.mark.parametrize("word", ["確認啟用", "是我本人", "是", "確認"])
def test_confirming_by_typing(word: str) -> None:
    """On LINE for PC the words do what the buttons do."""
    chat = consented()
    chat.types(f"啟用 {CODE}")
    chat.types(word)
    assert chat.person == WANG


@pytest.mark.parametrize("way", ["tap", "不是我", "取消"])
def test_not_me_leaves_the_code_unused(way: str) -> None:
    """不是我 binds nothing, keeps nothing and says whom to ask."""
    chat = consented()
    chat.types(f"啟用 {CODE}")
    if way == "tap":
        chat.taps("不是我")
    else:
        chat.types(way)
    assert chat.person is None
    assert chat.conversation is None
    assert chat.codes["ABCD2345"].used_at is None
    assert "人事處" in chat.said


def test_wrong_used_expired_and_unknown_are_one_answer() -> None:
    """Whoever tries codes learns nothing from the answers."""
    answers = set()
    for code in (
        None,
        Activation(2, WANG, NOON + timedelta(days=1), used_at=NOON - timedelta(days=1)),
        Activation(2, WANG, NOON),
        Activation(2, replace(WANG, left_on=date(2026, 11, 1)), NOON + timedelta(days=1)),
    ):
        chat = consented(codes={} if code is None else {"WXYZ6789": code})
        answers.add(chat.types("啟用 WXYZ-6789"))
        assert chat.account.code_failures == 1
    assert answers == {REFUSED}


def test_five_wrong_tries_lock_for_fifteen_minutes() -> None:
    """The fifth locks; a right code while locked gets the same answer with the time; afterwards it works."""
    chat = consented()
    for _ in range(TRIES - 1):
        assert chat.types("啟用 WRONG-22") == REFUSED
    said = chat.types("啟用 WRONG-22")
    assert said.startswith(REFUSED)
    assert "12:15" in said
    chat.now = NOON + LOCK - timedelta(seconds=1)
    said = chat.types(f"啟用 {CODE}")
    assert said.startswith(REFUSED)
    assert "12:15" in said
    assert chat.changes == ()
    chat.now = NOON + LOCK
    assert "請確認是不是您本人" in chat.types(f"啟用 {CODE}")


def test_the_next_lock_takes_five_more() -> None:
    """After a lock has passed one slip does not lock again."""
    chat = consented()
    for _ in range(TRIES):
        chat.types("啟用 WRONG-22")
    chat.now += LOCK
    for _ in range(TRIES - 1):
        assert chat.types("啟用 WRONG-22") == REFUSED
    assert "請於" in chat.types("啟用 WRONG-22")


def test_a_code_that_was_confirmed_while_locked_is_refused() -> None:
    """A right code that waits for yes does not slip past a lock."""
    chat = consented()
    chat.types(f"啟用 {CODE}")
    for _ in range(TRIES):
        chat.types("啟用 WRONG-22")
    chat.types("確認啟用")
    assert chat.person is None
    assert REFUSED in chat.said


@pytest.mark.parametrize("spoiled", ["used", "expired"])
def test_a_code_that_ended_before_yes_is_refused(spoiled: str) -> None:
    """Two chats race for one code: the slower one gets the usual refusal, not somebody else's name."""
    chat = consented()
    chat.types(f"啟用 {CODE}")
    if spoiled == "used":
        chat.codes["ABCD2345"] = replace(chat.codes["ABCD2345"], used_at=NOON)
    else:
        chat.now += timedelta(days=15)
    chat.taps("是我本人，確認啟用")
    assert chat.person is None
    assert chat.said == REFUSED
    assert chat.conversation is None


def test_a_wrong_code_while_asked_never_confirms_the_waiting_one() -> None:
    """Between question and yes a wrong code is refused; the question still stands."""
    chat = consented()
    chat.types(f"啟用 {CODE}")
    assert chat.types("啟用 WRONG-22") == REFUSED
    assert chat.person is None
    chat.types("是")
    assert chat.person == WANG


def test_words_that_answer_nothing_ask_again() -> None:
    """Nonsense to 「請確認是不是您本人」 shows the card again with the words to type."""
    chat = consented()
    chat.types(f"啟用 {CODE}")
    said = chat.types("嗯嗯？？")
    assert "「確認啟用」或「不是我」" in said
    chat.taps("是我本人，確認啟用")
    assert chat.person == WANG


def test_an_old_button_of_another_run_binds_nothing() -> None:
    """A confirm button of an earlier card, or out of another chat, says it is of no use any more."""
    chat = consented()
    chat.types(f"啟用 {CODE}")
    old = chat.button("是我本人，確認啟用")
    chat.types("不是我")
    chat.presses(old)
    assert chat.person is None
    other = colleague()
    other.presses(old)
    assert other.changes == ()


def test_who_is_bound_already_is_told_so() -> None:
    """啟用 with any code in a bound chat changes nothing and counts nothing."""
    chat = colleague(codes={"ABCD2345": Activation(1, WANG, NOON + timedelta(days=1))})
    for typed in ("啟用", f"啟用 {CODE}", "啟用 WRONG-22", f"/start {CODE}"):
        said = chat.types(typed)
        assert chat.changes == ()
    assert "已經啟用" in said or "我可以幫您" in said


@pytest.mark.parametrize("typed", ["啟用", "啟用不了怎麼辦", "哈囉", "進度", "說明", "職務問卷"])
def test_consented_and_not_yet_bound_is_shown_the_way(typed: str) -> None:
    """Everything but a code is answered with how to type one; no try is counted."""
    chat = consented()
    said = chat.types(typed)
    assert "啟用" in said
    assert chat.changes == ()
