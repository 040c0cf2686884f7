"""LINE's month: reserved as it is frozen, released by a refusal, never shared by two waves, held to LINE."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Account
from storage import budget
from storage.database import Database
from storage.dispatches import QUOTA, Verdict, freeze
from storage.types import EPOCH
from tests.storage.agency import NOW, TODAY, chat
from tests.storage.test_dispatches import close, push, put, reply, take
from tests.storage.waves import call, people, send

MONTH = "2026-11"


async def left(database: Database, cap: int | None = None, month: str = MONTH) -> int | None:
    return await database.write(lambda conn: budget.available(conn, month, cap))


async def tell(database: Database, quota: int | None, counted: int) -> None:
    await database.write(lambda conn: budget.tell(conn, MONTH, quota, counted, NOW))


async def test_a_frozen_call_is_reserved_and_a_refused_one_released(database: Database) -> None:
    """One message for each recipient; a reply and what has no recipient cost nothing."""
    to = await people(database, 3)
    await send(database, call(to))
    owner = await chat(database, "U9")
    await put(database, push(owner), reply(owner))
    assert await left(database, 10) == 6
    for one in await take(database):
        await close(database, Verdict(one.id, "refused" if one.method == "multicast" else "undecided"))
    assert await left(database, 10) == 9


async def test_the_business_month_bears_the_cost(database: Database) -> None:
    """Frozen on the first of December in the agency's zone, while it is November in UTC."""
    await send(database, call(await people(database, 2)), today=date(2026, 12, 1))
    assert [await left(database, 10), await left(database, 10, "2026-12")] == [10, 8]


async def test_a_token_that_expired_costs_a_push(database: Database) -> None:
    """The replacement is charged when it is frozen."""
    owner = await chat(database)
    await put(database, reply(owner))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "refused", "expired-token", replacements=(push(owner),)))
    assert await left(database, 10) == 9


async def test_the_smaller_limit_and_the_greater_count_hold(database: Database) -> None:
    """LINE's plan or the agency's own; what was sent by hand in LINE's console counts too, and what LINE had
    not taken yet comes on top of its count."""
    assert await left(database) is None
    await put(database, push(await chat(database, "U1")))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "accepted"))
    await put(database, push(await chat(database, "U2")))
    await tell(database, 200, 61)
    assert [await left(database), await left(database, 100), await left(database, 300)] == [138, 38, 138]
    await tell(database, None, 0)
    assert [await left(database), await left(database, 100), await left(database, 1)] == [None, 98, 0]


async def test_two_waves_never_share_a_message(database: Database) -> None:
    """Of ten messages two transactions at once each take what the other left."""
    owners = [await chat(database, f"U{n}") for n in range(16)]
    taken: list[int] = []

    async def wave(mine: Sequence[Account], conn: AsyncConnection) -> None:
        free = await budget.available(conn, MONTH, 10)
        assert free is not None
        await asyncio.sleep(0.05)
        await freeze(conn, [push(one) for one in mine[:free]], NOW, TODAY)
        taken.append(min(free, len(mine)))

    halves = [owners[:8], owners[8:]]
    await asyncio.gather(*(database.write(partial(wave, mine)) for mine in halves))
    assert sorted(taken) == [2, 8]
    assert await left(database, 10) == 0


@pytest.mark.parametrize("quota", [None, 200])
async def test_a_used_up_month_has_nothing_left(database: Database, quota: int | None) -> None:
    """Whatever our count says, once LINE refuses for it; LINE is due to be asked again at once."""
    await tell(database, quota, 0)
    await put(database, push(await chat(database)))
    (one,) = await take(database)
    await close(database, Verdict(one.id, "refused", QUOTA))
    assert await left(database) == 0
    assert (await database.read(lambda conn: budget.known(conn, MONTH)))[0] == EPOCH
    await tell(database, 500, 100)
    assert await left(database) == 400
    asked_at, _ = await database.read(lambda conn: budget.known(conn, MONTH))
    assert asked_at - NOW == timedelta()


@pytest.mark.parametrize("told", [True, False])
async def test_a_month_of_which_line_has_not_told_has_the_plan_of_the_one_before(
    database: Database, told: bool
) -> None:
    """Its count begins anew. Nobody ever told: the agency's own limit is all there is; the row that two waves
    lock before anything is known tells nothing."""
    if told:
        await tell(database, 200, 150)
    await send(database, call(await people(database, 2)), today=date(2026, 12, 1))
    assert await left(database, None, "2026-12") == (198 if told else None)
    assert await left(database, 50, "2026-12") == 48
    assert await left(database, None, "2026-12") == (198 if told else None)
