"""Events that arrive together are stored together, and one of them spoils no other."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot.desk import desk_for
from bot.metrics import Metrics
from bot.outgoing import Reader
from bot.pipeline import Pipeline
from bot.platforms.line import LineReader
from bot.platforms.line_inbound import split
from bot.receiving import TOGETHER, Receiving
from bot.settings import Settings
from guideline.records import Platform
from storage.apply import apply
from storage.clock import SystemClock
from storage.database import Database
from storage.inbox import Received
from storage.schema import dispatch, inbox
from tests.wire.house import line_id
from tests.wire.test_webhooks import event


def _received(number: int, order_key: int = 1) -> Received:
    return Received("line", f"E{number}", f"U{number % 7}", order_key, b"{}")


async def test_many_at_once(database: Database) -> None:
    """Each is told once its own events are durable, in the order in which they came, however many there
    are; what nobody can store is refused to whoever brought it, and to nobody else."""
    woken: list[Received] = []
    receiving = Receiving(database, SystemClock(), Metrics(), lambda _, rows: woken.extend(rows))
    count, bad = 2 * TOGETHER + 10, 17
    taken = await asyncio.gather(
        *(
            receiving.take("line", [_received(number, 2**70 if number == bad else 1)])
            for number in range(count)
        ),
        return_exceptions=True,
    )
    assert [number for number, one in enumerate(taken) if one is not None] == [bad]
    rows = await database.read(lambda conn: conn.scalars(select(inbox.c.event_id).order_by(inbox.c.seq)))
    assert [f"E{number}" for number in range(count) if number != bad] == rows.all()
    assert len(woken) == count - 1
    await receiving.take("line", [_received(bad)])
    assert await database.read(lambda conn: conn.scalar(select(func.count(inbox.c.seq)))) == count


async def test_who_goes_away_is_stored_all_the_same(database: Database) -> None:
    """A caller that is cancelled takes nothing of its neighbours' along."""
    receiving = Receiving(database, SystemClock(), Metrics(), lambda *_: None)
    tasks = [asyncio.create_task(receiving.take("line", [_received(number)])) for number in range(10)]
    await asyncio.sleep(0)
    tasks[3].cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in done if one is not None] == [asyncio.CancelledError]
    assert await database.read(lambda conn: conn.scalar(select(func.count(inbox.c.seq)))) == 10


async def test_a_database_that_cannot_commit_refuses_all(database: Database) -> None:
    """Everybody who waits is told, so that the platforms keep what they have."""
    await database.write(lambda conn: conn.execute(text("ALTER TABLE inbox RENAME TO elsewhere")))
    receiving = Receiving(database, SystemClock(), Metrics(), lambda *_: None)
    done = await asyncio.gather(
        *(receiving.take("line", [_received(number)]) for number in range(5)), return_exceptions=True
    )
    assert all(isinstance(one, Exception) for one in done)
    await database.write(lambda conn: conn.execute(text("ALTER TABLE elsewhere RENAME TO inbox")))
    await receiving.take("line", [_received(1)])


@asynccontextmanager
async def working(database: Database) -> AsyncIterator[tuple[Receiving, list[int]]]:
    """A pipeline that works on what is taken, and a count of the transactions that were begun."""
    begun: list[int] = [0]
    write = database.write

    async def counted(*args: Any, **options: Any) -> Any:
        begun[0] += 1
        return await write(*args, **options)

    database.write = counted  # type: ignore[method-assign]
    receiving = Receiving(database, SystemClock(), Metrics(), lambda *_: None)
    readers: dict[Platform, Reader] = {"line": LineReader()}
    settings = Settings.model_validate({"agency": "示範市政府"})
    pipeline = Pipeline(
        *(database, SystemClock(), settings.zone, desk_for(settings), readers, Metrics(), lambda: None),
        receiving=receiving,
    )
    running = asyncio.create_task(pipeline.run())
    await asyncio.sleep(0.1)  # it has looked, and waits to be woken
    begun[0] = 0
    try:
        yield receiving, begun
    finally:
        pipeline.stop()
        await running


def said(number: int, order_key: int = 1) -> Received:
    """說明 by somebody of their own."""
    (row,) = split(json.dumps({"events": [event(f"E{number}", number)]}).encode())
    return replace(row, order_key=order_key)


async def _handled(database: Database, count: int) -> dict[str, str]:
    """The state of each event, once so many are not waiting any more."""
    async with asyncio.timeout(10):
        while True:
            rows = await database.read(lambda conn: conn.execute(select(inbox.c.event_id, inbox.c.state)))
            states = {row.event_id: row.state for row in rows}
            if sum(state != "waiting" for state in states.values()) >= count:
                return states
            await asyncio.sleep(0.02)


async def test_one_transaction_stores_and_answers(database: Database) -> None:
    """Where one program has the database to itself; replicas store first, and whoever is free answers."""
    async with working(database) as (receiving, begun):
        await receiving.take("line", [said(1)])
        if database.single_program:
            assert begun == [1]
        assert await _handled(database, 1) == {"E1": "done"}
        await receiving.take("line", [said(1)])  # again: it is known
        await asyncio.gather(*(receiving.take("line", [said(number)]) for number in range(2, 9)))
        assert set((await _handled(database, 8)).values()) == {"done"}
    answers = await database.read(lambda conn: conn.scalars(select(func.count()).select_from(dispatch)))
    assert answers.one() >= 8


async def test_what_arrives_with_something_bad(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that cannot be stored is refused, one that cannot be handled is kept as failed; those that
    came with them are answered."""

    async def picky(conn: Any, editions: Any, effects: Any, at: Any) -> None:
        if any(one.account.user_id == line_id(5) for one in effects):
            raise ValueError("unlucky")
        await apply(conn, editions, effects, at)

    monkeypatch.setattr("bot.batch.apply", picky)
    async with working(database) as (receiving, _):
        some = [said(number, 2**70 if number == 3 else 1) for number in range(1, 8)]
        some[4] = replace(some[4], raw=some[4].raw.replace("說明".encode(), "同意".encode()))
        taken = await asyncio.gather(*(receiving.take("line", [one]) for one in some), return_exceptions=True)
        assert [number for number, one in enumerate(taken, 1) if one is not None] == [3]
        states = await _handled(database, 6)
    assert states == {f"E{number}": "failed" if number == 5 else "done" for number in (1, 2, 4, 5, 6, 7)}


async def test_more_at_once_than_one_transaction_takes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is stored at once as well, and not when the pipeline looks the next time."""
    monkeypatch.setattr("bot.pipeline.IDLE", 60.0)
    async with working(database) as (receiving, _):
        async with asyncio.timeout(30):
            await asyncio.gather(*(receiving.take("line", [said(n)]) for n in range(2 * TOGETHER)))


async def test_what_is_left_when_the_pipeline_ends(database: Database) -> None:
    """It is stored by itself."""
    async with working(database) as (receiving, _):
        taken = asyncio.create_task(receiving.take("line", [said(1)]))
        await asyncio.sleep(0)
    await taken
    await receiving.take("line", [said(2)])
    assert set(await _handled(database, 0)) == {"E1", "E2"}
