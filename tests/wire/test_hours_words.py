"""Hours in a person's own words over HTTP: doubts by buttons, several days, the message's own day."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from guideline.words import roc_date, roc_span, roc_year
from tests.wire.conftest import Phone
from tests.wire.house import House
from tests.wire.phones import LinePhone
from tests.wire.test_thread import activated

TAIPEI = ZoneInfo("Asia/Taipei")


def today(house: House) -> date:
    return house.clock.now().astimezone(TAIPEI).date()


async def recorded(house: House) -> list[tuple[object, ...]]:
    return await house.rows("SELECT began_on, learned_on, minutes, title FROM hours ORDER BY id")


async def test_doubts_are_buttons(house: House, phone: Phone) -> None:
    """Two days and a range of hours in one sentence: each is tapped, then the whole is confirmed."""
    await activated(house, phone)
    day = today(house)
    before = day - timedelta(days=1)
    asked = "\n".join(await phone.says("回報 昨天還是今天 資料治理 2~3小時"))
    assert "不只一個日期" in asked
    assert await recorded(house) == []
    assert "幾小時" in "\n".join(await phone.taps(roc_date(before)))
    whole = "\n".join(await phone.taps("3 小時"))
    assert roc_date(before) in whole
    await phone.taps("確認回報")
    assert await recorded(house) == [(None, before.isoformat(), 180, "資料治理")]


async def test_doubts_are_answered_by_typing(house: House, phone: Phone) -> None:
    """LINE on a PC shows no quick replies: the same questions take words."""
    await activated(house, phone)
    await phone.says("回報 昨天還是今天 資料治理 約2小時")
    await phone.says("昨天")
    whole = "\n".join(await phone.says("2 小時"))
    assert "資料治理" in whole
    await phone.says("確認回報")
    assert await recorded(house) == [(None, (today(house) - timedelta(days=1)).isoformat(), 120, "資料治理")]


async def test_a_class_of_several_days(house: House, phone: Phone) -> None:
    """The wrong way round is asked by a button that carries both days; both are stored."""
    await activated(house, phone)
    year = today(house).year - 1
    begins, ends = date(year, 11, 10), date(year, 11, 12)
    asked = "\n".join(await phone.says(f"回報 {roc_date(ends)}~{roc_date(begins)} AI營隊 18小時"))
    assert "結束日在開始日之前" in asked
    whole = "\n".join(await phone.taps(roc_span(begins, ends)))
    assert f"{roc_year(year)}/11/10～11/12" in whole
    done = "\n".join(await phone.taps("確認回報"))
    assert "18 小時" in done
    assert await recorded(house) == [(begins.isoformat(), ends.isoformat(), 1080, "AI營隊")]


async def test_today_is_the_day_of_the_message(house: House, phone: Phone) -> None:
    """Sent at 23:59 and worked on the next day: 今天 is the day on which it was written."""
    await activated(house, phone)
    written = datetime.combine(today(house) - timedelta(days=1), time(23, 59), TAIPEI)
    said = "回報 今天 資料治理 2小時"
    if isinstance(phone, LinePhone):
        await house.line.send([house.line.message_event(phone.user_id, said, at=written)])
    else:
        who = {"id": phone.user_id, "is_bot": False, "first_name": "小明"}
        chat = {"id": phone.user_id, "type": "private", "first_name": "小明"}
        message = {"message_id": 99_001, "from": who, "chat": chat, "text": said}
        await house.telegram.push_update({"message": {**message, "date": int(written.timestamp())}})
    await house.quiet()
    assert roc_date(written.date()) in phone.read()
    await phone.taps("確認回報")
    assert await recorded(house) == [(None, written.date().isoformat(), 120, "資料治理")]


async def test_a_question_as_a_title(house: House, phone: Phone) -> None:
    """Asked by buttons; as a name it is recorded as it was typed."""
    await activated(house, phone)
    await phone.says("回報 昨天 2小時")
    assert "還是您想問的問題" in "\n".join(await phone.says("機器會思考嗎？"))
    assert "哪一門課" in "\n".join(await phone.taps("是提問"))
    await phone.says("機器會思考嗎？")
    await phone.taps("是課名")
    await phone.taps("確認回報")
    assert [row[3] for row in await recorded(house)] == ["機器會思考嗎?"]
