"""What LINE's answers mean, over real HTTP: against the loopback LINE, and a peer that breaks off."""

import json
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.menus.layout import RICH_MENUS
from bot.platforms.line_outbound import EXPIRED, TRIES, LineChannel
from bot.platforms.session import open_session
from bot.simulator.faults import Fault
from bot.simulator.line import LineSimulator
from bot.simulator.server import serve
from handlers.menus import Menu
from reminders.verdicts import Accepted, Answer, Later, Refused, Undecided
from storage.clock import SystemClock
from storage.dispatches import QUOTA, Dispatch
from tests.wire.platforms.peer import Sent, closed_port, http, peer

TOKEN = "line-token-of-the-loopback"
USER = "U" + "0" * 31 + "1"
HASTE = aiohttp.ClientTimeout(total=2, connect=0.5, sock_connect=0.5, sock_read=0.3)
MESSAGES = [{"type": "text", "text": "您好"}]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as opened:
        yield opened


@pytest.fixture
async def line() -> AsyncIterator[tuple[LineSimulator, str]]:
    """The loopback LINE and its address; one person is its friend."""
    simulator = LineSimulator("secret", TOKEN, clock=SystemClock())
    simulator.add_friend(USER)
    async with serve(simulator.app) as served:
        yield simulator, served.url


def push(key: str | None = None) -> Sent:
    body = json.dumps({"to": USER, "messages": MESSAGES})
    return Sent("push", body, key or str(uuid.uuid4()))


def multicast() -> Sent:
    return Sent("multicast", json.dumps({"to": [USER], "messages": MESSAGES}), str(uuid.uuid4()))


def reply(token: str = "0" * 32) -> Sent:
    return Sent("reply", json.dumps({"replyToken": token, "messages": MESSAGES}))


async def token_of(simulator: LineSimulator) -> str:
    """A fresh reply token, from a message whose webhook goes nowhere."""
    delivery = await simulator.say(USER, "進度", hold=True)
    return str(delivery.events[0]["replyToken"])


async def test_a_reply_with_its_token_arrives(
    session: aiohttp.ClientSession, line: tuple[LineSimulator, str]
) -> None:
    """2xx: accepted, and the words stand in the chat; a retry key is never sent with a reply."""
    simulator, url = line
    sent = replace(reply(await token_of(simulator)), retry_key=str(uuid.uuid4()))
    assert await LineChannel(session, url, TOKEN).send(sent) == Accepted()
    assert simulator.delivered[USER] == 1
    assert "x-line-retry-key" not in simulator.calls[-1].headers


@pytest.mark.parametrize("sent", [push(), multicast()], ids=["push", "multicast"])
async def test_the_same_key_twice_is_one_message(
    session: aiohttp.ClientSession, line: tuple[LineSimulator, str], sent: Sent
) -> None:
    """409 says that an earlier try was accepted."""
    simulator, url = line
    channel = LineChannel(session, url, TOKEN)
    assert [await channel.send(sent), await channel.send(sent)] == [Accepted(), Accepted()]
    assert simulator.delivered[USER] == 1
    assert [call.status for call in simulator.calls] == [200, 409]


@pytest.mark.parametrize("token", ["0" * 32, ""], ids=["never given", "empty"])
async def test_a_dead_reply_token_is_expired(
    session: aiohttp.ClientSession, line: tuple[LineSimulator, str], token: str
) -> None:
    """400 Invalid reply token is a definite no, so a push may follow."""
    assert await LineChannel(session, line[1], TOKEN).send(reply(token)) == Refused(EXPIRED)


async def test_a_wrong_body_is_refused_with_lines_reason(
    session: aiohttp.ClientSession, line: tuple[LineSimulator, str]
) -> None:
    """Other 4xx: never again, with the property that LINE names."""
    answer = await LineChannel(session, line[1], TOKEN).send(
        Sent("push", json.dumps({"to": USER, "messages": []}), str(uuid.uuid4()))
    )
    assert isinstance(answer, Refused)
    assert answer.reason.startswith("400: ")
    assert "messages" in answer.reason


async def test_a_wrong_token_waits_for_the_operator(
    session: aiohttp.ClientSession, line: tuple[LineSimulator, str]
) -> None:
    """401: nothing is lost while the token is being mended."""
    answer = await LineChannel(session, line[1], "wrong").send(push())
    assert isinstance(answer, Later)
    assert "token" in answer.reason


async def test_the_quota_is_final_and_a_rate_limit_is_not(
    session: aiohttp.ClientSession, line: tuple[LineSimulator, str]
) -> None:
    """Both are 429; only the words tell them apart."""
    simulator, url = line
    channel = LineChannel(session, url, TOKEN)
    simulator.faults.next("push", Fault.quota())
    simulator.faults.next("push", Fault.rate_limit())
    assert await channel.send(push()) == Refused(QUOTA)
    assert isinstance(await channel.send(push()), Later)


BROKEN = [
    Fault.error(500),
    Fault.error(502),
    Fault.error(503),
    Fault.error(408),
    Fault.reset(),
    Fault.silence(),
    Fault.reset(accepted=True),
    Fault.silence(accepted=True),
    Fault.error(500, accepted=True),
]


@pytest.mark.parametrize("fault", BROKEN, ids=str)
async def test_a_reply_without_a_clear_answer_is_undecided(
    session: aiohttp.ClientSession, line: tuple[LineSimulator, str], fault: Fault
) -> None:
    """A reply has no retry key: whether it arrived nobody can know."""
    simulator, url = line
    simulator.faults.next("reply", fault)
    answer = await LineChannel(session, url, TOKEN, HASTE).send(reply(await token_of(simulator)))
    assert isinstance(answer, Undecided)


@pytest.mark.parametrize("fault", BROKEN, ids=str)
async def test_a_push_without_a_clear_answer_goes_again_and_arrives_once(
    session: aiohttp.ClientSession, line: tuple[LineSimulator, str], fault: Fault
) -> None:
    """Under the same key and with the same body: one message whatever happened the first time."""
    simulator, url = line
    simulator.faults.next("push", fault)
    channel, sent = LineChannel(session, url, TOKEN, HASTE), push()
    assert isinstance(await channel.send(sent), Later)
    assert await channel.send(sent) == Accepted()
    assert simulator.delivered[USER] == 1


async def test_a_push_without_a_key_is_undecided(
    session: aiohttp.ClientSession, line: tuple[LineSimulator, str]
) -> None:
    """What was first sent without a key can never be repeated."""
    line[0].faults.next("push", Fault.error(500))
    answer = await LineChannel(session, line[1], TOKEN).send(replace(push(), retry_key=None))
    assert isinstance(answer, Undecided)


@pytest.mark.parametrize("sent", [reply(), push()], ids=["reply", "push"])
async def test_no_connection_means_surely_not_sent(session: aiohttp.ClientSession, sent: Sent) -> None:
    """Refused connection or unknown host: later, even for a reply."""
    for base in (closed_port(), "http://nowhere.invalid", "no address at all"):
        answer = await LineChannel(session, base, TOKEN).send(sent)
        assert isinstance(answer, Later)
        assert answer.reason.startswith("not sent")


WIRE: list[tuple[str, bytes, type[Answer]]] = [
    ("html behind a 200", http(200, b"<html>", "Content-Type: text/html"), Accepted),
    ("a 200 whose body breaks off", http(200, b'{"sentMess', cut=500), Accepted),
    ("202", http(202, b""), Accepted),
    ("a body that is no gzip", http(200, b"xx", "Content-Encoding: gzip"), Accepted),
    ("no answer at all", b"", Undecided),
    ("half a status line", b"HTTP/1.1 2", Undecided),
    ("no HTTP", b"SSH-2.0-x\r\n\r\n", Undecided),
    ("409 on a reply", http(409, b"{}"), Refused),
    ("403", http(403, b'{"message":"Forbidden"}'), Refused),
    ("404", http(404, b"nothing here"), Refused),
    ("413", http(413, b""), Refused),
    ("a redirect", http(302, b"", "Location: http://127.0.0.1:9/"), Later),
]


@pytest.mark.parametrize(("name", "answer", "verdict"), WIRE, ids=[name for name, _, _ in WIRE])
async def test_answers_to_the_byte(
    session: aiohttp.ClientSession, name: str, answer: bytes, verdict: type[Answer]
) -> None:
    """The status decides as soon as it has come; without one nobody knows."""
    async with peer(answer) as there:
        assert isinstance(await LineChannel(session, there.url, TOKEN).send(reply()), verdict), name
        assert len(there.requests) == 1


async def test_the_body_goes_out_as_it_was_frozen(session: aiohttp.ClientSession) -> None:
    """To the byte, with the token and the key in the headers."""
    sent = Sent("push", '{"to": "U1",  "messages":[{"type":"text","text":"進度 😀"}]}', "key-1")
    async with peer(http(200, b"{}")) as there:
        await LineChannel(session, there.url + "/", TOKEN).send(sent)
    head, _, body = there.requests[0].partition(b"\r\n\r\n")
    assert body == sent.body.encode()
    assert head.startswith(b"POST /v2/bot/message/push HTTP/1.1\r\n")
    assert f"Authorization: Bearer {TOKEN}".encode() in head
    assert b"X-Line-Retry-Key: key-1" in head


async def test_no_credential_is_in_any_reason(session: aiohttp.ClientSession) -> None:
    """Neither the access token nor a reply token, even where the platform says it back."""
    said = {"message": f"Bearer {TOKEN} replyToken=nHuyWiB7yP5Zw52FIkcQobQuGDXCTA"}
    async with peer(http(400, json.dumps(said).encode())) as there:
        answer = await LineChannel(session, there.url, TOKEN).send(reply())
    assert TOKEN not in repr(answer)
    assert "nHuyWiB7yP5" not in repr(answer)


async def test_an_unknown_method_is_refused(session: aiohttp.ClientSession) -> None:
    """Nothing but the three calls is ever made for a dispatch."""
    answer = await LineChannel(session, closed_port(), TOKEN).send(Sent("broadcast"))
    assert isinstance(answer, Refused)


def frozen(method: str = "reply", user_id: str = USER) -> Dispatch:
    now = datetime(2026, 11, 18, tzinfo=UTC)
    return Dispatch(
        id=1,
        platform="line",
        method=method,
        body=reply().body,
        retry_key=None,
        lane=0,
        created_at=now,
        attempts=1,
        first_attempt_at=now,
        account_id=3,
        address=user_id,
        person_id=None,
        cause=9,
        ordinal=0,
        kind="reply",
        receipt="已回報 2 小時",
    )


async def test_an_expired_reply_becomes_a_push_of_the_same_words(session: aiohttp.ClientSession) -> None:
    """The same messages, cause and receipt, to the person, under a key of its own."""
    channel = LineChannel(session, "http://127.0.0.1", TOKEN)
    (new,) = channel.instead(frozen(), Refused(EXPIRED))
    assert json.loads(new.body) == {"to": USER, "messages": MESSAGES}
    assert (new.method, new.account_id, new.cause, new.receipt) == ("push", 3, 9, "已回報 2 小時")
    assert uuid.UUID(new.retry_key or "")


@pytest.mark.parametrize(
    ("dispatch", "reason"),
    [(frozen(), "400: invalid"), (frozen("push"), EXPIRED), (frozen(user_id="C" + "0" * 32), EXPIRED)],
    ids=["another refusal", "already a push", "a group"],
)
async def test_nothing_else_is_pushed_instead(
    session: aiohttp.ClientSession, dispatch: Dispatch, reason: str
) -> None:
    """A push to a group would cost one message for every member."""
    channel = LineChannel(session, "http://127.0.0.1", TOKEN)
    assert channel.instead(dispatch, Refused(reason)) == []


def link(menu: str, attempts: int = 1) -> Sent:
    return Sent("richmenu", json.dumps({"userId": USER, "richMenuId": menu}), str(uuid.uuid4()), attempts)


def rich_menu(simulator: LineSimulator) -> str:
    """A menu that may be shown."""
    rich = RICH_MENUS[Menu.MEMBER]
    menu = simulator.channel.menus.create(rich.body)
    simulator.channel.menus.upload(menu, "image/png", rich.picture)
    return menu


async def test_a_rich_menu_is_linked_and_its_link_taken_away(
    session: aiohttp.ClientSession, line: tuple[LineSimulator, str]
) -> None:
    """As often as it is asked for, without a retry key, which these calls do not know."""
    simulator, url = line
    channel, menu = LineChannel(session, url, TOKEN), rich_menu(simulator)
    assert [await channel.send(link(menu)) for _ in range(2)] == [Accepted(), Accepted()]
    assert simulator.channel.menus.shown_to(USER) == menu
    assert [await channel.send(link("")) for _ in range(2)] == [Accepted(), Accepted()]
    assert simulator.channel.menus.shown_to(USER) is None
    assert all("x-line-retry-key" not in call.headers for call in simulator.calls)


async def test_a_menu_that_is_gone_is_refused(
    session: aiohttp.ClientSession, line: tuple[LineSimulator, str]
) -> None:
    """404 is final: the next `doctor --fix` makes another one."""
    answer = await LineChannel(session, line[1], TOKEN).send(link("richmenu-0"))
    assert isinstance(answer, Refused)


@pytest.mark.parametrize(
    "fault",
    [Fault.error(500), Fault.error(503, accepted=True), Fault.reset(), Fault.silence(), Fault.rate_limit()],
    ids=str,
)
async def test_a_link_without_a_clear_answer_is_made_again_so_often_and_no_more(
    session: aiohttp.ClientSession, line: tuple[LineSimulator, str], fault: Fault
) -> None:
    """Never undecided: later, and in the end refused, so that nothing is held up behind it."""
    simulator, url = line
    channel, menu = LineChannel(session, url, TOKEN, timeout=HASTE), rich_menu(simulator)
    simulator.faults.next("richmenu/link", fault, times=2)
    assert isinstance(await channel.send(link(menu, TRIES - 1)), Later)
    assert isinstance(await channel.send(link(menu, TRIES)), Refused)
