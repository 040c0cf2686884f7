"""Events that arrive together are stored together, and one of them spoils no other."""

import asyncio

from sqlalchemy import func, select, text

from bot.metrics import Metrics
from bot.receiving import TOGETHER, Receiving
from storage.clock import SystemClock
from storage.database import Database
from storage.inbox import Received
from storage.schema import inbox


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
