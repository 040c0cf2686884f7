"""People who report their hours: they write what they learned, press 「確認」 and get their receipt.

Over real HTTP, by connections that are kept alive, as a reverse proxy does it. Each event is a webhook of its
own; each reply is waited for.
"""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import itertools
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal, cast

from benchmarks.loopback import SECRET, Replies, confirming, receipt
from benchmarks.people import NOW

Platform = Literal["line", "telegram"]

WORDS: Final = "昨天 AI簡報設計 兩個半小時"
CONNECTIONS: Final = 64
IN_FLIGHT: Final = 200  # dialogues at once: about what waits at 2 000 events a second answered within 0.1 s
THINKING: Final = 0.5  # seconds until a person presses
_ORIGIN: Final = time.time()


@dataclass
class Door:
    """The bot's webhook, and the connections to it."""

    port: int
    path: str
    _free: "asyncio.Queue[_Line]" = field(default_factory=asyncio.Queue)
    _all: "list[_Line]" = field(default_factory=list)

    def open(self) -> None:
        """The connections come about with the first use."""
        for _ in range(CONNECTIONS):
            line = _Line(self.port)
            self._all.append(line)
            self._free.put_nowait(line)

    def close(self) -> None:
        for line in self._all:
            line.close()

    async def post(self, body: bytes, headers: bytes) -> None:
        request = (
            b"POST %b HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"%bContent-Length: %d\r\n\r\n%b" % (self.path.encode(), headers, len(body), body)
        )
        line = await self._free.get()
        try:
            status = await line.ask(request)
        finally:
            self._free.put_nowait(line)
        if not 200 <= status < 300:
            raise RuntimeError(f"a webhook was answered {status}")


class _Line(asyncio.Protocol):
    """One connection: a request, its answer, the next request."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._heard = b""
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[int] | None = None

    async def ask(self, request: bytes) -> int:
        """The status. Where the bot closes an idle connection in the moment in which it is used again, the
        request goes over a new one."""
        kept = self._transport
        if kept is not None and not kept.is_closing():
            with contextlib.suppress(ConnectionResetError):
                return await self._over(kept, request)
        loop = asyncio.get_running_loop()
        fresh, _ = await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        return await self._over(fresh, request)

    async def _over(self, transport: asyncio.Transport, request: bytes) -> int:
        self._answer = asyncio.get_running_loop().create_future()
        transport.write(request)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._heard = cast("asyncio.Transport", transport), b""

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, found, rest = self._heard.partition(b"\r\n\r\n")
        if not found or self._answer is None:
            return
        lower = head.lower()
        length = int(lower.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        if len(rest) >= length and not self._answer.done():
            self._heard = b""
            if b"connection: close" in lower and self._transport is not None:
                self._transport.close()
            self._answer.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("the bot closed the connection"))
        self._transport = None


class Voice:
    """How people of one platform are heard: webhooks as the platform makes them."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._numbers = itertools.count(700_000_001)

    def says(self, person: int) -> tuple[str, bytes, bytes]:
        """A key by which the reply is known, the webhook's body, and its headers."""
        number = next(self._numbers)
        if self._platform == "line":
            message = {"type": "text", "id": str(number), "quoteToken": "q" * 64, "text": WORDS}
            return self._line(person, number, {"type": "message", "message": message})
        said = {**_message(person, number), "from": _user(person), "text": WORDS}
        return self._telegram(person, number, {"message": said})

    def presses(self, person: int, data: str) -> tuple[str, bytes, bytes]:
        number = next(self._numbers)
        if self._platform == "line":
            return self._line(person, number, {"type": "postback", "postback": {"data": data}})
        bot = {"id": 123456, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
        query = {
            "id": str(number),
            "from": _user(person),
            "message": {**_message(person, number - 1), "from": bot, "text": "…"},
            "chat_instance": "1",
            "data": data,
        }
        return self._telegram(person, number, {"callback_query": query})

    def _line(self, person: int, number: int, said: dict[str, Any]) -> tuple[str, bytes, bytes]:
        token = f"{number:032x}"
        event = {
            **said,
            "replyToken": token,
            "webhookEventId": f"01J{number:023d}",
            "deliveryContext": {"isRedelivery": False},
            "timestamp": int(_now() * 1000),
            "source": {"type": "user", "userId": f"U{person:032x}"},
            "mode": "active",
        }
        body = json.dumps({"destination": "U" + "0" * 32, "events": [event]}, ensure_ascii=False).encode()
        digest = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest())
        return token, body, b"x-line-signature: %b\r\n" % digest

    def _telegram(self, person: int, number: int, said: dict[str, Any]) -> tuple[str, bytes, bytes]:
        body = json.dumps({"update_id": number, **said}, ensure_ascii=False).encode()
        return str(_chat(person)), body, b"X-Telegram-Bot-Api-Secret-Token: %b\r\n" % SECRET.encode()


def _chat(person: int) -> int:
    return 1_000_000 + person


def _user(person: int) -> dict[str, Any]:
    return {"id": _chat(person), "is_bot": False, "first_name": "p", "language_code": "zh-hant"}


def _message(person: int, number: int) -> dict[str, Any]:
    chat = {"id": _chat(person), "type": "private", "first_name": "p"}
    return {"message_id": number, "date": int(_now()), "chat": chat}


def _now() -> float:
    """Business time: the events are of the day on which the people's standings were reckoned."""
    return (NOW + timedelta(seconds=time.time() - _ORIGIN)).timestamp()


@asynccontextmanager
async def _together() -> AsyncIterator[asyncio.TaskGroup]:
    """Raises what went wrong first, once."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None


class People:
    """Who talk to one bot. `waits` are the seconds from an event to its reply, by the time it was due; `late`
    those of them by which it was sent late, which is the machine's doing and not the bot's."""

    def __init__(self, platform: Platform, door: Door, replies: Replies) -> None:
        self._voice = Voice(platform)
        self._door = door
        self._replies = replies
        self.waits: list[float] = []
        self.late: list[float] = []
        self.reported = 0

    async def at_once(self, people: Sequence[int], in_flight: int = IN_FLIGHT) -> float:
        """Each has the whole dialogue, `in_flight` of them at a time, nobody thinking. Returns the seconds
        until the last receipt."""
        waiting = deque(people)

        async def one_after_another() -> None:
            while waiting:
                await self.dialogue(waiting.popleft())

        begun = time.perf_counter()
        async with _together() as group:
            for _ in range(min(in_flight, len(people))):
                group.create_task(one_after_another())
        return time.perf_counter() - begun

    async def at_pace(self, people: Sequence[int], rate: float) -> None:
        """`rate` events a second, half of them words and half presses, whether or not the bot keeps up."""
        begun = time.perf_counter() + 0.05
        async with _together() as group:
            for number, person in enumerate(people):
                due = begun + 2 * number / rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                group.create_task(self.dialogue(person, due, THINKING + 1 / rate))

    async def dialogue(self, person: int, due: float | None = None, thinking: float = 0.0) -> None:
        """`due`: when the words were to be sent."""
        card = await self._event(*self._voice.says(person), due)
        press_due = None
        if thinking and due is not None:
            press_due = max(due + thinking, time.perf_counter())
            await asyncio.sleep(press_due - time.perf_counter())
        receipt(await self._event(*self._voice.presses(person, confirming(card)), press_due))
        self.reported += 1

    async def _event(self, key: str, body: bytes, headers: bytes, due: float | None) -> str:
        arrived: asyncio.Future[tuple[float, str]] = asyncio.get_running_loop().create_future()

        def came(at: float, said: str) -> None:
            if not arrived.done():  # else nobody waits any more: something went wrong with another
                arrived.set_result((at, said))

        self._replies.expect(key, came)
        begun = due or time.perf_counter()
        self.late.append(time.perf_counter() - begun)
        async with asyncio.timeout(60):
            await self._door.post(body, headers)
            at, said = await arrived
        self.waits.append(at - begun)
        return said
