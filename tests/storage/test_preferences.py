"""提醒: the whole preference is kept in one row, read back, audited without a word of the person."""

from datetime import date

import pytest
from sqlalchemy import select

from guideline.changes import PreferenceSet
from guideline.edition import Edition
from guideline.records import Need, Preference, Snapshot
from storage.database import Database
from storage.errors import Conflict
from storage.reach import wanting_brief
from storage.schema import audit, preference
from storage.snapshots import Wanted, load
from tests.storage.agency import MINUTE, NOW, TODAY, bind, change, chat, count, effect, fresh, join


async def seen(database: Database, user_id: str = "U1") -> Snapshot:
    """What a handler reads that asks how the person is reminded."""
    owner = await fresh(database, user_id)
    wanted = Wanted(owner, TODAY, None, needs=lambda _: frozenset({Need.REACH}))
    return (await database.read(lambda conn: load(conn, [wanted])))[0]


async def test_the_last_preference_holds(database: Database, edition: Edition) -> None:
    """Nobody has one at first; each replaces the one before, also two of one batch."""
    (person,) = await join(database, "A1")
    owner = await bind(database, await chat(database), person)
    assert (await seen(database)).preference == Preference()
    first = Preference("line", NOW, None, low_detail=True)
    last = Preference("", None, date(2026, 11, 30))
    await change(database, edition, effect(owner, PreferenceSet(first)))
    assert (await seen(database)).preference == first
    await change(
        database,
        edition,
        effect(owner, PreferenceSet(first), NOW + MINUTE),
        effect(owner, PreferenceSet(last), NOW + MINUTE),
    )
    assert (await seen(database)).preference == last
    assert await count(database, preference) == 1


async def test_both_accounts_of_a_person_share_it(database: Database, edition: Edition) -> None:
    """Set on LINE, it holds on Telegram, and says nothing of anybody else."""
    mine, other = await join(database, "A1", "A2")
    line = await bind(database, await chat(database, "U1"), mine)
    await bind(database, await chat(database, "700", "telegram"), mine)
    await bind(database, await chat(database, "U2"), other)
    await change(database, edition, effect(line, PreferenceSet(Preference("telegram"))))
    snapshot = await seen(database, "700")
    assert snapshot.preference == Preference("telegram")
    assert [one.platform for one in snapshot.accounts] == ["line", "telegram"]
    assert (await seen(database, "U2")).preference == Preference()


async def test_who_wants_no_details(database: Database, edition: Edition) -> None:
    """Those who chose 精簡通知 and have not gone back; nobody among none."""
    brief, full, silent = await join(database, "A1", "A2", "A3")
    first = await bind(database, await chat(database, "U1"), brief)
    second = await bind(database, await chat(database, "U2"), full)
    await change(database, edition, effect(first, PreferenceSet(Preference(low_detail=True))))
    await change(database, edition, effect(second, PreferenceSet(Preference(low_detail=True))))
    await change(database, edition, effect(second, PreferenceSet(Preference()), NOW + MINUTE))
    everybody = (brief, full, silent)
    assert await database.read(lambda conn: wanting_brief(conn, everybody)) == {brief}
    assert await database.read(lambda conn: wanting_brief(conn, (full, silent))) == set()
    assert await database.read(lambda conn: wanting_brief(conn, ())) == set()


async def test_a_chat_of_nobody_has_no_preference(database: Database, edition: Edition) -> None:
    """Bound to nobody: refused whole, nothing is written."""
    owner = await chat(database)
    with pytest.raises(Conflict):
        await change(database, edition, effect(owner, PreferenceSet(Preference("line"))))
    assert await count(database, preference) == 0


async def test_its_audit_row_says_what_holds(database: Database, edition: Edition) -> None:
    """One row a change: the channel, and yes or no of the rest."""
    (person,) = await join(database, "A1")
    owner = await bind(database, await chat(database), person)
    await change(database, edition, effect(owner, PreferenceSet(Preference("email", NOW, None, True))))
    rows = await database.read(
        lambda conn: conn.execute(select(audit).where(audit.c.action == "preference_set"))
    )
    (row,) = rows.all()
    assert (row.person_id, row.account_id) == (person, owner.id)
    assert row.detail == {"channel": "email", "stopped": True, "snoozed": False, "low_detail": True}
