"""Planning a wave for 360,000 people from their standings, 40 % of them due, while people go on chatting.

The engine's own code in its own chunks, against one INSERT … SELECT that writes the same rows into the same
file in the same run; rounds are interleaved, so that a busy machine slows both. The people are put into the
file by another process, so that the peak of memory is the planning's own.
"""

import asyncio
import json
import multiprocessing
import re
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Awaitable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk import desk_for
from bot.metrics import Metrics
from bot.pipeline import Pipeline
from bot.platforms import line_inbound
from bot.platforms.line import LineReader
from bot.platforms.telegram import TelegramReader
from bot.receiving import Receiving
from bot.settings import Settings
from handlers.message import Text
from reminders.waves import Waves
from reminders.work import Pace, Work
from storage import runs
from storage.clock import SystemClock
from storage.database import Database
from storage.dispatches import REMINDER, To
from storage.migrate import migrate
from storage.reckoning import basis
from tests.drills.agency import members, settle_in

T = TypeVar("T")

PEOPLE = 360_000
ROUNDS = 3
CHATS_A_SECOND = 200
WARMING = 3.0  # seconds of chats that are not counted: statements are compiled once
QUIET = 10.0  # seconds of chats without planning, for comparison
NOW = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)  # a Wednesday of the rhythm, ten o'clock in Taipei
SETTINGS = Settings.model_validate({"agency": "示範市政府"})
_PEER = """
INSERT INTO reminder (wave_id, person_id, state, reason, bucket, way, tried)
SELECT :wave, p.id, 'planned', '',
  'information|' || group_concat(
    s.part || '=' || ((s.needed - coalesce(s.official, 0) - s.waiting + 29) / 30 * 30)) || '|0:0',
  CASE WHEN EXISTS (SELECT 1 FROM account a WHERE a.person_id = p.id AND a.reachable
                    AND a.platform = coalesce(f.channel, '')) THEN f.channel
       WHEN EXISTS (SELECT 1 FROM account a WHERE a.person_id = p.id AND a.reachable
                    AND a.platform = 'telegram') THEN 'telegram'
       WHEN EXISTS (SELECT 1 FROM account a WHERE a.person_id = p.id AND a.reachable
                    AND a.platform = 'line') THEN 'line'
       WHEN p.email <> '' THEN 'email' ELSE '' END, ''
FROM standing s JOIN person p ON p.id = s.person_id LEFT JOIN preference f ON f.person_id = p.id
WHERE s.year = 2026 AND s.state = 'missing' AND s.part IN ('ai', 'basic', 'advanced')
  AND f.stopped_at IS NULL
GROUP BY p.id
"""


async def main(people: int = PEOPLE, rounds: int = ROUNDS) -> None:
    _multicasts()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'agency.db'}"
        seeding = multiprocessing.get_context("spawn").Process(target=_seed, args=(url, people))
        seeding.start()
        await asyncio.to_thread(seeding.join)
        database = await Database.open(url)
        try:
            await _measure(database, people, rounds)
        finally:
            await database.close()


async def _measure(database: Database, people: int, rounds: int) -> None:
    bench = Bench(database)
    await bench.standings_are_current()
    await bench.chats_during(asyncio.sleep(WARMING))
    await bench.chats_during(asyncio.sleep(QUIET))
    quiet = bench.waits
    ratios, planning, peer, waits = [], [], [], []
    rows = (0, 0)
    for _ in range(rounds):
        planning.append(await bench.chats_during(bench.plan()))
        waits += bench.waits
        alone = await bench.plan()
        peer.append(await bench.insert_select())
        rows = await bench.rows()
        ratios.append(alone / peer[-1])
        await bench.forget()
    print(
        f"planning {people} people, {rows[0]} due: one INSERT … SELECT of {rows[1]} rows "
        f"{statistics.median(peer):.1f} s; ratio {statistics.median(ratios):.2f} (highest of {rounds}: "
        f"{max(ratios):.2f}); with {CHATS_A_SECOND} chats a second beside it "
        f"{statistics.median(planning):.1f} s; peak memory {_peak():.0f} MiB"
    )
    print(
        f"chats at {CHATS_A_SECOND} a second, from receipt to the committed answer: {_said(quiet)} alone, "
        f"{_said(waits)} while a wave is planned"
    )
    print(f"ratio of the p99: {_at(waits, 99) / _at(quiet, 99):.1f}")


class Bench:
    """One program: the planning and the pipeline share its loop and its database, as they do in the bot."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._clock = SystemClock(NOW - datetime.now(UTC))
        self._desk = desk_for(SETTINGS)
        line, telegram = LineReader(), TelegramReader()
        self._work = Work(
            database,
            self._clock,
            SETTINGS.zone,
            self._desk,
            {"line": line, "telegram": telegram},
            {"line": Pace(2, 500), "telegram": Pace(25)},
        )
        self._pipeline = Pipeline(
            database, self._clock, SETTINGS.zone, self._desk, {"line": line}, Metrics(), lambda: None
        )
        self._receiving = Receiving(database, self._clock, Metrics(), lambda *_: None)
        self._sent = 0
        self.waits: list[float] = []

    async def standings_are_current(self) -> None:
        """They were written with the people."""
        job, day = f"standing:{basis(self._desk.edition, NOW.year, None)}", date(NOW.year, 1, 1)
        real = self._clock.real()

        async def unit(conn: AsyncConnection) -> None:
            await runs.begin(conn, job, day, real, timedelta())
            await runs.done(conn, job, day, real)

        await self._database.write(unit)

    async def plan(self) -> float:
        """Seconds until a wave is planned and open; it takes the place of the one before."""
        await self.forget()
        waves = Waves(self._work, lambda: None)
        begun = time.perf_counter()
        while await self._count("SELECT count(*) FROM wave WHERE state = 'open'") == 0:
            await waves.attend(self._clock.now())
        return time.perf_counter() - begun

    async def insert_select(self) -> float:
        """Seconds of the peer."""

        async def unit(conn: AsyncConnection) -> None:
            row = {"at": int(self._clock.real().timestamp() * 1000)}
            await conn.execute(
                text(
                    "INSERT INTO wave (id, occasion, day, state, shadow, created_at)"
                    " VALUES (1000, 'peer', '2026-11-04', 'done', 0, :at)"
                ),
                row,
            )
            await conn.execute(text(_PEER), {"wave": 1000})

        begun = time.perf_counter()
        await self._database.write(unit)
        return time.perf_counter() - begun

    async def rows(self) -> tuple[int, int]:
        """Of the engine, and of the peer."""
        query = "SELECT count(*) FROM reminder WHERE wave_id {} 1000"
        return await self._count(query.format("<>")), await self._count(query.format("="))

    async def forget(self) -> None:
        async def unit(conn: AsyncConnection) -> None:
            for statement in (
                "DELETE FROM reminder",
                "DELETE FROM wave",
                "DELETE FROM run WHERE job LIKE 'wave:%'",
            ):
                await conn.execute(text(statement))

        await self._database.write(unit)

    async def chats_during(self, work: Awaitable[T]) -> T:
        """People ask how they stand, one after the other at an even pace, until the work is done; `waits` are
        the seconds from an event's receipt to its answer's commit."""
        self.waits = []
        arrived: deque[float] = deque()
        over = asyncio.Event()
        speaking = asyncio.create_task(self._speak(arrived, over))
        answering = asyncio.create_task(self._answer(arrived, speaking))
        try:
            return await work
        finally:
            over.set()
            await answering

    async def _answer(self, arrived: deque[float], speaking: "asyncio.Task[None]") -> None:
        while arrived or not speaking.done():
            tally = await self._pipeline.batch()
            now = time.perf_counter()
            self.waits += [now - arrived.popleft() for _ in range(tally.claimed)]
            if not tally.claimed:
                await asyncio.sleep(0.001)

    async def _speak(self, arrived: deque[float], over: asyncio.Event) -> None:
        begun, count = time.perf_counter(), 0
        under_way: set[asyncio.Task[None]] = set()
        while not over.is_set():
            due = begun + count / CHATS_A_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            count += 1
            self._sent += 1
            body = json.dumps({"events": [_event(self._sent)]}).encode()
            arrived.append(due)  # nobody waits for the one before: who is late waits longer
            task = asyncio.create_task(self._receiving.take("line", line_inbound.split(body)))
            under_way.add(task)
            task.add_done_callback(under_way.discard)

    async def _count(self, query: str) -> int:
        return int(await self._database.read(lambda conn: conn.scalar(text(query))) or 0)


def _seed(url: str, people: int) -> None:
    async def seed() -> None:
        await migrate(url)
        database = await Database.open(url)
        try:
            await settle_in(database, members(people, due=0.4), desk_for(SETTINGS).editions, NOW.year)
        finally:
            await database.close()

    asyncio.run(seed())


def _event(number: int) -> dict[str, object]:
    return {
        "type": "message",
        "mode": "active",
        "timestamp": int(NOW.timestamp() * 1000) + number,
        "source": {"type": "user", "userId": f"U{1 + number * 7 % 300_000:032x}"},
        "webhookEventId": f"01J{number:023d}",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": f"{number:032x}",
        "message": {"type": "text", "id": str(number), "quoteToken": "q", "text": "我的進度"},
    }


def _multicasts() -> None:
    counts = []
    for number in (1, 500, 501, 20_000):
        to = [To(f"U{n:032x}", n, n) for n in range(1, number + 1)]
        counts.append(f"{number} in {len(LineReader().say(to, [Text('提醒')], REMINDER))}")
    print(f"equal texts to LINE recipients, in calls: {', '.join(counts)}")


def _peak() -> float:
    """MiB of this process at most, as Linux counts them; 0 elsewhere."""
    with suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


def _at(waits: list[float], percent: int) -> float:
    return statistics.quantiles(waits, n=100)[percent - 1] * 1000 if len(waits) > 1 else 0.0


def _said(waits: list[float]) -> str:
    return f"p50 {_at(waits, 50):.1f} ms, p99 {_at(waits, 99):.1f} ms ({len(waits)})"
