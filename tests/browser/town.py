"""A page in front of two loopback platforms, and the bot's own hand on their APIs."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.simulator.line import LineSimulator
from bot.simulator.page import DemoPerson
from bot.simulator.telegram import TelegramSimulator

Json = dict[str, Any]
LINE_TOKEN = "line-token"
TELEGRAM_TOKEN = "123456:telegram-token"
AMY = DemoPerson("A001", "王小明", "人事處/給與科", "科員", "K7QM4WTX", f"U{1:032x}", 7001)
BEN = DemoPerson("A002", "陳怡君", "教育局/體育科", "科長", "M2NP8RSV", f"U{2:032x}", 7002, "可試「主管」")


@dataclass(frozen=True, slots=True)
class Town:
    """`url` is the page's; `line_api` and `telegram_api` are where a bot would call."""

    line: LineSimulator
    telegram: TelegramSimulator
    url: str
    line_api: str
    telegram_api: str
    http: aiohttp.ClientSession

    async def line_says(self, *messages: Json, to: str = AMY.line_user_id) -> None:
        """Pushes message objects over LINE's API."""
        await self._post(
            f"{self.line_api}/v2/bot/message/push",
            {"to": to, "messages": list(messages)},
            {"Authorization": f"Bearer {LINE_TOKEN}"},
        )

    async def telegram_does(self, method: str, **body: Any) -> Any:
        """Calls a method of the Bot API and gives its `result`."""
        answer = await self._post(f"{self.telegram_api}/bot{TELEGRAM_TOKEN}/{method}", body, {})
        return answer["result"]

    async def _post(self, url: str, body: Json, headers: dict[str, str]) -> Any:
        async with self.http.post(url, json=body, headers=headers) as answer:
            text = await answer.text()
            assert answer.status == 200, f"{answer.status} {text}"
            return await answer.json()
