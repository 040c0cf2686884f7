"""紀錄, 更正 and 撤回 through the whole program, on both platforms."""

from guideline.editions import load_editions
from storage import years
from tests.wire.conftest import Phone
from tests.wire.house import House
from tests.wire.test_thread import activated

ENTRIES = "SELECT minutes, replaces, withdrawn_at IS NULL FROM hours ORDER BY id"


async def reported(house: House, phone: Phone) -> None:
    await activated(house, phone)
    await phone.says("回報 今天 AI簡報設計 2小時")
    await phone.taps("確認回報")


async def test_list_correct_and_withdraw(house: House, phone: Phone) -> None:
    """One entry is listed, corrected and withdrawn; an old button after the correction changes nothing."""
    await reported(house, phone)
    listed = "\n".join(await phone.says("紀錄"))
    assert "編號 1" in listed
    assert "考核類別未定" in listed
    assert "歷程" in "\n".join(await phone.taps("編號 1"))
    old = phone.buttons()["撤回"]
    assert "要改哪一項" in "\n".join(await phone.taps("更正"))
    assert "請確認更正內容" in "\n".join(await phone.says("3小時"))
    assert "已更正為 3 小時" in "\n".join(await phone.taps("確認更正"))
    assert await house.rows(ENTRIES) == [(120, None, 0), (180, 1, 1)]

    assert "已經更正為編號 2" in "\n".join(await phone.presses(old))
    assert await house.rows(ENTRIES) == [(120, None, 0), (180, 1, 1)]

    assert "要撤回編號 2 嗎" in "\n".join(await phone.says("撤回 2"))
    assert "已撤回" in "\n".join(await phone.taps("確認撤回"))
    assert await house.rows(ENTRIES) == [(120, None, 0), (180, 1, 0)]
    assert await house.rows("SELECT DISTINCT waiting FROM standing") == [(0,)]
    gone = "\n".join(await phone.says("紀錄 已撤回"))
    assert "更正為編號 2：您本人" in gone


async def test_a_closed_year(house: House, phone: Phone) -> None:
    """Once HR has closed the year, what was asked before is refused as kindly as what is asked anew."""
    await reported(house, phone)
    await phone.says("撤回 1")
    year = house.clock.now().year
    await years.close(house.program.database, load_editions(), year, house.clock.now(), "cli")
    assert "人事結算" in "\n".join(await phone.taps("確認撤回"))
    assert "人事結算" in "\n".join(await phone.says("更正 1"))
    assert "人事結算" in "\n".join(await phone.says("回報 今天 資安講座 1小時"))
    assert await house.rows(ENTRIES) == [(120, None, 1)]
