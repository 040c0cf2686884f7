"""A view of the reminders to come is reckoned by a job: what becomes of it on a bad day."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.foresight import Foreseeing
from bot.jobs import AGAIN, TRIES, Worker
from bot.platforms.line import LineReader
from bot.platforms.telegram import TelegramReader
from guideline.changes import ForesightAsked
from guideline.records import Account
from storage.database import Database
from storage.schema import dispatch, job, outbox, person
from tests.handlers.scene import desk_of
from tests.storage.agency import NOW, bind, change, chat, column, count, effect, join
from tests.wire.digests.office import Moved

TAIPEI = ZoneInfo("Asia/Taipei")
READERS: Mapping[Any, Any] = {"line": LineReader(), "telegram": TelegramReader()}
DESK = desk_of()


async def asked(database: Database, platform: Any) -> Account:
    """An officer who asked for 提醒名單 in a chat of this platform."""
    (number,) = await join(database, "H1")
    await database.write(lambda conn: conn.execute(update(person).values(access="人事")))
    user = "7001" if platform == "telegram" else f"U{1:032x}"
    owner = await bind(database, await chat(database, user, platform), number)
    await change(database, DESK.editions, effect(owner, ForesightAsked("list"), cause=5))
    return owner


def worker(database: Database, clock: Moved) -> Worker:
    work = Foreseeing(database, clock, TAIPEI, DESK, READERS, ("line", "telegram"), None)
    return Worker(database, clock, TAIPEI, READERS, (work,), lambda: None)


@pytest.mark.parametrize("platform", ["line", "telegram"])
async def test_after_three_tries_the_officer_is_told(database: Database, platform: str) -> None:
    """What cannot be reckoned is tried again, given up, and answered with one apology; then it may be asked
    for again."""
    owner = await asked(database, platform)
    broken = update(job).values(payload={"person": owner.person_id, "view": "list", "page": "x"})
    await database.write(lambda conn: conn.execute(broken))
    clock = Moved(NOW)
    works = worker(database, clock)
    for tries in range(1, TRIES + 1):
        assert await count(database, dispatch) == 0
        assert await works.one()
        assert await column(database, job.c.attempts) == [tries]
        clock.at += AGAIN
    assert not await works.one()
    assert await column(database, job.c.state) == ["failed"]
    assert await column(database, job.c.error) == ["ValueError"]
    (said,) = await column(database, dispatch.c.body)
    assert "抱歉" in str(said)
    assert await column(database, outbox.c.cause) == [5]
    await change(database, DESK.editions, effect(owner, ForesightAsked("list"), cause=6))
    assert await count(database, job) == 2


async def test_whoever_is_no_officer_any_more_is_told_nothing(database: Database) -> None:
    """Between the asking and the reckoning."""
    await asked(database, "telegram")
    await database.write(lambda conn: conn.execute(update(person).values(access="同仁")))
    assert await worker(database, Moved(NOW)).one()
    assert await count(database, dispatch) == 0
