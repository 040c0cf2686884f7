"""我的資料 as conversations: the card, a copy, unbinding, erasing, and leaving the agency."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from guideline.changes import AccountReleased, Change, ConversationEnded, CopyRequested, PersonErased
from guideline.records import Account, CopyAsked, Preference
from handlers.event import Kind
from handlers.payload import Press
from tests.handlers.lint import faults
from tests.handlers.scene import NOON, WANG, Chat, colleague, desk_of

OTHER = Account(2, "telegram", "7001", person_id=WANG.id, consented_at=NOON - timedelta(days=3))


def done(chat: Chat) -> set[type[Change]]:
    """The kinds of change of the last event that concern a person's data."""
    kinds = (CopyRequested, AccountReleased, PersonErased)
    return {type(change) for change in chat.changes if isinstance(change, kinds)}


def both(**known: object) -> Chat:
    """王小明 on LINE, bound on Telegram as well."""
    return colleague(accounts=(OTHER,), **known)


def leaver(**known: object) -> Chat:
    """Somebody whose last day was yesterday."""
    return colleague(person=replace(WANG, left_on=NOON.date() - timedelta(days=1)), **known)


def test_the_card_says_what_is_kept() -> None:
    """Name, unit, title, masked number and both accounts since when; each right has a button and a word."""
    chat = both()
    said = chat.types("我的資料")
    for fact in ("王小明", "教育局/體育科", "科員", "末 3 碼 567", "（這個聊天室）", "115/11/15 同意"):
        assert fact in said
    assert WANG.employee_no not in said
    assert chat.labels == ["索取複本", "看告知事項", "提醒設定", "解除綁定", "刪除我的資料"]
    for label in ("索取複本", "看告知事項", "解除綁定", "刪除我的資料"):
        by_button, by_word = both(), both()
        by_button.types("我的資料")
        assert by_button.taps(label) == by_word.types(label)


# A copy ----------------------------------------------------------------------------------------------


def test_a_copy_is_asked_for_once() -> None:
    """The request is answered at once; while it is being made a second one changes nothing."""
    chat = colleague()
    assert "正在整理，完成後會在這裡給您" in chat.types("索取複本")
    assert done(chat) == {CopyRequested}
    assert "還在整理" in chat.types("下載我的資料")
    assert chat.changes == ()


def test_three_copies_a_day() -> None:
    """The fourth of a day is put off kindly; the next day there is one again."""
    earlier = tuple(CopyAsked(NOON - timedelta(hours=n), waiting=False) for n in (3, 2, 1))
    chat = colleague(copies=earlier)
    assert "明天可以再索取" in chat.types("索取複本")
    assert chat.changes == ()
    chat.now += timedelta(hours=12)  # midnight in Taipei
    chat.types("索取複本")
    assert done(chat) == {CopyRequested}


@pytest.mark.parametrize(("platform", "given"), [("line", set()), ("telegram", {CopyRequested})])
def test_without_an_address_line_cannot_give_one(platform: str, given: set[type[Change]]) -> None:
    """LINE sends no files: without public_url its people are told so at once, Telegram's get theirs."""
    account = replace(colleague().account, platform=platform)  # type: ignore[arg-type]
    chat = colleague(account=account, desk=replace(desk_of(), links=False))
    said = chat.types("索取複本")
    assert done(chat) == given
    assert ("Telegram" in said and "人事處" in said) == (not given)


# Unbinding -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("confirm", [lambda c: c.taps("確認解除"), lambda c: c.types("「確認解除」。")])
def test_the_only_account_is_released(confirm: object) -> None:
    """It is told what happens, confirmed by button or by the whole words, and then nobody's."""
    chat = colleague()
    asked = chat.types("解除綁定")
    for fact in ("當晚", "30 日", "權益不受影響", "新的啟用碼"):
        assert fact in asked
    assert done(chat) == set()
    confirm(chat)  # type: ignore[operator]
    assert chat.changes == (AccountReleased(1), ConversationEnded())
    assert "已解除綁定：LINE" in chat.said
    assert (chat.person, chat.account.consented_at, chat.conversation) == (None, None, None)
    assert "告知" in chat.types("進度")  # a stranger again


@pytest.mark.parametrize("said", ["好", "確認", "是", "解除綁定", "嗯", "1", "確認刪除"])
def test_no_everyday_word_confirms(said: str) -> None:
    """Nothing is released by anything but the confirmation itself; the question stands."""
    chat = colleague()
    chat.types("解除綁定")
    chat.types(said)
    assert done(chat) == set()
    assert "確認解除" in chat.labels


@pytest.mark.parametrize(
    ("chosen", "released", "bound"),
    [
        ("1", {1}, False),
        ("這個", {1}, False),
        ("LINE", {1}, False),
        ("2", {2}, True),
        ("Telegram", {2}, True),
        ("另一個", {2}, True),
        ("3", {1, 2}, False),
        ("兩個都解除", {1, 2}, False),
    ],
)
def test_of_two_accounts_the_chosen_ones_go(chosen: str, released: set[int], bound: bool) -> None:
    """This one, the other or both, by number or word; whoever keeps one goes on with it."""
    chat = both()
    assert "哪一個" in chat.types("解除綁定")
    said = chat.types(chosen)
    assert ("可繼續使用" in said) == (len(released) == 1)
    chat.types("確認解除")
    assert {c.account_id for c in chat.changes if isinstance(c, AccountReleased)} == released
    assert (chat.person is not None) == bound


def test_the_choice_by_button() -> None:
    """The three buttons and the way out."""
    chat = both()
    chat.types("解除綁定")
    assert chat.labels == ["1 這個（LINE）", "2 另一個（Telegram）", "3 兩個都解除", "取消"]
    chat.taps("2 另一個（Telegram）")
    chat.taps("確認解除")
    assert chat.changes == (AccountReleased(2), ConversationEnded())
    assert chat.receipt == "已解除綁定 Telegram"


def test_an_account_that_went_meanwhile_is_not_released_again() -> None:
    """The other phone was unbound in between: said so, nothing changes."""
    chat = both()
    chat.types("解除綁定")
    chat.types("2")
    chat.accounts = ()
    chat.types("確認解除")
    assert done(chat) == set()
    assert "已經解除" in chat.said


def test_an_old_button_releases_nothing() -> None:
    """A confirmation of an earlier run, or after 取消, changes nothing and says so."""
    chat = colleague()
    chat.types("解除綁定")
    old = chat.button("確認解除")
    chat.types("取消")
    chat.presses(old)
    assert done(chat) == set()
    assert "沒有變更任何資料" in chat.said
    chat.types("刪除我的資料")
    chat.presses(old)
    chat.presses(Press("mydata", "unbind", chat.conversation.nonce if chat.conversation else ""))
    assert done(chat) == set()


# Erasing ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("confirm", [lambda c: c.taps("確認刪除"), lambda c: c.types("確認刪除")])
def test_erasing_says_what_goes_and_what_stays(confirm: object) -> None:
    """Two lists with the reasons, the copy offered first, then the confirmation, then the rest in words."""
    chat = both()
    asked = chat.types("刪除我的資料")
    for fact in ("帳號代碼", "自行回報", "表51", "個資法第 15 條", "公務紀錄", "5 年", "無法復原"):
        assert fact in asked
    assert chat.labels[0] == "先索取複本"
    assert done(chat) == set()
    confirm(chat)  # type: ignore[operator]
    assert chat.changes == (PersonErased(), ConversationEnded())
    for fact in ("已依您的請求刪除", "仍予保留", "第 11 條", "第 13 條", "分機 1234"):
        assert fact in chat.said
    assert chat.person is None


@pytest.mark.parametrize("word", ["解除綁定", "刪除我的資料"])
@pytest.mark.parametrize(
    ("email", "kept", "said"),
    [
        ("", Preference(), ""),
        ("wang@example.gov.tw", Preference(), "請先輸入「停止提醒」"),
        ("wang@example.gov.tw", Preference(stopped_at=NOON), "這項選擇會保留"),
    ],
)
def test_the_mailbox_is_not_kept_quiet_about(word: str, email: str, kept: Preference, said: str) -> None:
    """Without a chat reminders may come by e-mail: who wants none is told how before the chat is gone."""
    chat = colleague(person=replace(WANG, email=email), preference=kept)
    asked = chat.types(word)
    assert ("公務信箱" in asked) == bool(said)
    assert said in asked
    assert [faults(message) for message in chat.replies] == [[]]


def test_the_copy_comes_before_the_erasing() -> None:
    """The copy is offered inside the question; while it is being made nothing is erased."""
    chat = colleague()
    chat.types("刪除我的資料")
    chat.taps("先索取複本")
    assert done(chat) == {CopyRequested}
    assert "「刪除我的資料」還沒確認" in chat.said
    chat.types("確認刪除")
    assert done(chat) == set()
    assert "還在整理" in chat.said
    chat.copies = tuple(replace(one, waiting=False) for one in chat.copies)
    chat.types("確認刪除")
    assert done(chat) == {PersonErased}


@pytest.mark.parametrize(("minutes", "erases"), [(10, False), (11, True)])
def test_a_copy_that_stands_still_does_not_hinder_erasing(minutes: int, erases: bool) -> None:
    """Its platform may be switched off for good; after ten minutes it is given up with the rest."""
    chat = both(copies=(CopyAsked(NOON - timedelta(minutes=minutes), waiting=True),))
    chat.types("刪除我的資料")
    chat.types("確認刪除")
    assert done(chat) == ({PersonErased} if erases else set())


@pytest.mark.parametrize("said", ["好", "確認", "刪除", "確認解除", "1", ""])
def test_nothing_but_the_whole_words_erases(said: str) -> None:
    """Anything else asks again."""
    chat = colleague()
    chat.types("刪除我的資料")
    chat.types(said)
    assert done(chat) == set()
    assert "確認刪除" in chat.labels


def test_a_task_set_aside_ends_with_the_release() -> None:
    """What was half filled in goes with the chat; no way back to it is offered."""
    chat = colleague()
    chat.types("職務問卷")
    chat.types("解除綁定")
    chat.types("確認解除")
    assert "要繼續嗎" not in chat.said
    assert chat.conversation is None


def test_cancelling_goes_back_to_the_task_before() -> None:
    """取消 leaves the question only."""
    chat = colleague()
    chat.types("職務問卷")
    chat.types("刪除我的資料")
    chat.types("取消")
    assert chat.conversation is not None
    assert chat.conversation.task == "questionnaire"


# Leaving the agency ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "said"),
    [(31, ""), (30, "建議先索取一份複本"), (0, "建議先索取一份複本"), (-1, "您已於")],
)
def test_a_copy_is_offered_before_leaving(days: int, said: str) -> None:
    """From thirty days before the last day on the card says so, and after it what remains."""
    chat = colleague(person=replace(WANG, left_on=NOON.date() + timedelta(days=days)))
    shown = chat.types("我的資料")
    assert said in shown
    assert ("離職" in shown) == bool(said)


@pytest.mark.parametrize(
    "word", ["進度", "回報 昨天 AI簡報設計 2小時", "職務問卷", "下一步", "提醒", "問人事", "哈囉", "說明"]
)
def test_a_leaver_is_told_kindly(word: str) -> None:
    """Everything but the rights over one's data has ended, and says how to reach the office."""
    chat = leaver()
    said = chat.types(word)
    assert chat.changes == ()
    for fact in ("115/11/17 離職", "謝謝您", "分機 1234"):
        assert fact in said
    assert chat.labels == ["索取複本", "我的資料", "看告知事項", "解除綁定", "刪除我的資料"]


@pytest.mark.parametrize(
    ("words", "change"),
    [
        (("索取複本",), CopyRequested),
        (("解除綁定", "確認解除"), AccountReleased),
        (("刪除我的資料", "確認刪除"), PersonErased),
    ],
)
def test_a_leaver_keeps_the_rights(words: tuple[str, ...], change: type[Change]) -> None:
    """Copy, unbinding and erasing go on as before."""
    chat = leaver()
    for word in words:
        chat.types(word)
    assert done(chat) == {change}


def test_the_last_day_is_a_day_of_service() -> None:
    """離職日 itself still belongs to the service."""
    chat = colleague(person=replace(WANG, left_on=NOON.date()))
    assert "學習進度" in chat.types("進度")


def test_a_leavers_old_task_does_not_come_back() -> None:
    """A questionnaire that was running when they left is never offered again, nor by 取消."""
    chat = colleague()
    chat.types("職務問卷")
    chat.person = replace(WANG, left_on=date(2026, 11, 17))
    assert "要繼續嗎" not in chat.types("我的資料")
    chat.types("刪除我的資料")
    assert "沒有變更任何資料" in chat.types("取消")
    assert chat.conversation is None
    assert "離職" in chat.types("繼續")


@pytest.mark.parametrize(
    ("words", "confirm", "change"),
    [("解除綁定", "確認解除", AccountReleased), ("刪除我的資料", "確認刪除", PersonErased)],
)
def test_what_waited_below_another_task_is_done_for_a_leaver(
    words: str, confirm: str, change: type[Change]
) -> None:
    """The last day passes while a report lies above the question: the confirmation still does it, and an
    erasing still waits for the copy."""
    chat = colleague()
    chat.types(words)
    chat.types("回報")
    chat.person = replace(WANG, left_on=NOON.date() - timedelta(days=1))
    chat.copies = (CopyAsked(NOON, waiting=True),)
    chat.types(confirm)
    if change is PersonErased:
        assert "複本還在整理" in chat.said
        chat.copies = ()
        chat.types(confirm)
    assert done(chat) == {change}


def test_everything_that_is_said_of_ones_data() -> None:
    """Each message of every path above keeps the rules of wording."""
    for chat in (colleague(), both(), leaver(), leaver(accounts=(OTHER,))):
        for word in (
            *("我的資料", "索取複本", "索取複本", "刪除我的資料", "確認刪除", "什麼", "取消"),
            *("解除綁定", "什麼", "2", "嗯", "繼續", "進度", "取消", "哈囉", "先不使用"),
        ):
            chat.types(word)
        chat.does(Kind.MEDIA)
        chat.presses(Press("mydata", "erase", "old"))
        chat.copies = tuple(CopyAsked(NOON, waiting=False) for _ in range(3))
        for word in ("索取複本", "解除綁定", "3", "確認解除"):
            chat.types(word)
        assert [fault for message in chat.heard for fault in faults(message)] == []
    last = colleague()
    last.types("刪除我的資料")
    last.types("確認刪除")
    assert [fault for message in last.heard for fault in faults(message)] == []
