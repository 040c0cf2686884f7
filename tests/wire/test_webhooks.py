"""What arrives at the two webhooks: genuine or not, well-formed or not, once or five times."""

import asyncio
import base64
import hashlib
import hmac
import io
import json
from typing import Any

import aiohttp
import pytest

from bot.web import webhooks
from tests.wire.house import HOOK_SECRET, SECRET, House, line_id

Json = dict[str, Any]


def event(event_id: str, user: int = 1, **fields: Any) -> Json:
    """A LINE text event as the platform sends it, with `fields` laid over it."""
    return {
        "type": "message",
        "mode": "active",
        "timestamp": 1763949600000,
        "source": {"type": "user", "userId": line_id(user)},
        "webhookEventId": event_id,
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "0" * 32,
        "message": {"type": "text", "id": f"m-{event_id}", "quoteToken": "q", "text": "說明"},
    } | fields


def sign(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


async def post_line(house: House, body: bytes | Json, signature: str | None = "") -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {} if signature is None else {"X-Line-Signature": signature or sign(raw)}
    async with aiohttp.ClientSession() as session:
        url = f"{house.bot.url}/webhooks/line"
        async with session.post(url, data=raw, headers=headers) as answer:
            return answer.status


async def post_telegram(house: House, body: bytes | Json, secret: str | None = HOOK_SECRET) -> int:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    async with aiohttp.ClientSession() as session:
        url = f"{house.bot.url}/webhooks/telegram"
        async with session.post(url, data=raw, headers=headers) as answer:
            assert await answer.read() == b"" or answer.status != 200
            return answer.status


def update(update_id: int, text: str = "/help", user: int = 7001) -> Json:
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 1763949600,
            "chat": {"id": user, "type": "private", "first_name": "x"},
            "from": {"id": user, "is_bot": False, "first_name": "x"},
            "text": text,
        },
    }


async def stored(house: House) -> int:
    return int((await house.rows("SELECT count(*) FROM inbox"))[0][0])


@pytest.mark.parametrize("signature", [None, "bm90IGl0", "簽章", sign(b"another body")])
async def test_a_line_body_without_its_own_signature_is_401_and_leaves_no_row(
    house: House, signature: str | None
) -> None:
    """A forged or missing signature is refused before anything is stored."""
    quoted = signature.encode("utf-8").decode("latin-1") if signature else signature
    assert await post_line(house, {"destination": "U", "events": [event("E1")]}, quoted) == 401
    assert await stored(house) == 0


@pytest.mark.parametrize("secret", [None, "wrong", HOOK_SECRET + "x", ""])
async def test_a_telegram_update_without_the_secret_is_401_and_leaves_no_row(
    house: House, secret: str | None
) -> None:
    """A missing or wrong secret token is refused before anything is stored."""
    assert await post_telegram(house, update(1), secret) == 401
    assert await stored(house) == 0


async def test_the_same_line_event_five_times_is_answered_once(house: House) -> None:
    """A redelivered event meets its unique id: 200 each time, one row, one reply."""
    phone = house.line_phone()
    body = {"destination": "U", "events": [event("E1")]}
    redelivered = {"destination": "U", "events": [event("E1", deliveryContext={"isRedelivery": True})]}
    for sent in (body, body, redelivered, redelivered, body):
        assert await post_line(house, sent) == 200
    await house.quiet()
    assert await stored(house) == 1
    assert len([c for c in house.line.calls if c.endpoint == "reply"]) == 1
    assert phone.platform == "line"


async def test_the_same_update_five_times_is_answered_once(house: House) -> None:
    """Telegram's repeated update changes nothing and is answered 200."""
    phone = house.telegram_phone()
    first = await phone.says("/help")
    assert first
    said = len(house.telegram.transcript(phone.user_id))
    for _ in range(5):
        assert await post_telegram(house, update(999)) == 200
    await house.quiet()
    answers = [e for e in house.telegram.transcript(phone.user_id)[said:] if e.sender == "bot"]
    assert await house.rows("SELECT count(*) FROM inbox WHERE event_id = '999'") == [(1,)]
    assert len(answers) == len(first)


MALFORMED: list[Any] = [
    None,
    7,
    "text",
    [],
    {},
    {"type": None},
    {"type": "message"},
    {"type": "message", "source": None, "message": 3, "timestamp": "soon"},
    {"type": "message", "webhookEventId": 5, "source": {"type": "user"}},
    {"type": "somethingNew", "source": {"type": "user", "userId": line_id(9)}, "webhookEventId": "N1"},
    {"type": "message", "mode": "dreaming", "source": {"type": "user", "userId": line_id(9)}},
    event("N2", user=9, message={"type": "hologram", "id": "1"}),
    event("N3", user=9, timestamp=10**30),
    event("N4", user=9, timestamp=-5, message={"type": "text", "id": "2"}),
    event("N5", user=9, type="postback", postback=None),
    event("N6", user=9, type="postback", postback={"data": "1:😀" * 200}),
    event("N7", user=9, source={"type": "galaxy"}),
    event("N8", user=9, source={"type": "user", "userId": "U" * 5000}),
    event("N9", user=9, brandNewField={"deep": [1, 2, {"x": None}]}),
]


@pytest.mark.parametrize("bad", MALFORMED, ids=range(len(MALFORMED)))
async def test_one_malformed_event_among_good_ones_spoils_no_neighbour(house: House, bad: Any) -> None:
    """Whatever stands between them, the good events of a body are answered."""
    assert await post_line(house, {"events": [event("G1", 1), bad, event("G2", 2)]}) == 200
    await house.quiet()
    assert await stored(house) == 3
    assert await house.rows("SELECT count(*) FROM inbox WHERE state = 'failed'") == [(0,)]
    for number in (1, 2):
        attempts = await house.rows(
            "SELECT count(*) FROM outbox JOIN account ON account.id = account_id WHERE user_id = :user",
            user=line_id(number),
        )
        assert attempts[0][0] >= 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"\xff\xfe\x00",
        b"[]",
        b"7",
        b"null",
        b'{"events": 5}',
        b'{"events": null}',
        b'{"destination": "U"}',
        b"[" * 100_000,
        b'{"events":' + b'{"a":' * 50_000,
        '{"events":[{"type":"message"}]}'.encode("utf-16"),
    ],
    ids=range(12),
)
async def test_a_signed_body_that_is_no_webhook_is_kept_and_answered_200(house: House, body: bytes) -> None:
    """A genuine body that nobody can read must not be delivered again for ever."""
    assert await post_line(house, body) == 200
    await house.quiet()
    assert await house.rows("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]


async def test_an_empty_list_of_events_is_a_health_check(house: House) -> None:
    """LINE's console sends `events: []`; it is answered 200 and leaves no row."""
    assert await post_line(house, {"destination": "U", "events": []}) == 200
    assert await stored(house) == 0


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_of_two_megabytes_is_413_and_leaves_no_row(house: House, declared: bool) -> None:
    """Reading stops at 1 MiB, whether or not the length was declared."""
    raw = json.dumps(
        {"events": [event("E1", message={"type": "text", "id": "1", "text": "x" * 2**21})]}
    ).encode()

    async def parts() -> Any:
        for start in range(0, len(raw), 65536):
            yield raw[start : start + 65536]

    async with aiohttp.ClientSession() as session:
        try:
            async with session.post(
                f"{house.bot.url}/webhooks/line",
                data=io.BytesIO(raw) if declared else parts(),
                headers={"X-Line-Signature": sign(raw)},
            ) as answer:
                assert answer.status == 413
        except (aiohttp.ClientConnectionError, ConnectionResetError):
            pass  # the server may close while we are still sending; what counts is that nothing is stored
    assert await stored(house) == 0
    assert await post_line(house, {"events": [event("E2")]}) == 200


@pytest.mark.parametrize(
    "text",
    [
        "\ud800",
        "說\udfff明",
        "a\x00b",
        "😀" * 5000,
        "👨‍👩‍👧‍👦" * 600,
        "\u202e說明\u202c",
        " " * 5000,
        "<b>&lt;script&gt;</b>",
        "1:do::next",
        "/" * 4000,
    ],
    ids=range(10),
)
async def test_strange_texts_are_answered_on_both_platforms(house: House, text: str) -> None:
    """Lone surrogates, NUL, thousands of emoji: stored, answered with a card within every limit."""
    line_body = {"events": [event("E1", message={"type": "text", "id": "1", "text": text})]}
    assert await post_line(house, line_body) == 200
    assert await post_telegram(house, update(1, text)) == 200
    await house.quiet()
    assert await house.rows("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]
    assert house.telegram_phone().read()
    refused = await house.rows("SELECT reason FROM dispatch WHERE state = 'refused'")
    assert all("token" in str(reason) for (reason,) in refused)


UPDATES: list[Any] = [
    {},
    [],
    None,
    {"update_id": "seven"},
    {"update_id": 5, "message": None},
    {"update_id": 5, "message": {"chat": {"id": 7001, "type": "private"}}},
    {"update_id": 5, "callback_query": {"id": "1", "from": {"id": 7001}, "data": "x"}},
    {"update_id": 5, "something_new": {"x": 1}},
    {"update_id": 5, "message": {"chat": {"id": "x"}, "date": "now", "text": 5}},
    {"update_id": 2**70, "message": {"chat": {"id": 2**80, "type": "private"}, "date": 10**20, "text": "x"}},
    {"update_id": 5, "channel_post": {"chat": {"id": -1001, "type": "channel"}, "date": 1, "text": "x"}},
]


@pytest.mark.parametrize("odd", UPDATES, ids=range(len(UPDATES)))
async def test_an_odd_update_is_kept_answered_200_and_blocks_nobody(house: House, odd: Any) -> None:
    """A non-2xx would hold that chat back for a day; the next good update is answered."""
    assert await post_telegram(house, json.dumps(odd).encode()) == 200
    assert await post_telegram(house, update(6)) == 200
    await house.quiet()
    assert await house.rows("SELECT count(*) FROM inbox WHERE state <> 'done'") == [(0,)]
    assert house.telegram_phone().read()


async def test_other_methods_and_paths_are_refused(house: House) -> None:
    """Only POST, only the two webhooks; health is open to anyone."""
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{house.bot.url}/webhooks/line") as answer:
            assert answer.status == 405
        async with session.post(f"{house.bot.url}/webhooks/icq") as answer:
            assert answer.status == 404
        async with session.get(f"{house.bot.url}/healthz") as answer:
            assert answer.status == 200
        async with session.get(f"{house.bot.url}/readyz") as answer:
            assert (answer.status, (await answer.json())["reasons"]) == (200, [])
        async with session.get(f"{house.bot.url}/metrics") as answer:
            assert "talentbot_events_received" in await answer.text()
        behind_proxy = {"X-Forwarded-For": "203.0.113.9"}
        async with session.get(f"{house.bot.url}/metrics", headers=behind_proxy) as answer:
            assert answer.status == 403


async def test_a_body_that_comes_too_slowly_is_408_and_hung_up_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody without the secret holds a connection and its memory for as long as they like."""
    monkeypatch.setattr(webhooks, "PATIENCE", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", house.bot.port)
    writer.write(b"POST /webhooks/line HTTP/1.1\r\nhost: a\r\ncontent-length: 9000\r\n\r\n{")
    assert (await asyncio.wait_for(reader.read(), 10)).startswith(b"HTTP/1.1 408 ")  # and then the end
    writer.close()
    assert await stored(house) == 0
