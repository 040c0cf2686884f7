"""Which chats may need another menu, and what is remembered of those that got one."""

import asyncio
from functools import partial
from typing import Any

import pytest

from guideline.changes import RoleProposed
from guideline.edition import Edition
from guideline.records import Platform
from storage import menus
from storage.database import Database
from storage.dispatches import MENU, NewDispatch, Verdict, claim_due, freeze, settle, undelivered
from storage.inbox import Received, still_waiting
from storage.menus import Chat
from storage.schema import account
from tests.storage.agency import (
    MINUTE,
    NOW,
    arrive,
    bind,
    change,
    chat,
    column,
    effect,
    fresh,
    join,
    text,
    work,
)
from tests.storage.plans import crowd, read_whole


async def stand(database: Database, *accounts: int, and_released: bool = False) -> list[Chat]:
    return await database.read(lambda conn: menus.chats(conn, accounts, and_released=and_released))


async def given(database: Database, number: int, menu: str) -> None:
    await database.write(lambda conn: menus.give(conn, {number: menu}))


async def test_a_chat_stands_as_its_person_does(database: Database, edition: Edition) -> None:
    """Nobody's, somebody's, somebody's with a role: on every platform on which they are."""
    (person,) = await join(database, "A001")
    stranger, member = await chat(database, "U1"), await chat(database, "U2")
    await bind(database, member, person)
    found = await stand(database, stranger.id, member.id)
    assert [(one.person is None, one.has_role) for one in found] == [(True, False), (False, False)]
    assert found[1].person is not None
    assert found[1].person.employee_no == "A001"
    role = RoleProposed(("application",), "base", {}, edition.id)
    await change(database, edition, effect(await fresh(database, "U2"), role))
    (alone,) = await stand(database, member.id)
    assert alone.has_role
    elsewhere = await bind(database, await chat(database, "7001", "telegram"), person)
    both = await stand(database, member.id)
    assert [(one.account.id, one.has_role) for one in both] == [(member.id, True), (elsewhere.id, True)]


async def test_released_chats_are_found_by_the_menu_they_still_have(database: Database) -> None:
    """Nobody's, and not with everyone's menu; others are left alone."""
    (person,) = await join(database, "A001")
    one, other, bound = (
        await chat(database, "U1"),
        await chat(database, "U2"),
        await chat(database, "U3"),
    )
    await bind(database, bound, person)
    await given(database, one.id, "richmenu-1")
    await given(database, bound.id, "richmenu-1")
    assert [found.account.id for found in await stand(database, other.id)] == [other.id]
    released = await stand(database, other.id, and_released=True)
    assert [found.account.id for found in released] == [one.id, other.id]


@pytest.mark.parametrize("and_released", [False, True])
async def test_no_batch_reads_every_account(database: Database, and_released: bool) -> None:
    """Among 20 000 accounts the few that are asked for are found by indexes alone."""
    nobody = "CASE WHEN n % 1000 = 0 THEN NULL ELSE n END"
    named = {"employee_no": "'E' || n", "name": "'同仁'", "unit": "'教育局'", "access": "'同仁'"}
    await crowd(database, "person", id="n", **named, created_at="0", changed_at="0")
    chats = {"platform": "'line'", "user_id": "'U' || n", "person_id": nobody, "menu": "'richmenu-1'"}
    await crowd(database, "account", id="n", **chats, created_at="0")

    async def batch(conn: Any) -> None:
        found = await menus.chats(conn, [200, 300, 400], and_released=and_released)
        assert [one.account.id for one in found][:3] == [200, 300, 400]
        assert len(found) == (23 if and_released else 3)

    assert (await read_whole(database, batch)).isdisjoint({"account", "held", "other", "released", "person"})


async def test_what_somebody_else_holds_is_not_waited_for(postgres_database: Database) -> None:
    """Two batches that each hold the other's chat both go on; neither is given what it could not note."""
    one, other = await chat(postgres_database, "U1"), await chat(postgres_database, "U2")
    barrier = asyncio.Barrier(2)

    async def meet() -> None:
        async with asyncio.timeout(10):
            await barrier.wait()

    async def batch(conn: Any, own: int, theirs: int) -> frozenset[int]:
        await menus.give(conn, {own: "richmenu-1"})
        await meet()
        noted = await menus.give(conn, {theirs: "richmenu-2", own: "richmenu-3"})
        await meet()
        return noted

    noted = await asyncio.gather(
        postgres_database.write(lambda conn: batch(conn, one.id, other.id)),
        postgres_database.write(lambda conn: batch(conn, other.id, one.id)),
    )
    assert [set(numbers) for numbers in noted] == [{one.id}, {other.id}]
    assert await column(postgres_database, account.c.menu) == ["richmenu-3", "richmenu-3"]


async def test_all_who_are_known_on_a_platform(database: Database) -> None:
    """Who is somebody, or has a menu; strangers and the other platform are left out."""
    first, second = await join(database, "A001", "A002")
    await chat(database, "U1")
    bound, elsewhere = await chat(database, "U2"), await chat(database, "7001", "telegram")
    await bind(database, bound, first)
    await bind(database, elsewhere, second)
    platform: Platform = "line"
    known = await database.read(lambda conn: menus.known(conn, platform, 0, 9))
    assert [one.account.id for one in known] == [bound.id]


async def test_the_known_come_in_chunks(database: Database) -> None:
    """Each chunk goes on behind the last one, until none is left."""
    for number in range(3):
        await given(database, (await chat(database, f"U{number}")).id, "richmenu-1")
    found: list[int] = [0]
    while chunk := await database.read(partial(menus.known, platform="line", after=found[-1], limit=2)):
        found += [one.account.id for one in chunk]
    assert found == [0, 1, 2, 3]


async def test_a_menu_goes_when_nobody_sees_it_any_more(database: Database) -> None:
    """Not while an account has it, nor while a call that gives another one waits; who cannot be reached
    sees none."""

    async def unneeded() -> frozenset[str]:
        return await database.read(lambda conn: menus.unneeded(conn, ["richmenu-1", "richmenu-2"]))

    owner, gone = await chat(database, "U1"), await chat(database, "U2")
    await given(database, owner.id, "richmenu-1")
    await given(database, gone.id, "richmenu-2")
    assert await unneeded() == frozenset()
    away = account.update().where(account.c.id == gone.id).values(reachable=False)
    await database.write(lambda conn: conn.execute(away))
    assert await unneeded() == {"richmenu-2"}
    await given(database, owner.id, "richmenu-3")
    call = NewDispatch("line", "richmenu", "{}", owner.id, None, 0, "", MENU, retry_key="k", lane=1)
    await database.write(lambda conn: freeze(conn, [call], NOW))
    assert await unneeded() == frozenset()
    (due,) = await database.write(lambda conn: claim_due(conn, "line", 9, NOW, MINUTE, "me"))
    await database.write(lambda conn: settle(conn, [Verdict(due.id, "accepted")], NOW))
    assert await unneeded() == {"richmenu-1", "richmenu-2"}


async def test_lines_menus_are_remembered(database: Database) -> None:
    """None at first; what is kept last holds."""
    assert await database.read(menus.line_menus) == {}
    first, last = {"member": "richmenu-1"}, {"member": "richmenu-2", "office": "richmenu-3"}
    await database.write(lambda conn: menus.keep_line_menus(conn, first, NOW))
    assert await database.read(menus.line_menus) == first
    await database.write(lambda conn: menus.keep_line_menus(conn, last, NOW))
    assert await database.read(menus.line_menus) == last


@pytest.mark.parametrize(
    ("state", "menu"), [("accepted", "richmenu-1"), ("refused", "?"), ("undecided", "?")]
)
async def test_a_menu_that_may_not_have_come_is_not_counted_as_given(
    database: Database, state: Any, menu: str
) -> None:
    """Its chat is due another try; it is no message, so nobody is told that one was not delivered."""
    owner = await chat(database)
    await given(database, owner.id, "richmenu-1")
    call = NewDispatch("line", "richmenu", "{}", owner.id, None, 0, "", MENU, retry_key="k", lane=1)
    await database.write(lambda conn: freeze(conn, [call], NOW))
    (due,) = await database.write(lambda conn: claim_due(conn, "line", 9, NOW, MINUTE, "me"))
    await database.write(lambda conn: settle(conn, [Verdict(due.id, state, "why")], NOW))
    assert (await fresh(database)).menu == menu
    if state != "accepted":
        assert await database.read(lambda conn: undelivered(conn, state)) == []


async def test_a_message_that_did_not_come_leaves_the_menu_alone(database: Database) -> None:
    """Only the menu's own call says something of the menu."""
    owner = await chat(database)
    await given(database, owner.id, "richmenu-1")
    letter = NewDispatch("line", "reply", "{}", owner.id, None, 0, "", "reply")
    await database.write(lambda conn: freeze(conn, [letter], NOW))
    (due,) = await database.write(lambda conn: claim_due(conn, "line", 9, NOW, MINUTE, "me"))
    await database.write(lambda conn: settle(conn, [Verdict(due.id, "refused", "why")], NOW))
    assert (await fresh(database)).menu == "richmenu-1"


async def test_what_is_still_waiting(database: Database) -> None:
    """By platform and id; what is done, failed or unknown is not."""
    await arrive(database, text("E1"))
    await work(database)
    await arrive(database, text("E2"), Received("telegram", "E1", "7001", 0, b"{}"))
    found = await database.read(lambda conn: still_waiting(conn, ["E1", "E2", "E3"]))
    assert found == {("line", "E2"), ("telegram", "E1")}
