"""A platform that answers nothing for a while: a wave waits for it, a conversation does not."""

import asyncio

import pytest

from bot.platforms.telegram import TelegramReader
from bot.simulator.faults import Fault
from handlers.message import Text
from reminders import breaker
from storage.dispatches import To, freeze
from storage.writing import NOTICE
from tests.wire.house import House

PEOPLE = 40


async def undecided(house: House) -> int:
    return int((await house.rows("SELECT count(*) FROM dispatch WHERE state = 'undecided'"))[0][0])


async def test_a_wave_waits_until_the_platform_answers(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A handful of calls are lost to the outage, not the whole wave; a question meanwhile is still answered,
    as far as anybody can know, and after it everybody else is told."""
    monkeypatch.setattr(breaker, "FIRST", 0.5)
    for number in range(1, PEOPLE + 1):
        await house.telegram.say(7000 + number, "/help")
    await house.quiet(20)
    accounts = await house.rows("SELECT user_id, id FROM account WHERE platform = 'telegram' ORDER BY id")
    calls = TelegramReader().say([To(user, number) for user, number in accounts], [Text("通知")], NOTICE)
    house.telegram.faults.lasting("sendMessage", Fault.reset())
    real = house.clock.real()
    await house.program.database.write(lambda conn: freeze(conn, calls, real))
    house.program.deliveries[1].wake()
    async with asyncio.timeout(10):
        while await undecided(house) < breaker.TRIES:
            await asyncio.sleep(0.05)
    await asyncio.sleep(1.0)
    lost = await undecided(house)
    assert lost < PEOPLE // 2
    house.telegram.faults.clear()
    await house.quiet(20)
    assert await undecided(house) <= lost + 1
    told = await house.rows("SELECT count(*) FROM dispatch WHERE lane = 1 AND state = 'accepted'")
    assert told == [(PEOPLE - await undecided(house),)]
