"""What both simulated platforms do with a call: record it, let a fault have its way, answer."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.simulator.faults import Fault, Faults
from bot.simulator.server import TRANSPORT, reset
from bot.simulator.transcript import Json


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a JSON object and headers beyond the usual."""

    body: Mapping[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class RefusalError(Exception):
    """The platform answers with an error."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status} {answer.body}")
        self.answer = answer


@dataclass(slots=True)
class Call:
    """One call that the program made. `status` and `answer` stay None while it is not answered."""

    id: int
    at: datetime  # real time
    endpoint: str
    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case
    raw: bytes
    body: Json = field(default_factory=dict)
    status: int | None = None
    answer: Mapping[str, Any] | str | None = None
    fault: Fault | None = None


Handle = Callable[[Call], Awaitable[Answer]]


class Wire:
    """The calls of one simulator. `render(fault)` gives the platform's body for an error without one."""

    def __init__(
        self,
        real: Callable[[], datetime],
        render: Callable[[Fault], Mapping[str, Any]],
        headers: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._real = real
        self._render = render
        self._headers = headers
        self.faults = Faults()
        self.calls: list[Call] = []
        self.closing = asyncio.Event()

    async def answer(self, request: Request, endpoint: str, handle: Handle) -> Response:
        call = Call(
            id=len(self.calls) + 1,
            at=self._real(),
            endpoint=endpoint,
            method=request.method,
            path=request.url.path,
            headers=dict(request.headers),
            raw=await request.body(),
        )
        self.calls.append(call)
        call.fault = fault = self.faults.take(endpoint)
        if fault is not None and fault.seconds:
            await self._pause(fault.seconds)
        if fault is None or fault.accepted:
            try:
                answer = await handle(call)
            except RefusalError as refusal:
                return self._send(call, refusal.answer)
            if fault is None or fault.kind == "slow":
                return self._send(call, answer)
        return self._misanswer(call, fault)

    def _send(self, call: Call, answer: Answer) -> Response:
        call.status, call.answer = answer.status, answer.body
        content = json.dumps(answer.body, ensure_ascii=False)
        headers = {**self._headers(), **answer.headers}
        return Response(content, answer.status, headers, media_type="application/json")

    def _misanswer(self, call: Call, fault: Fault) -> Response:
        if fault.kind == "silence":
            return _Silence(self.closing)
        if fault.kind == "reset":
            return _Reset()
        if isinstance(fault.body, str):
            call.status, call.answer = fault.status, fault.body
            return Response(fault.body, fault.status, dict(self._headers()), media_type="text/html")
        body = self._render(fault) if fault.body is None else fault.body
        return self._send(call, Answer(body, fault.status))

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.closing.wait()
        except TimeoutError:
            return


class _Silence(Response):
    """Says nothing until the caller hangs up or the simulator closes, then drops the connection."""

    def __init__(self, closing: asyncio.Event) -> None:
        super().__init__()
        self._closing = closing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waits = [asyncio.create_task(self._closing.wait()), asyncio.create_task(_hung_up(receive))]
        _, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        await _drop(scope, receive)


class _Reset(Response):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _drop(scope, receive)


async def _drop(scope: Scope, receive: Receive) -> None:
    transport = scope.get("extensions", {}).get(TRANSPORT)
    if transport is None:
        raise RuntimeError("silence and reset need bot.simulator.server.serve, which shows the connection")
    reset(transport)
    await _hung_up(receive)  # so that the server sees the connection gone before the call ends


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
