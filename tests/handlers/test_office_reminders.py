"""HR's hand on reminders: what each command changes as things stand, and for whom it changes nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from guideline.changes import (
    Change,
    ClosureSet,
    ForesightAsked,
    RemindersPaused,
    RemindersReleased,
    WaveStopped,
)
from guideline.records import Access, LatestWave, Office, Person, Reminding
from handlers import reminding_card
from handlers.message import buttons, plain
from tests.handlers.lint import faults
from tests.handlers.scene import NOON, WANG, Chat, colleague

WHOLE = Person(9, "A3", "林怡君", "人事處/給與科", "科員", access=Access.HR)
PART = replace(WHOLE, unit="教育局/人事室")
UNITS = frozenset({WHOLE.unit, PART.unit})
TODAY = NOON.date()
DAY = date(2026, 11, 25)
WAVE = LatestWave(3, TODAY, {"planned": 57, "waiting": 12, "frozen": 480})
TRIAL, RELEASED = Reminding(), Reminding(released=True)
PAUSED, SENDING = Reminding(released=True, paused=True), Reminding(released=True, wave=WAVE)
STATES = (TRIAL, RELEASED, PAUSED, SENDING, replace(SENDING, paused=True))
SWITCHES = ("暫停發送", "恢復發送", "停止這一批", "確認正式發送", "改回試行")


def hr(now: Reminding, who: Person = WHOLE) -> Chat:
    return colleague(person=who, office=Office(reminding=now, officers=UNITS))


def expected(word: str, now: Reminding) -> tuple[Change, ...]:
    """What the word changes as things stand; nothing where it is so already."""
    match word:
        case "暫停發送" | "恢復發送":
            wanted = word == "暫停發送"
            return () if now.paused == wanted else (RemindersPaused(wanted),)
        case "停止這一批":
            return () if now.wave is None else (WaveStopped(now.wave.id),)
    wanted = word == "確認正式發送"
    return () if now.released == wanted else (RemindersReleased(wanted),)


@pytest.mark.parametrize("now", STATES)
@pytest.mark.parametrize("word", SWITCHES)
def test_each_switch_as_things_stand(word: str, now: Reminding) -> None:
    """It changes what is otherwise, has a receipt then, leads back to 提醒作業, and keeps the rules of
    wording; typed again it changes nothing."""
    chat = hr(now)
    said = chat.types(word)
    assert chat.changes == expected(word, now)
    assert bool(chat.receipt) == bool(chat.changes)
    assert "提醒作業" in chat.labels
    chat.types(word)
    assert chat.changes == ()
    assert "已" in said or "沒有" in said
    assert [fault for message in chat.heard for fault in faults(message)] == []


@pytest.mark.parametrize("now", STATES)
def test_to_release_is_asked_first(now: Reminding) -> None:
    """正式發送 alone changes nothing: it asks for the counts, where it is not so already."""
    chat = hr(now)
    chat.types("正式發送")
    assert chat.changes == (() if now.released else (ForesightAsked("release"),))


def test_to_stop_a_wave_says_for_how_many() -> None:
    """Those who have not been told: planned and waiting."""
    assert "還沒通知的 69 人" in hr(SENDING).types("停止這一批")


@pytest.mark.parametrize("word", [*SWITCHES, "正式發送", "停班 11/25", "取消停班 11/25", "停班"])
def test_an_officer_of_a_part_changes_nothing_for_all(word: str) -> None:
    """Told kindly who decides, and what they can see; where nobody serves the whole agency, any officer
    may."""
    now = replace(SENDING, closures={DAY: "颱風"})
    chat = hr(now, PART)
    said = chat.types(word)
    assert chat.changes == ()
    assert "人事處（分機 1234）" in said
    assert chat.labels == ["提醒預覽", "提醒名單"]
    assert [fault for message in chat.heard for fault in faults(message)] == []
    alone = replace(hr(now, PART), office=Office(reminding=now, officers=frozenset({PART.unit})))
    assert "這項設定影響全機關" not in alone.types(word)


@pytest.mark.parametrize("who", [WANG, replace(WHOLE, left_on=TODAY - timedelta(days=1))])
@pytest.mark.parametrize("word", [*SWITCHES, "正式發送", "停班 11/25", "提醒作業", "提醒預覽", "提醒名單"])
def test_who_is_not_of_hr_or_has_left(word: str, who: Person) -> None:
    """Nothing changes, and nothing of how reminders stand is said."""
    chat = hr(SENDING, who)
    said = chat.types(word)
    assert chat.changes == ()
    assert "這項功能限人事單位使用" in said or "離職" in said
    assert "發送" not in said


@pytest.mark.parametrize("who", [WHOLE, PART])
@pytest.mark.parametrize(
    ("word", "asked"),
    [
        ("提醒作業", ForesightAsked("card")),
        ("提醒預覽", ForesightAsked("preview")),
        ("看名單", ForesightAsked("list")),
        ("提醒名單 第3頁", ForesightAsked("list", 2)),
    ],
)
def test_every_officer_sees(who: Person, word: str, asked: Change) -> None:
    """The views are asked for, whatever the scope."""
    chat = hr(TRIAL, who)
    chat.types(word)
    assert chat.changes == (asked,)


def test_a_closure_set_and_lifted() -> None:
    """By whoever decides."""
    chat = hr(TRIAL)
    chat.types("停班 11/25 颱風")
    assert chat.changes == (ClosureSet(DAY, True, "颱風"),)
    chat.types("取消停班 11/25")
    assert chat.changes == (ClosureSet(DAY, False),)


@pytest.mark.parametrize("now", STATES)
def test_the_card_of_a_part_has_no_switch(now: Reminding) -> None:
    """It names the scope; whoever may not decide is offered what they may look at."""
    card = reminding_card.card(now, None, TODAY, "教育局", decides=False)
    assert [button.label for button in buttons(card)] == ["提醒預覽", "提醒名單", "人事待辦"]
    assert "範圍：教育局" in plain(card)
    assert "停班" not in plain(card)
