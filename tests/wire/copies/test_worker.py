"""A copy is made once, whatever ends in between: before, while and after it is built."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.copies.model import Copy
from bot.copies.worker import Copies
from bot.copies.worker import write as really
from bot.jobs import AGAIN, LEASE, TRIES, Worker
from bot.platforms.line import LineReader
from bot.platforms.telegram import TelegramReader
from guideline.changes import AccountReleased, CopyRequested
from guideline.records import Account, Need, Platform
from storage import jobs
from storage.database import Database
from storage.dispatches import Verdict, settle
from storage.errors import Unavailable
from storage.files import NewFile
from storage.schema import audit, dispatch, file, job, outbox
from storage.snapshots import Wanted, load
from tests.storage.agency import NOW, bind, change, chat, column, count, effect, join
from tests.wire.copies.test_written import DESK, EDITION

TAIPEI = ZoneInfo("Asia/Taipei")
READERS: Any = {"line": LineReader(), "telegram": TelegramReader()}
TELEGRAM: tuple[Platform, ...] = ("telegram",)


class Moved:
    """A clock that a test moves."""

    at = NOW

    def now(self) -> datetime:
        return self.at

    def real(self) -> datetime:
        return self.at


class Builder:
    """Writes the copy as ever, after whatever the test lets happen first: an error, or something done in
    the loop while this (in its thread) waits."""

    def __init__(self, *before: Exception | Callable[[], Coroutine[Any, Any, Any]] | None) -> None:
        self.before, self.copies = list(before), 0
        self.loop = asyncio.get_running_loop()

    def __call__(self, copy: Copy) -> Sequence[NewFile]:
        self.copies += 1
        first = self.before.pop(0) if self.before else None
        if isinstance(first, Exception):
            raise first
        if first is not None:
            asyncio.run_coroutine_threadsafe(first(), self.loop).result(10)
        return really(copy)


def maker(database: Database, clock: Moved, write: Any = really) -> Worker:
    copies = Copies(database, clock, TAIPEI, DESK, READERS, "https://bot.example", write)
    return Worker(database, clock, TAIPEI, READERS, (copies,), lambda: None)


async def asked(database: Database, platform: Any = "telegram") -> Account:
    """A person who asked for a copy in one chat."""
    (one,) = await join(database, "A1")
    user = "7001" if platform == "telegram" else f"U{1:032x}"
    owner = await bind(database, await chat(database, user, platform), one)
    await change(database, EDITION, effect(owner, CopyRequested(), cause=5))
    return owner


async def bodies(database: Database) -> list[str]:
    return [str(body) for body in await column(database, dispatch.c.body)]


@pytest.mark.parametrize("platform", ["telegram", "line"])
async def test_files_letters_and_end_come_together(database: Database, platform: str) -> None:
    """Telegram: a call for each file, whose body names it. LINE: one push with the link, ten minutes."""
    await asked(database, platform)
    clock = Moved()
    worker = maker(database, clock)
    assert await worker.one()
    assert not await worker.one()
    assert await column(database, job.c.state) == ["done"]
    assert await column(database, file.c.name) == ["我的資料-1151124.xlsx", "我的資料-1151124.html"]
    assert set(await column(database, outbox.c.kind)) == {"file"}
    assert set(await column(database, outbox.c.cause)) == {5}
    assert (await column(database, audit.c.action))[-1] == "copy_made"
    said = await bodies(database)
    if platform == "telegram":
        assert await column(database, dispatch.c.method) == ["sendDocument", "sendDocument"]
        assert ['"file":1' in said[0], '"file":2' in said[1]] == [True, True]
        assert await column(database, file.c.token_hash) == [None, None]
    else:
        assert await column(database, dispatch.c.method) == ["push"]
        assert None not in await column(database, dispatch.c.retry_key)
        assert "https://bot.example/files/" in said[0]
        assert "10:10" in said[0]  # NOW is 10:00 in Taipei
        assert await column(database, file.c.expires_at) == [NOW + timedelta(minutes=10)] * 2
    assert set(await column(database, dispatch.c.lane)) == {0}


async def test_a_crash_before_the_commit_loses_nothing(database: Database) -> None:
    """A worker that claimed and died: when its lease has run out another makes the copy, once."""
    await asked(database)
    clock = Moved()
    await database.write(lambda conn: jobs.claim(conn, jobs.COPY, TELEGRAM, NOW, LEASE))
    assert not await maker(database, clock).one()
    clock.at = NOW + LEASE
    assert await maker(database, clock).one()
    assert (await count(database, file), await count(database, dispatch)) == (2, 2)


async def test_a_worker_that_comes_back_late_keeps_nothing(database: Database) -> None:
    """While it built, its lease ran out and another finished: what it made is dropped."""
    await asked(database)
    clock = Moved()
    quick = maker(database, clock)

    async def overtaken() -> None:
        clock.at = NOW + LEASE
        assert await quick.one()

    build = Builder(overtaken)
    assert await maker(database, clock, build).one()
    assert build.copies == 1
    assert (await count(database, file), await count(database, dispatch)) == (2, 2)


async def test_what_takes_long_is_held_and_shown(database: Database) -> None:
    """While it builds the lease moves on, nobody else takes the job, and the chat shows that something is
    coming."""
    await asked(database)
    clock, shown = Moved(), []

    async def show(platform: Platform, chat_id: str) -> None:
        shown.append((platform, chat_id))

    async def slow() -> None:
        clock.at = NOW + LEASE  # the lease it was claimed under would be over
        while await column(database, job.c.lease_until) != [NOW + 2 * LEASE]:
            await asyncio.sleep(0.005)
        assert not await maker(database, clock).one()

    copies = Copies(database, clock, TAIPEI, DESK, READERS, "https://bot.example", Builder(slow))
    worker = Worker(database, clock, TAIPEI, READERS, (copies,), lambda: None, show, (0.01, 0.01))
    assert await worker.one()
    assert await column(database, job.c.state) == ["done"]
    assert set(shown) == {("telegram", "7001")}


async def test_a_stumble_is_tried_again(database: Database) -> None:
    """Twice wrong and then right: the person gets the copy and hears nothing of it."""
    await asked(database)
    clock, build = Moved(), Builder(KeyError("x"), ValueError("y"))
    worker = maker(database, clock, build)
    for tries in range(1, TRIES + 1):
        assert await worker.one()
        assert not await worker.one()
        assert build.copies == tries
        clock.at += AGAIN
    assert await column(database, job.c.state) == ["done"]
    assert await count(database, dispatch) == 2


@pytest.mark.parametrize("platform", ["telegram", "line"])
async def test_after_three_tries_the_person_is_told(database: Database, platform: str) -> None:
    """The job has failed, nothing is stored, one apology says what to do; then it may be asked for again."""
    owner = await asked(database, platform)
    clock, build = Moved(), Builder(*[KeyError("王小明")] * TRIES)
    worker = maker(database, clock, build)
    for _ in range(TRIES):
        assert await worker.one()
        clock.at += AGAIN
    assert not await worker.one()
    assert await column(database, job.c.state) == ["failed"]
    assert await column(database, job.c.error) == ["KeyError"]
    assert await count(database, file) == 0
    (said,) = await bodies(database)
    assert "抱歉" in said
    await change(database, EDITION, effect(owner, CopyRequested(), cause=6))


async def test_tries_that_end_without_a_word_are_given_up(database: Database) -> None:
    """A copy that takes its worker down each time ends in the apology, not in a circle."""
    await asked(database)
    clock, build = Moved(), Builder()
    for _ in range(TRIES):
        await database.write(lambda conn: jobs.claim(conn, jobs.COPY, TELEGRAM, clock.at, LEASE))
        clock.at += LEASE
    assert await maker(database, clock, build).one()
    assert build.copies == 0
    assert await column(database, job.c.state) == ["failed"]
    assert await count(database, dispatch) == 1


async def test_a_copy_for_a_chat_that_was_released_is_dropped(database: Database) -> None:
    """Unbound while the copy was built: nothing is stored for the chat and nothing sent to it."""
    owner = await asked(database)

    async def unbound() -> None:
        await change(database, EDITION, effect(owner, AccountReleased(owner.id)))

    assert await maker(database, Moved(), Builder(unbound)).one()
    assert [await count(database, table) for table in (file, job, dispatch)] == [0, 0, 0]


@pytest.mark.parametrize(("state", "counted"), [("accepted", 1), ("refused", 0), ("undecided", 0)])
async def test_only_a_copy_that_arrived_counts(database: Database, state: Any, counted: int) -> None:
    """One of its letters lost is a copy lost; what was lost is told, and how to ask again."""
    owner = await asked(database)
    await maker(database, Moved()).one()

    async def settled(conn: Any) -> None:
        first, _ = await conn.scalars(select(dispatch.c.id).order_by(dispatch.c.id))
        await settle(conn, [Verdict(first, state)], NOW)

    await database.write(settled)
    wanted = [Wanted(owner, NOW.date(), None, needs=lambda _: frozenset({Need.COPIES}))]
    (seen,) = await database.read(lambda conn: load(conn, wanted))
    assert len(seen.copies) == counted
    told = "資料複本（試算表）已備妥，但可能沒有送達，請再輸入「索取複本」"
    assert seen.unreceived == (() if counted else (told,))


async def test_a_database_that_cannot_commit_is_waited_for(database: Database) -> None:
    """What was built is not kept and not counted as a mistake; the lease gives the job back."""
    await asked(database)
    clock, build = Moved(), Builder(Unavailable("full"), None)
    worker = maker(database, clock, build)
    with pytest.raises(Unavailable):
        await worker.one()
    assert await column(database, job.c.state) == ["waiting"]
    clock.at += LEASE
    assert await worker.one()
    assert await count(database, file) == 2
