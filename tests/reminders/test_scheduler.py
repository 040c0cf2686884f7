"""The tick: duties are attended again and again, whatever the wall clock or one of them does."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reminders.housekeeping import duties
from reminders.scheduler import Duty, Scheduler
from storage.clock import SystemClock
from storage.database import Database
from storage.errors import Locked
from storage.runs import begin, is_done
from storage.schema import account, audit, conversation

QUICK = 0.05  # seconds


async def until(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.01)


async def test_duties_are_attended_at_every_tick() -> None:
    """A started scheduler ticks by itself until it is stopped."""
    seen: list[datetime] = []

    async def attend(now: datetime) -> None:
        seen.append(now)

    scheduler = Scheduler(SystemClock(timedelta(days=30)), [Duty("count", attend)], seconds=QUICK)
    scheduler.start()
    await until(lambda: len(seen) >= 3)
    await scheduler.stop()
    ticks = len(seen)
    await asyncio.sleep(4 * QUICK)
    assert len(seen) == ticks
    assert seen[0] - datetime.now(UTC) > timedelta(days=29)


async def test_a_duty_that_cannot_be_done_now_holds_up_no_other() -> None:
    """A locked database is met again at the next tick; the neighbour is attended meanwhile."""
    tries: list[str] = []

    async def locked(_: datetime) -> None:
        tries.append("locked")
        raise Locked("another program")

    async def fine(_: datetime) -> None:
        tries.append("fine")

    scheduler = Scheduler(SystemClock(), [Duty("locked", locked), Duty("fine", fine)])
    await scheduler.tick()
    await scheduler.tick()
    assert tries == ["locked", "fine"] * 2
    assert scheduler.silent_for < 5


async def test_a_duty_with_a_bug_ends_neither_the_tick_nor_the_scheduler() -> None:
    """Whatever one duty raises, the others are attended and the next tick comes."""
    seen = []

    async def broken(_: datetime) -> None:
        raise RuntimeError("a bug")

    async def fine(_: datetime) -> None:
        seen.append(1)

    scheduler = Scheduler(SystemClock(), [Duty("broken", broken), Duty("fine", fine)], seconds=QUICK)
    scheduler.start()
    await until(lambda: len(seen) >= 2)
    await scheduler.stop()


async def test_it_is_known_which_duty_fails_and_since_when() -> None:
    """From its first failure until it succeeds, whatever kinds of failures it has; the others are not
    blamed."""
    errors: list[Exception | None] = [Locked("another program"), RuntimeError("a bug"), None, RuntimeError()]

    async def clumsy(_: datetime) -> None:
        if (error := errors.pop(0)) is not None:
            raise error

    async def fine(_: datetime) -> None:
        pass

    scheduler = Scheduler(SystemClock(), [Duty("clumsy", clumsy), Duty("fine", fine)])
    assert scheduler.failing == {}
    await scheduler.tick()
    await asyncio.sleep(0.1)
    await scheduler.tick()
    assert scheduler.failing.keys() == {"clumsy"}
    assert scheduler.failing["clumsy"] >= 0.1
    await scheduler.tick()
    assert scheduler.failing == {}
    await scheduler.tick()
    assert scheduler.failing["clumsy"] < 0.1


async def test_a_clock_set_back_by_an_hour_silences_nobody() -> None:
    """APScheduler waits for a wall-clock time that is an hour away again; the watchdog wakes it."""
    seen: list[datetime] = []

    async def attend(now: datetime) -> None:
        seen.append(now)

    scheduler = Scheduler(SystemClock(), [Duty("count", attend)], seconds=QUICK)
    scheduler.start()
    await until(lambda: len(seen) >= 1)
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=1), tick=True):
        ticks = len(seen)
        await until(lambda: len(seen) >= ticks + 4)
        await scheduler.stop()


async def test_a_long_tick_is_not_woken() -> None:
    """While a duty takes its time no other tick begins beside it; the next one comes when it is done."""
    under_way: list[int] = []
    most: list[int] = []

    async def slow(_: datetime) -> None:
        under_way.append(1)
        most.append(len(under_way))
        await asyncio.sleep(6 * QUICK)
        under_way.pop()

    scheduler = Scheduler(SystemClock(), [Duty("slow", slow)], seconds=QUICK)
    scheduler.start()
    await until(lambda: len(most) >= 3)
    await scheduler.stop()
    assert max(most) == 1


async def test_the_nightly_purge_runs_once_a_night(sqlite_database: Database) -> None:
    """Any number of ticks in one night: one run is held, and the next night has its own."""
    clock = SystemClock()
    zone = ZoneInfo("Asia/Taipei")
    night = datetime(2026, 11, 24, 3, 5, tzinfo=zone).astimezone(UTC)
    purge = next(duty for duty in duties(sqlite_database, clock, zone) if duty.name == "purge")
    for minutes in (0, 1, 600, 1300):
        await purge.attend(night + timedelta(minutes=minutes))

    async def free(day: date) -> bool:
        held = await sqlite_database.write(
            lambda conn: begin(conn, "purge", day, clock.real(), timedelta(minutes=1))
        )
        return held is not None

    assert not await free(date(2026, 11, 24))
    assert await free(date(2026, 11, 25))


async def test_a_purge_takes_no_more_of_a_tick_than_its_share(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no time left after a lot, tick by tick it goes on where it was, until the night is done."""
    clock, zone = SystemClock(), ZoneInfo("Asia/Taipei")
    night = datetime(2026, 11, 24, 3, 5, tzinfo=zone).astimezone(UTC)
    old = {"at": clock.real() - timedelta(days=3000), "actor": "test", "action": "test", "detail": {}}
    await sqlite_database.write(lambda conn: conn.execute(insert(audit), [old] * 5))
    monkeypatch.setattr("storage.purge.MOST", 2)
    monkeypatch.setattr("reminders.housekeeping.SLICE", 0.001)
    purge = next(duty for duty in duties(sqlite_database, clock, zone) if duty.name == "purge")
    left = []
    for _ in range(10):
        await purge.attend(night)
        left.append(await sqlite_database.read(lambda conn: conn.scalar(select(func.count(audit.c.id)))))
    assert left[:3] == [3, 1, 0]
    assert await sqlite_database.read(lambda conn: is_done(conn, "purge", date(2026, 11, 24)))


async def test_a_stop_in_the_middle_of_a_tick_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    """The tick is broken off, at once and quietly: APScheduler has no job of ours that it would report."""
    begun, broken_off = asyncio.Event(), asyncio.Event()

    async def long(_: datetime) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            broken_off.set()

    scheduler = Scheduler(SystemClock(), [Duty("long", long)], seconds=QUICK)
    scheduler.start()
    await asyncio.wait_for(begun.wait(), 5)
    await asyncio.sleep(3 * QUICK)  # further ticks come due meanwhile
    await asyncio.wait_for(scheduler.stop(), 5)
    await asyncio.sleep(QUICK)
    assert broken_off.is_set()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_nothing_is_removed_before_its_time_where_business_time_is_set_back(
    sqlite_database: Database,
) -> None:
    """In a demonstration of last spring a report that was begun today is no old draft."""
    clock, zone = SystemClock(timedelta(days=-200)), ZoneInfo("Asia/Taipei")

    async def begun(conn: AsyncConnection) -> None:
        now = clock.now()
        chat = {"id": 1, "platform": "line", "user_id": "U1", "created_at": now, "consented_at": now}
        await conn.execute(insert(account), [chat])
        draft = {"account_id": 1, "task": "hours", "step": "ask", "nonce": "a", "edition": "115-06"}
        await conn.execute(insert(conversation), [{**draft, "draft": {}, "moved_at": now}])

    await sqlite_database.write(begun)
    purge = next(duty for duty in duties(sqlite_database, clock, zone) if duty.name == "purge")
    await purge.attend(clock.now())
    left = await sqlite_database.read(
        lambda conn: conn.scalar(select(func.count()).select_from(conversation))
    )
    assert left == 1
