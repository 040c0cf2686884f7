"""Two engines on one database: nothing is done twice, and one goes on where the other ended."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from reminders.delivery import GATHER, Aboard, Delivery
from reminders.recovery import recover_leases
from reminders.verdicts import Accepted, Answer, Refused, Room
from storage import budget
from storage.clock import SystemClock
from storage.database import Database
from storage.dispatches import Dispatch, NewDispatch, Recovered, claim_due
from tests.reminders.rounds import Round
from tests.storage.agency import chat
from tests.storage.test_dispatches import put, reply, take


async def test_two_engines_do_not_double(postgres_url: str) -> None:
    """Both plan and freeze at once; each person is in the wave once and gets one message."""
    here, there = await Database.open(postgres_url), await Database.open(postgres_url)
    try:
        one, other = Round(here, calls=4), Round(there, calls=4)
        await one.release()
        await one.join(*(f"A{number}+telegram" for number in range(60)))
        await one.join(*(f"B{number}+line" for number in range(60)))
        for _ in range(3):
            await asyncio.gather(one.tick(), other.tick())
        assert len(await one.states()) == 120
        for _ in range(40):
            await asyncio.gather(one.sending.look(), other.sending.look())
            await one.accepted()
        assert {row[1] for row in await one.states()} == {"frozen"}
        recipients = await one.recipients()
        assert len(recipients) == len(set(recipients)) == 120
        await asyncio.gather(one.tick(), other.tick())
        assert await one.wave_states() == [("2026-12-w1", "done", False)]
    finally:
        await here.close()
        await there.close()


async def test_another_program_goes_on_where_one_ended(database: Database) -> None:
    """A wave begun by a program that is gone is sent on by the next one, to those who are left."""
    first = Round(database, calls=4)
    await first.release()
    await first.join(*(f"A{number}+telegram" for number in range(12)))
    await first.tick()
    await first.sending.look()
    begun = len(await first.recipients())
    assert 0 < begun < 12
    second = Round(database, calls=4)
    for _ in range(20):
        await second.accepted()
        await second.tick()
        await second.sending.look()
    recipients = await second.recipients()
    assert len(recipients) == len(set(recipients)) == 12


async def test_a_chat_that_goes_while_its_message_is_frozen(postgres_database: Database) -> None:
    """Somebody blocks the bot between the decision and the message: they are looked at again, and told by
    another way; the others of the call are told meanwhile."""
    round_ = Round(postgres_database)
    await round_.release()
    gone, stays = await round_.join("A1+line+telegram", "A2+line")
    await round_.prefer(gone, channel="line")
    await round_.tick()
    held, go = asyncio.Event(), asyncio.Event()

    async def hold(conn: AsyncConnection) -> None:
        await budget.available(conn, "2026-12", None)
        held.set()
        await go.wait()

    holding = asyncio.create_task(postgres_database.write(hold))
    await held.wait()
    freezing = asyncio.create_task(round_.sending.look())
    async with asyncio.timeout(4):
        while not await round_.rows(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        ):
            await asyncio.sleep(0.01)
    await round_.write("UPDATE account SET reachable = false WHERE platform = 'line' AND person_id = 1")
    go.set()
    await holding
    await freezing
    await round_.send()
    assert await round_.states() == [(gone, "frozen", "", "telegram"), (stays, "frozen", "", "line")]


async def test_who_claims_at_once_shares_the_room(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch and the delivery itself never claim more together than can go out now; what the one may leave
    over is soon looked at again."""
    database, ready, rests = postgres_database, asyncio.Barrier(2), []
    delivery = Delivery(database, SystemClock(), Narrow(), lambda *_: None, ZoneInfo("Asia/Taipei"))
    await put(database, *[reply(await chat(database, f"U{number}")) for number in range(8)])

    async def board(conn: AsyncConnection) -> Aboard:
        await ready.wait()
        return await delivery.board(conn)

    async def claimed(*args: Any, **options: Any) -> Any:
        rests.append(await delivery.turn())
        return await claim_due(*args, **options)

    monkeypatch.setattr("reminders.delivery.claim_due", claimed)
    aboard = await asyncio.gather(database.write(board), database.write(board))
    assert sum(len(one.calls) for one in aboard) == 3
    assert rests == [GATHER]


class Narrow:
    """A platform with room for three calls."""

    platform: Way = "line"

    def room(self, ahead: float = 0.0) -> Room:
        return Room(3)

    async def send(self, dispatch: Dispatch) -> Answer:
        return Accepted()

    def instead(self, dispatch: Dispatch, refused: Refused) -> Sequence[NewDispatch]:
        return ()


async def test_a_replica_starts_though_another_holds_what_it_would_settle(postgres_url: str) -> None:
    """It does not end over a lock that is held too long; the first tick settles what was left."""
    here, there = await Database.open(postgres_url), await Database.open(postgres_url, wait=0.1)
    held, release = asyncio.Event(), asyncio.Event()
    clock = SystemClock()
    await put(here, reply(await chat(here)))
    await take(here, clock.real() - timedelta(hours=1))

    async def hold(conn: AsyncConnection) -> None:
        await conn.execute(text("SELECT id FROM account FOR UPDATE"))
        held.set()
        await release.wait()

    holding = asyncio.create_task(here.write(hold))
    await held.wait()
    try:
        assert await recover_leases(there, clock, starting=True) == Recovered(0, 0)
        release.set()
        await holding
        assert await recover_leases(there, clock, starting=False) == Recovered(0, 1)
    finally:
        release.set()
        await here.close()
        await there.close()


@pytest.mark.parametrize("starting", [True, False])
async def test_a_clock_that_was_set_back_mutes_no_chat(database: Database, starting: bool) -> None:
    """What was under way when the machine's clock was an hour ahead is given up, and the next reply may go;
    not what a neighbour does whose clock is a little ahead of ours."""
    clock, hour, second = SystemClock(), timedelta(hours=1), timedelta(seconds=1)
    left, mine = await chat(database, "U1"), await chat(database, "U2")
    await put(database, reply(left))
    await take(database, clock.real() + hour)
    await put(database, reply(mine))
    await take(database, clock.real() + second)
    alone = starting and database.single_program
    assert await recover_leases(database, clock, starting=starting) == Recovered(0, 2 if alone else 1)
    await put(database, reply(left, "next"))
    assert [one.body for one in await take(database, clock.real())] == ["next"]
