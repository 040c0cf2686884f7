"""A long wave on Telegram, and conversations beside it, against the strict loopback.

Its figures are printed (`pytest -s tests/drills/test_telegram_pace.py`): the share of the configured rate
that a wave reaches, what was refused, and how long a conversation waits beside it.
"""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, text

from bot.platforms.session import open_session
from bot.platforms.telegram import TelegramReader
from bot.platforms.telegram_outbound import TelegramChannel
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from guideline.records import Way
from reminders.delivery import Delivery
from reminders.sending import Sending
from reminders.voices import Voice
from reminders.waves import Waves
from reminders.work import Pace, Work
from storage.clock import SystemClock
from storage.database import Database
from storage.dispatches import NewDispatch, freeze
from storage.schema import account
from storage.thawing import FRESH, THAWED
from tests.drills.agency import Member, settle_in
from tests.reminders.rounds import DESK, TAIPEI

TOKEN = "123456:loopback-token_for-the-tests-000000"
FIRST = 100_000
WEDNESDAY = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)  # of the rhythm, ten o'clock in Taipei
_DECIDED = """
SELECT sum(reason = :thawed), max(first_attempt_at - created_at) FROM dispatch WHERE lane = 1
"""


async def chats(database: Database, number: int) -> list[int]:
    """So many accounts, their user ids counting from `FIRST`; their ids."""
    at = datetime(2026, 11, 23, tzinfo=UTC)
    rows = [
        {"platform": "telegram", "user_id": str(FIRST + n), "reachable": True, "created_at": at}
        for n in range(number)
    ]

    async def write(conn: Any) -> list[int]:
        return list(await conn.scalars(insert(account).returning(account.c.id), rows))

    return await database.write(write)


def call(account_id: int, chat: int, lane: int) -> NewDispatch:
    return NewDispatch(
        platform="telegram",
        method="sendMessage",
        body=json.dumps({"chat_id": chat, "text": "AI 學習時數提醒"}),
        account_id=account_id,
        cause=None,
        ordinal=0,
        receipt="",
        kind="reminder" if lane else "reply",
        lane=lane,
    )


async def say(database: Database, calls: list[NewDispatch]) -> None:
    await database.write(lambda conn: freeze(conn, calls, datetime.now(UTC)))


@pytest.mark.parametrize("rate", [pytest.param(25, marks=pytest.mark.whole), 30])
async def test_a_long_wave_goes_out_at_the_rate_and_meets_no_limit(
    sqlite_url: str, whole: bool, rate: int
) -> None:
    """Nothing is refused or lost, and whoever talks meanwhile goes first."""
    seconds, talkers = (60, 40) if whole else (3, 3)
    people, clock = rate * seconds, SystemClock()
    simulator = TelegramSimulator(TOKEN, clock=clock)
    for n in range(people + talkers):
        simulator.add_user(FIRST + n)
        await simulator.start(FIRST + n)
    database = await Database.open(sqlite_url)
    ids = await chats(database, people + talkers)
    done: list[tuple[float, str]] = []
    loop = asyncio.get_running_loop()
    waits: list[float] = []

    async with serve(simulator.app) as served, open_session() as session:
        channel = TelegramChannel(session, served.url, TOKEN, rate)
        delivery = Delivery(
            database,
            clock,
            channel,
            lambda _, answer, __: done.append((loop.time(), type(answer).__name__.lower())),
            ZoneInfo("Asia/Taipei"),
        )
        wave = [call(ids[n], FIRST + n, 1) for n in range(people)]
        await say(database, wave)
        running = asyncio.create_task(delivery.run())
        for n in range(people, people + talkers):
            await asyncio.sleep(0.8 * seconds / talkers)  # the last of them well before the wave is over
            began = loop.time()
            await say(database, [call(ids[n], FIRST + n, 0)])
            delivery.wake()
            while not simulator.delivered[FIRST + n]:
                await asyncio.sleep(0.002)
            waits.append(loop.time() - began)
        async with asyncio.timeout(seconds + 60):
            while len(done) < people + talkers:
                await asyncio.sleep(0.01)
        delivery.stop()
        await running
    await database.close()

    refused = [state for _, state in done if state != "accepted"]
    reached = (len(done) - 1) / (done[-1][0] - done[0][0]) / rate
    worst = quantiles(waits, n=20)[-1]
    print(
        f"\nrate {rate}: {reached:.1%} of it over {timedelta(seconds=seconds)}, {len(refused)} refused; "
        f"a conversation waits for {worst * rate:.1f} turns at most (95 %)"
    )
    assert refused == []
    assert all(simulator.delivered[FIRST + n] == 1 for n in range(people + talkers))


@pytest.mark.parametrize("rate", [pytest.param(25, marks=pytest.mark.whole), 30])
async def test_a_wave_of_the_engine_keeps_the_rate(sqlite_url: str, whole: bool, rate: int) -> None:
    """Decided person by person at most a second before the first attempt, and still as fast as allowed."""
    seconds = 60 if whole else 3
    everybody = [Member(number, frozenset({"telegram"}), (0, 0)) for number in range(1, 1 + rate * seconds)]
    clock = SystemClock(WEDNESDAY - datetime.now(UTC))
    simulator = TelegramSimulator(TOKEN, clock=clock)
    for one in everybody:
        simulator.add_user(one.telegram_id)
        await simulator.start(one.telegram_id)
    database = await Database.open(sqlite_url)
    await settle_in(database, everybody, DESK.editions, WEDNESDAY.year)
    voices: dict[Way, Voice] = {"telegram": TelegramReader()}
    work = Work(database, clock, TAIPEI, DESK, voices, {"telegram": Pace(rate)})
    waves = Waves(work, lambda: None)
    for duty in waves.duties():
        await duty.attend(clock.now())
    done: list[float] = []
    loop = asyncio.get_running_loop()
    async with serve(simulator.app) as served, open_session() as session:
        channel = TelegramChannel(session, served.url, TOKEN, rate)
        delivery = Delivery(database, clock, channel, lambda *_: done.append(loop.time()), TAIPEI)
        sending = Sending(work, delivery.wake)
        loops = (sending, delivery)
        running = [asyncio.create_task(each.run()) for each in loops]
        async with asyncio.timeout(2 * seconds + 60):
            while len(done) < len(everybody):
                await asyncio.sleep(0.01)
        for each in loops:
            each.stop()
        await asyncio.gather(*running)
    thawed, oldest = (
        await database.read(lambda conn: conn.execute(text(_DECIDED), {"thawed": THAWED}))
    ).one()
    await database.close()

    reached = (len(done) - 1) / (done[-1] - done[0]) / rate
    print(
        f"\nrate {rate}: {reached:.1%} of it over {timedelta(seconds=seconds)}, decided at most {oldest} ms "
        f"before the first attempt, {thawed} decided again; load {os.getloadavg()[0]:.1f}"
    )
    assert oldest <= FRESH / timedelta(milliseconds=1)
    assert all(simulator.delivered[one.telegram_id] == 1 for one in everybody)
