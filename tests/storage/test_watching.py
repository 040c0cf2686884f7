"""What an operator watches: right, and cheap however much there is."""

from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Platform
from storage import inbox, thawing, watching
from storage.database import Database
from storage.dispatches import Verdict, oldest_due
from storage.settling import BLOCKED, State
from storage.watching import Calls, last_heard, people_between, queues, sight
from tests.storage.agency import MINUTE, NOW, arrive, chat
from tests.storage.agency import text as said
from tests.storage.plans import plans
from tests.storage.test_dispatches import close, push, put, take

HOUR = timedelta(hours=1)


async def test_what_is_waiting_and_what_was_lost(database: Database) -> None:
    """By platform; who blocked us is no loss of the service's, and what is old says nothing of now."""
    owners = [await chat(database, f"U{n}") for n in range(6)]
    await put(database, push(owners[5]), at=NOW - 2 * HOUR)
    await close(database, Verdict((await take(database))[0].id, "undecided", "no answer"))
    await put(database, *(push(owner) for owner in owners[:5]))
    states: tuple[State, ...] = ("accepted", "undecided", "refused", "refused", "later")
    reasons = ("", "no answer", "400: Bad Request", BLOCKED, "500")
    for one, state, reason in zip(await take(database), states, reasons, strict=True):
        await close(database, Verdict(one.id, state, reason, NOW if state == "later" else None))
    await arrive(database, said("E1"), at=NOW - MINUTE)
    seen = await database.read(lambda conn: sight(conn, ("line", "telegram"), NOW + MINUTE))
    assert seen.waiting_since == NOW - MINUTE
    assert seen.due_since == {"line": NOW}
    assert seen.calls == {"line": Calls(1, 2, NOW), "telegram": Calls()}
    counted = await database.read(lambda conn: queues(conn, ("line", "telegram")))
    assert (counted.events, counted.jobs, counted.undecided) == (1, 0, 2)
    assert counted.messages["line", 0] == 1


async def test_what_goes_by_another_way_hides_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many calls of a wave on Telegram were accepted since, LINE's are counted."""
    monkeypatch.setattr(watching, "SAMPLE", 3)
    line = [await chat(database, f"U{n}") for n in range(2)]
    await put(database, *map(push, line))
    states: tuple[State, ...] = ("accepted", "undecided")
    for one, state in zip(await take(database), states, strict=True):
        await close(database, Verdict(one.id, state, ""))
    telegram = [await chat(database, str(7001 + n), "telegram") for n in range(5)]
    await put(database, *[push(one, platform="telegram") for one in telegram])
    await close(database, *[Verdict(one.id, "accepted", "") for one in await take(database, way="telegram")])
    seen = await database.read(lambda conn: sight(conn, ("line", "telegram"), NOW + MINUTE))
    assert seen.calls == {"line": Calls(1, 1, NOW), "telegram": Calls(3)}


async def test_who_was_heard_and_when(database: Database) -> None:
    """Of each platform; people, not events."""
    await arrive(database, said("E1", "U1"), said("E2", "U1"), said("E3", "U2"), at=NOW)
    await arrive(database, said("E4", "U1"), at=NOW + HOUR)
    assert await database.read(lambda conn: last_heard(conn, "line")) == NOW + HOUR
    # Nothing of Telegram: it is silent for as long as anything is kept.
    assert await database.read(lambda conn: last_heard(conn, "telegram")) == NOW
    assert await database.read(lambda conn: people_between(conn, "line", NOW, NOW + MINUTE)) == 2
    assert await database.read(lambda conn: people_between(conn, "telegram", NOW, NOW + MINUTE)) == 0


async def test_nothing_reads_all_that_was_ever_received_or_sent(sqlite_database: Database) -> None:
    """As SQLite plans in service, where nobody gathers statistics: by the index of what waits, never by
    that of all events of a platform; the claim of the pipeline too."""
    ways: tuple[Platform, ...] = ("line", "telegram")

    async def unit(conn: AsyncConnection) -> None:
        await sight(conn, ways, NOW)
        await queues(conn, ways)
        await oldest_due(conn, NOW)
        await last_heard(conn, "line")
        await people_between(conn, "line", NOW, NOW + HOUR)
        await inbox.claim(conn, 64, None, ways)

    found = await plans(sqlite_database, unit)
    waiting = await plans(sqlite_database, lambda conn: thawing.unsent(conn, NOW, 1))
    assert [line for line in waiting if "ix_dispatch_state" in line] == []
    assert any("ix_dispatch_due" in line for line in waiting)
    touched = [line for line in found if "inbox" in line or "dispatch" in line]
    assert len(touched) > 20
    bad = [line for line in touched if "autoindex" in line or line in ("SCAN dispatch", "SCAN inbox")]
    assert bad == ["SCAN inbox"]  # the newest ones, by number and no further than `NEWEST`
    assert watching.NEWEST <= 20_000
