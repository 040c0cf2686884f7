"""A call to many, or a mail, while people leave, chats change hands and data are removed."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from guideline.changes import PersonErased
from guideline.edition import Edition
from guideline.editions import Editions
from guideline.records import Access
from storage.apply import apply
from storage.copies import gather
from storage.database import Database
from storage.dispatches import (
    DIGEST,
    To,
    Verdict,
    claim_due,
)
from storage.purge import purge
from storage.schema import account, dispatch, person, preference
from tests.storage.agency import MINUTE, NOW, TODAY, change, column, effect, fresh, join
from tests.storage.test_dispatches import LEASE, close
from tests.storage.waves import (
    FROZEN,
    PLANNED,
    call,
    due,
    people,
    planned,
    reminders,
    send,
    set_to,
    with_mail,
)


@pytest.mark.parametrize("changed", ["hands", "left", "leaves today", "no chat"])
async def test_a_call_to_many_with_a_stray_one_is_not_made(database: Database, changed: str) -> None:
    """Nobody gets it, and the reminders of all are planned again, by no way tried."""
    to = await planned(database, await people(database, 3))
    await send(database, call(to))
    if changed == "hands":
        (other,) = await join(database, "B1")
        await set_to(database, account, account.c.id == to[1].account_id, person_id=other)
    elif changed == "no chat":
        await set_to(database, account, account.c.id == to[1].account_id, person_id=None)
    else:
        day = TODAY if changed == "leaves today" else TODAY - timedelta(days=1)
        await set_to(database, person, person.c.id == to[1].person_id, left_on=day)
    made = await due(database)
    assert bool(made) is (changed == "leaves today")
    assert await reminders(database) == [FROZEN if made else PLANNED] * 3
    if not made:
        assert await column(database, dispatch.c.reason) == ["astray"]
        assert await column(database, dispatch.c.body) == [None]


async def test_a_mail_to_who_has_left_is_not_sent(database: Database) -> None:
    """Nor one for which the roster has no address any more."""
    to = await planned(database, await with_mail(database, "A1", "A2"), "email")
    await send(database, call(to[:1], "email"), call(to[1:], "email"))
    await set_to(database, person, person.c.id == to[0].person_id, left_on=TODAY - timedelta(days=1))
    await set_to(database, person, person.c.id == to[1].person_id, email="")
    assert await due(database, "email") == []
    assert await reminders(database) == [PLANNED] * 2


async def test_what_was_put_off_for_days_is_told_to_nobody(database: Database) -> None:
    """The mail server's password was wrong until Monday: last week's reminder and digest stay unsaid."""
    to = await planned(database, await with_mail(database, "A1", "H1"), "email")
    await set_to(database, person, access=Access.HR.value)
    await send(database, call(to[:1], "email"), call([replace(to[1], reminder_id=None)], "email", DIGEST))
    late = NOW + timedelta(days=3)
    for one in await due(database, "email"):
        await close(database, Verdict(one.id, "later", "535", not_before=NOW))

    async def asked(at: datetime) -> int:
        made = await database.write(lambda conn: claim_due(conn, "email", 9, at, LEASE, "me", TODAY))
        for one in made:
            await close(database, Verdict(one.id, "later", "535", not_before=NOW))
        return len(made)

    assert [await asked(late - MINUTE), await asked(late)] == [2, 0]
    assert await column(database, dispatch.c.body) == [None, None]
    assert (await reminders(database))[0] == PLANNED


async def test_a_mail_goes_where_the_roster_says_now(database: Database) -> None:
    """The address changes between freezing and sending; two people with one mailbox get a mail each."""
    to = await planned(database, await with_mail(database, "A1", "A2"), "email")
    await send(database, call(to[:1], "email"), call(to[1:], "email"))
    await set_to(database, person, email="both@example.gov.tw")
    made = await due(database, "email")
    assert [(one.person_id, one.address) for one in made] == [
        (one.person_id, "both@example.gov.tw") for one in to
    ]


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"stopped_at": NOW}, False),
        ({"snoozed_until": TODAY}, False),
        ({"snoozed_until": TODAY - timedelta(days=1)}, True),
    ],
)
async def test_who_stops_while_a_mail_is_put_off_is_not_written_to(
    database: Database, chosen: dict[str, Any], told: bool
) -> None:
    """The server put it off; meanwhile its person stops the reminders. What else HR's people are told by mail
    goes on."""
    to = await planned(database, await with_mail(database, "A1", "H1"), "email")
    await send(database, call(to[:1], "email"), call(to[1:], "email", "notice"))
    for one in await due(database, "email"):
        await close(database, Verdict(one.id, "later", "451", not_before=NOW))
    rows = [{"person_id": one.person_id, "changed_at": NOW, **chosen} for one in to]
    await database.write(lambda conn: conn.execute(insert(preference), rows))
    assert len(await due(database, "email")) == 1 + told
    assert (await reminders(database))[0] == (FROZEN if told else PLANNED)


async def test_a_digest_is_for_who_serves_in_hr(database: Database) -> None:
    """By mail as well."""
    to = await with_mail(database, "H1", "H2")
    await set_to(database, person, person.c.id == to[0].person_id, access=Access.HR.value)
    await send(database, *(call([one], "email", DIGEST) for one in to))
    assert [one.person_id for one in await due(database, "email")] == [to[0].person_id]


async def test_what_was_tried_is_never_called_unsent(database: Database) -> None:
    """After a lost answer a chat changes hands: to one it is undecided, to many it goes on under its key."""
    to = await planned(database, await people(database, 3))
    await send(database, call(to[:2]), call(to[2:]))
    for one in await due(database):
        await close(database, Verdict(one.id, "later", "500", not_before=NOW))
    await set_to(database, account, person_id=None)
    assert [one.method for one in await due(database)] == ["multicast"]
    assert await column(database, dispatch.c.state) == ["frozen", "undecided"]
    assert await reminders(database) == [FROZEN] * 3


async def test_an_erasure_takes_mail_and_reminders_along(database: Database, edition: Edition) -> None:
    """What was mailed loses its words, what is frozen is not sent, and the wave says nothing more to them; a
    call to many is decided anew for the others."""
    line = await people(database, 2)
    to = await planned(database, line)
    mail = To("a1@example.gov.tw", None, to[0].person_id, None)
    await set_to(database, person, email="a1@example.gov.tw")
    await send(database, call([mail], "email", "notice"), call([mail], "email", "notice"), call(to))
    first, _ = await due(database, "email")
    await close(database, Verdict(first.id, "accepted"))
    owner = await fresh(database, "U1")
    gone = [effect(owner, PersonErased())]
    await database.write(lambda conn: apply(conn, Editions(edition), gone, NOW))
    assert await due(database, "email") == []
    assert await due(database) == []
    assert await column(database, dispatch.c.state) == ["accepted", "refused", "refused"]
    assert await column(database, dispatch.c.body) == [None] * 3
    assert await reminders(database) == [("dropped", "", TODAY), PLANNED]


async def test_what_is_under_way_to_many_is_forgotten_once_it_is_sent(
    database: Database, edition: Edition
) -> None:
    """Its body names the chat of who went."""
    to = await planned(database, await people(database, 2))
    await send(database, call(to))
    (one,) = await due(database)
    owner = await fresh(database, "U1")
    await change(database, edition, effect(owner, PersonErased()))
    assert await column(database, dispatch.c.body) == ["{}"]
    await purge(database, NOW + MINUTE)
    assert len(await column(database, account.c.id)) == 2
    await close(database, Verdict(one.id, "accepted"))
    assert await column(database, dispatch.c.body) == [None]
    await purge(database, NOW + MINUTE)
    assert len(await column(database, account.c.id)) == 1


async def test_a_copy_holds_what_was_mailed(database: Database) -> None:
    """And what went to many, of which the person is one."""
    to = await people(database, 2)
    mail = To("", None, to[0].person_id)
    await send(database, call(to), call([mail], "email"), call([To("", None, to[1].person_id)], "email"))
    kept = await database.read(lambda conn: gather(conn, to[0].person_id or 0))
    assert kept is not None
    assert [row["platform"] for row in kept.told] == ["line", "email"]
