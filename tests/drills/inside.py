"""The bot within the drill's own process, for drills that live through many days and kill nobody."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import structlog

from bot.app import Program, asgi
from bot.logs import configure
from bot.settings import Settings
from bot.simulator.line import LineSimulator
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from guideline.records import Way
from handlers.desk import Desk
from storage.database import Database
from tests.drills.agency import Member, courses_of
from tests.drills.clock import SharedClock
from tests.drills.town import Town, open_town


@dataclass
class Inside:
    """As `Town`, with the program at hand."""

    town: Town
    program: Program
    courses: dict[str, str]

    @property
    def clock(self) -> SharedClock:
        return self.town.clock

    @property
    def line(self) -> LineSimulator:
        return self.town.line

    @property
    def telegram(self) -> TelegramSimulator:
        return self.town.telegram

    @property
    def database(self) -> Database:
        return self.town.database

    @property
    def desk(self) -> Desk:
        return self.town.desk

    def got(self) -> dict[Way, Counter[int]]:
        return self.town.got()

    def loud(self) -> list[str]:
        return self.town.loud()

    async def ticked(self) -> None:
        """One tick of the scheduler, and all that follows from it."""
        await self.program.scheduler.tick()
        await self.quiet()
        await self.program.scheduler.tick()  # a wave that is over is seen to be

    async def waved(self, day: date) -> None:
        """Tick after tick until the wave of this day is done."""
        async with asyncio.timeout(300):
            while not await self.town.count(
                "SELECT count(*) FROM wave WHERE day = :day AND state = 'done'", day=day.isoformat()
            ):
                await self.ticked()

    async def quiet(self) -> None:
        """Returns when nobody of an open wave is planned, nothing waits to be worked on or sent."""
        query = (
            "SELECT (SELECT count(*) FROM dispatch WHERE state = 'frozen')"
            " + (SELECT count(*) FROM inbox WHERE state = 'waiting')"
            " + (SELECT count(*) FROM reminder WHERE state = 'planned')"
        )
        async with asyncio.timeout(300):
            while await self.town.count(query):
                await asyncio.sleep(0.02)

    async def named(self, day: date | None, state: str) -> set[int]:
        """The persons of the wave of this day (None: of any) who stand on that list."""
        query = "SELECT person_id FROM reminder JOIN wave ON wave.id = wave_id WHERE reminder.state = :state"
        where = " AND day = :day" if day is not None else ""
        values = {"state": state} | ({"day": day.isoformat()} if day is not None else {})
        return {number for (number,) in await self.town.rows(query + where, **values)}


@asynccontextmanager
async def open_inside(
    folder: Path, url: str, people: Sequence[Member], now: datetime, *, quota: int, rate: int = 1_000
) -> AsyncIterator[Inside]:
    """As `open_town`, with the bot and its web server running until the end."""
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(
            open_town(folder, url, people, now, rate=rate, replicas=0, quota=quota)
        )
        plain = Settings.model_validate(town.settings)
        lifted = plain.telegram.model_copy(update={"rate": rate, "chat_rate": rate})
        settings = plain.model_copy(update={"telegram": lifted})
        log = stack.enter_context(town.log.open("w"))
        configure(settings, log)
        stack.callback(structlog.reset_defaults)
        app = asgi(settings, town.clock)
        served = await stack.enter_async_context(serve(app))
        town.line.webhook_url = f"{served.url}/webhooks/line"
        basic, advanced = courses_of(town.desk.editions.in_force)
        yield Inside(town, app.state.program, {"basic": basic, "advanced": advanced})
