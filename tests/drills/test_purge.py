"""A night's purge of very many rows, while people go on writing."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.purge import BODIES, RAW_EVENTS
from storage.schema import dispatch, inbox, outbox
from tests.drills.agency import Member
from tests.drills.conftest import Say
from tests.drills.test_restore import count, quiet, serving
from tests.drills.town import open_town

NIGHT: Final = datetime(2026, 11, 17, 19, 5, tzinfo=UTC)  # five past three in Taipei
CHUNK: Final = 5_000


async def test_chats_go_on_while_very_many_rows_are_purged(
    sqlite_url: str, tmp_path: Path, whole: bool, said: Say
) -> None:
    """Half of them raw events, half calls whose words are too old; the run ends, tick by tick, everything
    that was too old is gone, and everybody who wrote meanwhile was answered."""
    rows = 500_000 if whole else 3_000
    people = [Member(number, frozenset({"line"}), (0, 0)) for number in range(1, 11)]
    async with open_town(tmp_path, sqlite_url, people, NIGHT, replicas=0) as town:
        await _age(town.database, rows // 2, min(NIGHT, town.clock.real()))
        took: dict[bool, list[float]] = {False: [], True: []}
        over = asyncio.Event()
        purging = False

        async def talks(one: Member) -> None:
            while not over.is_set():
                began = time.monotonic()
                late = not (await town.line.say(one.line_id, "說明")).ok  # LINE waits two seconds
                took[purging].append(float("inf") if late else time.monotonic() - began)
                await asyncio.sleep(0.2)

        async with serving(town, sqlite_url) as program:
            talking = [asyncio.create_task(talks(one)) for one in people]
            await asyncio.sleep(5 if whole else 0.5)
            purge = next(duty for duty in program.scheduler.duties if duty.name == "purge")
            began, ticks, purging = time.monotonic(), 0, True
            while not await count(program.database, _DONE):
                await purge.attend(NIGHT)
                ticks += 1
            seconds = time.monotonic() - began
            purging = False
            over.set()
            await asyncio.gather(*talking)
            assert all(one.ok for one in await town.line.redeliver())
            await quiet(program)
            assert await count(program.database, "SELECT count(*) FROM inbox WHERE event_id LIKE 'old%'") == 0
            assert await count(program.database, "SELECT count(*) FROM dispatch WHERE body = X'61'") == 0
            assert await count(program.database, "SELECT count(*) FROM outbox WHERE receipt = 'old'") == 0
            said(f"{rows} rows in {seconds:.0f} s, {ticks} ticks; an event is stored {_told(took)}")
        assert await count(town.database, "SELECT count(*) FROM inbox") == sum(map(len, took.values()))


_DONE: Final = "SELECT count(*) FROM run WHERE job = 'purge' AND state = 'done'"


def _told(took: dict[bool, list[float]]) -> str:
    parts = []
    for purging, words in ((False, "before"), (True, "meanwhile")):
        some = sorted(took[purging])
        if some:
            at = [some[len(some) // 2], some[len(some) * 99 // 100], some[-1]]
            late = sum(seconds == float("inf") for seconds in some)
            figures = "/".join(f"{seconds * 1000:.0f}" for seconds in at)
            parts.append(f"{words} {figures} ms, {late} of {len(some)} after LINE's two seconds")
    return "; ".join(parts) + " (median/p99/longest)"


async def _age(database: Database, each: int, real: datetime) -> None:
    """Events and calls of person 1 that are too old to be kept, or to keep their words."""
    long_ago = real - max(BODIES, RAW_EVENTS) - timedelta(days=1)

    for start in range(0, each, CHUNK):
        numbers = range(start, min(start + CHUNK, each))

        async def unit(conn: AsyncConnection, numbers: range = numbers) -> None:
            events = [
                {
                    "platform": "line",
                    "event_id": f"old{number}",
                    "account_id": 1,
                    "order_key": number,
                    "raw": b"x" * 600,
                    "received_at": long_ago,
                    "state": "done",
                }
                for number in numbers
            ]
            await conn.execute(insert(inbox), events)
            row: dict[str, Any] = {"account_id": 1, "created_at": long_ago}
            calls = [
                {"id": 10 + n, "platform": "line", "method": "reply", "body": "a", "lane": 0, **row}
                for n in numbers
            ]
            await conn.execute(insert(dispatch).values(state="accepted"), calls)
            told = [
                {"dispatch_id": 10 + n, "ordinal": 0, "kind": "reply", "receipt": "old", **row}
                for n in numbers
            ]
            await conn.execute(insert(outbox), told)

        await database.write(unit)
