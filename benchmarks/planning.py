"""Planning a wave for 360,000 people from their standings, 40 % of them due, while people go on chatting.

The engine's own code in its own chunks, against one INSERT … SELECT that writes the same rows into the same
file in the same run; rounds are interleaved, so that a busy machine slows both. The people are put into the
file by another process, so that the peak of memory is the planning's own.
"""

import asyncio
import json
import multiprocessing
import os
import re
import statistics
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.batch import Tally
from bot.desk import desk_for
from bot.metrics import Metrics
from bot.pipeline import BATCH, Pipeline
from bot.platforms import line_inbound
from bot.platforms.line import LineReader
from bot.platforms.telegram import TelegramReader
from bot.receiving import Receiving
from bot.settings import Settings
from handlers.message import Text
from reminders.sending import Sending
from reminders.waves import Waves
from reminders.work import Pace, Work
from storage import runs
from storage.clock import SystemClock
from storage.database import Database, Unit
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
_UNITS = {"Portion.write": "planning", "Freezing.some": "freezing"}
_LIMITS = (2, 5, 10, 20)  # ms
NOW = datetime(2026, 11, 4, 2, 0, tzinfo=UTC)  # a Wednesday of the rhythm, ten o'clock in Taipei
SETTINGS = Settings.model_validate({"agency": "示範市政府"})
_PEER = """
INSERT INTO reminder (wave_id, person_id, state, reason, bucket, way, tried)
SELECT :wave, id, CASE WHEN way = '' THEN 'unreached' ELSE 'planned' END,
  CASE WHEN way = '' THEN 'unreachable' ELSE '' END,
  CASE WHEN brief THEN 'information|brief' ELSE 'information|' || gaps || '|0:0' END, way, ''
FROM (
  SELECT p.id, coalesce(f.low_detail, 0) AS brief,
    group_concat(s.part || '=' || ((s.needed - coalesce(s.official, 0) - s.waiting + 29) / 30 * 30), ','
      ORDER BY CASE s.part WHEN 'ai' THEN 0 WHEN 'basic' THEN 1 ELSE 2 END) AS gaps,
    CASE WHEN EXISTS (SELECT 1 FROM account a WHERE a.person_id = p.id AND a.reachable
                      AND a.platform = coalesce(f.channel, '')) THEN f.channel
         WHEN EXISTS (SELECT 1 FROM account a WHERE a.person_id = p.id AND a.reachable
                      AND a.platform = 'telegram') THEN 'telegram'
         WHEN EXISTS (SELECT 1 FROM account a WHERE a.person_id = p.id AND a.reachable
                      AND a.platform = 'line') THEN 'line'
         ELSE '' END AS way
  FROM standing s JOIN person p ON p.id = s.person_id LEFT JOIN preference f ON f.person_id = p.id
  WHERE s.year = 2026 AND s.state = 'missing' AND s.part IN ('ai', 'basic', 'advanced')
    AND f.stopped_at IS NULL
  GROUP BY p.id
)
"""
_DIFFERENT = """
SELECT count(*) FROM (
  SELECT person_id, state, reason, bucket, way, tried FROM reminder WHERE wave_id <> 1000
  EXCEPT SELECT person_id, state, reason, bucket, way, tried FROM reminder WHERE wave_id = 1000)
"""


async def main(people: int = PEOPLE, rounds: int = ROUNDS) -> None:
    _multicasts()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'agency.db'}"
        seeding = multiprocessing.get_context("spawn").Process(target=_seed, args=(url, people))
        seeding.start()
        await asyncio.to_thread(seeding.join)
        database = await Held.open(url)
        assert isinstance(database, Held)  # noqa: S101 - opened as one
        try:
            await _measure(database, people, rounds)
        finally:
            await database.close()


class Held(Database):
    """One that notes for how long each of its transactions holds the writer: from BEGIN to the end of COMMIT,
    by the clock and of the processor (of the whole program meanwhile)."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.held: dict[str, list[tuple[float, float]]] = defaultdict(list)

    async def write(self, unit: Unit[T], *, quick: bool = False) -> T:
        begun = (0.0, 0.0)

        async def timed(conn: AsyncConnection) -> T:
            nonlocal begun
            begun = (time.perf_counter(), time.process_time())
            return await unit(conn)

        done = await super().write(timed, quick=quick)
        name = getattr(unit, "__qualname__", "").split(".<locals>")[0]
        self.held[name].append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
        return done

    def said(self) -> Iterator[str]:
        """Of those that plan and freeze."""
        for name, what in _UNITS.items():
            if found := self.held[name]:
                for place, kind in enumerate(("by the clock", "of the processor")):
                    some = [one[place] for one in found]
                    shares = ", ".join(
                        f"{sum(one <= limit / 1000 for one in some) / len(some):.0%} within {limit} ms"
                        for limit in _LIMITS
                    )
                    yield f"{what} holds the writer, {kind}: {_said(some)}; {shares}"


async def _measure(database: Held, people: int, rounds: int) -> None:
    bench = Bench(database)
    await bench.standings_are_current()
    await bench.chats_during(asyncio.sleep(WARMING))
    quiet, planned, frozen = [], [], []
    planning, ratios, work = [], [], []
    for _ in range(rounds):
        await bench.chats_during(asyncio.sleep(QUIET))
        quiet += bench.waits
        planning.append(await bench.chats_during(_timed(bench.plan())))
        planned += bench.waits
        await bench.delivered()
        await bench.chats_during(bench.send(QUIET))
        frozen += bench.waits
        alone, peer = await _timed(bench.plan()), await _timed(bench.insert_select())
        ratios.append(alone[0] / peer[0])
        work.append(alone[1] / peer[1])
        mine, theirs, different = await bench.rows()
        print(
            f"planning {people} people: {mine} rows in {alone[0]:.1f} s, one INSERT … SELECT of {theirs} "
            f"({different} different) in "
            f"{peer[0]:.1f} s; load {os.getloadavg()[0]:.1f}"
        )
        await bench.forget()
    print(
        f"ratio {statistics.median(ratios):.1f} (highest of {rounds}: {max(ratios):.1f}), of the processor's "
        f"time {statistics.median(work):.1f}; beside {CHATS_A_SECOND} chats a second "
        f"{statistics.median(seconds for seconds, _ in planning):.1f} s; peak memory {_peak():.0f} MiB"
    )
    print(
        f"chats at {CHATS_A_SECOND} a second, from receipt to the committed answer: {_said(quiet)} alone, "
        f"{_said(planned)} while a wave is planned, {_said(frozen)} while one goes out"
    )
    for line in database.said():
        print(line)
    ratio = [_at(waits, 99) / _at(quiet, 99) for waits in (planned, frozen)]
    print(f"ratios of the p99: {ratio[0]:.1f} and {ratio[1]:.1f}")


async def _timed(work: Awaitable[None]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    begun, used = time.perf_counter(), time.process_time()
    await work
    return time.perf_counter() - begun, time.process_time() - used


class Timed(Pipeline):
    """One that notes how long each event waited."""

    def note(self, arrived: deque[float], waits: list[float]) -> None:
        """`arrived`: when each was due, in their order; `waits`: seconds until its answer was committed."""
        self._arrived, self._waits = arrived, waits

    async def batch(self, limit: int = BATCH) -> Tally:
        tally = await super().batch(limit)
        now = time.perf_counter()
        self._waits += [now - self._arrived.popleft() for _ in range(tally.claimed)]
        return tally


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
        self._line = line
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

    async def plan(self) -> None:
        """Until a wave is planned and open; it takes the place of the one before."""
        await self.forget()
        waves = Waves(self._work, lambda: None)
        while await self._count("SELECT count(*) FROM wave WHERE state = 'open'") == 0:
            await waves.attend(self._clock.now())

    async def send(self, seconds: float) -> None:
        """Freezes the wave as the loop does."""
        sending, until = Sending(self._work, lambda: None), time.perf_counter() + seconds
        while time.perf_counter() < until:
            await sending.look()
            await asyncio.sleep(0.5)
            await self.delivered()

    async def delivered(self) -> None:
        """What was frozen is taken as sent and accepted."""
        sent = text(
            "UPDATE dispatch SET state = 'accepted', attempts = 1, body = NULL WHERE state = 'frozen'"
        )
        await self._database.write(lambda conn: conn.execute(sent))

    async def insert_select(self) -> None:
        """The peer."""

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

        await self._database.write(unit)

    async def rows(self) -> tuple[int, int, int]:
        """Of the engine, of the peer, and how many of the former the latter does not have."""
        query = "SELECT count(*) FROM reminder WHERE wave_id {} 1000"
        mine, theirs = await self._count(query.format("<>")), await self._count(query.format("="))
        return mine, theirs, await self._count(_DIFFERENT)

    async def forget(self) -> None:
        async def unit(conn: AsyncConnection) -> None:
            for statement in (
                "UPDATE outbox SET reminder_id = NULL WHERE reminder_id IS NOT NULL",
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
        desk, metrics = self._desk, Metrics()
        pipeline = Timed(
            self._database,
            self._clock,
            SETTINGS.zone,
            desk,
            {"line": self._line},
            metrics,
            lambda: None,
            receiving=self._receiving,
        )
        pipeline.note(arrived, self.waits)
        speaking = asyncio.create_task(self._speak(arrived, over))
        answering = asyncio.create_task(pipeline.run())
        try:
            return await work
        finally:
            over.set()
            await speaking
            pipeline.stop()
            await answering

    async def _speak(self, arrived: deque[float], over: asyncio.Event) -> None:
        """Returns when each of them is answered."""
        begun, count = time.perf_counter(), 0
        under_way: set[asyncio.Task[None]] = set()
        while not over.is_set() or arrived:
            if over.is_set():
                await asyncio.sleep(0.01)
                continue
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
