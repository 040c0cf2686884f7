"""The link in a mail: it ends the reminders of whose mail it was, once."""

from datetime import timedelta

from sqlalchemy import select

from guideline.changes import PersonErased, PreferenceSet
from guideline.edition import Edition
from guideline.records import Preference
from storage import opt_outs
from storage.database import Database
from storage.purge import purge
from storage.schema import audit, opt_out, preference
from tests.storage.agency import MINUTE, NOW, bind, change, chat, column, count, effect, join

LATER = NOW + timedelta(days=90)


async def made(database: Database, person_id: int) -> str:
    return await database.write(lambda conn: opt_outs.make(conn, person_id, NOW))


async def used(database: Database, token: str) -> bool:
    return await database.write(lambda conn: opt_outs.use(conn, token, LATER, LATER))


async def test_it_stops_one_persons_reminders(database: Database) -> None:
    """Three months later still; nobody else's, and the audit says by what."""
    one, _ = await join(database, "A1", "A2")
    token = await made(database, one)
    assert token not in await column(database, opt_out.c.token_hash)
    assert await database.read(lambda conn: opt_outs.state(conn, token, LATER)) == "open"
    assert await used(database, token)
    assert await database.read(lambda conn: opt_outs.state(conn, token, LATER)) == "done"
    rows = await database.read(
        lambda conn: conn.execute(select(preference.c.person_id, preference.c.stopped_at))
    )
    assert [tuple(row) for row in rows] == [(one, LATER)]
    last = (await database.read(lambda conn: conn.execute(select(audit).order_by(audit.c.id.desc())))).first()
    assert last is not None
    assert (last.action, last.person_id, last.actor) == ("reminders_stopped", one, "mail")


async def test_what_else_was_chosen_stays(database: Database, edition: Edition) -> None:
    """Channel and 精簡通知 hold; a snooze has no meaning any more."""
    (one,) = await join(database, "A1")
    owner = await bind(database, await chat(database), one)
    chosen = Preference("email", None, NOW.date(), low_detail=True)
    await change(database, edition, effect(owner, PreferenceSet(chosen)))
    await used(database, await made(database, one))
    row = (await database.read(lambda conn: conn.execute(select(preference)))).one()
    assert (row.channel, row.low_detail, row.snoozed_until) == ("email", True, None)


async def test_it_works_once(database: Database, edition: Edition) -> None:
    """Pressed again after 恢復提醒 it changes nothing: a scanner may press late."""
    (one,) = await join(database, "A1")
    owner = await bind(database, await chat(database), one)
    token = await made(database, one)
    assert await used(database, token)
    await change(database, edition, effect(owner, PreferenceSet(Preference())))
    assert await used(database, token)
    assert await column(database, preference.c.stopped_at) == [None]


async def test_unknown_and_old_links_do_nothing(database: Database) -> None:
    """And the old ones go with the nightly purge."""
    (one,) = await join(database, "A1")
    token, old = await made(database, one), NOW + opt_outs.LIFE
    assert not await database.write(lambda conn: opt_outs.use(conn, token, old, old))
    assert not await used(database, "x" * 43)
    assert await count(database, preference) == 0
    await purge(database, old - MINUTE)
    assert await count(database, opt_out) == 1
    await purge(database, old)
    assert await count(database, opt_out) == 0


async def test_who_was_erased_is_not_written_to_again(database: Database, edition: Edition) -> None:
    """刪除我的資料 keeps that they want no reminders, and nothing else of what they chose: the roster still
    has their mailbox."""
    one, two = await join(database, "A1", "A2")
    owner = await bind(database, await chat(database), one)
    other = await bind(database, await chat(database, "U2"), two)
    chosen = Preference("line", NOW, None, low_detail=True)
    await change(database, edition, effect(owner, PreferenceSet(chosen)))
    await change(database, edition, effect(other, PreferenceSet(Preference("line"))))
    await change(database, edition, effect(owner, PersonErased()), effect(other, PersonErased()))
    row = (await database.read(lambda conn: conn.execute(select(preference)))).one()
    assert (row.person_id, row.channel, row.low_detail, row.stopped_at) == (one, "", False, NOW)


async def test_who_is_erased_leaves_no_link(database: Database, edition: Edition) -> None:
    """刪除我的資料 takes theirs along and nobody else's."""
    one, two = await join(database, "A1", "A2")
    owner = await bind(database, await chat(database), one)
    await made(database, one)
    await made(database, two)
    await change(database, edition, effect(owner, PersonErased()))
    assert await column(database, opt_out.c.person_id) == [two]
