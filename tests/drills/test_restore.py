"""The restore drill: a backup is taken of a bot at work, put somewhere else, and the bot started from it.

What was acknowledged before the backup is there, conversations go on, and nobody is told anything twice,
although the bot went on for a while after the backup and the copy knows nothing of that.
"""

import asyncio
import json
import os
import sqlite3
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.app import Program, asgi
from bot.settings import Settings
from bot.simulator.faults import Fault
from bot.simulator.server import serve
from storage import inbox, restored
from storage.backup import backup, restore
from storage.database import Database
from storage.schema import dispatch, job, outbox
from storage.types import EPOCH
from tests.drills.agency import Member, members
from tests.drills.conftest import Say
from tests.drills.forks import ROOT
from tests.drills.town import Town, open_town

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # a Wednesday, ten o'clock in Taipei, a day of reminders
WORDS = "回報 昨天 AI簡報設計 兩個半小時"
_LEFT = (
    "SELECT (SELECT count(*) FROM inbox WHERE state = 'waiting')"
    " + (SELECT count(*) FROM dispatch WHERE state = 'frozen' AND not_before IS NULL)"
)


@asynccontextmanager
async def serving(town: Town, url: str) -> AsyncIterator[Program]:
    """The bot and its web server on this database, between the town's platforms."""
    plain = Settings.model_validate({**town.settings, "database_url": url})
    quick = plain.telegram.model_copy(update={"rate": 1_000, "chat_rate": 100.0})
    app = asgi(plain.model_copy(update={"telegram": quick}), town.clock)
    async with serve(app) as served:
        town.line.webhook_url = f"{served.url}/webhooks/line"
        yield app.state.program


async def quiet(program: Program) -> None:
    """Returns when nothing waits to be handled or sent."""
    async with asyncio.timeout(60):
        while await count(program.database, _LEFT):
            await asyncio.sleep(0.02)


async def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    async def ask(conn: Any) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in await conn.exec_driver_sql(query)]

    return await database.read(ask)


async def count(database: Database, query: str) -> int:
    return int((await rows(database, query))[0][0] or 0)


async def talentbot(folder: Path, url: str, *words: str) -> None:
    """As the operator does it, beside the running bot."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TALENTBOT_DATABASE_URL": url},
    )  # fmt: skip
    assert await process.wait() == 0


async def test_a_backup_under_load_is_a_bot_to_go_on_with(
    sqlite_url: str, tmp_path: Path, whole: bool, said: Say
) -> None:
    """Both platforms at work while `talentbot backup` runs, and for a while after it."""
    people = [
        Member(number, frozenset({"line", "telegram"}), (0, 0)) for number in range(1, 101 if whole else 9)
    ]
    copy, there = tmp_path / "copy.db", tmp_path / "there"
    there.mkdir()
    url = f"sqlite+aiosqlite:///{there / 'talentbot.db'}"
    async with open_town(tmp_path, sqlite_url, people, NOW - timedelta(hours=3), replicas=0) as town:
        first, *others = people
        over = asyncio.Event()
        answered: dict[str, datetime] = {}  # LINE's events that were acknowledged, and when

        async def talks(one: Member) -> None:
            while not over.is_set():
                delivery = await town.line.say(one.line_id, "進度")
                if delivery.ok:
                    answered[delivery.events[0]["webhookEventId"]] = town.clock.real()
                await town.telegram.say(one.telegram_id, "下一步")
                await asyncio.sleep(0.1)

        async with serving(town, sqlite_url) as program:
            await town.line.say(first.line_id, WORDS)  # asked whether it is right, and does not answer yet
            await quiet(program)
            town.line.faults.lasting("reply", Fault.slow(0.2))  # so that calls are under way at any time
            town.telegram.faults.lasting("sendMessage", Fault.slow(0.2))
            talking = [asyncio.create_task(talks(one)) for one in others]
            while not await count(program.database, "SELECT count(*) FROM dispatch WHERE state = 'frozen'"):
                await asyncio.sleep(0.01)
            await talentbot(there, sqlite_url, "backup", str(copy))
            await asyncio.sleep(0.5)
            over.set()
            await asyncio.gather(*talking)
            await quiet(program)
            after = await count(program.database, "SELECT count(*) FROM inbox")
        town.line.faults.clear()
        town.telegram.faults.clear()
        shown = town.got()
        with closing(sqlite3.connect(copy)) as connection:
            unsent = connection.execute("SELECT count(*) FROM dispatch WHERE state = 'frozen'").fetchone()[0]
            (mark,) = connection.execute(
                "SELECT value FROM setting WHERE key = 'restored.taken_at'"
            ).fetchone()
        taken = EPOCH + timedelta(milliseconds=int(mark))
        acknowledged = {key for key, at in answered.items() if at <= taken}
        assert acknowledged
        await talentbot(there, url, "restore", str(copy))

        async with serving(town, url) as program:
            await quiet(program)
            states = dict(await rows(program.database, "SELECT event_id, state FROM inbox"))
            assert {key for key in acknowledged if states.get(key) != "done"} == set()
            assert set(states.values()) == {"done"}
            assert town.got() == shown
            listed = await count(
                program.database,
                "SELECT count(*) FROM dispatch WHERE state = 'undecided' AND reason = 'restored'",
            )
            assert 0 < unsent <= listed
            said(
                f"{len(states)} of {after} events were in the backup, all done, {len(acknowledged)} of LINE's"
                f" acknowledged before it; {unsent} calls were under way in it, {listed} are listed, none was"
                " made again"
            )
            # The dialogue that was open when the backup was made goes on where it was.
            await town.line.tap(first.line_id, _button(town, first))
            await quiet(program)
            assert await rows(program.database, "SELECT minutes FROM hours WHERE person_id = 1") == [(150,)]
            assert town.got()["line"][1] == shown["line"][1] + 1
            await town.telegram.say(others[0].telegram_id, "進度")
            async with asyncio.timeout(10):
                while town.got()["telegram"][2] == shown["telegram"][2]:
                    await asyncio.sleep(0.02)


def _button(town: Town, one: Member) -> str:
    """The payload of 確認回報 in the last thing this person was shown."""
    found: list[str] = []

    def look(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("type") == "postback" and "確認" in str(value.get("label")):
                found.append(str(value["data"]))
            for inner in value.values():
                look(inner)
        if isinstance(value, list):
            for inner in value:
                look(inner)

    look([entry.content for entry in town.line.transcript(one.line_id) if entry.sender == "bot"])
    return found[-1]


async def test_a_wave_that_went_out_after_the_backup_does_not_go_out_again(
    sqlite_url: str, tmp_path: Path, whole: bool, said: Say
) -> None:
    """Neither the reminders of a wave that began after the backup, nor those of one that it cut in two: HR's
    list says so. The next wave is one like any other."""
    people = members(400 if whole else 24, due=1.0)
    early, half = tmp_path / "early.db", tmp_path / "half.db"
    async with open_town(tmp_path, sqlite_url, people, NOW - timedelta(hours=2), rate=40, replicas=0) as town:
        async with serving(town, sqlite_url) as program:
            await ticked(program)
            await backup(town.database, early)  # eight o'clock: nobody is told before nine
            town.clock.set(NOW)
            town.telegram.faults.lasting("sendMessage", Fault.slow(0.5))
            ticking = asyncio.create_task(ticked(program))
            async with asyncio.timeout(60):
                while not town.telegram.delivered:
                    await asyncio.sleep(0.005)
            await backup(town.database, half)
            town.telegram.faults.clear()
            await ticking
            await told(program)
        shown = town.got()
        assert sum(shown["telegram"].values())
        for copy, state in ((early, None), (half, "open")):
            with closing(sqlite3.connect(copy)) as connection:
                assert connection.execute("SELECT state FROM wave").fetchone() == (state and (state,))
            url = f"sqlite+aiosqlite:///{tmp_path / ('again-' + copy.name)}"
            await restore(copy, url)
            town.clock.set(NOW + timedelta(hours=1))
            async with serving(town, url) as program:
                await ticked(program)
                await told(program)
                assert town.got() == shown
                assert await rows(program.database, "SELECT state, ended_by FROM wave") == [
                    ("stopped", "restored")
                ]
                assert (
                    await count(program.database, "SELECT count(*) FROM reminder WHERE state = 'planned'")
                    == 0
                )
                given_up = await count(
                    program.database, "SELECT count(*) FROM reminder WHERE reason = 'restored'"
                )
                said(f"{copy.stem}: {given_up} reminders given up, none sent again")
        async with serving(town, url) as program:
            town.clock.set(datetime(2026, 12, 16, 2, 0, tzinfo=UTC))
            await ticked(program)
            await told(program)
            assert await count(program.database, "SELECT count(*) FROM wave WHERE state = 'done'") == 1
        assert sum(town.got()["telegram"].values()) > sum(shown["telegram"].values())


async def ticked(program: Program) -> None:
    for _ in range(3):
        await program.scheduler.tick()


async def told(program: Program) -> None:
    """Returns when nobody of an open wave is planned and nothing waits to be sent."""
    query = (
        "SELECT (SELECT count(*) FROM dispatch WHERE state = 'frozen')"
        " + (SELECT count(*) FROM reminder WHERE state = 'planned')"
    )
    async with asyncio.timeout(120):
        while await count(program.database, query):
            await asyncio.sleep(0.02)
    await ticked(program)


async def test_what_may_have_been_sent_since_is_listed_and_not_sent(sqlite_url: str, tmp_path: Path) -> None:
    """Of each kind one: an event nobody had handled, an answer to Telegram, a push that LINE knows by its
    key, a notice for tomorrow, and slow work."""
    people = [Member(1, frozenset({"line", "telegram"}), (0, 0))]
    copy, key = tmp_path / "copy.db", str(uuid.uuid4())
    url = f"sqlite+aiosqlite:///{tmp_path / 'there.db'}"
    async with open_town(tmp_path, sqlite_url, people, NOW - timedelta(hours=3), replicas=0) as town:
        (one,) = people
        real = town.clock.real()
        (line_chat,), (telegram_chat,) = await town.rows(
            "SELECT id FROM account WHERE person_id = 1 ORDER BY platform"
        )
        held = await town.line.say(one.line_id, "進度", lost=True)
        push = json.dumps({"to": one.line_id, "messages": [{"type": "text", "text": "推播"}]})
        letter = json.dumps({"chat_id": one.telegram_id, "text": "回覆"})
        calls = [
            (line_chat, "line", "push", push, key, 0, None),
            (telegram_chat, "telegram", "sendMessage", letter, None, 0, None),
            (telegram_chat, "telegram", "sendMessage", letter, None, 1, real + timedelta(days=1)),
        ]

        async def scene(conn: Any) -> None:
            new = inbox.Received("line", "E1", one.line_id, 1, json.dumps(held.events[0]).encode())
            await inbox.receive(conn, [new], real)
            for chat, platform, method, body, retry_key, lane, not_before in calls:
                row = {"account_id": chat, "platform": platform, "method": method, "body": body}
                more = {"retry_key": retry_key, "lane": lane, "not_before": not_before, "state": "frozen"}
                number = await conn.scalar(
                    insert(dispatch).values(**row, **more, created_at=real).returning(dispatch.c.id)
                )
                letter = {"account_id": chat, "dispatch_id": number, "ordinal": 0, "kind": "reply"}
                await conn.execute(insert(outbox).values(**letter, created_at=real))
            asked = {"kind": "copy", "account_id": line_chat, "cause": 99, "payload": {"person": 1}}
            await conn.execute(insert(job).values(**asked, state="waiting", created_at=real))

        await town.database.write(scene)
        await backup(town.database, copy)
        async with serving(town, sqlite_url) as program:
            await quiet(program)
        shown = town.got()
        assert (shown["line"][1], shown["telegram"][1]) >= (2, 1)
        await restore(copy, url)
        calls_before = len(town.line.calls)
        async with serving(town, url) as program:
            await quiet(program)
            database = program.database
            assert town.got() == shown
            pushed = [c for c in town.line.calls[calls_before:] if c.endpoint == "push"]
            assert [call.headers["x-line-retry-key"] for call in pushed] == [key]  # 409: it had arrived
            states = await rows(database, "SELECT state, reason FROM dispatch ORDER BY id")
            assert states[:3] == [("accepted", ""), ("undecided", "restored"), ("frozen", "")]
            assert set(states[3:]) == {("undecided", "restored")}  # the answer to the event
            assert await rows(database, "SELECT state FROM inbox") == [("done",)]
            assert await rows(database, "SELECT state, error FROM job") == [("failed", "restored")]
            assert await database.read(restored.taken_at) is None
