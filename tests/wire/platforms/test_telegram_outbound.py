"""What Telegram's answers mean, over real HTTP: against the loopback Telegram, and a peer that breaks off."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.platforms.session import open_session
from bot.platforms.telegram_outbound import BLOCKED, TRIES, TelegramChannel
from bot.polling import PollingError
from bot.simulator.faults import Fault
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from reminders.verdicts import Accepted, Answer, Later, Refused, Undecided
from storage.clock import SystemClock
from storage.dispatches import Dispatch
from tests.wire.platforms.peer import Sent, closed_port, http, peer

TOKEN = "123456:loopback-token_for-the-tests-000000"
USER = 7001
HASTE = aiohttp.ClientTimeout(total=2, connect=0.5, sock_connect=0.5, sock_read=0.3)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as opened:
        yield opened


@pytest.fixture
async def telegram() -> AsyncIterator[tuple[TelegramSimulator, str]]:
    """The loopback Telegram and its address; one person has started the bot."""
    simulator = TelegramSimulator(TOKEN, clock=SystemClock(), chat_rate=None)
    async with serve(simulator.app) as served:
        await simulator.start(USER)
        yield simulator, served.url


def message(text: str = "您好", chat: Any = USER) -> Sent:
    return Sent("sendMessage", json.dumps({"chat_id": chat, "text": text, "parse_mode": "HTML"}))


async def test_a_message_arrives(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str]
) -> None:
    """ok: accepted, and the words stand in the chat."""
    simulator, url = telegram
    assert await TelegramChannel(session, url, TOKEN).send(message()) == Accepted()
    assert simulator.delivered[USER] == 1


async def test_429_waits_as_long_as_told(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str]
) -> None:
    """The seconds of `retry_after`; the message was surely not sent."""
    simulator, url = telegram
    simulator.faults.next("sendMessage", Fault.rate_limit(retry_after=7))
    answer = await TelegramChannel(session, url, TOKEN).send(message())
    assert isinstance(answer, Later)
    assert answer.seconds == 7


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (message("<b>"), "400: Bad Request: can't parse entities"),
        (message(""), "400: Bad Request: message text is empty"),
        (message("x" * 5000), "400: Bad Request: message is too long"),
        (message(chat=9999), "400: Bad Request: chat not found"),
    ],
    ids=["tags", "empty", "long", "unknown chat"],
)
async def test_a_wrong_call_is_refused_with_telegrams_reason(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str], sent: Sent, reason: str
) -> None:
    """400 is final."""
    answer = await TelegramChannel(session, telegram[1], TOKEN).send(sent)
    assert isinstance(answer, Refused)
    assert answer.reason.startswith(reason)


async def test_403_is_blocked(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str]
) -> None:
    """Whoever blocked the bot is out of reach."""
    simulator, url = telegram
    await simulator.block(USER)
    assert await TelegramChannel(session, url, TOKEN).send(message()) == Refused(BLOCKED)


@pytest.mark.parametrize("token", ["123456:wrong-token", "no-token-at-all"])
async def test_a_wrong_token_waits_for_the_operator(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str], token: str
) -> None:
    """401 and 404: nothing is lost while the token is being mended."""
    answer = await TelegramChannel(session, telegram[1], token).send(message())
    assert isinstance(answer, Later)
    assert "token" in answer.reason
    assert token not in answer.reason


@pytest.mark.parametrize(
    "fault",
    [
        Fault.error(500),
        Fault.error(502),
        Fault.error(500, accepted=True),
        Fault.reset(),
        Fault.reset(accepted=True),
        Fault.silence(),
        Fault.silence(accepted=True),
        Fault.garbage(),
    ],
    ids=str,
)
async def test_a_message_without_a_clear_answer_is_undecided(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str], fault: Fault
) -> None:
    """There is no idempotency key: whether it arrived nobody can know, so it is never sent again."""
    simulator, url = telegram
    simulator.faults.next("sendMessage", fault)
    assert isinstance(await TelegramChannel(session, url, TOKEN, timeout=HASTE).send(message()), Undecided)


def edit(message_id: int, attempts: int = 1) -> Sent:
    body = {"chat_id": USER, "message_id": message_id, "text": "選好了", "parse_mode": "HTML"}
    return Sent("editMessageText", json.dumps(body), "key", attempts)


async def test_an_edit_that_changes_nothing_was_made_before(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str]
) -> None:
    """Made twice: accepted twice, and the chat shows one message, edited."""
    simulator, url = telegram
    channel = TelegramChannel(session, url, TOKEN)
    await channel.send(message())
    number = simulator.transcript(USER)[-1].content["message_id"]
    assert [await channel.send(edit(number)) for _ in range(2)] == [Accepted(), Accepted()]
    assert simulator.delivered[USER] == 1
    assert simulator.transcript(USER)[-1].content["plain"] == "選好了"


@pytest.mark.parametrize(
    "fault", [Fault.error(502), Fault.reset(), Fault.silence(), Fault.garbage(accepted=False)]
)
async def test_an_edit_without_a_clear_answer_is_made_again_so_often_and_no_more(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str], fault: Fault
) -> None:
    """Never undecided: later, and after five tries refused, so that it is said as a new message."""
    simulator, url = telegram
    channel = TelegramChannel(session, url, TOKEN, timeout=HASTE)
    simulator.faults.next("editMessageText", fault, times=2)
    assert isinstance(await channel.send(edit(1, TRIES - 1)), Later)
    assert isinstance(await channel.send(edit(1, TRIES)), Refused)


@pytest.mark.parametrize(
    ("refused", "said_anew"),
    [
        ("message to edit not found", True),
        ("message can't be edited", True),
        ("bot was blocked by the user", False),
    ],
)
async def test_an_edit_that_is_refused_is_said_anew(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str], refused: str, said_anew: bool
) -> None:
    """The same words without the message's number; to who blocked the bot nothing is said."""
    simulator, url = telegram
    channel = TelegramChannel(session, url, TOKEN)
    status = 400 if said_anew else 403
    body = {"ok": False, "error_code": status, "description": f"Bad Request: {refused}"}
    simulator.faults.next("editMessageText", Fault.error(status, body))
    answer = await channel.send(edit(1))
    assert isinstance(answer, Refused)
    said = channel.instead(dispatched(edit(1)), answer)
    assert bool(said) == said_anew
    for instead in said:
        assert instead.method == "sendMessage"
        assert json.loads(instead.body) == {"chat_id": USER, "text": "選好了", "parse_mode": "HTML"}
        assert (instead.receipt, instead.retry_key) == ("已回報", None)


def dispatched(sent: Sent) -> Dispatch:
    """The call as the delivery knows it."""
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return Dispatch(
        id=1,
        platform="telegram",
        method=sent.method,
        body=sent.body,
        retry_key=sent.retry_key,
        lane=0,
        created_at=now,
        attempts=sent.attempts,
        first_attempt_at=now,
        account_id=3,
        address=str(USER),
        person_id=None,
        cause=9,
        ordinal=0,
        kind="reply",
        receipt="已回報",
    )


async def test_no_connection_means_surely_not_sent(session: aiohttp.ClientSession) -> None:
    """Refused connection, unknown host, no address: later."""
    for base in (closed_port(), "http://nowhere.invalid", "no address at all"):
        answer = await TelegramChannel(session, base, TOKEN).send(message())
        assert isinstance(answer, Later)
        assert TOKEN not in answer.reason


WIRE: list[tuple[str, bytes, type[Answer]]] = [
    ("ok", http(200, b'{"ok":true,"result":{}}'), Accepted),
    ("ok, then broken off", http(200, b'{ "ok" : true, "resu', cut=500), Accepted),
    ("ok with a result nobody knows", http(200, b'{"ok":true}'), Accepted),
    ("a portal's page", http(200, b"<html>please log in</html>", "Content-Type: text/html"), Undecided),
    ("an empty 200", http(200, b""), Undecided),
    ("a 200 broken off at once", http(200, b"", cut=500), Undecided),
    ("another service's JSON", http(200, b'{"status":"fine"}'), Undecided),
    ("not ok behind a 200", http(200, b'{"ok":false,"error_code":400,"description":"no"}'), Refused),
    ("429 behind a 200", http(200, b'{"ok":false,"error_code":429}'), Later),
    ("429 of a proxy", http(429, b"slow", "Retry-After: 30"), Later),
    ("restart", http(500, b'{"ok":false,"error_code":500,"description":"restart"}'), Undecided),
    ("a gateway", http(504, b"<html>"), Undecided),
    ("no answer at all", b"", Undecided),
    ("half a status line", b"HTTP/1.1 2", Undecided),
    ("413", http(413, b"{}"), Refused),
    ("a redirect", http(301, b"", "Location: http://127.0.0.1:9/"), Later),
]


@pytest.mark.parametrize(("name", "answer", "verdict"), WIRE, ids=[name for name, _, _ in WIRE])
async def test_answers_to_the_byte(
    session: aiohttp.ClientSession, name: str, answer: bytes, verdict: type[Answer]
) -> None:
    """Only Telegram's own `ok` counts as sent; only a definite no as not sent."""
    async with peer(answer) as there:
        assert isinstance(await TelegramChannel(session, there.url, TOKEN).send(message()), verdict), name
        assert len(there.requests) == 1


async def test_a_proxys_retry_after_is_obeyed(session: aiohttp.ClientSession) -> None:
    """Where Telegram's own field is missing; never longer than an hour."""
    for header, seconds in (("30", 30.0), ("999999", 3600.0), ("soon", 2.0)):
        async with peer(http(429, b"slow", f"Retry-After: {header}")) as there:
            answer = await TelegramChannel(session, there.url, TOKEN).send(message())
        assert isinstance(answer, Later)
        assert answer.seconds == seconds


async def test_no_token_is_in_any_reason(session: aiohttp.ClientSession) -> None:
    """Even where somebody on the way says the URL back."""
    said = {"ok": False, "error_code": 400, "description": f"no /bot{TOKEN}/sendMessage here"}
    async with peer(http(400, json.dumps(said).encode())) as there:
        answer = await TelegramChannel(session, there.url, TOKEN).send(message())
    assert "loopback-token" not in repr(answer)


async def test_what_comes_before_its_turn_is_given_back(session: aiohttp.ClientSession) -> None:
    """Six at once, at one a second: one is sent, and of the others it is known that they were not."""
    async with peer(http(200, b'{"ok":true}')) as there:
        channel = TelegramChannel(session, there.url, TOKEN, rate=1)
        answers = await asyncio.gather(*(channel.send(message(chat=n)) for n in range(1, 7)))
        assert len(there.requests) == 1
    assert answers.count(Accepted()) == 1
    assert all(not answer.made for answer in answers if isinstance(answer, Later))
    assert channel.room().calls == 0


async def test_an_unknown_method_is_refused(session: aiohttp.ClientSession) -> None:
    """Only the methods that say or set something are ever made for a dispatch."""
    assert isinstance(await TelegramChannel(session, closed_port(), TOKEN).send(Sent("close")), Refused)


async def test_a_press_is_acknowledged_and_a_failure_passes(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str]
) -> None:
    """answerCallbackQuery is called with the id; too old, unknown or unreachable is no matter."""
    simulator, url = telegram
    await TelegramChannel(session, url, TOKEN).answer_callback("77")
    assert (simulator.calls[-1].endpoint, simulator.calls[-1].body["callback_query_id"]) == (
        "answerCallbackQuery",
        "77",
    )
    await TelegramChannel(session, closed_port(), TOKEN).answer_callback("77")


async def test_updates_are_polled_raw_and_confirmed_by_the_offset(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str]
) -> None:
    """What Telegram holds comes out as it is; the offset confirms it."""
    simulator, url = telegram
    channel = TelegramChannel(session, url, TOKEN)
    await simulator.say(USER, "進度")
    updates = await channel.get_updates(None, 0)
    assert [u["message"]["text"] for u in updates] == ["/start", "進度"]
    assert await channel.get_updates(updates[-1]["update_id"] + 1, 0) == []
    assert simulator.calls[-1].body["allowed_updates"] == ["message", "callback_query", "my_chat_member"]


@pytest.mark.parametrize(
    "answer",
    [
        http(409, b'{"ok":false,"error_code":409,"description":"Conflict: webhook is active"}'),
        http(401, b'{"ok":false,"error_code":401,"description":"Unauthorized"}'),
        http(502, b"<html>"),
        http(200, b"<html>"),
        http(200, b'{"ok":true,"result":{}}'),
        http(200, b'{"ok":true,"result":[{"upd', cut=99),
        b"",
    ],
    ids=["409", "401", "502", "portal", "no list", "broken off", "nothing"],
)
async def test_polling_that_fails_says_why(session: aiohttp.ClientSession, answer: bytes) -> None:
    """One error for the poller to pause on, without the token."""
    async with peer(answer) as there:
        with pytest.raises(PollingError) as caught:
            await TelegramChannel(session, there.url, TOKEN).get_updates(5, 0)
    assert TOKEN not in str(caught.value)
    assert str(caught.value)
