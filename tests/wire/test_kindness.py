"""Preferences, Simplified letters, stickers and a restart in the middle, over HTTP on both platforms."""

from tests.wire.conftest import Phone
from tests.wire.house import House, open_house
from tests.wire.phones import LinePhone
from tests.wire.test_thread import activated


async def test_reminders_are_stopped_in_the_middle_of_a_task(house: House, phone: Phone) -> None:
    """停止提醒 at once, in Simplified letters too; the task goes on, the card and 進度 say it."""
    await activated(house, phone)
    await phone.says("职务问卷")
    assert "已停止提醒；時數仍照常計算" in "\n".join(await phone.says("停止提醒"))
    assert "2/7" in "\n".join(await phone.says("1"))
    assert "已停止提醒" in "\n".join(await phone.says("提醒"))
    assert "您已停止提醒" in "\n".join(await phone.says("进度"))
    assert await house.rows("SELECT count(*) FROM preference WHERE stopped_at IS NOT NULL") == [(1,)]
    await phone.says("提醒")
    await phone.taps("恢復提醒")
    await phone.taps("精簡通知")
    assert await house.rows("SELECT stopped_at, low_detail FROM preference") == [(None, 1)]


async def test_a_sticker_in_the_middle_of_a_task(house: House, phone: Phone) -> None:
    """Thanks, and the question again."""
    await activated(house, phone)
    await phone.says("回报")
    if isinstance(phone, LinePhone):
        await phone.line.sticker(phone.user_id)
    else:
        await phone.telegram.sticker(phone.user_id)
    await house.quiet()
    assert "收到您的貼圖了" in phone.read()
    assert phone.read().count("是哪一天上課的") == 2


async def test_two_tasks_outlive_a_restart(sqlite_url: str) -> None:
    """The program ends and begins again on the same database: both tasks are where they were."""
    async with open_house(sqlite_url) as house:
        phone = house.line_phone()  # a new loopback Telegram would number its updates from the start
        await activated(house, phone)
        for typed in ("职务问卷", "1", "回报 昨天 AI简报设计 两个半小时"):
            await phone.says(typed)
        confirm = phone.buttons()["確認回報"]
    async with open_house(sqlite_url) as house:
        phone = house.line_phone()
        await phone.says("说明")
        await phone.presses(confirm)
        assert await house.rows("SELECT minutes FROM hours") == [(150,)]
        assert "2/7" in "\n".join(await phone.says("繼續"))
