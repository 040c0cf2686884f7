"""One call to many people, and mail: in the order of every chat, listed by name, told again where refused."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from guideline.records import Source
from storage.database import Database
from storage.dispatches import (
    QUOTA,
    Recovered,
    To,
    Verdict,
    claim_due,
    oldest_due,
    recover,
    settle,
    undelivered,
)
from storage.schema import account, dispatch, hours, outbox, person
from storage.schema import reminder as reminder_table
from tests.storage.agency import MINUTE, NOW, TODAY, bind, chat, column, fresh, join
from tests.storage.plans import crowd, read_whole
from tests.storage.test_dispatches import LEASE, close, put, reply, take
from tests.storage.waves import FROZEN, call, due, people, planned, reminders, send, set_to, with_mail


async def test_one_call_goes_to_many(database: Database) -> None:
    """Claimed once, whole, with nobody's own address; its messages are charged to the month."""
    to = await planned(database, await people(database, 3))
    await send(database, call(to))
    (one,) = await due(database)
    assert (one.method, one.account_id, one.address) == ("multicast", None, "")
    assert await due(database) == []
    assert await column(database, dispatch.c.charge) == [3]
    assert await column(database, dispatch.c.charge_month) == ["2026-11"]


async def test_a_mail_goes_to_the_address_of_now(database: Database) -> None:
    """The roster was mended between freezing and sending."""
    to = await planned(database, await with_mail(database, "A1"), "email")
    await send(database, call(to, "email"))
    await set_to(database, person, email="new@example.gov.tw")
    (one,) = await due(database, "email")
    assert (one.address, one.person_id) == ("new@example.gov.tw", to[0].person_id)
    assert await column(database, dispatch.c.charge) == [0]


async def test_a_wave_overtakes_no_conversation_of_any_of_them(database: Database) -> None:
    """While one of them waits for an answer, the call to all waits; the conversation never does."""
    to = await planned(database, await people(database, 3))
    await send(database, call(to))
    await put(database, reply(await fresh(database, "U2"), "talk"))
    (talk,) = await take(database)
    assert talk.body == "talk"
    assert await due(database) == []
    assert await database.read(lambda conn: oldest_due(conn, NOW + MINUTE)) is None
    await close(database, Verdict(talk.id, "accepted"))
    (wave,) = await due(database)
    assert wave.method == "multicast"
    await put(database, reply(await fresh(database, "U2"), "more"))
    assert [one.body for one in await take(database)] == ["more"]


async def test_a_conversation_that_is_put_off_holds_up_no_wave(database: Database) -> None:
    """The platform stumbles over what one of them is answered: the call to all goes meanwhile."""
    to = await planned(database, await people(database, 3))
    await send(database, call(to))
    await put(database, reply(await fresh(database, "U2"), "talk"))
    (talk,) = await take(database)
    await close(database, Verdict(talk.id, "later", "500", not_before=NOW + MINUTE))
    (wave,) = await due(database)
    assert wave.method == "multicast"


async def test_the_parts_of_a_long_text_keep_their_order(database: Database) -> None:
    """The second call to the same people waits for the verdict of the first, and for both of its halves."""
    to = await people(database, 2)
    await send(database, call(to), call(to, ordinal=1))
    (first,) = await due(database)
    halves = tuple(call([To(one.address, None)]) for one in to)
    await close(database, Verdict(first.id, "refused", "400: to", replacements=halves))
    pushed = await due(database)
    assert [(one.method, one.ordinal) for one in pushed] == [("push", 0), ("push", 0)]
    await close(database, Verdict(pushed[0].id, "accepted"))
    assert await due(database) == []
    await close(database, Verdict(pushed[1].id, "accepted"))
    assert [one.ordinal for one in await due(database)] == [1]


async def test_every_recipient_is_listed_by_name(database: Database) -> None:
    """Of a call whose answer was lost, and of a mail."""
    await send(database, call(await planned(database, await people(database, 3))))
    await send(database, call(await with_mail(database, "M1"), "email"))
    (many,), (mail,) = await due(database), await due(database, "email")
    await close(database, Verdict(many.id, "undecided", "lost"), Verdict(mail.id, "undecided", "lost"))
    listed = await database.read(lambda conn: undelivered(conn, "undecided"))
    assert [(one.platform, one.employee_no) for one in listed] == [
        *(("line", f"A{n}") for n in (1, 2, 3)),
        ("email", "M1"),
    ]
    assert (listed[-1].account_id, listed[-1].user_id) == (None, "")


async def test_halves_take_over_their_own_people(database: Database) -> None:
    """Each recipient belongs to one of them, the charge moves along, and only who is refused is told anew."""
    to = await planned(database, await people(database, 3))
    await send(database, call(to))
    (whole,) = await due(database)
    halves = (call([To("U1", None), To("U2", None)]), call([To("U3", None)]))
    await close(database, Verdict(whole.id, "refused", "400: to", replacements=halves))
    assert await reminders(database) == [FROZEN] * 3
    assert await column(database, outbox.c.dispatch_id) == [whole.id + 1, whole.id + 1, whole.id + 2]
    assert await column(database, dispatch.c.account_id) == [None, None, to[2].account_id]
    assert await column(database, dispatch.c.charge) == [3, 2, 1]
    both, single = await due(database)
    assert (single.method, single.address) == ("push", "U3")
    await close(database, Verdict(both.id, "accepted"), Verdict(single.id, "refused", "400: to"))
    assert await reminders(database) == [FROZEN, FROZEN, ("planned", "line", None)]


@pytest.mark.parametrize("reason", ["blocked", QUOTA, "403"])
async def test_what_was_refused_is_planned_again(database: Database, reason: str) -> None:
    """As if never told, with the way noted once; what it asked about uploads it did not ask."""
    to = await planned(database, await people(database, 2), tried="telegram")
    learned = {"learned_on": TODAY, "source": Source.SELF.value, "minutes": 60, "title": "課程"}
    rows = [
        {**learned, "person_id": one.person_id, "reported_at": NOW, "asked_on": asked}
        for one, asked in ((to[0], TODAY), (to[0], TODAY - timedelta(days=30)), (to[1], TODAY))
    ]
    await database.write(lambda conn: conn.execute(insert(hours), rows))
    await send(database, call(to[:1]), call(to[1:]))
    first, second = await due(database)
    await close(database, Verdict(first.id, "refused", reason), Verdict(second.id, "accepted"))
    assert await reminders(database) == [("planned", "telegram,line", None), ("frozen", "telegram", TODAY)]
    asked_on = await column(database, hours.c.asked_on)
    assert asked_on == [None, TODAY - timedelta(days=30), TODAY]
    assert await column(database, account.c.reachable) == [reason != "blocked", True]


async def test_a_way_is_tried_once(database: Database) -> None:
    """Refused again by the same way, it stands there once."""
    to = await planned(database, await people(database, 1), tried="email,line")
    await send(database, call(to))
    (one,) = await due(database)
    await close(database, Verdict(one.id, "refused", "403"))
    assert await reminders(database) == [("planned", "email,line", None)]


async def test_undecided_is_never_planned_again_until_it_is_surely_refused(database: Database) -> None:
    """It may have arrived; an answer that comes late and says no still counts."""
    to = await planned(database, await people(database, 1, "telegram"), "telegram")
    await send(database, call(to, "telegram"))
    (one,) = await due(database, "telegram")
    assert await database.write(lambda conn: recover(conn, NOW + LEASE, LEASE)) == Recovered(0, 1)
    assert await reminders(database) == [FROZEN]
    await close(database, Verdict(one.id, "refused", "403"))
    assert await reminders(database) == [("planned", "telegram", None)]


async def test_what_another_way_has_taken_over_is_left_alone(database: Database) -> None:
    """The second part of a text is refused when the reminder is already on its way by mail."""
    to = await planned(database, await people(database, 1, "telegram"), "telegram")
    await send(database, call(to, "telegram"), call(to, "telegram", ordinal=1))
    (first,) = await due(database, "telegram")
    await close(database, Verdict(first.id, "refused", "400"))
    await set_to(database, reminder_table, state="frozen", way="email", told_on=TODAY)
    (second,) = await due(database, "telegram")
    await close(database, Verdict(second.id, "refused", "400"))
    assert await reminders(database) == [("frozen", "telegram", TODAY)]


async def test_a_half_that_arrived_is_not_told_again(database: Database) -> None:
    """Of a text in two calls the first was taken: its person is not begun anew with."""
    to = await planned(database, await people(database, 1, "telegram"), "telegram")
    await send(database, call(to, "telegram"), call(to, "telegram", ordinal=1))
    for state in ("accepted", "refused"):
        (one,) = await due(database, "telegram")
        await close(database, Verdict(one.id, state))
    assert await reminders(database) == [FROZEN]


async def test_a_reminder_said_again_is_not_listed_twice(database: Database) -> None:
    """Refused on LINE and mailed a moment later: nothing is undelivered."""
    to = await planned(database, await people(database, 1))
    await send(database, call(to))
    (one,) = await due(database)
    await close(database, Verdict(one.id, "refused", "403"))
    assert len(await database.read(lambda conn: undelivered(conn, "refused"))) == 1
    again = [To("", None, to[0].person_id, to[0].reminder_id)]
    await put(database, call(again, "email"), at=NOW + MINUTE)
    assert await database.read(lambda conn: undelivered(conn, "refused")) == []


async def test_no_claim_reads_every_message(database: Database) -> None:
    """Among 20 000 messages of the past those that are due, and the chats they wait for, are found by
    indexes; so is whom a settled one was for."""
    owner = await bind(database, await chat(database), (await join(database, "A1"))[0])
    await crowd(database, "account", id="n", platform="'line'", user_id="'U' || n", created_at="0")
    sent = {"platform": "'line'", "method": "'reply'", "lane": "0", "state": "'accepted'", "created_at": "0"}
    await crowd(database, "dispatch", id="n", account_id="n", body="'{}'", **sent)
    told = {"account_id": "n", "ordinal": "0", "kind": "'reply'", "created_at": "0"}
    await crowd(database, "outbox", id="n", dispatch_id="n", cause="n", **told)
    named = {"employee_no": "'E' || n", "name": "'同仁'", "unit": "'教育局'", "access": "'同仁'"}
    await crowd(database, "person", id="n", **named, created_at="0", changed_at="0")
    waves = {"wave_id": "1", "state": "'frozen'", "way": "'line'"}
    to = await planned(database, [To(owner.user_id, owner.id, owner.person_id)])
    await crowd(database, "reminder", id="n", person_id="n", **waves)
    await send(database, call([*to, *(To("", n, n, n) for n in range(300, 360))]), call(to))

    async def claim(conn: Any) -> None:
        await set_owners(conn)
        assert len(await claim_due(conn, "line", 10, NOW, LEASE, "me", TODAY)) == 2

    async def set_owners(conn: Any) -> None:
        rows = account.c.id.between(300, 360)
        await conn.execute(update(account).where(rows).values(person_id=account.c.id))

    whole = await read_whole(database, claim)
    assert whole <= {"chosen"}  # the few that go first, of which the rest is then looked up
    numbers = await database.read(
        lambda conn: conn.scalars(select(dispatch.c.id).where(dispatch.c.state == "frozen"))
    )
    verdicts = [Verdict(number, "refused", "403") for number in numbers.all()]

    async def refuse(conn: Any) -> None:
        await settle(conn, verdicts, NOW)

    assert (await read_whole(database, refuse)).isdisjoint(
        {"dispatch", "other", "part", "mine", "outbox", "account", "reminder"}
    )
