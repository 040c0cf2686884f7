"""HR's hand on reminders through the whole program, and a reminder that rides on the next reply."""

import asyncio
from collections.abc import Callable

import pytest

from bot.simulator.faults import Fault
from storage import settings
from tests.wire.conftest import Phone
from tests.wire.house import House
from tests.wire.test_questions import of_hr
from tests.wire.test_thread import activated
from tests.wire.test_waves import settled, wave


async def waits(house: House) -> None:
    """The wave is over, and A001 is left waiting for their next reply."""
    await wave(house)
    await settled(house)
    await house.write(
        "UPDATE reminder SET state = 'waiting', told_on = NULL "
        "WHERE person_id = (SELECT id FROM person WHERE employee_no = 'A001')"
    )


async def test_hr_sees_releases_and_holds(house: House, phone: Phone) -> None:
    """提醒作業 answers with the counts by a free reply; 正式發送 asks first; 暫停發送 holds."""
    await wave(house, release=False, hour=7)
    await house.write("UPDATE person SET unit = '人事處' WHERE employee_no = 'A002'")
    await of_hr(house, phone, "A002")
    said = "\n".join(await phone.says("提醒作業"))
    assert "試行中" in said
    assert "對象" in said
    assert "聯絡不到" in said
    assert "王小明" in "\n".join(await phone.says("提醒名單"))
    assert "要開始正式發送提醒嗎" in "\n".join(await phone.says("正式發送"))
    await phone.taps("確認正式發送")
    assert "正式發送" in "\n".join(await phone.says("提醒作業"))
    await phone.says("暫停發送")
    assert "暫停中" in "\n".join(await phone.says("提醒作業"))
    assert await house.rows("SELECT count(*) FROM dispatch WHERE method = 'push'") == [(0,)]
    kept = "SELECT count(*) FROM dispatch WHERE instr(coalesce(body, ''), '王小明') > 0"
    assert await house.rows(kept) == [(0,)]


async def test_two_officers_press_at_once(
    house: House, phone: Phone, stranger: Callable[[int], Phone]
) -> None:
    """確認正式發送 twice and of two, then 停止這一批: each hears how things stand, and it is done once."""
    other = stranger(2)
    await house.write("UPDATE person SET email = 'lin@example.gov.tw'")
    await of_hr(house, phone, "A002")
    await activated(house, other, "A003")
    for officer in (phone, other):
        await officer.says("正式發送")
    for _ in range(2):
        await asyncio.gather(phone.taps("確認正式發送"), other.taps("確認正式發送"))
    assert await house.program.database.read(settings.released)
    await wave(house)
    await house.write("UPDATE wave SET state = 'open'")
    await asyncio.gather(phone.says("停止這一批"), other.says("停止這一批"))
    assert await house.rows("SELECT count(*) FROM audit WHERE action = 'wave_stopped'") == [(1,)]
    assert sorted("沒有發送中" in one.read() for one in (phone, other)) == [False, True]


@pytest.mark.parametrize("gone", ["access = '同仁'", "left_on = '2026-11-01'"])
async def test_who_is_no_officer_any_more(house: House, phone: Phone, gone: str) -> None:
    """Buttons that are left in the chat, and every word, say so and change nothing."""
    await of_hr(house, phone, "A002")
    await phone.says("正式發送")
    await house.write(f"UPDATE person SET {gone} WHERE employee_no = 'A002'")  # noqa: S608 - our own words
    before = await house.rows("SELECT count(*) FROM setting")
    await phone.taps("確認正式發送")
    for word in ("提醒名單", "提醒預覽", "暫停發送", "改回試行", "停班 12/4", "下載週報"):
        said = "\n".join(await phone.says(word))
        assert said
        assert "王小明" not in said
    assert await house.rows("SELECT count(*) FROM setting") == before
    assert await house.rows("SELECT count(*) FROM closure") == [(0,)]
    assert await house.rows("SELECT count(*) FROM job WHERE kind <> 'foresight'") == [(0,)]


async def test_an_officer_of_a_part_decides_nothing_for_all(house: House, phone: Phone) -> None:
    """Where somebody serves the whole agency: 教育局's officer sees their own people and changes nothing."""
    await wave(house, release=False, hour=7)
    await of_hr(house, phone, "A002")
    await house.write("UPDATE person SET access = '人事' WHERE employee_no = 'A001'")
    assert "由人事處（分機 1234）決定" in "\n".join(await phone.says("確認正式發送"))
    said = "\n".join(await phone.says("提醒作業"))
    assert "範圍：教育局" in said
    assert "試行中" in said
    assert "1 人（" in said
    listed = "\n".join(await phone.says("提醒名單"))
    assert "陳怡君" in listed
    assert "範圍：教育局（含所屬單位）" in listed
    assert "王小明" not in listed
    assert await house.rows("SELECT count(*) FROM audit WHERE action = 'reminders_released'") == [(0,)]


async def test_a_waiting_reminder_rides_on_the_next_reply_once(house: House, phone: Phone) -> None:
    """Behind the answer, not while something is being asked, and never again."""
    await activated(house, phone)
    await waits(house)
    before = phone.read().count("會收到這則訊息")
    await phone.says("職務問卷")
    assert phone.read().count("會收到這則訊息") == before
    await phone.says("取消")
    assert phone.read().count("會收到這則訊息") == before + 1
    await phone.says("進度")
    assert phone.read().count("會收到這則訊息") == before + 1
    assert ("told",) in await house.rows("SELECT state FROM reminder")


@pytest.mark.parametrize("fault", [Fault.error(400), Fault.reset()], ids=["refused", "undecided"])
async def test_a_reminder_whose_reply_got_lost_is_not_lost_silently(
    house: House, phone: Phone, fault: Fault
) -> None:
    """The call that carries it is refused, or nobody knows: it is never sent again, and the next reply opens
    with the same in a sentence, once."""
    await activated(house, phone)
    await waits(house)
    before = phone.read().count("會收到這則訊息")
    if phone.platform == "line":
        house.line.faults.next("reply", fault)
    else:  # the answer arrives, and the reminder behind it does not
        house.telegram.faults.next("sendMessage", Fault.slow(0))
        house.telegram.faults.next("sendMessage", fault)
    await phone.says("說明")
    assert ("told",) in await house.rows("SELECT state FROM reminder")
    assert "尚缺 3 小時，請輸入「下一步」" in "\n".join(await phone.says("說明"))
    assert "尚缺 3 小時，請輸入「下一步」" not in "\n".join(await phone.says("說明"))
    assert phone.read().count("會收到這則訊息") == before


async def test_a_reminder_that_cannot_be_said_costs_no_answer(
    house: House, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits on, and the person's own question is answered as ever."""

    def broken(*_: object) -> None:
        raise RuntimeError("of ours")

    await activated(house, phone)
    await waits(house)
    monkeypatch.setattr("bot.next_reply.with_reminder", broken)
    assert "出了狀況" not in "\n".join(await phone.says("進度"))
    assert ("waiting",) in await house.rows("SELECT state FROM reminder")
    assert await house.rows("SELECT count(*) FROM inbox WHERE state = 'failed'") == [(0,)]


@pytest.mark.parametrize(
    "held", ["UPDATE person SET counted = '不列計'", "UPDATE wave SET state = 'stopped'"]
)
async def test_what_is_not_due_any_more_is_not_told(house: House, phone: Phone, held: str) -> None:
    """Decided again from what holds now; nothing of a wave that HR stopped."""
    await activated(house, phone)
    await waits(house)
    before = phone.read().count("會收到這則訊息")
    await house.write(held)
    await phone.says("進度")
    assert phone.read().count("會收到這則訊息") == before
    assert ("told",) not in await house.rows("SELECT state FROM reminder")


async def test_a_closed_day_is_known_at_once(
    house: House, phone: Phone, stranger: Callable[[int], Phone]
) -> None:
    """停班 tells what it moves, and a colleague's progress counts a working day less."""
    await wave(house, release=False, hour=7)
    await of_hr(house, phone, "A002")
    other = stranger(2)
    await activated(house, other)
    assert "還有 20 個工作天" in "\n".join(await other.says("進度"))
    assert "12/2（三）的提醒改到 12/3（四）" in "\n".join(await phone.says("停班 12/2 颱風"))
    await phone.says("停班 12/4")
    assert "還有 19 個工作天" in "\n".join(await other.says("進度"))
    await phone.says("取消停班 12/4")
    assert "還有 20 個工作天" in "\n".join(await other.says("進度"))
