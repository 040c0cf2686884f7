"""A wave through the whole program, over real HTTP, on both platforms."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from bot.simulator.faults import Fault
from storage import settings
from storage.thawing import FRESH
from tests.wire.conftest import Phone
from tests.wire.house import House, open_house
from tests.wire.platforms.postbox import postbox
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


async def until(house: House, query: str) -> None:
    """Returns when the query finds a row."""
    async with asyncio.timeout(15):
        while not await house.rows(query):
            await asyncio.sleep(0.02)


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


async def test_from_telegram_to_line_to_the_mailbox(sqlite_url: str) -> None:
    """Blocked on Telegram and refused by LINE: the same reminder comes by e-mail, once."""
    async with postbox() as box, open_house(sqlite_url, mail_port=box.port) as house:
        telegram, line = house.telegram_phone(), house.line_phone()
        await activated(house, telegram)
        await activated(house, line)
        await house.write("UPDATE person SET email = 'a001@example.gov.tw' WHERE employee_no = 'A001'")
        house.telegram.faults.next("sendMessage", BLOCKED)
        house.line.faults.next("push", Fault.error(400, {"message": "Failed to send messages"}))
        await wave(house)
        await settled(house)
        assert box.recipients == [["a001@example.gov.tw"]]
        assert await house.rows("SELECT state, way, tried FROM reminder WHERE tried <> ''") == [
            ("frozen", "email", "telegram,line")
        ]
        assert "會收到這則訊息" not in telegram.read() + line.read()


async def test_who_stops_the_reminders_meanwhile_hears_nothing(house: House) -> None:
    """Frozen while nothing could be sent; then the person says 停止提醒, and nothing is sent any more."""
    phone = house.line_phone()
    await activated(house, phone)
    for delivery in house.program.deliveries:
        delivery.stop()
    await wave(house)
    await until(house, "SELECT 1 FROM reminder WHERE state = 'frozen'")
    await house.line.say(phone.user_id, "停止提醒")
    await until(house, "SELECT 1 FROM reminder WHERE state = 'dropped' AND reason = 'stopped'")
    assert (
        await house.rows(
            "SELECT kind FROM outbox o JOIN dispatch d ON d.id = o.dispatch_id"
            " WHERE d.state = 'frozen' AND o.kind = 'reminder'"
        )
        == []
    )


async def test_the_program_ends_in_the_middle_of_a_wave(sqlite_url: str) -> None:
    """What was frozen and not sent is decided again by the next run; each is told once."""
    async with open_house(sqlite_url) as house:
        for number in range(1, 4):
            await activated(house, house.telegram_phone(number), f"A00{number}")
        for delivery in house.program.deliveries:
            delivery.stop()
        await wave(house)
        await until(house, "SELECT 1 FROM reminder WHERE state = 'frozen'")
        assert "會收到這則訊息" not in house.telegram_phone(1).read()
    await asyncio.sleep(FRESH.total_seconds())
    async with open_house(sqlite_url) as house:
        await wave(house)
        await settled(house)
        for number in range(1, 4):
            assert house.telegram_phone(number).read().count("會收到這則訊息") == 1
