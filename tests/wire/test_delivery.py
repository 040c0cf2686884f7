"""What becomes of a reply when the platform has a bad day: never lost in silence, never doubled."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import aiohttp
import pytest
from sqlalchemy import select

from bot.platforms.line_outbound import LineChannel
from bot.platforms.session import CALL
from bot.platforms.telegram_outbound import TelegramChannel
from bot.simulator.faults import Fault
from storage.database import Database
from storage.schema import dispatch
from tests.wire.house import House, called, open_house

INVALID_TOKEN = {"message": "Invalid reply token"}


def said(house: House, platform: str) -> int:
    phone = house.line_phone() if platform == "line" else house.telegram_phone()
    sim = house.line if platform == "line" else house.telegram
    return len([e for e in sim.transcript(phone.user_id) if e.sender == "bot"])  # type: ignore[arg-type]


async def states(house: House) -> list[tuple[str, str]]:
    found = await house.rows("SELECT method, state FROM dispatch ORDER BY id")
    return [(str(method), str(state)) for method, state in found]


async def test_an_expired_reply_token_is_followed_by_a_push(house: House) -> None:
    """LINE's definite no to the token costs one push; the person reads the answer once."""
    house.line.faults.next("reply", Fault.error(400, INVALID_TOKEN))
    assert await house.line_phone().says("說明")
    assert await states(house) == [("reply", "refused"), ("push", "accepted")]


async def test_a_reply_that_line_finds_wrong_is_listed_and_the_chat_goes_on(house: House) -> None:
    """A 400 is final: listed as refused, and the next message is answered as usual."""
    house.line.faults.next("reply", Fault.error(400, {"message": "The request body has 1 error(s)"}))
    phone = house.line_phone()
    assert await phone.says("說明") == []
    assert await phone.says("說明")
    assert await states(house) == [("reply", "refused"), ("reply", "accepted")]


@pytest.mark.parametrize("fault", [Fault.error(500), Fault.error(502), Fault.reset()], ids=str)
async def test_a_reply_with_no_clear_answer_is_undecided_and_never_sent_again(
    house: House, fault: Fault
) -> None:
    """A reply has no retry key: nobody can know, so it is listed and not pushed."""
    house.line.faults.next("reply", fault)
    phone = house.line_phone()
    assert await phone.says("說明") == []
    assert await states(house) == [("reply", "undecided")]
    assert await phone.says("說明")


async def test_a_reply_accepted_before_a_500_is_not_said_twice(house: House) -> None:
    """The platform took the reply and then answered 500: one message stands in the chat."""
    house.line.faults.next("reply", Fault.error(500, accepted=True))
    assert len(await house.line_phone().says("說明")) >= 1
    before = said(house, "line")
    assert await states(house) == [("reply", "undecided")]
    assert said(house, "line") == before


@pytest.mark.parametrize(
    "fault",
    [
        Fault.error(500),
        Fault.error(500, accepted=True),
        Fault.error(503, accepted=True),
        Fault.reset(accepted=True),
        Fault.reset(),
        Fault.garbage(),
        Fault.rate_limit(),
    ],
    ids=str,
)
async def test_a_push_ends_as_exactly_one_message_whatever_line_answers_first(
    house: House, fault: Fault
) -> None:
    """The retry key makes 500-after-accept, resets, garbage and 429 safe: one message, accepted."""
    house.line.faults.next("reply", Fault.error(400, INVALID_TOKEN))
    house.line.faults.next("push", fault)
    answer = await house.line_phone().says("說明")
    assert len(answer) == len(set(answer)) >= 1
    assert await states(house) == [("reply", "refused"), ("push", "accepted")]


async def test_a_used_up_quota_is_final_and_told_apart_from_a_rate_limit(house: House) -> None:
    """429 with the monthly limit: refused at once, not asked again and again."""
    house.line.faults.next("reply", Fault.error(400, INVALID_TOKEN))
    house.line.faults.next("push", Fault.quota())
    assert await house.line_phone().says("說明") == []
    assert await states(house) == [("reply", "refused"), ("push", "refused")]


async def test_garbage_behind_a_200_counts_as_accepted_on_line(house: House) -> None:
    """Any 2xx of LINE means the message was taken; reading the body must not double it."""
    house.line.faults.next("reply", Fault.garbage())
    assert await house.line_phone().says("說明")
    assert await states(house) == [("reply", "accepted")]


async def test_telegram_429_waits_as_long_as_told_and_then_says_it_once(house: House) -> None:
    """429 was surely not sent: the same message goes out after retry_after."""
    house.telegram.faults.next("sendMessage", Fault.rate_limit(retry_after=1))
    assert len(await house.telegram_phone().says("/help")) >= 1
    assert {state for _, state in await states(house)} == {"accepted"}


async def test_telegram_403_marks_the_account_unreachable_until_it_writes_again(house: House) -> None:
    """Blocked: refused, the account is known to be out of reach; a message from it mends that."""
    phone = house.telegram_phone()
    await phone.says("/help")
    house.telegram.faults.next(
        "sendMessage",
        Fault.error(
            403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
        ),
        times=2,
    )
    assert await phone.says("/help") == []
    assert await house.rows("SELECT reachable FROM account") in ([(False,)], [(0,)])
    assert await phone.says("/help")
    assert await house.rows("SELECT reachable FROM account") in ([(True,)], [(1,)])


@pytest.mark.parametrize("fault", [Fault.error(500), Fault.reset(), Fault.reset(accepted=True)], ids=str)
async def test_a_telegram_message_with_no_clear_answer_is_undecided_and_never_sent_again(
    house: House, fault: Fault
) -> None:
    """Telegram has no idempotency key: what cannot be known is listed by name, not repeated."""
    house.telegram.faults.next("sendMessage", fault)
    phone = house.telegram_phone()
    said_once = await phone.says("/help")
    assert len(said_once) == len(set(said_once))
    assert "undecided" in {state for _, state in await states(house)}
    assert await phone.says("/help")


@pytest.fixture
async def impatient(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """An answer is waited for four seconds instead of ten: still longer than another person's may take."""
    timeout = aiohttp.ClientTimeout(CALL.total, CALL.connect, sock_read=4, sock_connect=CALL.sock_connect)
    monkeypatch.setattr("bot.app.LineChannel", partial(LineChannel, timeout=timeout))
    monkeypatch.setattr("bot.app.TelegramChannel", partial(TelegramChannel, timeout=timeout))
    async with open_house(sqlite_url) as opened:
        yield opened


@pytest.mark.parametrize("platform", ["line", "telegram"])
async def test_a_platform_that_stays_silent_holds_up_nobody_else(impatient: House, platform: str) -> None:
    """While one call waits for an answer that never comes, others are answered; then it is undecided."""
    house = impatient
    method = "reply" if platform == "line" else "sendMessage"
    sim = house.line if platform == "line" else house.telegram
    sim.faults.next(method, Fault.silence())
    if platform == "line":
        await house.line.say(house.line_phone(1).user_id, "說明")
        await called(sim, method)
        await house.line.say(house.line_phone(2).user_id, "說明")
        assert await house.line.wait_for(house.line_phone(2).user_id, 1, timeout=3)
    else:
        await house.telegram.say(house.telegram_phone(1).user_id, "/help")
        await called(sim, method)
        await house.telegram.say(house.telegram_phone(2).user_id, "/help")
        assert await house.telegram.wait_for(house.telegram_phone(2).user_id, 1, timeout=3)
    await house.quiet(20)
    assert "undecided" in {state for _, state in await states(house)}


@pytest.mark.usefixtures("hurried")
async def test_a_call_that_hangs_when_the_program_stops_takes_no_other_along(sqlite_url: str) -> None:
    """What was answered meanwhile is written down; of the one that hangs nobody knows, and its lease ends."""
    async with open_house(sqlite_url) as house:
        house.line.faults.next("reply", Fault.silence())
        await house.line.say(house.line_phone(1).user_id, "說明")
        await called(house.line, "reply")
        house.line.faults.next("reply", Fault.slow(0.5))
        await house.line.say(house.line_phone(2).user_id, "說明")
        async with asyncio.timeout(5):
            while len(house.line.calls) < 2:
                await asyncio.sleep(0.01)
    database = await Database.open(sqlite_url)
    found = await database.read(
        lambda conn: conn.execute(select(dispatch.c.state, dispatch.c.lease_until.is_(None)))
    )
    await database.close()
    assert sorted(tuple(row) for row in found) == [("accepted", True), ("frozen", False)]


async def test_what_waits_for_its_turn_is_not_yet_claimed(house: House) -> None:
    """At 30 messages a second a crash in a burst of 60 may leave the calls under way undecided, and those
    that make good a pause: a handful, not all of them."""
    people = range(1, 61)
    for number in people:
        await house.telegram.say(7000 + number, "/help")
    most = 0
    async with asyncio.timeout(30):
        while True:
            leased = (await house.rows("SELECT count(*) FROM dispatch WHERE lease_until IS NOT NULL"))[0][0]
            most = max(most, leased)
            done = await house.rows("SELECT count(*) FROM dispatch WHERE state = 'accepted'")
            if done[0][0] >= len(people):
                break
            await asyncio.sleep(0.005)
    assert 1 <= most <= 12


async def test_a_burst_in_one_telegram_chat_is_slowed_and_not_lost(sqlite_url: str) -> None:
    """One message a second and chat is what Telegram takes: six quick questions get six answers, in order."""
    async with open_house(sqlite_url, chat_rate=1.0) as house:
        phone = house.telegram_phone()
        await phone.joins()
        for word in ("告知事項", "天氣", "開始啟用", "說明", "天氣", "先不使用"):
            await house.telegram.say(phone.user_id, word)
        await house.quiet(30)
        assert {state for _, state in await states(house)} == {"accepted"}
        sent = await house.rows("SELECT cause, ordinal FROM outbox ORDER BY id")
        assert sent == sorted(sent)
        assert "先不使用也沒關係" in phone.read().splitlines()[-3:][0]
