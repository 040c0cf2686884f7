"""Notices wait for office hours; whose chat changed hands or who left HR meanwhile reads nothing of them."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from guideline.changes import AccountReleased
from guideline.edition import Edition
from guideline.records import Access
from storage.database import Database
from storage.dispatches import OFFICE, claim_due, undelivered
from storage.schema import account, dispatch, outbox, person
from tests.storage.agency import NOW, TODAY, bind, change, chat, column, effect, fresh, join
from tests.storage.test_dispatches import LEASE, push, put, receipts, take

YESTERDAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 25)


async def set_to(database: Database, table: Any, **values: Any) -> None:
    await database.write(lambda conn: conn.execute(update(table).values(**values)))


async def test_a_notice_frozen_behind_a_release_is_not_sent(database: Database, edition: Edition) -> None:
    """The officer's transaction chose the chat, 解除綁定 committed first, then the notice was frozen: it is
    refused for good, its words and receipt are gone, and the chat's own letters go on."""
    (one,) = await join(database, "A1")
    owner = await bind(database, await chat(database), one)
    await change(database, edition, effect(owner, AccountReleased(owner.id)))
    await put(database, push(owner, "to them", kind="notice", person_id=one), push(owner, "to anybody"))
    assert await take(database) == []
    assert [due.body for due in await take(database)] == ["to anybody"]
    assert await column(database, dispatch.c.body) == [None, "to anybody"]
    assert (await column(database, outbox.c.receipt))[0] == ""
    (listed,) = await database.read(lambda conn: undelivered(conn, "refused"))
    assert listed.reason == "astray"
    assert await receipts(database, await fresh(database)) == ()


async def test_a_notice_to_a_chat_that_is_anothers_by_now(database: Database) -> None:
    """Bound to somebody else between freezing and sending."""
    one, two = await join(database, "A1", "A2")
    owner = await bind(database, await chat(database), one)
    await put(database, push(owner, kind="notice", person_id=one))
    await bind(database, owner, two)
    assert await take(database) == []


@pytest.mark.parametrize(
    ("kind", "changed", "told"),
    [
        (OFFICE, {}, True),
        (OFFICE, {"left_on": TODAY}, True),
        (OFFICE, {"left_on": TOMORROW}, True),
        (OFFICE, {"left_on": YESTERDAY}, False),
        (OFFICE, {"access": Access.STAFF.value}, False),
        ("notice", {"access": Access.STAFF.value}, True),
        ("notice", {"left_on": YESTERDAY}, True),
    ],
)
async def test_who_left_hr_reads_no_question(
    database: Database, kind: str, changed: dict[str, Any], told: bool
) -> None:
    """Between Friday and Monday an officer leaves, or the access goes; what is their own still comes."""
    (one,) = await join(database, "H1")
    owner = await bind(database, await chat(database), one)
    await set_to(database, person, access=Access.HR.value)
    await put(database, push(owner, kind=kind, person_id=one))
    await set_to(database, person, **({"created_at": NOW} | changed))
    due = await database.write(lambda conn: claim_due(conn, "line", 9, NOW, LEASE, "me", TODAY))
    assert bool(due) is told


async def test_what_is_meant_for_the_chat_itself_goes_there(database: Database) -> None:
    """A reply names nobody: it goes to the chat that asked, whosever it is."""
    (one,) = await join(database, "A1")
    owner = await bind(database, await chat(database), one)
    await put(database, push(owner))
    await set_to(database, account, person_id=None)
    assert len(await take(database)) == 1
