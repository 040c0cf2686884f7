"""Both platforms, as cheap as can be: every call is answered 200 at once, and who waits for it is told.

The simulators of `bot.simulator` judge each call as the platforms would and cost more than the bots measured
here; that the bot speaks rightly is for the tests.
"""

import asyncio
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, cast
from urllib.parse import parse_qsl

LINE_TOKEN: Final = "line-token-of-the-benchmarks"  # noqa: S105 - of the loopback
BOT_TOKEN: Final = "123456:loopback-token_of-the-benchmarks-00"  # noqa: S105
SECRET: Final = "secret_of_the_benchmarks"  # noqa: S105 - LINE's channel secret and Telegram's secret token
_LENGTH: Final = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_FIELD: Final = re.compile(r'name="(\w+)"[^\r]*(?:\r\n[^\r]+)*\r\n\r\n(.*?)\r\n--', re.DOTALL)
_YES: Final = re.compile(r'"(?:callback_)?data":\s*"([^"]*:ok)"')
_SAID: Final = frozenset({"sendMessage", "editMessageText"})
_ME: Final = {"id": 123456, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
_QUOTA: Final = {"type": "none", "totalUsage": 0}
_LINE_SAID: Final = {"sentMessages": [{"id": "461230966842064897", "quoteToken": "q"}]}

_REPORTED: Final = json.dumps("已回報").strip('"')  # as a bot writes it that keeps to ASCII

Arrived = Callable[[float, str], None]  # `time.perf_counter` of the arrival, the call's body


class Replies:
    """Where the bot's replies arrive: LINE's by the reply token, Telegram's by the chat."""

    def __init__(self) -> None:
        self._waiting: dict[str, Arrived] = {}
        self.stray = 0  # calls that nobody waits for, such as a second message to one event

    def expect(self, key: str, arrived: Arrived) -> None:
        """`arrived` is called once."""
        self._waiting[key] = arrived

    def came(self, key: str, body: str) -> None:
        arrived = self._waiting.pop(key, None)
        if arrived is None:
            self.stray += 1
        else:
            arrived(time.perf_counter(), body)


def confirming(body: str) -> str:
    """What the button 「確認」 of a reply carries; every bot's ends in `:ok`. Raises LookupError."""
    found = _YES.search(body)
    if found is None:
        raise LookupError(f"a reply without a card to confirm: {body[:600]}")
    return found[1]


def receipt(body: str) -> None:
    """Raises LookupError unless the reply says that the hours were reported."""
    if "已回報" not in body and _REPORTED not in body:
        raise LookupError(f"a reply that is no receipt: {body[:600]}")


@asynccontextmanager
async def platforms(replies: Replies) -> AsyncIterator[str]:
    """The address of both."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Caller(replies), "127.0.0.1", 0, backlog=1024)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


class _Caller(asyncio.Protocol):
    """HTTP/1.1 of one caller, who keeps the connection alive and declares the length of each body."""

    _ids = itertools.count(1)

    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            head = self._heard[:end]
            found = _LENGTH.search(head)
            length = int(found[1]) if found else 0
            whole = end + 4 + length
            if len(self._heard) < whole:
                return
            body, self._heard = self._heard[end + 4 : whole], self._heard[whole:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1].decode()
        said = self._line(path, body) if path.startswith("/v2/") else self._telegram(path, head, body)
        text = json.dumps(said).encode()
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (len(text), text)
        )

    def _line(self, path: str, body: bytes) -> dict[str, Any]:
        if not path.endswith("/reply"):
            return _QUOTA if "/quota" in path else {}
        text = body.decode()
        self._replies.came(str(json.loads(text).get("replyToken", "")), text)
        return _LINE_SAID

    def _telegram(self, path: str, head: bytes, body: bytes) -> dict[str, Any]:
        method = path.partition("?")[0].rpartition("/")[2]
        if method == "getMe":
            return {"ok": True, "result": _ME}
        if method not in _SAID:
            return {"ok": True, "result": True}
        given = _given(head.lower(), body.decode())
        chat = int(given["chat_id"])
        self._replies.came(str(chat), f"{given.get('text')} {given.get('reply_markup')}")
        result = {
            "message_id": next(self._ids),
            "date": int(time.time()),
            "chat": {"id": chat, "type": "private", "first_name": "p"},
            "from": _ME,
            "text": "…",
        }
        return {"ok": True, "result": result}


def _given(head: bytes, body: str) -> dict[str, Any]:
    """The parameters of a call, in any of the forms that Telegram takes. `reply_markup` is JSON text."""
    if b"application/json" in head:
        given: dict[str, Any] = json.loads(body)
        if "reply_markup" in given:
            given["reply_markup"] = json.dumps(given["reply_markup"], ensure_ascii=False)
        return given
    if b"x-www-form-urlencoded" in head:
        return dict(parse_qsl(body))
    return dict(_FIELD.findall(body))
