import io
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import aiohttp
import pytest
import telegram
from linebot.v3.messaging import (  # type: ignore[import-untyped]
    AsyncApiClient,
    AsyncMessagingApi,
    Configuration,
)
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.simulator.line import LineSimulator
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
ACCESS_TOKEN = "line-token"
BOT_TOKEN = "123456:telegram-token"
_context = cache(ssl.create_default_context)


@dataclass
class HandClock:
    """Time that moves only by hand."""

    time: datetime = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def real(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass
class Receiver:
    """A webhook of a program: keeps what came and answers `statuses`, then 200."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    async def receive(self, request: Request) -> Response:
        self.bodies.append(await request.body())
        self.headers.append(dict(request.headers))
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    kept = Receiver()
    async with serve(Starlette(routes=[Route("/hook", kept.receive, methods=["POST"])])) as served:
        kept.url = f"{served.url}/hook"
        yield kept


@dataclass
class LineWire:
    """A served LINE simulator, the real SDK on it, and plain HTTP for what the SDK would not send."""

    sim: LineSimulator
    sdk: AsyncMessagingApi
    http: aiohttp.ClientSession
    url: str

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"data": io.BytesIO(body)} if isinstance(body, bytes) else {"json": body}
        async with self.http.post(f"{self.url}/v2/bot/{path}", headers=named, **sent) as answer:
            return answer.status, await answer.json()

    async def check(self, *messages: Any) -> int:
        """The status with which these messages are validated."""
        status, _ = await self.post("message/validate/push", {"messages": list(messages)})
        return status


@pytest.fixture(autouse=True)
def _authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDKs read the machine's certificate authorities for each client, which takes longer than most of
    these tests: read once, since nothing here speaks TLS."""
    monkeypatch.setattr(ssl, "create_default_context", _context)


@pytest.fixture
async def line(clock: HandClock) -> AsyncIterator[LineWire]:
    sim = LineSimulator(SECRET, ACCESS_TOKEN, clock=clock, quota=10)
    async with (
        serve(sim.app) as served,
        aiohttp.ClientSession(headers={"authorization": f"Bearer {ACCESS_TOKEN}"}) as http,
    ):
        client = AsyncApiClient(Configuration(host=served.url, access_token=ACCESS_TOKEN))
        try:
            yield LineWire(sim, AsyncMessagingApi(client), http, served.url)
        finally:
            await client.close()


@dataclass
class TelegramWire:
    """A served Telegram simulator, the real SDK on it, and plain HTTP."""

    sim: TelegramSimulator
    bot: telegram.Bot
    http: aiohttp.ClientSession
    url: str

    async def call(self, method: str, token: str = BOT_TOKEN, **params: Any) -> tuple[int, Any]:
        async with self.http.post(f"{self.url}/bot{token}/{method}", json=params) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def tg(clock: HandClock) -> AsyncIterator[TelegramWire]:
    sim = TelegramSimulator(BOT_TOKEN, clock=clock, retry_delays=(0, 0.01))
    async with (
        serve(sim.app) as served,
        aiohttp.ClientSession() as http,
        telegram.Bot(BOT_TOKEN, base_url=f"{served.url}/bot") as bot,
    ):
        yield TelegramWire(sim, bot, http, served.url)
