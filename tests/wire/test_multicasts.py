"""Equal texts to many people over real HTTP: few calls, each person once, and LINE's count beside ours."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.counting import counting
from bot.platforms.line import LineReader
from bot.platforms.line_quota import LineQuota
from bot.platforms.session import open_session
from bot.simulator.faults import Fault
from handlers.message import Text
from storage import budget
from storage.clock import SystemClock
from storage.dispatches import REMINDER, To, freeze
from storage.schema import account, person
from tests.wire.house import TOKEN, House, line_id

ZONE = ZoneInfo("Asia/Taipei")


async def told(house: House, count: int, strangers: tuple[int, ...] = ()) -> list[To]:
    """So many people with a chat each are told the same; `strangers` are unknown to LINE."""
    numbers = range(1001, 1001 + count)
    now = house.clock.real()
    named = {"name": "同仁", "unit": "教育局", "access": "同仁", "created_at": now, "changed_at": now}

    async def settle_in(conn: Any) -> None:
        people = [{"id": number, "employee_no": f"E{number}", **named} for number in numbers]
        await conn.execute(insert(person), people)
        bound = {"platform": "line", "created_at": now, "consented_at": now}
        chats = [
            {"id": number, "person_id": number, "user_id": line_id(number), **bound} for number in numbers
        ]
        await conn.execute(insert(account), chats)

    for number in numbers:
        if number not in strangers:
            house.line.add_friend(line_id(number))
    await house.program.database.write(settle_in)
    to = [To(line_id(number), number, number) for number in numbers]
    calls = LineReader().say(to, [Text("請於期限前完成時數。")], REMINDER)
    await house.program.database.write(lambda conn: freeze(conn, calls, now))
    for delivery in house.program.deliveries:
        delivery.wake()
    await house.quiet(30)
    return to


async def test_equal_texts_go_out_in_few_calls(house: House) -> None:
    """1 201 people: ⌈1201 / 500⌉ = 3 calls, everybody once, as many messages charged here as LINE counts."""
    house.line.channel.quota.limit = None
    to = await told(house, 1201)
    assert [(call.endpoint, call.status) for call in house.line.calls] == [("multicast", 200)] * 3
    assert Counter(house.line.delivered[one.address] for one in to) == {1: 1201}
    assert await house.rows("SELECT count(*), sum(charge) FROM dispatch WHERE state = 'accepted'") == [
        (3, 1201)
    ]
    assert house.line.quota_used == 1201


@pytest.mark.parametrize(
    "fault", [Fault.error(500, accepted=True), Fault.reset(accepted=True), Fault.rate_limit()], ids=str
)
async def test_a_call_to_many_ends_as_one_message_each(house: House, fault: Fault) -> None:
    """Its retry key makes a lost answer safe to repeat."""
    house.line.faults.next("multicast", fault)
    to = await told(house, 20)
    assert Counter(house.line.delivered[one.address] for one in to) == {1: 20}


async def test_a_call_refused_for_one_is_split_until_only_that_one_is_refused(house: House) -> None:
    """LINE does not know one of 200: nobody got the whole call; in halves all the others do, once."""
    house.line.channel.quota.limit = None
    to = await told(house, 200, strangers=(1078,))
    got = Counter({one.address: house.line.delivered[one.address] for one in to})
    assert [one for one, count in got.items() if count != 1] == [line_id(1078)]
    assert got[line_id(1078)] == 0
    refused = await house.rows(
        "SELECT outbox.account_id, dispatch.method FROM outbox JOIN dispatch "
        "ON dispatch.id = outbox.dispatch_id WHERE dispatch.state = 'refused'"
    )
    assert refused == [(1078, "push")]
    assert len(house.line.calls) <= 2 * 8 + 1
    assert await house.rows("SELECT sum(charge) FROM dispatch WHERE state <> 'refused'") == [(199,)]


async def test_wrong_words_are_not_sent_in_halves(house: House) -> None:
    """LINE names the message: for everybody it would be refused alike."""
    body = {"message": "The request body has 1 error(s)", "details": [{"property": "messages[0].text"}]}
    house.line.faults.next("multicast", Fault.error(400, body))
    await told(house, 20)
    assert [call.status for call in house.line.calls] == [400]


class _Later(SystemClock):
    """Two hours on."""

    def real(self) -> datetime:
        return super().real() + timedelta(hours=2)


async def test_lines_own_count_is_asked_every_hour(house: House) -> None:
    """What was sent by hand counts; that LINE does not answer is borne until it does, and that it refuses our
    token is heard of."""
    barred: list[str] = []
    async with open_session() as session:
        ask = LineQuota(session, house.line_url, TOKEN).ask
        duty = counting(house.program.database, house.clock, ZONE, ask, barred.append)
        house.line.channel.quota.spend(150)
        house.line.faults.next("quota", Fault.error(500))
        for _ in range(2):
            await duty.attend(house.clock.now())
            assert (len(house.line.calls), await _left(house)) == (1, None)
        later = counting(house.program.database, house.clock, ZONE, ask, barred.append)
        await later.attend(house.clock.now())
        assert await _left(house) == 50
        asked = len(house.line.calls)
        await later.attend(house.clock.now())
        assert len(house.line.calls) == asked
        assert barred == []
        house.line.faults.next("quota", Fault.error(401))
        await counting(house.program.database, _Later(), ZONE, ask, barred.append).attend(house.clock.now())
        assert [one[:3] for one in barred] == ["401"]


async def test_a_used_up_month_is_known_at_once(house: House) -> None:
    """LINE refuses for the quota: nothing is left from the same transaction on."""
    house.line.channel.quota.spend(195)
    await told(house, 20)
    assert await _left(house) == 0


async def _left(house: House) -> int | None:
    month = budget.month_of(house.clock.now().astimezone(ZONE).date())
    return (await house.program.database.read(lambda conn: budget.stands(conn, month, None))).left
