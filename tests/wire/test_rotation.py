"""Every secret is changed while people write: nothing they said is lost, and no answer comes twice."""

import asyncio
from collections import Counter
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import Program, asgi
from bot.settings import Settings
from bot.simulator.line import LineSimulator
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from storage.clock import SystemClock
from tests.wire.house import BOT_TOKEN, HOOK_SECRET, SECRET, TOKEN, House, line_id, set_webhook, settings_for
from tests.wire.test_webhooks import event, post_line

PEOPLE, TIMES = 5, 6  # on each platform, and how often each of them writes
ANSWERS = 2  # messages that answer a stranger's 說明
NEW_SECRET, NEW_TOKEN = "line-secret-after-the-change", "line-token-after-the-change"
NEW_BOT_TOKEN, NEW_HOOK_SECRET = "123456:token-after-the-change_000000000000", "hook-secret-after-the-change"
_REFUSED = "SELECT count(DISTINCT platform) FROM dispatch WHERE state = 'frozen' AND reason LIKE '401%'"
_FROM_TELEGRAM = "SELECT count(*) FROM inbox WHERE platform = 'telegram'"


class Talk:
    """People who write without waiting for an answer, some of them at any time."""

    def __init__(self, line: LineSimulator, telegram: TelegramSimulator) -> None:
        self._line, self._telegram = line, telegram
        self.said: Counter[str | int] = Counter()

    async def one(self, number: int) -> None:
        for _ in range(TIMES):
            await self._line.say(line_id(number), "說明")
            self.said[line_id(number)] += 1
            await self._telegram.say(7000 + number, "說明")
            self.said[7000 + number] += 1
            await asyncio.sleep(0.05)

    async def all(self) -> None:
        await asyncio.gather(*(self.one(number) for number in range(1, PEOPLE + 1)))


def renewed(settings: Settings) -> Settings:
    """As the operator fills them in: the new ones, and the previous secrets beside them."""
    line = settings.line.model_copy(
        update={
            "channel_secret": SecretStr(NEW_SECRET),
            "previous_channel_secret": SecretStr(SECRET),
            "channel_access_token": SecretStr(NEW_TOKEN),
        }
    )
    telegram = settings.telegram.model_copy(
        update={
            "token": SecretStr(NEW_BOT_TOKEN),
            "secret_token": SecretStr(NEW_HOOK_SECRET),
            "previous_secret_token": SecretStr(HOOK_SECRET),
        }
    )
    return settings.model_copy(update={"line": line, "telegram": telegram})


async def test_all_secrets_are_changed_under_load(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The platforms know the new ones before the program does: its calls are refused meanwhile and kept, what
    LINE could not deliver comes again, and Telegram's old word is good until the webhook is set anew."""
    monkeypatch.setattr("bot.platforms.line_outbound._MENDING", 0.5)
    monkeypatch.setattr("bot.platforms.telegram_outbound._MENDING", 0.5)
    clock = SystemClock()
    line = LineSimulator(SECRET, TOKEN, clock=clock, quota=None)
    telegram = TelegramSimulator(BOT_TOKEN, clock=clock, chat_rate=None, retry_delays=(0.2,))
    for number in range(1, PEOPLE + 1):
        line.add_friend(line_id(number))
        telegram.add_user(7000 + number)
    talk = Talk(line, telegram)
    async with serve(line.app) as line_at, serve(telegram.app) as telegram_at:
        settings = settings_for(sqlite_url, line_at, telegram_at)
        app = asgi(settings, clock)
        async with serve(app) as bot:
            line.webhook_url = f"{bot.url}/webhooks/line"
            await set_webhook(telegram_at.url, f"{bot.url}/webhooks/telegram")
            house = _house(line, telegram, bot, app.state.program, clock)
            before = asyncio.create_task(talk.all())
            await asyncio.sleep(0.15)
            line.reissue(channel_secret=NEW_SECRET, access_token=NEW_TOKEN)
            telegram.revoke(NEW_BOT_TOKEN)
            await before
            assert (
                await post_line(house, {"events": [event("EARLY")]}) == 200
            )  # its answer is refused for certain
            talk.said[line_id(1)] += 1
            await _until(house, _REFUSED, 2)
        app = asgi(renewed(settings), clock)
        async with serve(app, port=bot.port) as bot:
            house = _house(line, telegram, bot, app.state.program, clock)
            after = asyncio.create_task(talk.all())
            got_before = (await house.rows(_FROM_TELEGRAM))[0][0]
            await _until(house, _FROM_TELEGRAM, got_before + 1)  # with the old word: the webhook is as it was
            await set_webhook(telegram_at.url, f"{bot.url}/webhooks/telegram", NEW_BOT_TOKEN, NEW_HOOK_SECRET)
            assert await post_line(house, {"events": [event("LATE")]}) == 200  # signed with the old secret
            talk.said[line_id(1)] += 1
            again = await line.redeliver()
            await after
            await house.quiet(30)
            states = await house.rows("SELECT platform, state, count(*) FROM inbox GROUP BY 1, 2 ORDER BY 1")
            settled = await house.rows("SELECT state, count(*) FROM dispatch GROUP BY 1")

    assert again, "LINE was turned away at no time: the drill drilled nothing"
    assert all(one.ok for one in again)
    every = PEOPLE * TIMES * 2
    assert states == [("line", "done", every + 2), ("telegram", "done", every)]
    assert {state for state, _ in settled} <= {"accepted", "refused"}  # refused: a reply that became a push
    got: Counter[Any] = line.delivered + telegram.delivered
    assert got == Counter({whom: ANSWERS * count for whom, count in talk.said.items()})


def _house(
    line: LineSimulator, telegram: TelegramSimulator, bot: Any, program: Program, clock: SystemClock
) -> House:
    return House(line, telegram, bot, program, clock)


async def _until(house: House, query: str, least: int) -> None:
    """Returns once the query counts so many."""
    async with asyncio.timeout(10):
        while (await house.rows(query))[0][0] < least:
            await asyncio.sleep(0.01)
