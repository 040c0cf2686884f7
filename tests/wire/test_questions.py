"""Questions to HR over both platforms: asked by one person's phone, answered from another's."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.simulator.faults import Fault
from tests.wire.conftest import Phone
from tests.wire.house import House, line_id
from tests.wire.phones import LinePhone, TelegramPhone
from tests.wire.test_thread import activated

MORNING = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)  # 10:00 in Taipei, a Wednesday
NIGHT = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)  # 21:00 on a Friday
OPENS = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)  # 9:00 on the Monday


def at(house: House, when: datetime) -> None:
    """Business time goes on from here."""
    house.clock.offset = when - house.clock.real()


async def of_hr(house: House, phone: Phone, employee_no: str = "A002") -> Phone:
    """The phone becomes an officer's; everybody but A001 is of HR."""
    await house.write("UPDATE person SET access = '人事' WHERE employee_no <> 'A001'")
    await activated(house, phone, employee_no)
    return phone


@pytest.fixture(params=["line", "telegram"])
def desk(request: pytest.FixtureRequest, house: House) -> Phone:
    """HR's phone, on either platform whatever the asker's."""
    return house.line_phone(30) if request.param == "line" else house.telegram_phone(30)


async def test_a_question_goes_to_hr_and_its_answer_comes_back(
    house: House, phone: Phone, desk: Phone
) -> None:
    """Not in the guideline → passed on as typed → HR is told, answers → the asker is told by the office."""
    at(house, MORNING)
    await of_hr(house, desk)
    await activated(house, phone)
    assert "陞任評分標準表" in "\n".join(await phone.says("升官會加分嗎"))
    await phone.says("職務問卷")
    said = "\n".join(await phone.says("可以補休嗎？"))
    assert "指引沒有寫到這一點" in said
    assert "1/7" in said
    await phone.taps("轉給人事詢問")
    assert "已送出" in "\n".join(await phone.taps("送出"))
    for word in ("同仁提問", "王小明", "人事處/給與科", "可以補休嗎"):
        assert word in desk.read()
    await desk.taps("回覆")
    await desk.says("補休請洽差勤承辦。")
    assert "已送出" in "\n".join(await desk.taps("送出回覆"))
    assert "由人事處回覆" in phone.read()
    assert "補休請洽差勤承辦。" in phone.read()
    assert "陳怡君" not in phone.read()
    assert await house.rows("SELECT text, answer FROM question") == [("可以補休嗎？", "補休請洽差勤承辦。")]
    assert "補休請洽差勤承辦。" in "\n".join(await phone.says("我的提問"))
    assert "沒有等候回覆" in "\n".join(await desk.says("人事"))


async def test_the_words_of_others_are_not_kept_in_the_office_s_letters(
    house: House, phone: Phone, desk: Phone
) -> None:
    """Read in a list, a card and before sending: once it is said, no letter to HR holds the question or the
    name; after 確認刪除 they stand in no table but the roster."""
    at(house, MORNING)
    await of_hr(house, desk)
    await activated(house, phone)
    await phone.says("問人事 難以啟齒的事")
    await phone.taps("送出")
    for words in ("看提問", "1", "知道了"):
        assert "難以啟齒的事" in "\n".join(await desk.says(words))
    letters = (
        "SELECT count(*) FROM dispatch JOIN account ON account.id = dispatch.account_id "
        "JOIN person ON person.id = account.person_id WHERE employee_no = 'A002' AND instr(body, :word) > 0"
    )
    assert await house.rows(letters, word="陳怡君") != [(0,)]  # what HR was told of itself is kept
    for word in ("難以啟齒的事", "王小明"):
        assert await house.rows(letters, word=word) == [(0,)]
    await phone.says("刪除我的資料")
    assert "已依您的請求刪除" in "\n".join(await phone.says("確認刪除"))
    for table in ("dispatch", "outbox", "inbox", "question", "conversation", "audit"):
        assert "難以啟齒的事" not in str(await house.rows(f"SELECT * FROM {table}"))  # noqa: S608


async def test_an_answer_that_line_refuses_opens_the_next_reply(house: House) -> None:
    """The month's pushes are used up: the next (free) reply says that HR has answered, and where."""
    at(house, MORNING)
    asker, officer = house.line_phone(), await of_hr(house, house.telegram_phone(30))
    await activated(house, asker)
    await asker.says("問人事 我的課沒有時數")
    await asker.says("送出")
    await officer.says("看提問")
    await officer.says("1")
    await officer.says("已補登")
    house.line.faults.next("push", Fault.quota())
    await officer.says("送出")
    assert "已補登" not in asker.read()
    assert await house.rows("SELECT state FROM dispatch WHERE method = 'push'") == [("refused",)]
    first, *_ = await asker.says("進度")
    assert "人事已回覆您的提問，請輸入「我的提問」查看" in first
    assert "已補登" in "\n".join(await asker.says("我的提問"))
    assert "補充如下" not in "\n".join(await asker.says("進度"))


async def test_two_officers_answer_at_once(
    house: House, stranger: Callable[[int], Phone], phone: Phone
) -> None:
    """The first one's answer goes out, the second one is told; the asker gets one answer."""
    at(house, MORNING)
    one, two = await of_hr(house, stranger(30)), await of_hr(house, stranger(31), "A003")
    await activated(house, phone)
    await phone.says("問人事 我的課沒有時數")
    await phone.taps("送出")
    for officer, words in ((one, "甲的回覆"), (two, "乙的回覆")):
        await officer.taps("回覆")
        await officer.says(words)
    await one.taps("送出回覆")
    assert "已由人事同仁回覆" in "\n".join(await two.taps("送出回覆"))
    assert "甲的回覆" in phone.read()
    assert "乙的回覆" not in phone.read()
    assert await house.rows("SELECT answer FROM question") == [("甲的回覆",)]


async def test_while_hr_takes_no_questions(
    house: House, stranger: Callable[[int], Phone], phone: Phone
) -> None:
    """暫停收提問 in HR's chat: the others read whom to call, and nothing is kept or forwarded."""
    at(house, MORNING)
    officer = await of_hr(house, stranger(30))
    await activated(house, phone)
    await officer.says("暫停收提問")
    assert "分機 1234" in "\n".join(await phone.says("問人事 我的課沒有時數"))
    assert await house.rows("SELECT count(*) FROM question") == [(0,)]
    assert "同仁提問" not in officer.read()
    await officer.says("恢復收提問")
    assert "確認後才會送出" in "\n".join(await phone.says("問人事 我的課沒有時數"))


async def test_a_stranger_with_hrs_button_reads_nothing(
    house: House, stranger: Callable[[int], Phone], phone: Phone
) -> None:
    """The payload of HR's notice, pressed by a colleague and by nobody's chat."""
    at(house, MORNING)
    officer, nobody = await of_hr(house, stranger(30)), stranger(40)
    await activated(house, phone)
    await phone.says("問人事 我的課沒有時數")
    await phone.taps("送出")
    leaked = officer.buttons()["回覆"]
    await nobody.joins()
    for other in (phone, nobody):
        assert "我的課沒有時數" not in "\n".join(await other.presses(leaked))
    assert await house.rows("SELECT answered_at FROM question") == [(None,)]


@pytest.mark.parametrize("platform", ["line", "telegram"])
async def test_at_night_hr_is_told_when_the_office_opens(house: House, platform: str) -> None:
    """The notice waits until Monday at nine and holds up nothing that HR says meanwhile."""

    async def answered() -> None:
        """Nothing waits but what is told later."""
        async with asyncio.timeout(10):
            while True:
                await house.telegram.drained()
                waiting = await house.rows("SELECT seq FROM inbox WHERE state = 'waiting'")
                unsent = await house.rows(
                    "SELECT id FROM dispatch WHERE state = 'frozen' AND not_before IS NULL"
                )
                if not waiting and not unsent:
                    return
                await asyncio.sleep(0.01)

    at(house, NIGHT)
    officer: Phone = (
        LinePhone(house.line, line_id(30), answered)
        if platform == "line"
        else TelegramPhone(house.telegram, 7030, answered)
    )
    asker = LinePhone(house.line, line_id(1), answered)
    await of_hr(house, officer)
    await activated(house, asker)
    await asker.says("問人事 我的課沒有時數")
    assert "11/30（一）09:00" in "\n".join(await asker.says("送出"))
    ((created, not_before),) = await house.rows(
        "SELECT created_at, not_before FROM dispatch WHERE not_before IS NOT NULL AND state = 'frozen'"
    )
    told = datetime.fromtimestamp(not_before / 1000, UTC) + house.clock.offset
    assert abs(told - OPENS) < timedelta(seconds=1)
    assert created < not_before
    assert "進度" in "\n".join(await officer.says("進度"))
    assert "我的課沒有時數" not in officer.read()


async def test_of_many_officers_only_those_nearby_are_told(house: House, phone: Phone, desk: Phone) -> None:
    """Of thirteen the one of the asker's top-level unit; the others find the question themselves."""
    at(house, MORNING)
    await of_hr(house, desk)
    far = house.telegram_phone(31)
    await activated(house, far, "A003")
    await activated(house, phone)
    await house.write(
        "INSERT INTO person (id, employee_no, name, unit, access, created_at, changed_at) "
        "WITH RECURSIVE n(x) AS (SELECT 40 UNION ALL SELECT x + 1 FROM n WHERE x < 50) "
        "SELECT x, 'F' || x, '人事', '衛生局', '人事', 0, 0 FROM n"
    )
    await house.write(
        "INSERT INTO account (platform, user_id, person_id, consented_at, created_at) "
        "SELECT 'telegram', 7000 + id, id, 0, 0 FROM person WHERE unit = '衛生局'"
    )
    await house.write("UPDATE person SET unit = '人事處' WHERE employee_no = 'A002'")
    await phone.says("問人事 我的課沒有時數")
    await phone.taps("送出")
    assert "我的課沒有時數" in desk.read()
    assert "我的課沒有時數" not in far.read()
    assert await house.rows("SELECT count(*) FROM outbox WHERE kind = 'office'") == [(1,)]
    assert "我的課沒有時數" in "\n".join(await far.says("看提問"))


@pytest.mark.parametrize("what", ["access = '同仁'", "left_on = '2026-11-28'"])
async def test_who_left_hr_over_the_weekend_is_not_told(
    house: House, phone: Phone, desk: Phone, what: str
) -> None:
    """Asked on Friday evening; on Monday the officer has left, or has another access: the question waits for
    those who are of HR, and nothing of it is kept in the letter."""
    at(house, NIGHT)
    await of_hr(house, desk)
    await activated(house, phone)
    await phone.says("問人事 難以啟齒的事")
    sent = asyncio.ensure_future(phone.taps("送出"))
    while not await house.rows("SELECT id FROM outbox WHERE kind = 'office'"):
        await asyncio.sleep(0.01)
    await house.write(f"UPDATE person SET {what} WHERE employee_no = 'A002'")  # noqa: S608 - of this table
    at(house, OPENS)
    await house.write("UPDATE dispatch SET not_before = NULL WHERE lane = 1")
    await sent
    assert "難以啟齒" not in desk.read()
    letters = "SELECT state, reason, body FROM dispatch JOIN outbox ON dispatch_id = dispatch.id"
    assert await house.rows(f"{letters} WHERE kind = 'office'") == [("refused", "astray", None)]
    assert await house.rows("SELECT count(*) FROM question WHERE answered_at IS NULL") == [(1,)]
