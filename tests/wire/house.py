"""The whole program between two loopback platforms: real HTTP, a real database, no stand-in of our code."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from sqlalchemy import text

from bot.app import Program, asgi
from bot.settings import Settings
from bot.settings.model import Alerts, Smtp
from bot.simulator.line import LineSimulator
from bot.simulator.server import Served, serve
from bot.simulator.telegram import TelegramSimulator
from storage.clock import SystemClock
from storage.database import Database
from storage.people import RosterRow, import_roster, issue_codes
from tests.wire.phones import LinePhone, TelegramPhone

SECRET = "line-secret-of-the-loopback"
TOKEN = "line-token-of-the-loopback"
BOT_TOKEN = "123456:loopback-token_for-the-tests-000000"
HOOK_SECRET = "hook-secret"
ROSTER = [
    RosterRow(employee_no="A001", name="王小明", unit="人事處/給與科", title="科員"),
    RosterRow(employee_no="A002", name="陳怡君", unit="教育局/體育科", title="科長"),
    RosterRow(employee_no="A003", name="林堃喆", unit="資訊處", title="分析師"),
]


_LEFT = (
    "SELECT (SELECT count(*) FROM inbox WHERE state = 'waiting'),"
    " (SELECT count(*) FROM job WHERE state = 'waiting'),"
    " (SELECT count(*) FROM dispatch WHERE state = 'frozen')"
)


@dataclass
class House:
    line: LineSimulator
    telegram: TelegramSimulator
    bot: Served
    program: Program
    clock: SystemClock
    line_url: str = ""
    telegram_url: str = ""

    def line_phone(self, number: int = 1) -> LinePhone:
        return LinePhone(self.line, line_id(number), self.quiet)

    def telegram_phone(self, number: int = 1) -> TelegramPhone:
        return TelegramPhone(self.telegram, 7000 + number, self.quiet)

    async def code(self, employee_no: str = "A001") -> str:
        """A fresh activation code of one person of the roster."""
        now = self.clock.now()
        issued = await self.program.database.write(
            lambda conn: issue_codes(conn, now, employee_nos=[employee_no])
        )
        return issued[0].code

    async def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """What the database holds, asked in plain SQL."""

        async def ask(conn: Any) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in await conn.execute(text(query), values)]

        return await self.program.database.read(ask)

    async def write(self, statement: str) -> None:
        """Changes the database behind the program's back, to set a scene."""

        async def change(conn: Any) -> None:
            await conn.execute(text(statement))

        await self.program.database.write(change)

    async def quiet(self, patience: float = 10.0) -> None:
        """Returns when nothing waits to be worked on or sent."""
        async with asyncio.timeout(patience):
            while True:
                await self.telegram.drained()
                if await self.rows(_LEFT) == [(0, 0, 0)]:
                    return
                await asyncio.sleep(0.01)


async def set_webhook(api: str, url: str, token: str = BOT_TOKEN, secret: str = HOOK_SECRET) -> None:
    """As an operator does by `talentbot doctor --fix`."""
    asked = {"url": url, "secret_token": secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{api}/bot{token}/setWebhook", json=asked) as answer,
    ):
        assert answer.status == 200, await answer.text()


async def called(sim: LineSimulator | TelegramSimulator, method: str) -> None:
    """Returns once the platform was called so; TimeoutError after five seconds."""
    async with asyncio.timeout(5):
        while not any(call.endpoint == method for call in sim.calls):
            await asyncio.sleep(0.01)


def line_id(number: int) -> str:
    return f"U{number:032x}"


def settings_for(
    url: str,
    line: Served,
    telegram: Served,
    *,
    mode: str = "webhook",
    port: int = 8080,
    chat_rate: float = 30.0,
) -> Settings:
    return Settings.model_validate(
        {
            "database_url": url,
            "agency": "臺中市政府",
            "public_url": f"http://127.0.0.1:{port}",
            "http": {"port": port},
            "line": {"channel_secret": SECRET, "channel_access_token": TOKEN, "api_base": line.url},
            "telegram": {
                "token": BOT_TOKEN,
                "api_base": telegram.url,
                "mode": mode,
                "secret_token": HOOK_SECRET,
                "rate": 30,
                "chat_rate": chat_rate,
            },
            "notice": {"office": "人事處", "contact": "分機 1234"},
        }
    )


async def hire(url: str, clock: SystemClock) -> None:
    """The roster, into a migrated database."""
    database = await Database.open(url)
    try:
        await database.write(lambda conn: import_roster(conn, ROSTER, clock.now()))
    finally:
        await database.close()


@asynccontextmanager
async def open_house(
    url: str, *, mode: str = "webhook", chat_rate: float | None = None, mail_port: int | None = None
) -> AsyncIterator[House]:
    """Both platforms and the bot between them; everything is closed and nothing is left running after.

    `chat_rate`: how many messages a second Telegram takes for one chat (it says 1); None lets people in
    tests talk as fast as they can. `mail_port`: of a mail server on the loopback, which
    gets the alerts too; None: no mail is sent."""
    clock = SystemClock()
    line = LineSimulator(SECRET, TOKEN, clock=clock)
    telegram = TelegramSimulator(BOT_TOKEN, clock=clock, chat_rate=chat_rate)
    for number in range(1, 61):  # people whom tests let speak by raw events
        line.add_friend(line_id(number))
        telegram.add_user(7000 + number)
    await hire(url, clock)
    async with serve(line.app) as line_at, serve(telegram.app) as telegram_at:
        settings = settings_for(url, line_at, telegram_at, mode=mode, chat_rate=chat_rate or 30.0)
        if chat_rate is None:  # beyond what may be set: nobody waits for the end of the last answer's turn
            quick = settings.telegram.model_copy(update={"chat_rate": 1000.0})
            settings = settings.model_copy(update={"telegram": quick})
        if mail_port is not None:
            server = Smtp(host="127.0.0.1", port=mail_port, sender="ai@example.gov.tw")
            alerts = Alerts(email="operator@example.gov.tw")
            settings = settings.model_copy(update={"smtp": server, "alerts": alerts})
        app = asgi(settings, clock)
        async with serve(app) as bot:
            line.webhook_url = f"{bot.url}/webhooks/line"
            if mode == "webhook":
                await set_webhook(telegram_at.url, f"{bot.url}/webhooks/telegram")
            yield House(line, telegram, bot, app.state.program, clock, line_at.url, telegram_at.url)
