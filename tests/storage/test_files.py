"""Jobs and files: each done once, each served once, whoever else tries at the same time."""

import asyncio
from datetime import timedelta

import pytest

from guideline.changes import CopyRequested
from guideline.edition import Edition
from guideline.records import Need, Platform
from storage import files, jobs
from storage.database import Database
from storage.dispatches import Verdict
from storage.errors import Conflict
from storage.files import NewFile
from storage.jobs import Job
from storage.schema import audit, file, job
from storage.snapshots import Wanted, load
from tests.storage.agency import DAY, MINUTE, NOW, TODAY, bind, change, chat, column, effect, join
from tests.storage.test_dispatches import close, put, reply, take

LEASE = timedelta(seconds=60)
LINE: tuple[Platform, ...] = ("line",)
TELEGRAM: tuple[Platform, ...] = ("telegram",)
SHEET, PAGE = NewFile("甲.xlsx", "application/x", b"\x00sheet"), NewFile("甲.html", "text/html", b"page")


async def asked(database: Database, edition: Edition, user: str = "U1", cause: int = 1) -> None:
    (one,) = await join(database, f"A{cause}")
    owner = await bind(database, await chat(database, user), one)
    await change(database, edition, effect(owner, CopyRequested(), cause=cause))


async def claim(database: Database, at: timedelta = timedelta()) -> Job | None:
    return await database.write(lambda conn: jobs.claim(conn, jobs.COPY, LINE, NOW + at, LEASE))


async def got(database: Database, at: timedelta = timedelta()) -> Job:
    found = await claim(database, at)
    assert found is not None
    return found


async def test_a_job_is_held_while_its_lease_lasts(database: Database, edition: Edition) -> None:
    """One try at a time; when its lease ran out the next one gets it, and the late one can end nothing."""
    await asked(database, edition)
    first = await got(database)
    assert (first.attempts, first.cause, first.account.user_id) == (1, 1, "U1")
    assert await claim(database, LEASE - MINUTE / 60) is None
    second = await got(database, LEASE)
    assert second.attempts == 2
    for end in (jobs.finish, lambda c, j, at: jobs.fail(c, j, "x", at)):
        with pytest.raises(Conflict):
            await database.write(lambda conn, end=end: end(conn, first, NOW))  # type: ignore[misc]
    await database.write(lambda conn: jobs.finish(conn, second, NOW))
    with pytest.raises(Conflict):
        await database.write(lambda conn: jobs.finish(conn, second, NOW))
    assert await claim(database, DAY) is None


async def test_a_postponed_job_waits(database: Database, edition: Edition) -> None:
    """It is not given out before its time, and counts its tries."""
    await asked(database, edition)
    first = await got(database)
    await database.write(lambda conn: jobs.postpone(conn, first, "KeyError", NOW + MINUTE))
    assert await claim(database) is None
    assert (await got(database, MINUTE)).attempts == 2
    assert await column(database, job.c.error) == ["KeyError"]


async def test_jobs_of_other_platforms_wait(database: Database, edition: Edition) -> None:
    """A program that does not serve a chat's platform leaves its job to one that does."""
    await asked(database, edition)
    none = await database.write(lambda conn: jobs.claim(conn, jobs.COPY, TELEGRAM, NOW, LEASE))
    assert none is None


async def test_two_workers_take_two_jobs(database: Database, edition: Edition) -> None:
    """Claims at once never meet on one job."""
    for number in (1, 2, 3):
        await asked(database, edition, f"U{number}", number)
    found = await asyncio.gather(*(claim(database) for _ in range(6)))
    assert sorted(one.id for one in found if one) == sorted(await column(database, job.c.id))


async def test_the_snapshot_knows_what_was_asked_for(database: Database, edition: Edition) -> None:
    """Waiting and done copies are shown where they are needed; one that failed does not count."""
    await asked(database, edition)
    who = (await got(database)).account

    async def copies() -> list[bool]:
        wanted = [Wanted(who, TODAY, None, needs=lambda _: frozenset({Need.COPIES}))]
        (snapshot,) = await database.read(lambda conn: load(conn, wanted))
        assert all(one.asked_at == NOW for one in snapshot.copies)
        return [one.waiting for one in snapshot.copies]

    assert await copies() == [True]
    mine = await got(database, LEASE)
    await database.write(lambda conn: jobs.finish(conn, mine, NOW))
    await change(database, edition, effect(who, CopyRequested(), cause=2))
    assert await copies() == [False, True]
    mine = await got(database)
    await database.write(lambda conn: jobs.fail(conn, mine, "x", NOW))
    assert await copies() == [False]


async def test_a_link_opens_both_files_until_it_expires(database: Database) -> None:
    """Both are listed and each is served once; its bytes are gone then. Expired or unknown: nothing."""
    (one,) = await join(database, "A1")
    owner = await bind(database, await chat(database), one)
    token, until = files.new_token(), NOW + 10 * MINUTE
    sheet, page = await database.write(
        lambda conn: files.keep(conn, owner.id, [SHEET, PAGE], NOW, until, token)
    )
    assert token not in str(await column(database, file.c.token_hash))

    async def listed(given: str, at: timedelta = timedelta()) -> list[tuple[str, bool]]:
        found = await database.read(lambda conn: files.behind(conn, given, NOW + at))
        return [(one.name, one.taken) for one in found]

    async def fetched(given: str, number: int, at: timedelta = timedelta()) -> NewFile | None:
        return await database.write(lambda conn: files.take(conn, given, number, NOW + at, NOW))

    assert await listed(token) == [("甲.xlsx", False), ("甲.html", False)]
    assert await listed(files.new_token()) == []
    assert await fetched(files.new_token(), sheet) is None
    assert await fetched(token, sheet) == SHEET
    assert await fetched(token, sheet) is None
    assert await listed(token) == [("甲.xlsx", True), ("甲.html", False)]
    assert await fetched(token, page, 10 * MINUTE) is None
    assert await listed(token, 10 * MINUTE) == []
    assert await fetched(token, page, 10 * MINUTE - MINUTE) == PAGE
    assert await column(database, file.c.content) == [None, None]
    assert (await column(database, audit.c.action))[-2:] == ["copy_fetched", "copy_fetched"]


async def test_of_ten_clicks_one_is_served(database: Database) -> None:
    """Clicks at the same moment get the file once in all."""
    owner = await chat(database)
    token = files.new_token()
    (number,) = await database.write(
        lambda conn: files.keep(conn, owner.id, [SHEET], NOW, NOW + MINUTE, token)
    )
    clicks = [database.write(lambda conn: files.take(conn, token, number, NOW, NOW)) for _ in range(10)]
    assert [one for one in await asyncio.gather(*clicks) if one is not None] == [SHEET]


async def test_bytes_go_when_they_were_sent_or_expired(database: Database) -> None:
    """A file to be sent stays while its call is unsettled; a linked one until it expires."""
    owner = await chat(database)
    keep = [
        lambda conn: files.keep(conn, owner.id, [SHEET], NOW, NOW + DAY),
        lambda conn: files.keep(conn, owner.id, [PAGE], NOW, NOW + 10 * MINUTE, files.new_token()),
    ]
    (sent,), (linked,) = [await database.write(unit) for unit in keep]
    await put(database, reply(owner, method=files.SEND))

    async def forget(at: timedelta) -> list[bytes | None]:
        forgetting = await database.read(lambda conn: files.spent(conn, NOW + at))
        gone = await database.write(lambda conn: files.forget(conn, NOW + at))
        assert forgetting == (gone > 0)
        return list(await column(database, file.c.content))

    assert await forget(MINUTE) == [SHEET.content, PAGE.content]
    assert await database.read(lambda conn: files.to_send(conn, sent)) == SHEET
    assert await database.read(lambda conn: files.to_send(conn, linked)) is None
    assert await forget(10 * MINUTE) == [SHEET.content, None]
    (call,) = await take(database)
    await close(database, Verdict(call.id, "undecided", "lost"))
    assert await forget(10 * MINUTE) == [None, None]
    assert await database.read(lambda conn: files.to_send(conn, sent)) is None
    assert await forget(10 * MINUTE) == [None, None]
