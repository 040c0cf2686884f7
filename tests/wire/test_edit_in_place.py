"""A list whose item was tapped changes in place on Telegram; LINE says it again."""

import json

from bot.simulator.faults import Fault
from bot.simulator.transcript import Entry
from tests.wire.conftest import Phone
from tests.wire.house import House
from tests.wire.phones import TelegramPhone
from tests.wire.simulator.specs import hold_telegram_call
from tests.wire.test_thread import activated


def said(house: House, phone: TelegramPhone) -> list[Entry]:
    return [entry for entry in house.telegram.transcript(phone.user_id) if entry.sender == "bot"]


async def at_the_fourth_question(house: House, phone: Phone) -> None:
    """The first of several choices: 可複選."""
    await activated(house, phone)
    await phone.says("職務問卷")
    for answer in ("1", "3", "3"):
        await phone.says(answer)


async def test_a_tapped_choice_is_marked_where_it_stands(house: House) -> None:
    """Two taps leave one message, edited twice, that shows both marks; the next question is a new message."""
    phone = house.telegram_phone()
    await at_the_fourth_question(house, phone)
    before = len(said(house, phone))
    first = "\n".join(await phone.taps("1 "))
    assert "4/7" in first
    await phone.taps("2 ")
    (question,) = said(house, phone)[before - 1 :]
    marks = [row[0]["text"][:3] for row in question.content["reply_markup"]["inline_keyboard"][:3]]
    assert marks == ["☑ 1", "☑ 2", "☐ 3"]
    assert question.edited
    assert "5/7" in "\n".join(await phone.taps("選好了"))
    assert len(said(house, phone)) == before + 1
    for call in house.telegram.calls:
        if call.endpoint == "editMessageText":
            hold_telegram_call("editMessageText", json.loads(call.raw))
    edits = await house.rows("SELECT state FROM dispatch WHERE method = 'editMessageText'")
    assert edits == [("accepted",), ("accepted",)]


async def test_line_says_the_question_again(house: House) -> None:
    """LINE edits nothing: the question with its marks is the newest message, with quick replies."""
    phone = house.line_phone()
    await at_the_fourth_question(house, phone)
    before = house.line.delivered[phone.user_id]
    assert "☑ 1" in "\n".join(await phone.taps("1 "))
    assert house.line.delivered[phone.user_id] == before + 1


async def test_a_message_that_cannot_be_edited_is_said_anew(house: House) -> None:
    """Telegram refuses the edit: the same question comes as a new message, and nothing is lost."""
    phone = house.telegram_phone()
    await at_the_fourth_question(house, phone)
    before = len(said(house, phone))
    gone = {"ok": False, "error_code": 400, "description": "Bad Request: message can't be edited"}
    house.telegram.faults.next("editMessageText", Fault.error(400, gone))
    assert "4/7" in "\n".join(await phone.taps("1 "))
    assert len(said(house, phone)) == before + 1
    assert "☑ 1" in str(said(house, phone)[-1].content["reply_markup"])


async def test_an_edit_whose_answer_was_lost_is_made_again(house: House) -> None:
    """Made, its answer lost, made again: Telegram calls it not modified, and that is accepted."""
    phone = house.telegram_phone()
    await at_the_fourth_question(house, phone)
    house.telegram.faults.next("editMessageText", Fault.error(502, accepted=True))
    await phone.taps("1 ")
    edits = [call for call in house.telegram.calls if call.endpoint == "editMessageText"]
    assert [call.status for call in edits] == [502, 400]
    assert await house.rows("SELECT state, attempts FROM dispatch WHERE method = 'editMessageText'") == [
        ("accepted", 2)
    ]


async def test_a_carried_receipt_is_a_new_message(house: House) -> None:
    """What may not have arrived is told in a message of its own, never in an edit further up."""
    phone = house.telegram_phone()
    await at_the_fourth_question(house, phone)
    before = len(said(house, phone))
    await house.write("UPDATE outbox SET receipt = '已回報 2 小時', unreceived = 1 WHERE id = 1")
    assert "已回報 2 小時" in "\n".join(await phone.taps("1 "))
    assert len(said(house, phone)) > before
    assert not any(entry.edited for entry in said(house, phone))


async def test_a_setting_changes_where_it_stands_and_news_does_not(house: House) -> None:
    """停止提醒 and 恢復提醒 are answered in the card that they make out of date; what is typed, or leads
    elsewhere, is a new message."""
    phone = house.telegram_phone()
    await activated(house, phone)
    await phone.says("提醒")
    before = len(said(house, phone))
    assert "已停止提醒" in "\n".join(await phone.taps("停止提醒"))
    assert "已恢復提醒" in "\n".join(await phone.taps("恢復提醒"))
    assert len(said(house, phone)) == before
    assert said(house, phone)[-1].edited
    await phone.taps("看進度")
    await phone.says("停止提醒")
    await phone.says("我的資料")
    await phone.taps("提醒設定")
    assert len(said(house, phone)) == before + 4


async def test_years_of_records_are_turned_where_they_stand(house: House) -> None:
    """The list of another year takes the list's place; an entry opened from it is a new message."""
    phone = house.telegram_phone()
    await activated(house, phone)
    for words in ("回報 114/12/1 採購法規研習 3小時", "確認", "回報 昨天 採購法規研習 3小時", "確認", "紀錄"):
        await phone.says(words)
    before = len(said(house, phone))
    assert "114 年時數紀錄" in "\n".join(await phone.taps("114 年"))
    assert "115 年時數紀錄" in "\n".join(await phone.taps("115 年"))
    assert len(said(house, phone)) == before
    await phone.taps("編號 2")
    assert len(said(house, phone)) == before + 1
