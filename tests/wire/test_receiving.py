"""Events that arrive together are stored together, and one of them spoils no other."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text

from bot.desk import desk_for
from bot.logs import configure
from bot.metrics import Metrics
from bot.outgoing import Reader
from bot.pipeline import Pipeline
from bot.platforms.line import LineReader
from bot.platforms.line_inbound import split
from bot.receiving import TOGETHER, Receiving
from bot.settings import Settings
from guideline.records import Platform, Snapshot, Way
from handlers.desk import Desk
from handlers.event import Event
from handlers.outcome import Outcome
from handlers.router import handle
from reminders.delivery import Delivery
from reminders.verdicts import Accepted, Answer, Refused, Room
from storage.apply import apply
from storage.clock import SystemClock
from storage.database import Database
from storage.dispatches import Dispatch, NewDispatch, Verdict, settle
from storage.errors import Conflict, Full
from storage.inbox import Received, claim, receive
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


async def test_what_comes_again_is_not_counted_again(database: Database) -> None:
    """The figure is of what is stored: a redelivery, by itself or beside something new, is not."""
    metrics = Metrics()
    receiving = Receiving(database, SystemClock(), metrics, lambda *_: None)
    telegram = Received("telegram", "1", "7", 1, b"{}")
    await receiving.take("line", [_received(1), _received(2)])
    await receiving.take("line", [_received(1)])
    await asyncio.gather(
        receiving.take("line", [_received(2), _received(3)]), receiving.take("telegram", [telegram])
    )
    assert counted(metrics, "events_received_total") == {"line": 3, "telegram": 1}


def counted(metrics: Metrics, name: str) -> dict[str, float]:
    """By its one label."""
    said = [line.partition(f"talentbot_{name}{{")[2] for line in metrics.text().decode().splitlines()]
    found = [re.fullmatch(r'\w+="(\w+)"} (\S+)', line) for line in said]
    return {one[1]: float(one[2]) for one in found if one is not None}


async def test_what_is_not_committed_is_neither_counted_nor_told(
    database: Database, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> None:
    """A full disk makes the same batch run again and again: one event done, one failed, each once."""

    def clumsy(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
        if snapshot.account.user_id == line_id(2):
            raise ZeroDivisionError
        return handle(event, snapshot, desk)

    async def full(unit: Any, **options: Any) -> Any:
        async def then(conn: Any) -> None:
            await unit(conn)
            raise Full("commit")

        return await write(then, **options)

    settings, clock, metrics = Settings.model_validate({"agency": "示範市政府"}), SystemClock(), Metrics()
    configure(settings, logged)
    readers: dict[Platform, Reader] = {"line": LineReader()}
    pipeline = Pipeline(database, clock, settings.zone, desk_for(settings), readers, metrics, lambda: None)
    await database.write(lambda conn: receive(conn, [said(1), said(2)], clock.real()))
    monkeypatch.setattr("bot.batch.handle", clumsy)
    write, database.write = database.write, full  # type: ignore[method-assign]
    for _ in range(3):
        with pytest.raises(Full):
            await pipeline.batch()
    database.write = write  # type: ignore[method-assign]
    assert counted(metrics, "events_handled_total") == {}
    await pipeline.batch()
    assert counted(metrics, "events_handled_total") == {"done": 1, "failed": 1}
    assert logged.getvalue().count("event.failed") == 1


class Mouth:
    """A platform that answers when it is told to, and as it is told."""

    platform: Way = "line"

    def __init__(self) -> None:
        self.sent: list[Dispatch] = []
        self.answers = asyncio.Event()
        self.answer: Answer = Accepted()
        self.refused: set[int] = set()  # which calls are, whatever the others are answered
        self.mistake: Exception = ZeroDivisionError("a mistake of ours")

    def room(self, ahead: float = 0.0) -> Room:
        return Room(64, 0.0)

    async def send(self, dispatch: Dispatch) -> Answer:
        self.sent.append(dispatch)
        await self.answers.wait()
        return Refused("400") if dispatch.id in self.refused else self.answer

    def instead(self, dispatch: Dispatch, refused: Refused) -> Sequence[NewDispatch]:
        raise self.mistake


@dataclass
class Working:
    receiving: Receiving
    delivery: Delivery
    mouth: Mouth
    pipeline: "asyncio.Task[None]"
    deliveries: dict[Way, Delivery]
    begun: int = 0  # transactions


@asynccontextmanager
async def working(database: Database) -> AsyncIterator[Working]:
    """A pipeline and a delivery that work on what is taken; both have looked, and wait to be woken."""
    settings, mouth, clock = Settings.model_validate({"agency": "示範市政府"}), Mouth(), SystemClock()
    receiving = Receiving(database, clock, Metrics(), lambda *_: None)
    delivery = Delivery(database, clock, mouth, lambda *_: None, settings.zone)
    readers: dict[Platform, Reader] = {"line": LineReader()}
    deliveries: dict[Way, Delivery] = {"line": delivery}
    pipeline = Pipeline(
        *(database, clock, settings.zone, desk_for(settings), readers, Metrics(), lambda: None),
        deliveries=deliveries,
        receiving=receiving,
    )
    running = [asyncio.create_task(loop.run()) for loop in (pipeline, delivery)]
    at_work = Working(receiving, delivery, mouth, running[0], deliveries)
    write = database.write

    async def counted(*args: Any, **options: Any) -> Any:
        at_work.begun += 1
        return await write(*args, **options)

    await asyncio.sleep(0.1)
    database.write = counted  # type: ignore[method-assign]
    try:
        yield at_work
    finally:
        mouth.answers.set()
        pipeline.stop()
        delivery.stop()
        await asyncio.gather(*running)


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
    async with working(database) as at_work:
        receiving = at_work.receiving
        await receiving.take("line", [said(1)])
        if database.single_program:
            assert at_work.begun == 1
        assert await _handled(database, 1) == {"E1": "done"}
        assert at_work.mouth.sent
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
    async with working(database) as at_work:
        some = [said(number, 2**70 if number == 3 else 1) for number in range(1, 8)]
        some[4] = replace(some[4], raw=some[4].raw.replace("說明".encode(), "同意".encode()))
        taken = await asyncio.gather(
            *(at_work.receiving.take("line", [one]) for one in some), return_exceptions=True
        )
        assert [number for number, one in enumerate(taken, 1) if one is not None] == [3]
        states = await _handled(database, 6)
    assert states == {f"E{number}": "failed" if number == 5 else "done" for number in (1, 2, 4, 5, 6, 7)}


async def test_more_at_once_than_one_transaction_takes(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is stored at once as well, and not when the pipeline looks the next time."""
    monkeypatch.setattr("bot.pipeline.IDLE", 60.0)
    async with working(database) as at_work:
        async with asyncio.timeout(30):
            await asyncio.gather(*(at_work.receiving.take("line", [said(n)]) for n in range(2 * TOGETHER)))


async def test_what_is_left_when_the_pipeline_ends(database: Database) -> None:
    """It is stored by itself."""
    async with working(database) as at_work:
        taken = asyncio.create_task(at_work.receiving.take("line", [said(1)]))
        await asyncio.sleep(0)
    await taken
    await at_work.receiving.take("line", [said(2)])
    assert set(await _handled(database, 0)) == {"E1", "E2"}


async def test_who_comes_while_a_batch_is_taken_apart(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their events are stored between any two of its single transactions, and not after all of them."""

    async def picky(conn: Any, editions: Any, effects: Any, at: Any) -> None:
        raise ValueError("unlucky")

    monkeypatch.setattr("bot.batch.apply", picky)
    async with working(sqlite_database) as at_work:
        some = [
            asyncio.create_task(at_work.receiving.take("line", [said(number)])) for number in range(1, 40)
        ]
        await asyncio.gather(*some)
        await _handled(sqlite_database, 1)
        await at_work.receiving.take("line", [said(99)])
        waiting = select(func.count()).where(inbox.c.state == "waiting")
        assert (await sqlite_database.read(lambda conn: conn.scalar(waiting)) or 0) > 10


async def test_what_only_the_work_cannot_do_is_stored(sqlite_database: Database) -> None:
    """A table that cannot be written spoils no message that could be taken."""
    async with working(sqlite_database) as at_work:
        await sqlite_database.write(lambda conn: conn.execute(text("ALTER TABLE dispatch RENAME TO away")))
        await at_work.receiving.take("line", [said(1)])
        await sqlite_database.write(lambda conn: conn.execute(text("ALTER TABLE away RENAME TO dispatch")))
        assert await _handled(sqlite_database, 1) == {"E1": "done"}


async def test_what_is_said_first_is_handled_first(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the first was stored late, since it came along with something that cannot be stored."""
    order: list[str] = []

    async def noted(*args: Any, **options: Any) -> Any:
        claimed = await claim(*args, **options)
        order.extend(row.event_id for row in claimed)
        return claimed

    monkeypatch.setattr("storage.inbox.claim", noted)
    async with working(sqlite_database) as at_work:
        pack = [said(number, 2**70 if number == 1 else 1) for number in range(1, 60)]
        pack.append(replace(said(100, 1), chat_id=line_id(500)))
        first = [asyncio.create_task(at_work.receiving.take("line", [one])) for one in pack]
        await asyncio.sleep(0.03)
        await at_work.receiving.take("line", [replace(said(200, 2), chat_id=line_id(500))])
        await asyncio.gather(*first, return_exceptions=True)
        await _handled(sqlite_database, 60)
    assert [name for name in order if name in ("E100", "E200")] == ["E100", "E200"]


async def test_an_answer_that_nobody_can_write_down_is_its_platforms_own(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch that would share its transaction goes on without it; its delivery sees to it."""
    monkeypatch.setattr("reminders.delivery.IDLE", 60.0)
    async with working(database) as at_work:
        at_work.mouth.answer = Refused("400")
        await at_work.receiving.take("line", [said(1)])
        await _handled(database, 1)
        # It sleeps: only batches meet the answer.
        awake, at_work.delivery._event = at_work.delivery._event, asyncio.Event()
        at_work.mouth.answers.set()
        await asyncio.sleep(0.05)
        await at_work.receiving.take("line", [said(2)])
        assert (await _handled(database, 2))["E2"] == "done"
        assert not at_work.pipeline.done()
        at_work.delivery._event = awake


async def test_an_answer_that_nobody_can_write_down_takes_no_other_along(sqlite_database: Database) -> None:
    """What another platform answered in the same transaction waits for the next one."""
    async with working(sqlite_database) as at_work:
        await at_work.receiving.take("line", [said(1)])
        await _handled(sqlite_database, 1)
        bad = Delivery(sqlite_database, SystemClock(), Mouth(), lambda *_: None, ZoneInfo("Asia/Taipei"))
        bad._running = True  # its own loop stands still
        bad._answers = [(at_work.mouth.sent[0], Refused("400"))]
        at_work.deliveries["telegram"] = bad
        at_work.mouth.answers.set()
        while not at_work.delivery.answered:
            await asyncio.sleep(0)
        await at_work.receiving.take("line", [said(2)])
        assert (await _handled(sqlite_database, 2))["E2"] == "done"
        assert bad.answered
    states = await sqlite_database.read(lambda conn: conn.scalars(select(dispatch.c.state).distinct()))
    assert states.all() == ["accepted"]


@pytest.mark.parametrize(
    "mistake", [ZeroDivisionError("ours"), Conflict("a constraint")], ids=["ours", "theirs"]
)
async def test_an_answer_that_nobody_can_write_down_is_undecided(
    database: Database, mistake: Exception
) -> None:
    """The others of its platform are written down, and the platform works on."""
    async with working(database) as at_work:
        at_work.mouth.mistake = mistake
        await asyncio.gather(*(at_work.receiving.take("line", [said(number)]) for number in range(1, 6)))
        await _handled(database, 5)
        bad = at_work.mouth.sent[2].id
        at_work.mouth.refused = {bad}
        at_work.mouth.answers.set()
        undecided = {bad: ("undecided", f"stumbled: {type(mistake).__name__}")}
        await _not_accepted(database, undecided)
        await at_work.receiving.take("line", [said(6)])
        await _handled(database, 6)
        await _not_accepted(database, undecided)


async def test_an_answer_that_nobody_can_write_down_at_all(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left to its lease; the others are written down."""
    unlucky: set[int] = set()

    async def picky(conn: Any, verdicts: Sequence[Verdict], *at: Any) -> None:
        if unlucky & {verdict.dispatch_id for verdict in verdicts}:
            raise ValueError("unlucky")
        await settle(conn, verdicts, *at)

    monkeypatch.setattr("reminders.delivery.settle", picky)
    async with working(database) as at_work:
        await asyncio.gather(*(at_work.receiving.take("line", [said(number)]) for number in range(1, 6)))
        await _handled(database, 5)
        bad = at_work.mouth.sent[2].id
        unlucky.add(bad)
        at_work.mouth.answers.set()
        await _not_accepted(database, {bad: ("frozen", "")})
        assert not at_work.delivery.answered


async def _not_accepted(database: Database, expected: dict[int, tuple[str, str]]) -> None:
    """Returns once these dispatches, in this state and for this reason, are all that were not accepted."""
    asked = select(dispatch.c.id, dispatch.c.state, dispatch.c.reason).where(dispatch.c.state != "accepted")
    async with asyncio.timeout(10):
        while True:
            rows = await database.read(lambda conn: conn.execute(asked))
            if {row.id: (row.state, row.reason) for row in rows} == expected:
                return
            await asyncio.sleep(0.02)


async def test_a_delivery_rests_while_nothing_can_be_written(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that waits does not make it try again and again."""
    monkeypatch.setattr("reminders.loop.TROUBLE", 60.0)
    async with working(sqlite_database) as at_work:
        await at_work.receiving.take("line", [said(1)])
        write = sqlite_database.write
        tries = 0

        async def full(*_: Any, **__: Any) -> None:
            nonlocal tries
            tries += 1
            raise Full("commit")

        async def fails(unit: Any, **options: Any) -> Any:
            async def then(conn: Any) -> None:
                await unit(conn)
                await full()

            return await write(then, **options)

        sqlite_database.write = fails  # type: ignore[method-assign]
        at_work.mouth.answers.set()
        while not tries:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        assert tries <= 4  # the delivery's own, and the batch that is asked to take it along
        sqlite_database.write = write  # type: ignore[method-assign]


async def test_an_answer_is_not_forgotten_at_the_end(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was in a batch's transaction that could not be committed when everything ended."""
    async with working(sqlite_database) as at_work:
        await at_work.receiving.take("line", [said(1)])
        write, failing = sqlite_database.write, True

        async def once(unit: Any, **options: Any) -> Any:
            nonlocal failing
            if not failing:
                return await write(unit, **options)
            failing = False

            async def full(conn: Any) -> None:
                await unit(conn)
                await asyncio.sleep(0.2)
                raise Full("commit")

            return await write(full, **options)

        sqlite_database.write = once  # type: ignore[method-assign]
        at_work.mouth.answers.set()
        while not at_work.delivery.answered:
            await asyncio.sleep(0)
        await at_work.receiving.take("line", [said(2)])
    states = await sqlite_database.read(lambda conn: conn.scalars(select(dispatch.c.state).distinct()))
    assert states.all() == ["accepted"]
