"""The bot as a program of its own; both platforms and a post office in the drill's process."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import aiohttp
from sqlalchemy import text

from bot.desk import desk_for
from bot.settings import Settings
from bot.simulator.line import LineSimulator
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from guideline.records import Way
from handlers.desk import Desk
from storage.database import Database
from storage.dispatches import undelivered
from tests.drills.agency import Member, settle_in
from tests.drills.clock import SharedClock
from tests.drills.forks import Forks, Life, forks
from tests.drills.post_office import PostOffice

SECRET = "line-secret-of-the-drills"
TOKEN = "line-token-of-the-drills"
BOT_TOKEN = "123456:loopback-token_for-the-drills-00000"
HOOK = "hook-secret-of-the-drills"
AGAIN: Final = (0.0, 0.2, 0.5, 1.0, 2.0)  # seconds after which Telegram's webhook tries again: a quick one
_LOUD: Final = ("critical",)  # a mistake of ours: no drill may end with one


@dataclass
class Town:
    """What a drill holds on to. `rate` is Telegram's messages a second, the bot's and the simulator's."""

    folder: Path
    database: Database
    clock: SharedClock
    line: LineSimulator
    telegram: TelegramSimulator
    post: PostOffice
    people: Sequence[Member]
    settings: dict[str, Any]
    rate: int
    desk: Desk
    lease: float | None = None  # seconds of the leases, where they are shortened
    on: frozenset[Way] = frozenset({"line", "telegram", "email"})
    parents: list[Forks] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.folder / "bot.log"

    def life(self, seconds: float | None = None) -> Life:
        return Life(
            self.settings,
            str(self.folder / "clock"),
            str(self.log),
            seconds=seconds,
            rate=self.rate,
            lease=self.lease,
        )

    async def called_at(self, url: str) -> None:
        """Where the platforms send what people say: LINE, and Telegram where it is not polled."""
        self.line.webhook_url = f"{url}/webhooks/line"
        own = self.settings["telegram"]
        if own["mode"] == "webhook":
            asked = {"url": f"{url}/webhooks/telegram", "secret_token": HOOK}
            method = f"{own['api_base']}/bot{BOT_TOKEN}/setWebhook"
            async with aiohttp.ClientSession() as session, session.post(method, json=asked) as answer:
                answer.raise_for_status()

    async def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """What the database holds, asked in plain SQL."""

        async def ask(conn: Any) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in await conn.execute(text(query), values)]

        return await self.database.read(ask)

    async def count(self, query: str, **values: Any) -> int:
        return int((await self.rows(query, **values))[0][0] or 0)

    async def in_flight(self) -> int:
        """Calls that were under way when the bot died and that nobody can repeat."""
        return await self.count(
            "SELECT count(*) FROM dispatch WHERE state = 'frozen' AND lease_until IS NOT NULL"
            " AND retry_key IS NULL"
        )

    async def unsettled(self) -> int:
        return await self.count("SELECT count(*) FROM dispatch WHERE state = 'frozen'")

    async def until_quiet(self, patience: float = 120.0, more: str = "") -> None:
        """Returns when nothing waits to be sent, nor `more` (SQL that counts) is left, twice in a row."""
        calm = 0
        async with asyncio.timeout(patience):
            while calm < 3:
                left = await self.unsettled() + (await self.count(more) if more else 0)
                calm = 0 if left else calm + 1
                await asyncio.sleep(0.1)

    @asynccontextmanager
    async def bot(
        self, life: Life | None = None, parent: Forks | None = None
    ) -> AsyncIterator[asyncio.Task[Any]]:
        """A life (of the first replica, or that of `parent`) that ends in its own time after the block."""
        parent = parent or self.parents[0]
        task = asyncio.create_task(parent.live(life or self.life()))
        try:
            yield task
        finally:
            if not task.done():
                parent.stop()
            ended = await task
        assert ended.status == 0, self.log.read_text()[-2000:]

    def got(self) -> dict[Way, Counter[int]]:
        """What each platform accepted and showed, by the person's number."""
        return {
            "line": Counter({int(str(chat)[1:], 16): n for chat, n in self.line.delivered.items()}),
            "telegram": Counter({int(chat) - 1_000_000: n for chat, n in self.telegram.delivered.items()}),
            "email": Counter({int(to[1 : to.index("@")]): n for to, n in self.post.accepted.items()}),
        }

    async def listed(self) -> Counter[int]:
        """Persons whose message nobody knows the fate of, as `talentbot outbox` lists them."""
        found = await self.database.read(lambda conn: undelivered(conn, "undecided"))
        return Counter(int(one.employee_no[1:]) for one in found if one.employee_no)

    def loud(self) -> list[str]:
        """Lines of the bots' log that only a mistake of ours writes."""
        if not self.log.exists():
            return []
        lines = [line for line in self.log.read_text().splitlines() if line]
        return [line for line in lines if _level(line) in _LOUD or line.startswith("Traceback")]


def _level(line: str) -> str:
    try:
        return str(json.loads(line).get("level", ""))
    except ValueError:
        return ""


@asynccontextmanager
async def open_town(
    folder: Path,
    url: str,
    people: Sequence[Member],
    now: datetime,
    *,
    rate: int = 200,
    replicas: int = 1,
    quota: int | None = None,
    tables: dict[str, Any] | None = None,
    telegram: dict[str, Any] | None = None,
    parent: Forks | None = None,
) -> AsyncIterator[Town]:
    """Everything but the bot. `url` is a migrated database's; business time begins at `now`; `quota` is
    LINE's of a month; `tables` and those of `telegram` are settings of the drill's own; `parent` is one that
    goes on to other towns."""
    clock = SharedClock(folder / "clock")
    clock.set(now)
    line = LineSimulator(SECRET, TOKEN, clock=clock, quota=quota)
    phones = TelegramSimulator(BOT_TOKEN, clock=clock, chat_rate=None, bot_rate=rate, retry_delays=AGAIN)
    for one in people:
        if "line" in one.ways:
            line.add_friend(one.line_id)
        if "telegram" in one.ways:
            phones.add_user(one.telegram_id)
    async with AsyncExitStack() as stack:
        post = await stack.enter_async_context(PostOffice().open())
        line_at = await stack.enter_async_context(serve(line.app))
        telegram_at = await stack.enter_async_context(serve(phones.app))
        settings = {
            "database_url": url,
            "agency": "示範市政府",
            "line": {"channel_secret": SECRET, "channel_access_token": TOKEN, "api_base": line_at.url},
            "telegram": {
                "token": BOT_TOKEN,
                "api_base": telegram_at.url,
                "mode": "polling",
                "secret_token": HOOK,
                **(telegram or {}),
            },
            "smtp": {"host": "127.0.0.1", "port": post.port, "sender": "bot@agency.example"},
            "notice": {"office": "人事處", "contact": "分機 1234"},
            **(tables or {}),
        }
        desk = desk_for(Settings.model_validate(settings))
        database = await Database.open(url)
        stack.push_async_callback(database.close)
        await settle_in(database, people, desk.editions, now.year)
        town = Town(folder, database, clock, line, phones, post, people, settings, rate, desk)
        if parent is not None:
            town.parents.append(parent)
        for _ in range(replicas - len(town.parents)):
            town.parents.append(await stack.enter_async_context(forks()))
        if town.parents:
            await town.called_at(town.parents[0].url)
        yield town


@dataclass
class Kills:
    """What a storm of kills did: how often, and how many calls nobody can know of after each."""

    count: int = 0
    left: list[int] = field(default_factory=list)

    @property
    def said(self) -> str:
        hit = [number for number in self.left if number]
        return (
            f"{self.count} kills, {len(hit)} of them with calls under way that have no retry key; "
            f"{sum(hit)} such calls, at most {max(hit, default=0)} at once"
        )


async def storm(
    town: Town,
    parent: Forks,
    kills: int,
    lives: tuple[float, float],
    rng: random.Random,
    note: Kills,
    served: float = 0.0,
) -> None:
    """Kills one replica so often, each after a random life, and starts it again at once. That share of the
    lives is reckoned from when it is `served`, the others from birth. SQLite is looked
    into between two lives; on PostgreSQL the other replica goes on meanwhile."""
    alone = len(town.parents) == 1
    for _ in range(kills):
        ended = await parent.live(replace(town.life(rng.uniform(*lives)), served=rng.random() < served))
        assert ended.killed, town.log.read_text()[-2000:]
        note.count += 1
        if alone:
            note.left.append(await town.in_flight())


def saturday() -> datetime:
    """The next one, ten o'clock in Taipei: nobody is reminded of anything, and what people say is not so old
    by the machine's own clock that it is purged."""
    today = datetime.now(UTC)
    return (today + timedelta(days=(5 - today.weekday()) % 7)).replace(hour=2, minute=0)


def more_than_once(got: Counter[int]) -> dict[int, int]:
    return {number: count for number, count in got.items() if count > 1}


def without(got: Counter[int], wanted: Iterable[int]) -> set[int]:
    return {number for number in wanted if not got[number]}


def lifted(people: Sequence[Member], **changes: Any) -> list[Member]:
    """The same people, each with these changes."""
    return [replace(one, **changes) for one in people]
