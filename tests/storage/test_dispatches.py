"""What goes out: in the order of its chat, never twice where nobody could tell, and listed when lost."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from guideline.records import Account, Way
from storage import inbox
from storage.database import Database
from storage.dispatches import (
    Dispatch,
    NewDispatch,
    Recovered,
    Verdict,
    claim_due,
    freeze,
    mark_carried,
    oldest_due,
    recover,
    settle,
    undelivered,
)
from storage.errors import Conflict
from storage.schema import account as accounts
from storage.schema import dispatch
from storage.snapshots import Wanted, load
from tests.storage.agency import MINUTE, NOW, TODAY, arrive, bind, chat, column, fresh, join, text

LEASE = timedelta(seconds=60)
HOUR = timedelta(hours=1)


def reply(owner: Account, body: str = "{}", **more: Any) -> NewDispatch:
    plain = NewDispatch("line", "reply", body, owner.id, None, 0, "已回報 2 小時。", "reply")
    return replace(plain, **more)


def push(owner: Account, body: str = "{}", **more: Any) -> NewDispatch:
    return reply(owner, body, method="push", retry_key="11111111-1111-4111-8111-111111111111", **more)


async def put(database: Database, *new: NewDispatch, at: datetime = NOW) -> None:
    await database.write(lambda conn: freeze(conn, new, at))


async def take(database: Database, at: datetime = NOW, limit: int = 10, way: Way = "line") -> list[Dispatch]:
    return await database.write(lambda conn: claim_due(conn, way, limit, at, LEASE, "me"))


async def close(database: Database, *verdicts: Verdict, at: datetime = NOW) -> None:
    await database.write(lambda conn: settle(conn, verdicts, at))


async def receipts(database: Database, owner: Account) -> tuple[str, ...]:
    wanted = [Wanted(owner, TODAY, None)]
    (snapshot,) = await database.read(lambda conn: load(conn, wanted))
    return snapshot.unreceived


async def test_a_dispatch_is_given_out_whole_and_once(database: Database) -> None:
    """The body is what was frozen, to the last code unit; its first attempt is noted before it is made."""
    owner = await chat(database)
    body = '{"text":"您好 \ud800 \\u0000"}\0'
    await put(database, reply(owner, body, cause=7, ordinal=2, kind="reply"))
    (one,) = await take(database)
    assert one.body == body
    assert (one.address, one.account_id, one.cause, one.ordinal) == ("U1", owner.id, 7, 2)
    assert (one.attempts, one.first_attempt_at, one.created_at) == (1, NOW, NOW)
    assert (one.receipt, one.kind, one.retry_key, one.lane) == ("已回報 2 小時。", "reply", None, 0)
    assert await take(database) == []


async def test_each_message_keeps_its_own_receipt(database: Database) -> None:
    """Many frozen in one statement: every body comes back with the receipt and the chat it was frozen for."""
    owners = [await chat(database, f"U{n}") for n in range(40)]
    await put(database, *[reply(owner, f"{owner.id}", receipt=owner.user_id) for owner in owners])
    taken = await take(database, limit=100)
    assert [(one.body, one.receipt, one.address) for one in taken] == [
        (str(owner.id), owner.user_id, owner.user_id) for owner in owners
    ]


async def test_only_the_first_of_each_chat_may_be_sent(database: Database) -> None:
    """The next one waits for the verdict of the one before it; other chats do not."""
    first, second = await chat(database, "U1"), await chat(database, "U2")
    await put(database, reply(first, "1a"), reply(first, "1b"), reply(second, "2a"))
    taken = await take(database)
    assert [one.body for one in taken] == ["1a", "2a"]
    await close(database, Verdict(taken[0].id, "accepted"))
    (after,) = await take(database)
    assert after.body == "1b"


async def test_a_postponed_dispatch_holds_its_chat_back(database: Database) -> None:
    """What is to be sent later keeps its place, and counts as never tried where it has no key."""
    owner = await chat(database)
    await put(database, reply(owner, "a"), reply(owner, "b"))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "later", "429", not_before=NOW + MINUTE))
    assert await take(database) == []
    assert await column(database, dispatch.c.first_attempt_at) == [None, None]
    (again,) = await take(database, NOW + MINUTE)
    assert (again.body, again.attempts) == ("a", 2)


async def test_a_conversation_overtakes_a_wave(database: Database) -> None:
    """A reply is sent before reminders that were frozen earlier, to the same chat and to others."""
    first, second = await chat(database, "U1"), await chat(database, "U2")
    await put(database, push(first, "wave1", lane=1), push(second, "wave2", lane=1), reply(second, "talk"))
    assert [one.body for one in await take(database, limit=1)] == ["talk"]
    assert [one.body for one in await take(database)] == ["wave1"]


async def test_a_notice_that_waits_for_its_hour_holds_up_nothing(database: Database) -> None:
    """What is due of a wave goes in its order, past one that waits for Monday; that one goes when it is
    due. Behind a conversation that was postponed everything waits."""
    owner, other = await chat(database, "U1"), await chat(database, "U2")
    notice = push(owner, "notice", lane=1, not_before=NOW + 60 * HOUR)
    await put(database, notice, push(owner, "menu1", lane=1), push(owner, "menu2", lane=1))
    await put(database, reply(other, "later", not_before=NOW + HOUR), push(other, "menu", lane=1))
    assert await database.read(lambda conn: oldest_due(conn, NOW)) == NOW
    for body in ("menu1", "menu2"):
        (due,) = await take(database)
        assert due.body == body
        assert await take(database) == []
        await close(database, Verdict(due.id, "accepted"))
    assert await take(database) == []
    assert [one.body for one in await take(database, NOW + HOUR)] == ["later"]
    assert [one.body for one in await take(database, NOW + 60 * HOUR)] == ["notice"]


async def test_a_menu_that_is_sent_again_is_not_overtaken(database: Database) -> None:
    """What was tried once keeps its place in a wave as well: the last menu frozen is the last one sent."""
    owner = await chat(database)
    await put(database, push(owner, "menu1", lane=1), push(owner, "menu2", lane=1))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "later", "429", not_before=NOW + MINUTE))
    assert await take(database) == []
    (again,) = await take(database, NOW + MINUTE)
    assert again.body == "menu1"


async def test_an_expired_reply_is_replaced_in_its_place(database: Database) -> None:
    """A reply refused for its token becomes a push, still ahead of what was frozen after it."""
    owner = await chat(database)
    await put(database, reply(owner, "reply"), reply(owner, "next"))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "refused", "expired-token", replacements=(push(owner, "push"),)))
    (instead,) = await take(database)
    assert (instead.body, instead.receipt, instead.method) == ("push", "已回報 2 小時。", "push")
    assert await receipts(database, owner) == ()
    await close(database, Verdict(instead.id, "accepted"))
    assert [one.body for one in await take(database)] == ["next"]


async def test_what_a_crash_left_without_a_key_is_never_sent_again(database: Database) -> None:
    """Nobody can know whether it arrived: it is listed, and its receipt opens the next reply."""
    (person,) = await join(database, "A1")
    owner = await bind(database, await chat(database), person)
    await put(database, reply(owner))
    await take(database)
    before = NOW + LEASE - MINUTE / 60
    assert await database.write(lambda conn: recover(conn, before, LEASE)) == Recovered(0, 0)
    assert await database.write(lambda conn: recover(conn, NOW + LEASE, LEASE)) == Recovered(0, 1)
    assert await take(database, NOW + HOUR) == []
    (lost,) = await database.read(lambda conn: undelivered(conn, "undecided"))
    assert (lost.name, lost.employee_no, lost.unit) == ("同仁A1", "A1", "教育局/體育科")
    assert await receipts(database, owner) == ("已回報 2 小時。",)


async def test_what_is_given_up_early_is_settled_when_that_happened(database: Database) -> None:
    """A program that starts alone takes over leases that still run: the ledger says when it did."""
    await put(database, reply(await chat(database)))
    await take(database)
    soon = NOW + MINUTE / 60
    assert await database.write(lambda conn: recover(conn, soon, timedelta(0))) == Recovered(0, 1)
    assert await column(database, dispatch.c.settled_at) == [soon]


async def test_a_push_is_sent_again_under_its_key_for_23_hours(database: Database) -> None:
    """The same key and the same body, while LINE remembers the key; never afterwards."""
    owner = await chat(database)
    await put(database, push(owner, "body"))
    (one,) = await take(database)
    later = NOW + 23 * HOUR - MINUTE
    assert await database.write(lambda conn: recover(conn, later, LEASE)) == Recovered(1, 0)
    (again,) = await take(database, later)
    assert (again.retry_key, again.body, again.first_attempt_at) == (one.retry_key, "body", NOW)
    too_late = NOW + 23 * HOUR + MINUTE
    assert await database.write(lambda conn: recover(conn, too_late, LEASE)) == Recovered(0, 1)
    assert await take(database, too_late) == []


async def test_a_push_that_waited_too_long_is_given_up(database: Database) -> None:
    """A retry that comes due after the key was forgotten would be a second message."""
    owner = await chat(database)
    await put(database, push(owner))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "later", "500", not_before=NOW + 23 * HOUR + MINUTE))
    assert await take(database, NOW + 24 * HOUR) == []
    assert await database.write(lambda conn: recover(conn, NOW + 24 * HOUR, LEASE)) == Recovered(0, 1)


@pytest.mark.parametrize("state", ["undecided", "refused"])
async def test_a_receipt_that_did_not_arrive_is_carried_once(database: Database, state: Any) -> None:
    """It shows in the snapshot until a reply carried it; an accepted one never does."""
    owner = await chat(database)
    await put(database, reply(owner))
    (one,) = await take(database)
    await close(database, Verdict(one.id, state, "silence"))
    assert await receipts(database, owner) == ("已回報 2 小時。",)
    await database.write(lambda conn: mark_carried(conn, [owner.id], NOW))
    assert await receipts(database, owner) == ()
    await put(database, reply(owner))
    (two,) = await take(database)
    await close(database, Verdict(two.id, "accepted"))
    assert await receipts(database, owner) == ()


async def test_a_late_answer_wins_over_a_lost_one(database: Database) -> None:
    """An answer that comes after the lease ran out still says what happened; the reverse changes nothing."""
    owner = await chat(database)
    await put(database, reply(owner))
    (one,) = await take(database)
    await database.write(lambda conn: recover(conn, NOW + LEASE, LEASE))
    await close(database, Verdict(one.id, "accepted"))
    assert await receipts(database, owner) == ()
    await close(database, Verdict(one.id, "undecided", "late"), Verdict(one.id + 99, "accepted"))
    assert await column(database, dispatch.c.state) == ["accepted"]


async def test_a_blocked_chat_is_unreachable(database: Database) -> None:
    """A refusal that says the person shut us out is kept with the account, for that person alone."""
    first, second = await chat(database, "U1"), await chat(database, "U2")
    await put(database, reply(first), reply(second))
    one, two = await take(database)
    await close(database, Verdict(one.id, "refused", "blocked"), Verdict(two.id, "refused", "quota"))
    assert await column(database, accounts.c.reachable) == [False, True]
    assert not (await fresh(database, "U1")).reachable


async def test_since_when_something_is_due(database: Database) -> None:
    """Readiness asks how long the oldest message that could be sent has been waiting."""
    owner, other = await chat(database), await chat(database, "U2")
    assert await database.read(lambda conn: oldest_due(conn, NOW)) is None
    await put(database, reply(owner, not_before=NOW + HOUR), reply(other), at=NOW)
    assert await database.read(lambda conn: oldest_due(conn, NOW + MINUTE)) == NOW
    await take(database)
    assert await database.read(lambda conn: oldest_due(conn, NOW + MINUTE)) is None
    assert await database.read(lambda conn: oldest_due(conn, NOW + 2 * HOUR)) == NOW + HOUR


async def test_what_waits_behind_a_postponed_one_is_not_due(database: Database) -> None:
    """One chat that was told to wait does not make the whole program look stalled."""
    owner = await chat(database)
    await put(database, reply(owner, not_before=NOW + HOUR), reply(owner), at=NOW)
    assert await database.read(lambda conn: oldest_due(conn, NOW + MINUTE)) is None
    assert await database.read(lambda conn: oldest_due(conn, NOW + 2 * HOUR, ["telegram"])) is None


async def test_surely_not_sent_wins_over_lost(database: Database) -> None:
    """A lease was given up while the database was away; the sender knows that nothing went out."""
    owner = await chat(database)
    await put(database, reply(owner, receipt="已回報"))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "undecided", "lease"))
    await close(database, Verdict(one.id, "later", "no connection", not_before=NOW))
    assert await receipts(database, owner) == ()
    assert [again.id for again in await take(database)] == [one.id]


async def test_two_senders_never_take_the_same_dispatch(postgres_url: str) -> None:
    """Each dispatch is given to one sender, and each chat keeps its order between them."""
    senders = [await Database.open(postgres_url) for _ in range(3)]
    sent: list[tuple[int | None, str]] = []

    async def send(database: Database) -> None:
        idle = 0
        while idle < 4:
            taken = await take(database, limit=2)
            sent.extend((one.account_id, one.body) for one in taken)
            await close(database, *(Verdict(one.id, "accepted") for one in taken))
            idle = 0 if taken else idle + 1

    try:
        owners = [await chat(senders[0], f"U{n}") for n in range(4)]
        await put(senders[0], *[reply(owners[n % 4], f"{n:02}") for n in range(32)])
        await asyncio.gather(*(send(database) for database in senders))
    finally:
        for database in senders:
            await database.close()
    assert len(sent) == 32
    for owner in owners:
        bodies = [body for number, body in sent if number == owner.id]
        assert bodies == sorted(bodies)


async def test_a_receipt_is_never_marked_before_it_was_shown(postgres_url: str) -> None:
    """A verdict that comes while a batch is answering the same chat waits, so that its receipt is shown
    by the reply after it."""
    first, second = await Database.open(postgres_url), await Database.open(postgres_url)
    loaded, go_on = asyncio.Event(), asyncio.Event()

    async def batch(conn: Any) -> None:
        (row,) = await inbox.claim(conn, 1)
        assert row.account is not None
        (snapshot,) = await load(conn, [Wanted(row.account, TODAY, None)])
        assert snapshot.unreceived == ()
        loaded.set()
        await go_on.wait()
        await mark_carried(conn, [row.account.id], NOW)
        await inbox.finish(conn, [row.seq])

    try:
        owner = await chat(first)
        await put(first, reply(owner))
        (one,) = await take(first)
        await arrive(first, text("next"))
        working = asyncio.create_task(first.write(batch))
        await loaded.wait()
        settling = asyncio.create_task(close(second, Verdict(one.id, "undecided", "silence")))
        await asyncio.sleep(0.1)
        assert not settling.done()
        go_on.set()
        await asyncio.gather(working, settling)
        assert await receipts(first, owner) == ("已回報 2 小時。",)
    finally:
        await first.close()
        await second.close()


async def test_nothing_is_frozen_for_a_chat_that_does_not_exist(database: Database) -> None:
    """A reference to nobody is a conflict, and the whole unit is gone."""
    ghost = Account(999, "line", "U9")
    with pytest.raises(Conflict):
        await put(database, reply(ghost))
    assert await column(database, dispatch.c.id) == []


async def bodies(database: Database) -> list[str | None]:
    return list(await column(database, dispatch.c.body))


@pytest.mark.parametrize("state", ["accepted", "refused", "undecided"])
async def test_a_fleeting_body_is_kept_until_it_is_settled(database: Database, state: Any) -> None:
    """Postponed it is still there to be sent; settled, however it ended, it is gone, the neighbour's not."""
    owner = await chat(database)
    await put(database, push(owner, "office", fleeting=True))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "later", not_before=NOW))
    assert [again.body for again in await take(database)] == ["office"]
    await put(database, reply(await chat(database, "U2"), "own"))
    await close(database, *(Verdict(due.id, "accepted") for due in await take(database)))
    await close(database, Verdict(one.id, state))
    assert await bodies(database) == [None, "own"]


async def test_what_was_replaced_stands_in_its_replacement(database: Database) -> None:
    """The words of a reply that became a push are kept once, and go as they would have gone."""
    owner = await chat(database)
    await put(database, reply(owner, "by token", fleeting=True))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "refused", "expired-token", replacements=(push(owner, "pushed"),)))
    assert await bodies(database) == [None, "pushed"]
    (two,) = await take(database)
    await close(database, Verdict(two.id, "accepted"))
    assert await bodies(database) == [None, None]


@pytest.mark.parametrize("late", ["later", "replaced"])
async def test_what_lost_its_words_is_not_said_again(database: Database, late: str) -> None:
    """Undecided, its words erased since; then its call ends after all: nothing is sent with them."""
    owner = await chat(database)
    await put(database, push(owner, "office", fleeting=True))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "undecided"))
    verdict = (
        Verdict(one.id, "later", not_before=NOW)
        if late == "later"
        else Verdict(one.id, "refused", "expired-token", replacements=(push(owner, "office"),))
    )
    await close(database, verdict)
    assert await take(database) == []
    assert await bodies(database) == [None]
