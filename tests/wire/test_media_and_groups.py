"""Pictures, voices and places, and what is said to a group, over HTTP on both platforms."""

from typing import Any

import pytest

from tests.wire.conftest import Phone
from tests.wire.house import House, line_id
from tests.wire.phones import LinePhone, TelegramPhone
from tests.wire.test_thread import activated

LINE_CONTENT: dict[str, dict[str, Any]] = {
    "voice": {"id": "1", "type": "audio", "duration": 3000, "contentProvider": {"type": "line"}},
    "location": {"id": "2", "type": "location", "latitude": 25.0, "longitude": 121.5},
    "file": {"id": "3", "type": "file", "fileName": "證明.pdf", "fileSize": 10},
}
TELEGRAM_CONTENT: dict[str, dict[str, Any]] = {
    "voice": {"voice": {"file_id": "v", "file_unique_id": "u", "duration": 3}},
    "location": {"location": {"latitude": 25.0, "longitude": 121.5}},
    "file": {"document": {"file_id": "d", "file_unique_id": "e", "file_name": "證明.pdf"}},
}
SAID = {
    "voice": "聽不懂語音，請用打字告訴我",
    "location": "用不到位置資訊",
    "file": "打不開檔案，也不會保存",
}


async def sends(house: House, phone: Phone, kind: str) -> None:
    """One message of this kind from the person's own chat."""
    if isinstance(phone, LinePhone):
        content = LINE_CONTENT[kind]
        await phone.line.send([phone.line.message_event(phone.user_id, content=content)])
    else:
        asker = {"id": phone.user_id, "is_bot": False, "first_name": "同仁"}
        chat = {"id": phone.user_id, "type": "private", "first_name": "同仁"}
        message = {"message_id": 900, "from": asker, "chat": chat, "date": 1, **TELEGRAM_CONTENT[kind]}
        await phone.telegram.push_update({"update_id": 990_000, "message": message})
    await house.quiet()


@pytest.mark.parametrize("kind", sorted(SAID))
async def test_each_kind_gets_a_kind_answer_and_the_task_goes_on(
    house: House, phone: Phone, kind: str
) -> None:
    """What it is, that it is not kept, and the question that waits; nothing is recorded."""
    await activated(house, phone)
    await phone.says("職務問卷")
    asked = phone.read().count("1/7")
    await sends(house, phone, kind)
    assert SAID[kind] in phone.read()
    assert phone.read().count("1/7") == asked + 1
    assert await house.rows("SELECT count(*) FROM hours") == [(0,)]


async def test_the_report_under_a_picture_is_read_and_the_picture_is_not_kept(house: House) -> None:
    """Telegram's caption is what the person typed; LINE's pictures have none and are only answered."""
    phone: TelegramPhone = house.telegram_phone()
    await activated(house, phone)
    await house.telegram.photo(phone.user_id, "昨天 AI簡報設計 兩個半小時")
    await house.quiet()
    assert "圖片或檔案沒有保存" in phone.read()
    await phone.taps("確認回報")
    assert await house.rows("SELECT minutes FROM hours") == [(150,)]
    line = house.line_phone(2)
    await activated(house, line, "A002")
    await house.line.image(line.user_id)
    await house.quiet()
    assert "也不會保存" in line.read()


async def test_a_group_hears_one_sentence_and_nothing_of_anybody(house: House, phone: Phone) -> None:
    """Somebody known writes there again and again: one sentence in ten minutes, nothing personal."""
    await activated(house, phone)
    await phone.says("回報 昨天 AI簡報設計 2小時")
    await phone.taps("確認回報")
    for text in ("/progress", "進度", "紀錄", "/records", "大家早"):
        if isinstance(phone, LinePhone):
            await phone.line.group_say("C" + "1" * 32, phone.user_id, text)
        else:
            await phone.telegram.group_say(-100123, phone.user_id, text)
    await house.quiet()
    heard = (
        phone.line.transcript("C" + "1" * 32)
        if isinstance(phone, LinePhone)
        else phone.telegram.transcript(-100123)
    )
    said = [entry.content["text"] for entry in heard if entry.sender == "bot"]
    assert said == ["為保護個人資料，請加入好友後單獨詢問。"]
    assert line_id(1) not in said[0]
