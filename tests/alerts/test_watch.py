"""The mail to the operators, from a trouble in a real database to a real mailbox."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import structlog

from bot.demo.clock import TownClock
from bot.troubles import Kind
from storage import alerting
from storage.database import Database
from storage.writing import freeze
from tests.alerts.house import OPERATOR, Replica
from tests.storage.agency import NOW, chat
from tests.storage.test_dispatches import reply
from tests.wire.platforms.postbox import Postbox, postbox


@pytest.fixture
async def box() -> AsyncIterator[Postbox]:
    async with postbox() as opened:
        yield opened


@pytest.fixture
def clock() -> TownClock:
    return TownClock()


def subjects(box: Postbox) -> list[str]:
    return [str(mail["Subject"]).partition("小幫手")[2] for mail in box.mails]


async def test_a_stalled_delivery_is_told_and_its_end_too(
    database: Database, box: Postbox, clock: TownClock
) -> None:
    """From the row that waits to the operator's mailbox; a restart in between repeats nothing."""
    owner = await chat(database)
    real = clock.real()
    await database.write(lambda conn: freeze(conn, [reply(owner)], real))
    one = Replica(database, clock, box.port, ["line"])
    clock.ahead += timedelta(minutes=2)
    await one.looks(7)
    assert subjects(box) == ["需要處理：LINE 的訊息等候送出過久"]
    assert box.recipients == [[OPERATOR]]
    again = Replica(database, clock, box.port, ["line"])
    await again.looks(10)
    assert len(box.mails) == 1
    clock.ahead += timedelta(hours=24)
    await again.looks(2)
    assert subjects(box)[1:] == ["仍未排除：LINE 的訊息等候送出過久"]
    await database.write(lambda conn: conn.exec_driver_sql("UPDATE dispatch SET state = 'accepted'"))
    third = Replica(database, clock, box.port, ["line"])
    await third.looks(8)
    assert subjects(box)[2:] == ["已恢復：LINE 的訊息等候送出過久"]
    assert await database.write(lambda conn: alerting.load(conn, NOW)) == []


async def test_two_replicas_send_one_mail(
    postgres_database: Database, box: Postbox, clock: TownClock
) -> None:
    """Both see it at the same moment; one tells, and later the same holds of its end."""
    both = [Replica(postgres_database, clock, box.port) for _ in range(2)]
    for _ in range(8):
        for one in both:
            one.health.note(Kind.POLLING, "", "Telegram gave no updates for 200 s")
        await asyncio.gather(*(one.watch.look() for one in both))
        clock.ahead += timedelta(minutes=1)
    assert subjects(box) == ["需要處理：Telegram 收不到訊息"]
    for one in both:
        one.health.clear(Kind.POLLING, "")
    for _ in range(8):
        await asyncio.gather(*(one.watch.look() for one in both))
        clock.ahead += timedelta(minutes=1)
    assert subjects(box)[1:] == ["已恢復：Telegram 收不到訊息"]


async def test_a_trouble_of_one_replica_is_not_over_because_the_other_is_well(
    database: Database, box: Postbox, clock: TownClock
) -> None:
    """Only one of them polls."""
    ill, well = (Replica(database, clock, box.port) for _ in range(2))
    for _ in range(20):
        ill.health.note(Kind.POLLING, "", "Telegram gave no updates for 200 s")
        await ill.looks()
        await well.watch.look()
    assert len(box.mails) == 1


async def test_a_database_that_cannot_commit_is_told_from_memory(
    sqlite_url: str, box: Postbox, clock: TownClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading goes on; another program holds the file. When it commits again nothing is told twice, and what
    could not be seen meanwhile is not said to be over."""
    monkeypatch.setattr("bot.health.UNCOMMITTED", 0.3)
    database = await Database.open(sqlite_url, wait=0.01)
    module = database.module
    assert module is not None
    other = module.connect(database.file, isolation_level=None, check_same_thread=False)
    try:
        one = Replica(database, clock, box.port)
        for _ in range(6):
            one.health.note(Kind.SENDING, "", "the wave has not moved for 130 s")
            await one.looks()
        assert subjects(box) == ["需要處理：提醒作業停住"]
        other.execute("BEGIN IMMEDIATE")
        one.health.clear(Kind.SENDING, "")
        await one.looks(20)
        assert subjects(box)[1:] == ["需要處理：資料庫無法讀寫"]
        other.execute("ROLLBACK")
        await asyncio.sleep(0.4)
        await one.looks(4)
        assert len(box.mails) == 2
        await one.looks(4)
        assert subjects(box)[2:] == ["已恢復：提醒作業停住等 2 項"]
        again = Replica(database, clock, box.port)
        await again.looks(8)
        assert len(box.mails) == 3
    finally:
        other.close()
        await database.close()


async def test_a_mail_that_did_not_go_out_is_sent_when_it_can_be(
    database: Database, box: Postbox, clock: TownClock
) -> None:
    """The mail server itself is the trouble: the log says so loudly, and nothing is forgotten."""
    one = Replica(database, clock, box.port)
    box.rcpt = "451 4.3.0 try later"
    with structlog.testing.capture_logs() as logged:
        for _ in range(8):
            one.health.note(Kind.SCHEDULER, "", "no tick for 70 s")
            await one.looks()
    loud = [line["event"] for line in logged if line["log_level"] == "critical"]
    assert loud == ["trouble.begun", "alert.unsent"]
    assert box.mails == []
    box.rcpt = ""
    for _ in range(8):
        one.health.note(Kind.SCHEDULER, "", "no tick for 70 s")
        await one.looks()
    assert subjects(box) == ["需要處理：排程沒有動作"]
