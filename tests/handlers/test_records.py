"""紀錄, 更正 and 撤回: by buttons and by words, old buttons, closed years."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from guideline.changes import HoursCorrected, HoursLogged, HoursWithdrawn
from guideline.records import HoursEntry, Source
from handlers.payload import Press
from tests.handlers.lint import faults
from tests.handlers.scene import NOON, TAIPEI, Chat, colleague

YESTERDAY = date(2026, 11, 17)


def entry(number: int, day: date, minutes: int = 60, title: str = "講座", **more: Any) -> HoursEntry:
    known = {"course_id": None, "source": Source.SELF, "reported_at": NOON, "key": f"k{number}", **more}
    return HoursEntry(number, day, minutes, title, **known)


def busy(**more: Any) -> Chat:
    """Entries of three years, an official one, a withdrawn one."""
    known = (
        entry(1, date(2024, 5, 1), title="前年"),
        entry(2, date(2025, 5, 1), title="去年"),
        entry(3, date(2026, 3, 1), 120, "AI素養", course_id="map-literacy"),
        entry(4, date(2026, 4, 1), 60, "官方課", source=Source.OFFICIAL, key=""),
        entry(5, date(2026, 5, 1), title="撤了", withdrawn_at=NOON, version=2, withdrawn_by="account:1"),
    )
    return colleague(entries=known, **more)


def changed(chat: Chat) -> list[Any]:
    return [c for c in chat.changes if isinstance(c, HoursCorrected | HoursWithdrawn | HoursLogged)]


def sound(chat: Chat) -> None:
    assert [fault for message in chat.replies for fault in faults(message)] == []


@pytest.mark.parametrize(
    ("typed", "shown", "hidden"),
    [
        ("紀錄", ("115 年", "編號 4", "AI素養", "官方 1 小時、自行回報 2 小時"), ("撤了", "去年")),
        ("紀錄 115", ("AI素養",), ("去年",)),
        ("紀錄 114 年", ("編號 2", "115 年起才有 AI 時數要求"), ("AI素養",)),
        ("紀錄 2025", ("編號 2",), ("AI素養",)),
        ("紀錄去年", ("編號 2",), ("AI素養",)),
        ("記錄 今年", ("AI素養",), ("去年",)),
        ("/records 113", ("編號 1",), ("編號 2",)),
        ("紀錄 109", ("還沒有時數紀錄",), ("編號",)),
        ("紀錄 115 已撤回", ("編號 5", "撤回：您本人"), ("AI素養",)),
        ("紀錄 3", ("編號 3 的紀錄", "歷程", "115/11/18 回報：您本人"), ()),
        ("紀錄 99", ("沒有編號 99",), ()),
        ("更正", ("要更正哪一筆",), ()),
        ("撤回 第九筆", ("沒有編號 9",), ()),
        ("更正 昨天那一筆", ("要更正哪一筆",), ()),
    ],
)
def test_a_year_or_an_entry_by_words(typed: str, shown: tuple[str, ...], hidden: tuple[str, ...]) -> None:
    """One year at a time, one entry by its number; nothing changes by looking."""
    chat = busy()
    said = chat.types(typed)
    sound(chat)
    assert changed(chat) == []
    for word in shown:
        assert word in said
    for word in hidden:
        assert f"{word}　" not in said.replace("（", "　")


def test_years_and_pages_by_buttons() -> None:
    """Seven entries are two cards; the other years are a tap away; a number stays with its entry."""
    chat = colleague(
        entries=(
            entry(1, date(2025, 5, 1)),
            *(entry(n, date(2026, 1, n), title=f"課{n}") for n in range(2, 9)),
        )
    )
    said = chat.types("紀錄")
    assert "（第 1／2 頁）" in said
    assert "課8" in said
    assert "課2" not in said
    assert "編號 2" in chat.taps("下一頁")
    assert "課3" in chat.types("紀錄 115 第2頁")
    assert "114 年" in chat.taps("114 年")
    assert "編號 1" in chat.said


@pytest.mark.parametrize("way", ["buttons", "words"])
def test_an_entry_is_corrected(way: str) -> None:
    """The entry is shown, a part is changed, the whole confirmed: one change, and its history afterwards."""
    chat = busy()
    if way == "buttons":
        for label in ("編號 3", "更正", "改時數"):
            if label == "編號 3":
                chat.types("紀錄")
            said = chat.taps(label)
            sound(chat)
        chat.types("3小時")
        said = chat.taps("確認更正")
    else:
        assert "2 小時「AI素養」（115/3/1）" in chat.types("更正 3")
        chat.types("3小時")
        assert "請確認更正內容" in chat.said
        said = chat.types("確認更正")
    (change,) = changed(chat)
    assert (change.entry_id, change.version) == (3, 1)
    assert (change.by.minutes, change.by.learned_on, change.by.course_id) == (
        180,
        date(2026, 3, 1),
        "map-literacy",
    )
    assert "已更正為 3 小時" in said
    assert "已更正為 3 小時" in chat.receipt
    assert chat.conversation is None
    assert "更正自編號 3" in chat.types("紀錄 6")
    assert "更正為編號 6" in chat.types("紀錄 3")
    assert "更正後的紀錄" in chat.types("復原")
    assert changed(chat) == []


def test_the_corrected_entry_does_not_stand_in_its_own_way() -> None:
    """700 minutes become eleven hours on the same day: no second course, no day of 22 hours."""
    chat = colleague(entries=(entry(1, YESTERDAY, 700, "研習"),))
    chat.types("更正 1")
    chat.types("11小時")
    assert "確認更正" in chat.labels


def test_nothing_changed_is_no_correction() -> None:
    """The same content again is said to be the same."""
    chat = busy()
    chat.types("更正 3")
    chat.types("2小時")
    assert "內容和原來的一樣" in chat.taps("確認更正")
    assert changed(chat) == []


@pytest.mark.parametrize("answer", ["確認撤回", "是"])
def test_an_entry_is_withdrawn_after_one_question(answer: str) -> None:
    """The entry is shown; yes withdraws it; it is found under 已撤回 afterwards."""
    chat = busy()
    assert "要撤回編號 3 嗎" in chat.types("撤回 3")
    sound(chat)
    assert changed(chat) == []
    assert "還沒有撤回" in chat.types("嗯")
    chat.types(answer)
    assert changed(chat) == [HoursWithdrawn(3, 1)]
    assert "AI素養" not in chat.types("紀錄")
    assert "AI素養" in chat.types("紀錄 115 已撤回")


def test_cancelled_is_not_withdrawn_and_the_old_button_is_dead() -> None:
    """取消 leaves the entry, and 確認撤回 of that question changes nothing any more."""
    chat = busy()
    chat.types("撤回 3")
    yes = chat.button("確認撤回")
    chat.types("取消")
    assert "失效" in chat.presses(yes)
    assert changed(chat) == []


@pytest.mark.parametrize("label", ["更正", "撤回"])
def test_an_old_button_after_a_correction_shows_what_became_of_it(label: str) -> None:
    """Version and id are of what was seen: the entry in its place is shown, nothing changes."""
    chat = busy()
    chat.types("紀錄 3")
    old = chat.button(label)
    chat.types("更正 3")
    chat.types("3小時")
    chat.taps("確認更正")
    said = chat.presses(old)
    assert "已經更正為編號 6" in said
    assert changed(chat) == []
    assert chat.conversation is None


@pytest.mark.parametrize("typed", ["更正 4", "撤回 4", "更正 5", "撤回 5"])
def test_official_and_withdrawn_entries_are_not_changed_here(typed: str) -> None:
    """Official ones are corrected by HR; withdrawn ones say so."""
    chat = busy()
    said = chat.types(typed)
    sound(chat)
    assert ("官方紀錄由人事更正" in said) == typed.endswith("4")
    assert ("已經撤回" in said) == typed.endswith("5")
    assert chat.changes == ()


@pytest.mark.parametrize("typed", ["更正 3", "撤回 3"])
def test_a_closed_year_changes_no_more(typed: str) -> None:
    """Refused with who can help, by words and in the middle of a question."""
    closed = frozenset({2026})
    chat = busy(closed_years=closed)
    assert "115 年的時數已由人事結算，如需補正請輸入「問人事」" in chat.types(typed)
    sound(chat)
    assert chat.changes == ()
    late = busy()
    late.types(typed)
    late.types("3小時")
    late.closed_years = closed
    late.types("確認更正" if "更正" in typed else "確認撤回")
    assert "人事結算" in late.said
    assert changed(late) == []


def test_reports_and_undo_of_a_closed_year_are_refused() -> None:
    """A report of last year is taken while that is open, and says its year; not once it is closed."""
    chat = colleague(now=datetime(2027, 1, 5, 9, 0, tzinfo=TAIPEI))
    said = chat.types("回報 115/12/30 專題講座 2小時")
    assert "這筆屬於 115 年的時數" in said
    chat.taps("確認回報")
    undo = chat.button("復原")
    chat.closed_years = frozenset({2026})
    assert "人事結算" in chat.presses(undo)
    assert changed(chat) == []
    assert "人事結算" in chat.types("回報 115/12/29 別的講座 2小時")
    assert "確認回報" not in chat.labels


@pytest.mark.parametrize(
    "choice",
    ["", "open", "open.99.1", "fix.3", "take.x.y", "year.0.0", "year.99999.0", "yes.3.1", "gone.2026.99",
     "open.3.-1", "nonsense.3.1", "fix.3.9"],
)  # fmt: skip
def test_any_button_gets_an_answer_and_changes_nothing(choice: str) -> None:
    """Foreign ids, nonsense, numbers out of range: the list, kindly."""
    chat = busy()
    chat.presses(Press("records", choice))
    assert changed(chat) == []
    assert chat.replies
    sound(chat)


def test_withdrawing_leaves_a_questionnaire_where_it_was() -> None:
    """The question sets the other task aside, and that runs again afterwards."""
    chat = busy()
    chat.types("職務問卷")
    chat.types("撤回 3")
    chat.types("確認撤回")
    assert changed(chat) == [HoursWithdrawn(3, 1)]
    assert chat.conversation is not None
    assert chat.conversation.task == "questionnaire"


def test_an_entry_that_another_chat_changed_meanwhile_is_left_alone() -> None:
    """The confirmation looks once more at what it corrects."""
    chat = busy()
    chat.types("更正 3")
    chat.types("3小時")
    chat.entries = tuple(replace(e, version=2) if e.id == 3 else e for e in chat.entries)
    assert "已經有變動" in chat.taps("確認更正")
    assert changed(chat) == []
