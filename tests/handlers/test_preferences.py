"""提醒: every choice by word and by button, from anywhere, and what an old button may not do."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from guideline.changes import PreferenceSet
from guideline.records import Account, Preference
from guideline.rhythm import occasions
from handlers.payload import Press
from tests.handlers.lint import faults
from tests.handlers.scene import NOON, TAIPEI, WANG, Chat, colleague, desk_of, stranger

MAILED = replace(WANG, email="wang.hm@example.gov.tw")
TELEGRAM = Account(2, "telegram", "T1", person_id=WANG.id, consented_at=NOON)
BLOCKED = replace(TELEGRAM, reachable=False)


def reachable(**known: object) -> Chat:
    """On LINE and Telegram, with a mailbox."""
    return colleague(**{"person": MAILED, "accounts": (TELEGRAM,), **known})


def set_to(chat: Chat) -> list[Preference]:
    return [change.preference for change in chat.changes if isinstance(change, PreferenceSet)]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("停止提醒", Preference(stopped_at=NOON)),
        ("不要再提醒", Preference(stopped_at=NOON)),
        ("停止提醒。", Preference(stopped_at=NOON)),
        ("下週再提醒", Preference(snoozed_until=date(2026, 11, 22))),
        ("稍後提醒", Preference(snoozed_until=date(2026, 11, 22))),
        ("下個月再提醒", Preference(snoozed_until=date(2026, 11, 30))),
        ("提醒改用 LINE", Preference("line")),
        ("提醒改用line", Preference("line")),
        ("提醒改用 Telegram", Preference("telegram")),
        ("提醒改用信箱", Preference("email")),
        ("提醒改用：公務信箱", Preference("email")),
        ("精簡通知", Preference(low_detail=True)),
        ("簡短提醒", Preference(low_detail=True)),
        ("停止提醒 ", Preference(stopped_at=NOON)),
    ],
)
def test_a_word_sets_it_at_once(typed: str, kept: Preference) -> None:
    """Each word, from nothing set: one change, and a receipt for a reply that may be lost."""
    chat = reachable()
    assert chat.types(typed)
    assert chat.changes == (PreferenceSet(kept),)
    assert chat.receipt
    assert [fault for message in chat.heard for fault in faults(message)] == []


@pytest.mark.parametrize(
    ("typed", "before", "kept"),
    [
        ("恢復提醒", Preference("line", NOON, None, True), Preference("line", low_detail=True)),
        ("恢復提醒", Preference(snoozed_until=date(2026, 11, 30)), Preference()),
        ("提醒改用 自動", Preference("line"), Preference()),
        ("完整通知", Preference("line", low_detail=True), Preference("line")),
        (
            "停止提醒",
            Preference("email", None, date(2026, 11, 30), True),
            Preference("email", NOON, None, True),
        ),
    ],
)
def test_what_was_set_can_be_set_back(typed: str, before: Preference, kept: Preference) -> None:
    """One thing changes, the others stay."""
    chat = reachable(preference=before)
    chat.types(typed)
    assert set_to(chat) == [kept]


@pytest.mark.parametrize(
    ("typed", "before"),
    [
        ("停止提醒", Preference(stopped_at=NOON - timedelta(days=3))),
        ("恢復提醒", Preference()),
        ("恢復提醒", Preference(snoozed_until=date(2026, 11, 17))),
        ("精簡通知", Preference(low_detail=True)),
        ("完整通知", Preference()),
        ("提醒改用 LINE", Preference("line")),
        ("提醒改用 自動", Preference()),
        ("下週再提醒", Preference(snoozed_until=date(2026, 11, 22))),
    ],
)
def test_said_twice_changes_nothing(typed: str, before: Preference) -> None:
    """It holds already: a kind answer, no change and no receipt."""
    chat = reachable(preference=before)
    assert chat.types(typed)
    assert chat.changes == ()
    assert chat.receipt == ""
    assert [fault for message in chat.heard for fault in faults(message)] == []


def test_stopping_says_that_hours_count_as_before() -> None:
    """The words that answer 「am I exempt?」, and since when where it was said before."""
    chat = reachable()
    assert "已停止提醒；時數仍照常計算" in chat.types("停止提醒")
    chat.now += timedelta(days=2)
    assert "115/11/18" in chat.types("停止提醒")
    assert "已停止提醒（115/11/18 起）" in chat.types("提醒")
    assert "您已停止提醒" in chat.types("進度")
    chat.types("恢復提醒")
    assert "停止提醒" not in chat.types("進度")


def test_putting_off_says_the_days() -> None:
    """The last day without a reminder and the next with one; past it, nothing is said of it."""
    chat = reachable()
    said = chat.types("下週再提醒")
    assert "115/11/22 以前不再提醒您；下次提醒日是 12/2（三）" in said
    assert "115/11/22 以前不提醒" in chat.types("提醒")
    assert "115/11/22 以前不會提醒您" in chat.types("進度")
    chat.now += timedelta(days=7)
    assert "時數不足時會提醒您" in chat.types("提醒")
    assert "11/22 以前" not in chat.types("進度")


@pytest.mark.parametrize("cutoff", [None, date(2026, 12, 24)])
def test_next_week_is_next_week(cutoff: date | None) -> None:
    """Whenever it is said after a reminder, the one of the following week comes: the year's last one too."""
    desk = desk_of()
    deadlines = replace(desk.deadlines, cutoff=cutoff)
    desk = replace(desk, deadlines=deadlines)
    days = [one.day for one in occasions(desk.edition.rhythm, deadlines, 2026) if one.tone != "upload"]
    for one, following in pairwise(days):
        if one.isocalendar().week == following.isocalendar().week - 1:
            for day in (one + timedelta(days=n) for n in range(7 - one.weekday())):
                chat = reachable(now=datetime.combine(day, time(9), TAIPEI), desk=desk)
                chat.types("下週再提醒")
                (kept,) = set_to(chat)
                assert kept.snoozed_until is not None
                assert day <= kept.snoozed_until < following


def test_putting_off_the_last_one_of_the_year_says_so() -> None:
    """Nothing is promised that does not come."""
    chat = reachable(now=datetime(2026, 12, 1, 9, tzinfo=TAIPEI))
    assert "115/12/31 以前不再提醒您；今年也不會再有提醒了" in chat.types("下個月再提醒")
    assert "下次提醒日是 12/2（三）" in reachable(now=datetime(2026, 11, 18, 9, tzinfo=TAIPEI)).types(
        "下個月再提醒"
    )


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 11, 30, 9, tzinfo=TAIPEI), date(2026, 11, 30)),
        (datetime(2026, 12, 1, 9, tzinfo=TAIPEI), date(2026, 12, 31)),
        (datetime(2028, 2, 3, 9, tzinfo=TAIPEI), date(2028, 2, 29)),
        (datetime(2027, 1, 31, 9, tzinfo=TAIPEI), date(2027, 1, 31)),
    ],
)
def test_next_month_begins_where_this_one_ends(now: datetime, until: date) -> None:
    """Whatever its length."""
    chat = reachable(now=now)
    chat.types("下個月再提醒")
    assert set_to(chat) == [Preference(snoozed_until=until)]


def test_a_reminder_day_of_another_year_carries_its_year() -> None:
    """After the last one of the year the next is said so that nobody takes it for this year's."""
    chat = reachable(now=datetime(2026, 12, 28, 9, tzinfo=TAIPEI))
    chat.types("下個月再提醒")
    assert "下次提醒日是 116/9/1（三）" in chat.types("提醒")


@pytest.mark.parametrize(
    ("day", "warned"), [(9, False), (11, False), (13, False), (14, True), (17, True), (18, False)]
)
def test_a_deadline_in_the_time_without_reminders_is_said_now(day: int, warned: bool) -> None:
    """12/17 is the last safe day; whoever is not reminded before it reads it in this answer."""
    chat = reachable(now=datetime(2026, 12, day, 9, tzinfo=TAIPEI))
    assert ("12/17（四）前完成" in chat.types("下週再提醒")) is warned


@pytest.mark.parametrize("typed", ["下週再提醒", "下個月再提醒"])
def test_an_old_button_never_starts_reminders_again(typed: str) -> None:
    """Put off by a button of an earlier card: who has stopped stays stopped."""
    chat = reachable()
    chat.types("提醒")
    old = chat.button(typed)
    chat.types("停止提醒")
    chat.presses(old)
    assert chat.changes == ()
    assert chat.preference.stopped_at == NOON
    assert "您已停止提醒" in chat.said


def test_every_button_of_every_card_holds_what_it_says() -> None:
    """From each state: each button tapped twice leaves what one tap left."""
    for before in (
        Preference(),
        Preference("line", NOON),
        Preference("telegram", None, date(2026, 11, 26), True),
    ):
        first = reachable(preference=before)
        first.types("提醒")
        for label in first.labels:
            chat = reachable(preference=before)
            chat.types("提醒")
            press = chat.button(label)
            chat.presses(press)
            once = chat.preference
            assert once != before, label
            chat.presses(press)
            assert chat.preference == once, label
            assert [fault for message in chat.heard for fault in faults(message)] == []


def test_the_card_shows_only_what_there_is() -> None:
    """A mailbox masked, a blocked chat marked; with one chat alone there is nothing to choose."""
    said = reachable().types("提醒")
    assert "LINE、Telegram、公務信箱 w***@example.gov.tw" in said
    assert "自動選擇（目前是 Telegram）" in said
    assert "wang.hm" not in said
    alone = colleague()
    assert "Telegram" not in alone.types("提醒")
    assert not [label for label in alone.labels if "改用" in label]
    blocked = reachable(accounts=(BLOCKED,), preference=Preference("telegram"))
    assert "Telegram（目前送不到，會先送到 LINE）" in blocked.types("提醒")
    assert "提醒改用 Telegram" not in blocked.labels


@pytest.mark.parametrize(
    ("typed", "known", "why"),
    [
        ("提醒改用 Telegram", {"accounts": (BLOCKED,)}, "解除封鎖"),
        ("提醒改用 Telegram", {"accounts": ()}, "啟用碼"),
        ("提醒改用 信箱", {"person": WANG}, "公務信箱"),
        ("提醒改用 飛鴿", {}, "請說要用哪一個"),
        ("提醒改用", {}, "請說要用哪一個"),
    ],
)
def test_a_channel_that_does_not_answer_is_not_taken(typed: str, known: dict[str, object], why: str) -> None:
    """Blocked, not there, or no channel at all: why, what to do, and no change."""
    chat = reachable(**known)
    assert why in chat.types(typed)
    assert chat.changes == ()
    assert [fault for message in chat.heard for fault in faults(message)] == []


def test_a_button_to_a_chat_that_went_meanwhile_is_answered_kindly() -> None:
    """The card offered Telegram; it was blocked before the button was tapped."""
    chat = reachable()
    chat.types("提醒")
    old = chat.button("提醒改用 Telegram")
    chat.accounts = (BLOCKED,)
    assert "解除封鎖" in chat.presses(old)
    assert chat.changes == ()


@pytest.mark.parametrize("choice", ["", "to", "to.", "to.pigeon", "to.line.x", "stop", "nonsense"])
def test_an_unknown_button_does_no_harm(choice: str) -> None:
    """Of another version or made up: the card is shown, or what held anyway is said."""
    chat = reachable()
    assert chat.presses(Press("remind", choice, "old"))
    assert chat.changes == ()


@pytest.mark.parametrize("begin", ["職務問卷", "回報", "回報 昨天 2小時", "不符"])
@pytest.mark.parametrize("typed", ["停止提醒", "停止提醒！", "下週再提醒", "提醒"])
def test_it_works_in_the_middle_of_any_task_which_goes_on(begin: str, typed: str) -> None:
    """Also where free words are asked for: the word is no answer, and the task asks whether to go on."""
    chat = colleague()
    list(map(chat.types, ("職務問卷", "1", "3", "3", "1", "4", "3", "3", begin)))
    before = chat.conversation
    assert before is not None
    chat.types(typed)
    assert chat.conversation == before
    assert "要繼續嗎" in chat.said
    assert (chat.preference.stopped_at is not None) is typed.startswith("停止提醒")


def test_a_chat_of_nobody_is_told_that_it_is_never_reminded() -> None:
    """A stranger, and somebody who has consented: true words, nothing recorded, the next step."""
    unknown = stranger()
    unknown.types("哈囉")
    half = stranger(account=Account(1, "line", "U1", consented_at=NOON))
    for chat in (unknown, half):
        assert "不會收到任何提醒" in chat.types("停止提醒")
        assert chat.changes == ()
        assert [fault for message in chat.heard for fault in faults(message)] == []
    assert "時數仍照常計算" in half.said
