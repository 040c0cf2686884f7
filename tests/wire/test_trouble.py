"""A handler that raises, a database that cannot commit, a process that dies: nothing is lost."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text

from bot.simulator.faults import Fault
from bot.simulator.line import LineSimulator
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from guideline.records import Platform, Snapshot
from handlers.desk import Desk
from handlers.event import Event
from handlers.outcome import Outcome
from handlers.router import handle
from storage.apply import apply
from storage.clock import SystemClock
from storage.database import Database
from storage.errors import Conflict
from storage.inbox import receive
from storage.people import issue_codes
from tests.wire.house import BOT_TOKEN, SECRET, TOKEN, House, called, hire, line_id
from tests.wire.phones import LinePhone
from tests.wire.test_thread import activated
from tests.wire.test_webhooks import event, post_line


async def test_a_handler_that_raises_spoils_no_neighbour_and_can_be_run_again(
    house: House, monkeypatch: pytest.MonkeyPatch, sqlite_url: str, tmp_path: Path
) -> None:
    """The neighbours commit, the person reads an apology; the raw event is kept, and runs again by
    `talentbot inbox retry` beside the running bot."""

    def clumsy(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
        if event.text == "炸彈":
            raise RuntimeError("a bug, with a person's words: 炸彈")
        return handle(event, snapshot, desk)

    monkeypatch.setattr("bot.batch.handle", clumsy)
    body = {
        "events": [
            event("G1", 1),
            event("BAD", 2, message={"type": "text", "id": "2", "text": "炸彈"}),
            event("G2", 3),
        ]
    }
    assert await post_line(house, body) == 200
    await house.quiet()
    states = await house.rows("SELECT event_id, state FROM inbox ORDER BY seq")
    assert states == [("G1", "done"), ("BAD", "failed"), ("G2", "done")]
    error = (await house.rows("SELECT error FROM inbox WHERE event_id = 'BAD'"))[0][0]
    assert error.startswith("RuntimeError")
    assert "炸彈" not in error
    apologies = await house.rows(
        "SELECT count(*) FROM outbox JOIN account ON account.id = account_id WHERE user_id = :user",
        user=line_id(2),
    )
    assert apologies == [(1,)]

    monkeypatch.setattr("bot.batch.handle", handle)
    config = tmp_path / "talentbot.toml"
    config.write_text(f'database_url = "{sqlite_url}"\n', encoding="utf-8")

    async def operator(*words: str) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "inbox", *words, "--config", str(config),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await process.communicate()
        assert process.returncode == 0
        return said.decode()

    listed = await operator()
    assert [line.split("　")[2:] for line in listed.splitlines()[:-1]] == [["LINE", error]]
    assert listed.startswith("2　")
    assert "炸彈" not in listed
    assert "1 則" in await operator("retry", "2")
    await house.quiet()
    assert await house.rows("SELECT state FROM inbox WHERE event_id = 'BAD'") == [("done",)]


async def test_an_event_that_the_database_cannot_take_spoils_no_neighbour(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong behind the handlers, one by one all others get through and the loop goes on."""

    async def picky(conn: Any, edition: Any, effects: Any, at: Any) -> None:
        if any(effect.account.user_id == line_id(2) for effect in effects):
            raise ValueError("a value that no column takes")
        await apply(conn, edition, effects, at)

    monkeypatch.setattr("bot.batch.apply", picky)
    body = {"events": [event("G1", 1), event("BAD", 2), event("G2", 3)]}
    assert await post_line(house, body) == 200
    await house.quiet()
    states = await house.rows("SELECT event_id, state FROM inbox ORDER BY seq")
    assert states == [("G1", "done"), ("BAD", "failed"), ("G2", "done")]
    assert await post_line(house, {"events": [event("G3", 4)]}) == 200
    await house.quiet()
    assert await house.rows("SELECT state FROM inbox WHERE event_id = 'G3'") == [("done",)]


async def test_a_loop_that_stumbles_starts_again_and_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistake of ours in a loop makes the program unready, not a silent half of a bot."""

    async def broken(limit: int = 64) -> Any:
        raise RuntimeError("a bug")

    monkeypatch.setattr(house.program.pipeline, "batch", broken)
    house.program.pipeline.wake()
    async with asyncio.timeout(5):
        while not await house.program.health.troubles():
            await asyncio.sleep(0.01)
    assert [(one.kind, one.of) for one in await house.program.health.troubles()] == [("loop", "pipeline")]
    monkeypatch.undo()
    assert await post_line(house, {"events": [event("E1")]}) == 200
    await house.quiet()
    assert await house.rows("SELECT state FROM inbox") == [("done",)]


async def test_a_full_disk_answers_503_and_the_event_comes_in_when_there_is_room(house: House) -> None:
    """What cannot be stored is not acknowledged, and /readyz says why; the redelivered event is answered
    once."""

    async def limit(pages: str) -> None:
        await house.write(f"PRAGMA max_page_count = {pages}")

    pages = (await house.rows("PRAGMA page_count"))[0][0]
    await limit(str(pages))
    filler = event("BIG", message={"type": "text", "id": "1", "text": "滿" * 100_000})
    assert await post_line(house, {"events": [filler]}) == 503
    assert await house.rows("SELECT count(*) FROM inbox") == [(0,)]
    (reason,) = await house.program.health.troubles()
    assert reason.kind == "database"
    assert "is full" in reason.words
    await limit("1073741823")
    assert await post_line(house, {"events": [filler]}) == 200
    await house.quiet()
    assert await house.rows("SELECT state FROM inbox") == [("done",)]


async def test_a_locked_database_delays_or_refuses_but_loses_nothing(house: House, tmp_path: Path) -> None:
    """While another program holds the write lock a webhook is 503 at worst; then all goes on."""
    module = house.program.database.module  # one SQLite library in one process: locks are the process's
    assert module is not None
    other = module.connect(tmp_path / "talentbot.db", isolation_level=None, check_same_thread=False)
    try:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        refused = await post_line(house, {"events": [event("E1")]})
        assert refused == 503
        other.execute("ROLLBACK")
    finally:
        other.close()
    assert await post_line(house, {"events": [event("E1")]}) == 200
    await house.quiet()
    assert await house.rows("SELECT event_id, state FROM inbox") == [("E1", "done")]


@asynccontextmanager
async def outside(url: str, folder: Path) -> AsyncIterator[tuple[LineSimulator, TelegramSimulator, Path]]:
    """The loopback platforms here; the bot is to be started as a process of its own."""
    clock = SystemClock()
    line = LineSimulator(SECRET, TOKEN, clock=clock)
    telegram = TelegramSimulator(BOT_TOKEN, clock=clock)
    await hire(url, clock)
    async with serve(line.app) as line_at, serve(telegram.app) as telegram_at:
        config = folder / "talentbot.toml"
        config.write_text(
            f'database_url = "{url}"\nagency = "臺中市政府"\n'
            f'[line]\nchannel_secret = "{SECRET}"\nchannel_access_token = "{TOKEN}"\n'
            f'api_base = "{line_at.url}"\n'
            f'[telegram]\ntoken = "{BOT_TOKEN}"\napi_base = "{telegram_at.url}"\n',
            encoding="utf-8",
        )
        yield line, telegram, config


@asynccontextmanager
async def started(config: Path, line: LineSimulator, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """`talentbot run` as an operator starts it; killed at the end if it still lives."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "--config", str(config),
        env=os.environ | {"TALENTBOT_HTTP__PORT": str(port)},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    line.webhook_url = f"http://127.0.0.1:{port}/webhooks/line"
    try:
        async with asyncio.timeout(20), aiohttp.ClientSession() as session:
            while process.returncode is None:
                try:
                    async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                        if answer.status == 200:
                            break
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.05)
        assert process.returncode is None, (await process.stderr.read()).decode() if process.stderr else ""
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _quiet(url: str) -> None:
    database = await Database.open(url)
    try:
        async with asyncio.timeout(15):
            while True:
                rows: list[Any] = await database.read(_left)
                if rows == [(0,), (0,)]:
                    return
                await asyncio.sleep(0.02)
    finally:
        await database.close()


async def _left(conn: Any) -> list[tuple[int]]:
    inbox = (await conn.execute(text("SELECT count(*) FROM inbox WHERE state = 'waiting'"))).scalar_one()
    sent = (await conn.execute(text("SELECT count(*) FROM dispatch WHERE state = 'frozen'"))).scalar_one()
    return [(inbox,), (sent,)]


async def test_kill_9_in_the_middle_of_a_dialogue_and_start_again(
    sqlite_url: str, tmp_path: Path, unused_tcp_port: int
) -> None:
    """Killed between two questions: the next process goes on with the answers already given."""
    async with outside(sqlite_url, tmp_path) as (line, _, config):
        phone = LinePhone(line, line_id(1), lambda: _quiet(sqlite_url))
        async with started(config, line, unused_tcp_port) as process:
            database = await Database.open(sqlite_url)
            now = SystemClock().now()
            issued = await database.write(lambda conn: issue_codes(conn, now, employee_nos=["A001"]))
            await database.close()
            await phone.joins()
            await phone.taps("開始啟用")
            await phone.says(f"啟用 {issued[0].code}")
            await phone.taps("是我本人")
            await phone.says("職務問卷")
            await phone.says("1")
            assert "3/7" in "\n".join(await phone.says("3"))
            process.send_signal(signal.SIGKILL)
            await process.wait()
        async with started(config, line, unused_tcp_port) as process:
            assert "4/7" in "\n".join(await phone.says("3"))
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(10):
                await process.wait()


async def test_a_second_program_on_the_same_file_or_port_is_refused(
    sqlite_url: str, tmp_path: Path, unused_tcp_port_factory: Callable[[], int]
) -> None:
    """It would take over what the first has under way; it says so in one line and touches nothing."""
    first, other = unused_tcp_port_factory(), unused_tcp_port_factory()
    async with outside(sqlite_url, tmp_path) as (line, _, config), started(config, line, first):
        for command, port, told in (
            (["run", "--config", str(config)], other, "另一個 talentbot 正在使用資料庫"),
            (["demo", "--port", str(first)], other, "連接埠已被其他程式使用"),
        ):
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", *command,
                env=os.environ | {"TALENTBOT_HTTP__PORT": str(port)},
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            async with asyncio.timeout(20):
                _, words = await process.communicate()
            assert process.returncode == 1
            assert told in words.decode()
            assert len(words.decode().strip().splitlines()) == 1


async def test_sigterm_ends_within_ten_seconds_while_a_platform_is_silent(
    sqlite_url: str, tmp_path: Path, unused_tcp_port: int
) -> None:
    """A call that never answers does not hold the program; what it was is listed afterwards."""
    async with outside(sqlite_url, tmp_path) as (line, _, config):
        async with started(config, line, unused_tcp_port) as process:
            line.faults.next("reply", Fault.silence())
            await line.follow(line_id(1))
            await called(line, "reply")
            await line.say(line_id(2), "說明")
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(10):
                await process.wait()
        async with started(config, line, unused_tcp_port):
            await _quiet(sqlite_url)
        database = await Database.open(sqlite_url)
        try:
            states = await database.read(_states)
        finally:
            await database.close()
        assert sorted(states) == ["accepted", "undecided"]


async def _states(conn: Any) -> list[str]:
    return [row[0] for row in await conn.execute(text("SELECT state FROM dispatch"))]


async def test_the_receipt_of_an_undecided_reply_opens_the_next_one(house: House) -> None:
    """The reply that confirmed the report was lost: the next reply says what was recorded."""
    phone = house.line_phone()
    await activated(house, phone)
    await phone.says("回報 昨天 AI簡報設計 2小時")
    house.line.faults.next("reply", Fault.error(500))
    assert await phone.taps("確認回報") == []
    assert await house.rows("SELECT count(*) FROM hours") == [(1,)]
    following = await phone.says("進度")
    assert "可能沒有送達" in following[0]
    assert "可能沒有送達" not in "\n".join(await phone.says("進度"))


async def test_a_receipt_is_told_until_a_reply_with_it_arrives(house: House) -> None:
    """An outage takes several replies: the one that arrives at last still says what was recorded."""
    phone = house.line_phone()
    await activated(house, phone)
    await phone.says("回報 昨天 AI簡報設計 2小時")
    house.line.faults.next("reply", Fault.error(500), times=3)
    for words in ("確認回報", "進度", "說明"):
        assert await phone.says(words) == []
    told = await phone.says("進度")
    assert "已回報 2 小時" in told[0]
    assert "未送達" not in "\n".join(await phone.says("進度"))


async def test_events_are_stored_though_the_purge_took_their_account(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A conflict while storing is tried again: a 503 would lose the message, LINE does not redeliver."""
    tries = []

    async def unlucky(conn: Any, rows: Any, at: Any) -> Counter[Platform]:
        tries.append(len(rows))
        if len(tries) == 1:
            raise Conflict("the account is gone")
        return await receive(conn, rows, at)

    monkeypatch.setattr("bot.receiving.receive", unlucky)
    assert await post_line(house, {"events": [event("E1")]}) == 200
    await house.quiet()
    assert tries == [1, 1]
    assert await house.rows("SELECT state FROM inbox") == [("done",)]
