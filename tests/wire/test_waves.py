"""A wave through the whole program, over real HTTP, on both platforms."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.simulator.faults import Fault
from storage import settings
from tests.wire.conftest import Phone
from tests.wire.house import House
from tests.wire.test_thread import activated

TAIPEI = ZoneInfo("Asia/Taipei")
WEDNESDAY = date(2026, 12, 2)  # the first reminder of December
BLOCKED = Fault.error(
    403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
)


async def wave(house: House, *, release: bool = True, day: date = WEDNESDAY, hour: int = 10) -> None:
    """It is that day at the agency, HR has released the reminders, and the scheduler ticks."""
    house.clock.offset = datetime.combine(day, time(hour), TAIPEI).astimezone(UTC) - datetime.now(UTC)
    if release:
        await house.program.database.write(
            lambda conn: settings.keep(conn, settings.RELEASED, True, house.clock.now(), "cli")
        )
    await house.program.scheduler.tick()


async def settled(house: House) -> None:
    """Returns when the wave is done."""
    async with asyncio.timeout(15):
        while await house.rows("SELECT 1 FROM wave WHERE state IN ('planning', 'open')"):
            await asyncio.sleep(0.05)
            await house.program.scheduler.tick()
    await house.quiet()


async def test_everybody_is_reminded_once(
    house: House, phone: Phone, stranger: Callable[[int], Phone]
) -> None:
    """Two people who miss hours read what they miss, once; a second tick adds nothing."""
    await activated(house, phone)
    other = stranger(2)
    await activated(house, other, "A002")
    await wave(house)
    await settled(house)
    await house.program.scheduler.tick()
    for reader in (phone, other):
        assert reader.read().count("會收到這則訊息") == 1
    assert await house.rows("SELECT state FROM wave") == [("done",)]
    assert await house.rows("SELECT state, count(*) FROM reminder GROUP BY state ORDER BY state") == [
        ("frozen", 2),
        ("unreached", 1),
    ]


async def test_one_person_with_two_accounts(house: House) -> None:
    """Who has both platforms reads it on one of them; blocked there, on the other one."""
    telegram, line = house.telegram_phone(), house.line_phone()
    await activated(house, telegram)
    await activated(house, line)
    house.telegram.faults.next("sendMessage", BLOCKED)
    await wave(house)
    await settled(house)
    assert "尚缺" in line.read()
    assert await house.rows("SELECT state, way, tried FROM reminder WHERE state = 'frozen'") == [
        ("frozen", "line", "telegram")
    ]
