"""kill -9 while hundreds of people talk: what a platform was told is taken is handled once and in its order,
and of every answer it is known that it arrived, or the next one says what it said."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from guideline.records import Way
from tests.drills.agency import Member
from tests.drills.balancer import balanced
from tests.drills.conftest import Say
from tests.drills.crowd import Books, chats_of
from tests.drills.dialogues import talk
from tests.drills.owed import settled
from tests.drills.town import Kills, Town, open_town, saturday, storm

LIVES = (0.0, 2.0)  # seconds, four of five from when the web server takes connections
SERVED = 0.8
PATIENCE = 900.0  # seconds, of a machine that does much else


@pytest.mark.parametrize(
    ("database_url", "mode"),
    [
        ("sqlite", "webhook"),
        pytest.param("sqlite", "polling", marks=pytest.mark.whole),
        pytest.param("postgresql", "webhook", marks=pytest.mark.whole),
        ("postgresql", "polling"),
    ],
    indirect=["database_url"],
)
async def test_kills_lose_and_double_no_message(
    database_url: str, mode: str, tmp_path: Path, whole: bool, said: Say
) -> None:
    """Whatever moment the program dies at while people report hours, take them back, and answer the
    questionnaire: no event that was taken is lost, none has its effect twice."""
    async with _town(tmp_path, database_url, 300 if whole else 8, mode) as town:
        note, begun = Kills(), time.monotonic()
        found = await _crowd(town, 100 if whole else 3, note)
        kind = database_url.partition("+")[0]
        said(f"{kind}, Telegram by {mode}, {time.monotonic() - begun:.0f} s: {found}; {note.said}")


async def test_two_replicas_of_which_one_is_killed(
    postgres_url: str, tmp_path: Path, whole: bool, said: Say
) -> None:
    """Webhooks go to both in turn, and one is killed again and again: each person in order, each event
    once."""
    async with _town(tmp_path, postgres_url, 300 if whole else 8, "webhook", replicas=2) as town:
        note, begun = Kills(), time.monotonic()
        async with balanced([parent.port for parent in town.parents]) as url:
            await town.called_at(url)
            found = await _crowd(town, 100 if whole else 3, note)
        said(f"two replicas, {time.monotonic() - begun:.0f} s, {note.count} kills of one: {found}")


@asynccontextmanager
async def _town(folder: Path, url: str, people: int, mode: str, replicas: int = 1) -> AsyncIterator[Town]:
    """Half of the people on LINE, half on Telegram, one in ten on both."""
    who = [Member(number, _ways(number), learned=(0, 0)) for number in range(1, people + 1)]
    own = {"mode": mode, "chat_rate": 30.0}  # whoever talks with the drill does not wait for Telegram's pace
    tables = {"public_url": "http://127.0.0.1:8080"}
    async with open_town(
        folder, url, who, saturday(), replicas=replicas, tables=tables, telegram=own
    ) as town:
        town.lease = 3.0  # seconds; a minute where nobody waits for the drill
        yield town


def _ways(number: int) -> frozenset[Way]:
    return frozenset({"line", "telegram"} if number % 10 == 0 else {"line"} if number % 2 else {"telegram"})


async def _crowd(town: Town, kills: int, note: Kills) -> str:
    """Everybody talks while the first replica is killed so often; then what they began ends in peace, and all
    of it is held to the drill's books."""
    books, over = Books(), asyncio.Event()
    chats = chats_of(town, town.people, books)
    async with AsyncExitStack() as alive:
        for parent in town.parents[1:]:
            await alive.enter_async_context(town.bot(parent=parent))
        async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as talks:
            for chat in chats:
                talks.create_task(talk(chat, over))
            rng = random.Random(kills)  # noqa: S311 - the same storm at every run
            await storm(town, town.parents[0], kills, LIVES, rng, note, SERVED)
            over.set()
            await alive.enter_async_context(town.bot())
        await _quiet(town, books)
        # Of a call that a dead replica made it is decided late that nobody knows of it: the next one tells.
        await asyncio.gather(*(chat.ask(chat.says("進度")) for chat in chats))
        await _quiet(town, books)
    return f"{await settled(town, books, len(chats))}; {books.said}"


async def _quiet(town: Town, books: Books) -> None:
    await asyncio.gather(*books.later)
    await town.telegram.drained(60)
    await town.until_quiet(more="SELECT count(*) FROM inbox WHERE state = 'waiting'")
