"""A long wave on Telegram, and conversations beside it, against the strict loopback.

Its figures are printed (`pytest -s tests/drills/test_telegram_pace.py`): the share of the configured rate
that a wave reaches, what was refused, and how long a conversation waits beside it.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.platforms.session import open_session
from bot.platforms.telegram_outbound import TelegramChannel
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from reminders.delivery import Delivery
from storage.clock import SystemClock
from storage.database import Database
from storage.dispatches import NewDispatch, freeze
from storage.schema import account

TOKEN = "123456:loopback-token_for-the-tests-000000"
FIRST = 100_000


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
