"""Events are stored once, and worked on in the order of their chat, one at a time."""

import asyncio
from typing import Any

from storage import inbox
from storage.database import Database
from storage.inbox import Claimed, Received
from storage.schema import account as accounts
from storage.schema import inbox as inbox_table
from tests.storage.agency import MINUTE, NOW, arrive, bind, chat, claim, column, count, join, text, work


async def test_what_no_platform_here_can_read_waits(database: Database) -> None:
    """A program that serves LINE only leaves Telegram's events to one that serves both."""
    await arrive(database, text("E1"), Received("telegram", "7", "7", 0, b"{}"))
    here = await database.write(lambda conn: inbox.claim(conn, 9, None, ["line"]))
    assert [event.platform for event in here] == ["line"]


async def test_the_same_event_five_times(database: Database) -> None:
    """A redelivered event meets its own id and changes nothing, within one call and across calls."""
    assert await arrive(database, text("e1"), text("e1")) == 1
    assert [await arrive(database, text("e1")) for _ in range(5)] == [0] * 5
    assert await count(database, inbox_table) == 1
    assert await work(database) == ["e1"]
    assert await arrive(database, text("e1")) == 0
    assert await claim(database) == []


async def test_reordered_events_are_worked_on_in_their_own_order(database: Database) -> None:
    """The platform's order decides; equal keys keep the order in which they came."""
    await arrive(database, text("late", key=30), text("b", key=20), text("c", key=20))
    await arrive(database, text("early", key=10))
    assert [await work(database) for _ in range(5)] == [["early"], ["b"], ["c"], ["late"], []]


async def test_four_messages_at_once_are_claimed_one_by_one(database: Database) -> None:
    """At most one event of a chat is in a batch, while other chats go on beside it."""
    await arrive(database, *[text(f"m{n}", key=n) for n in range(4)], text("other", "U2"))
    assert [await work(database) for _ in range(5)] == [["m0", "other"], ["m1"], ["m2"], ["m3"], []]


async def test_the_oldest_chats_come_first(database: Database) -> None:
    """A batch smaller than the queue takes those who wait longest."""
    await arrive(database, *[text(f"e{n}", f"U{n}") for n in range(5)])
    assert await work(database, 2) == ["e0", "e1"]
    assert await work(database, 2) == ["e2", "e3"]


async def test_two_chats_of_one_person_are_never_in_one_batch(database: Database) -> None:
    """A bound person is one queue, whatever the number of their accounts."""
    (person,) = await join(database, "A1")
    line, telegram = await chat(database, "U1"), await chat(database, "T1", "telegram")
    await bind(database, line, person)
    await bind(database, telegram, person)
    await arrive(database, text("line-1", "U1"), inbox.Received("telegram", "1", "T1", 1, b"{}"))
    assert [await work(database) for _ in range(3)] == [["line-1"], ["1"], []]


async def test_a_failed_event_lets_its_chat_go_on_and_can_be_revived(database: Database) -> None:
    """What failed is kept with its raw body, and comes first again when it is revived."""
    await arrive(database, text("bad", key=1, raw=b"raw"), text("good", key=2))
    (bad,) = await claim(database)
    await database.write(lambda conn: inbox.fail(conn, bad.seq, "ValueError at handlers.x:1"))
    assert await work(database) == ["good"]
    assert await database.write(inbox.revive) == 1
    (again,) = await claim(database)
    assert (again.event_id, again.raw) == ("bad", b"raw")
    assert await column(database, inbox_table.c.error) == ["", ""]


async def test_only_the_events_asked_for_are_claimed(database: Database) -> None:
    """One by one after a conflict: exactly the event that is named, and never ahead of its chat's order."""
    await arrive(database, text("a", "U1", 1), text("b", "U2", 1), text("a2", "U1", 2))
    seqs = dict(zip(["a", "b", "a2"], await column(database, inbox_table.c.seq), strict=True))

    async def ids(seq: int) -> list[str]:
        rows = await database.write(lambda conn: inbox.claim(conn, 1, [seq]))
        return [row.event_id for row in rows]

    assert await ids(seqs["b"]) == ["b"]
    assert await ids(seqs["a2"]) == []


async def test_an_event_of_no_chat_is_claimed_without_an_account(database: Database) -> None:
    """A malformed event is a row like any other, so that it can be finished."""
    await arrive(database, text("stray", None), text("stray2", None), text("good"))
    claimed = await claim(database)
    assert [(one.event_id, one.account is None) for one in claimed] == [
        ("stray", True),
        ("stray2", True),
        ("good", False),
    ]


async def test_raw_bytes_and_odd_ids_survive(database: Database) -> None:
    """NUL, lone surrogates and bytes that are no text are stored and given back as they came."""
    raw = b"\x00\xff\xed\xa0\x80"
    assert await arrive(database, text("e\0\ud800", "U\0\udfff", raw=raw, message_id="\0")) == 1
    assert await arrive(database, text("e\0\ud800", "U\0\udfff", raw=raw)) == 0
    (row,) = await claim(database)
    assert row.raw == raw
    assert await count(database, accounts) == 1


async def test_the_oldest_waiting_event_is_known(database: Database) -> None:
    """Readiness asks since when somebody waits."""
    assert await database.read(inbox.oldest_waiting) is None
    await arrive(database, text("e1"), at=NOW)
    await arrive(database, text("e2", "U2"), at=NOW + MINUTE)
    assert await database.read(inbox.oldest_waiting) == NOW
    await work(database)
    assert await database.read(inbox.oldest_waiting) is None


async def test_whoever_writes_can_be_reached_again(database: Database) -> None:
    """A chat that blocked us counts as reachable from its next event on."""
    await chat(database)
    await database.write(lambda conn: conn.execute(accounts.update().values(reachable=False)))
    await arrive(database, text("back"))
    (row,) = await claim(database)
    assert row.account is not None
    assert row.account.reachable
    assert await column(database, accounts.c.reachable) == [True]


async def test_two_replicas_never_claim_the_same_chat(postgres_url: str) -> None:
    """While one replica works on a chat, another takes the next chats and none of the same."""
    first, second = await Database.open(postgres_url), await Database.open(postgres_url)
    try:
        await arrive(first, *[text(f"e{n}", f"U{n % 4}", n) for n in range(8)])
        seen = await _beside(first, second, 2)
    finally:
        await first.close()
        await second.close()
    assert seen == (["e0", "e1"], ["e2", "e3"])


async def test_two_replicas_never_work_for_the_same_person(postgres_url: str) -> None:
    """Two accounts of one person are not worked on at once, not even on two machines."""
    first, second = await Database.open(postgres_url), await Database.open(postgres_url)
    try:
        (person,) = await join(first, "A1")
        await bind(first, await chat(first, "U1"), person)
        await bind(first, await chat(first, "T1", "telegram"), person)
        await arrive(first, text("line-1", "U1"), inbox.Received("telegram", "1", "T1", 1, b"{}"))
        seen = await _beside(first, second, 1)
        assert await work(second) == ["1"]
    finally:
        await first.close()
        await second.close()
    assert seen == (["line-1"], [])


async def test_many_replicas_finish_every_event_once_and_in_order(postgres_url: str) -> None:
    """Four replicas at once: each event exactly once, each chat in its order."""
    replicas = [await Database.open(postgres_url) for _ in range(4)]
    done: list[tuple[str, int]] = []

    async def batch(conn: Any) -> list[Claimed]:
        claimed = await inbox.claim(conn, 3)
        await asyncio.sleep(0)
        await inbox.finish(conn, [event.seq for event in claimed])
        done.extend(tuple(event.event_id.split("-")) for event in claimed)  # type: ignore[misc]
        return claimed

    async def run(replica: Database) -> None:
        idle = 0
        while idle < 5:
            idle = 0 if await replica.write(batch) else idle + 1

    try:
        await arrive(replicas[0], *[text(f"{n % 7}-{n}", f"U{n % 7}", n) for n in range(70)])
        await asyncio.gather(*(run(replica) for replica in replicas))
    finally:
        for replica in replicas:
            await replica.close()
    assert len(done) == 70
    for chat_no in range(7):
        numbers = [int(n) for c, n in done if int(c) == chat_no]
        assert numbers == sorted(numbers)


async def _beside(first: Database, second: Database, limit: int) -> tuple[list[str], list[str]]:
    """What the second replica claims while the first holds its batch."""
    held, release = asyncio.Event(), asyncio.Event()

    async def hold(conn: Any) -> list[str]:
        claimed = await inbox.claim(conn, limit)
        held.set()
        await release.wait()
        await inbox.finish(conn, [event.seq for event in claimed])
        return [event.event_id for event in claimed]

    holding = asyncio.create_task(first.write(hold))
    await held.wait()
    beside = await claim(second, limit)
    release.set()
    return await holding, [event.event_id for event in beside]
