"""What a restored database holds as unsent is given up before anything goes out, on either database."""

from datetime import timedelta

from sqlalchemy import insert, select, update

from guideline.rhythm import Occasion
from storage import jobs, restored, runs
from storage.database import Database
from storage.dispatches import MENU, Verdict
from storage.schema import dispatch, job, outbox, reminder, wave
from tests.storage.agency import DAY, MINUTE, NOW, TODAY, bind, chat, column, join
from tests.storage.test_dispatches import close, put, reply, take
from tests.storage.waves import people, planned

LATER = NOW + DAY


async def restart(database: Database) -> restored.Settled:
    """As the program does it, a day after the backup."""
    await database.write(lambda conn: restored.mark(conn, NOW + MINUTE, LATER))
    return await database.write(lambda conn: restored.settle(conn, NOW + MINUTE, LATER))


async def test_answers_are_given_up_and_listed(database: Database) -> None:
    """Whether tried or not; what was settled stays as it was, and menus are given again."""
    (person,) = await join(database, "A1")
    owner = await bind(database, await chat(database), person)
    await put(database, *[reply(owner, name) for name in ("sent", "untried", "menu")])
    (one,) = await take(database)
    await close(database, Verdict(one.id, "accepted"))
    await database.write(
        lambda conn: conn.execute(update(outbox).where(outbox.c.dispatch_id == one.id + 2).values(kind=MENU))
    )
    assert (await restart(database)).calls == 1
    states = await database.read(
        lambda conn: conn.execute(select(dispatch.c.state, dispatch.c.reason).order_by(dispatch.c.id))
    )
    assert [tuple(row) for row in states] == [("accepted", ""), ("undecided", "restored"), ("frozen", "")]
    assert await column(database, outbox.c.unreceived) == [False, True, False]
    assert await database.read(restored.taken_at) is None


async def test_what_surely_was_not_sent_stays(database: Database) -> None:
    """A notice whose hour has not come; of a push with a key the first attempt counts from the backup on, so
    that it is given up when LINE may have forgotten the key. What the start itself froze goes."""
    (person,) = await join(database, "A1")
    owner = await bind(database, await chat(database), person)
    await put(database, *[reply(owner, name) for name in ("notice", "push", "since")])
    changes = {
        1: {"not_before": LATER + MINUTE},
        2: {"retry_key": "k", "method": "push"},
        3: {"retry_key": "k", "method": "push", "created_at": LATER},
    }
    for number, change in changes.items():
        await database.write(
            lambda conn, n=number, c=change: conn.execute(  # type: ignore[misc]
                update(dispatch).where(dispatch.c.id == n).values(**c)
            )
        )
    assert (await restart(database)).calls == 1
    assert await column(database, dispatch.c.state) == ["frozen", "frozen", "undecided"]
    assert (await column(database, dispatch.c.first_attempt_at))[:2] == [None, NOW + MINUTE]


async def test_waves_jobs_and_the_digest_are_over(database: Database) -> None:
    """Who is planned is not told, the occasion that began since does not begin, and the week's digest is as
    good as told; a wave that stands already stays as it is."""
    await planned(database, await people(database, 3), state="planned")
    owner = await chat(database, "U9")
    row = {"kind": jobs.COPY, "account_id": owner.id, "cause": 1, "payload": {}, "state": jobs.WAITING}
    await database.write(lambda conn: conn.execute(insert(job).values(**row, created_at=NOW)))
    (day,) = await column(database, wave.c.day)
    since = Occasion("2026-12-w2", day + timedelta(days=7), "information")
    for _ in range(2):
        await database.write(lambda conn: restored.stop_occasion(conn, since, LATER))
        await database.write(lambda conn: runs.skip(conn, "digest", TODAY, LATER))
    settled = await restart(database)
    assert (settled.reminders, settled.jobs) == (3, 1)
    assert set(await column(database, reminder.c.state)) == {"dropped"}
    assert await column(database, wave.c.state) == ["stopped", "stopped"]
    assert await column(database, job.c.state) == [jobs.FAILED]
    assert await database.read(lambda conn: runs.is_done(conn, "digest", TODAY))
    begun = await database.write(lambda conn: runs.begin(conn, "digest", TODAY, LATER, DAY))
    assert begun is None
