"""A role through a move: contested, moved to another unit, looked at again, filled in anew."""

from dataclasses import replace

from storage.people import import_roster
from tests.wire.conftest import Phone
from tests.wire.house import ROSTER, House
from tests.wire.test_certificates import says, taps
from tests.wire.test_thread import activated

CLERK = ("1", "3", "3", "1、2", "4", "3", "2")


async def placed(house: House, phone: Phone) -> str:
    await activated(house, phone)
    await says(phone, "職務問卷")
    answers = [await says(phone, answer) for answer in CLERK]
    return answers[-1]


async def test_a_move_is_told_and_settled(house: House, phone: Phone) -> None:
    """Result → contested → another unit → 待複核 wherever it matters → filled in anew → all in 類別紀錄."""
    assert "主管或人事會依您的實際工作確認" in await placed(house, phone)
    await taps(phone, "與我的實際工作不符")
    assert "接下來" in await says(phone, "我主要辦理採購")

    moved = replace(ROSTER[0], unit="衛生局")
    for _ in range(2):
        await house.program.database.write(lambda conn: import_roster(conn, [moved], house.clock.now()))
    for command in ("進度", "下一步", "證照"):
        assert "單位異動，類別待複核" in await says(phone, command)
    assert "待複核（原建議暫時保留）" in await says(phone, "我的類別")
    history = await taps(phone, "看類別紀錄")
    for part in ("待複核（單位異動）", "（您本人）：「我主要辦理採購」", "建議（您本人填答職務問卷）"):
        assert history.count(part) == 1

    await says(phone, "職務問卷")
    for answer in CLERK:
        await says(phone, answer)
    assert "待複核" not in await says(phone, "進度")
    assert (await says(phone, "類別紀錄")).count("建議（您本人填答職務問卷）") == 2
    assert await house.rows("SELECT status FROM role_assignment ORDER BY id") == [
        ("proposed",),
        ("contested",),
        ("review",),
        ("proposed",),
    ]


async def test_a_contest_meets_a_move(house: House, phone: Phone) -> None:
    """Moved while the sentence was being written: the new standing is shown, nothing is contested."""
    await placed(house, phone)
    await says(phone, "不符")
    moved = replace(ROSTER[0], unit="衛生局")
    await house.program.database.write(lambda conn: import_roster(conn, [moved], house.clock.now()))
    said = await says(phone, "我主要辦理採購")
    assert "已更新" in said
    assert "待複核" in said
    assert await house.rows("SELECT count(*) FROM role_assignment WHERE status = 'contested'") == [(0,)]
