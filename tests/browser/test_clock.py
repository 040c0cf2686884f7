"""The demo's date, moved from the page."""

from collections.abc import Sequence
from datetime import date

import aiohttp
import pytest
from starlette.applications import Starlette

from bot.simulator.line import LineSimulator
from bot.simulator.page import DemoDay, DemoLink, demo_routes
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from storage.clock import SystemClock


class Calendar:
    """A date that only goes forward."""

    def __init__(self) -> None:
        self.day = date(2026, 11, 24)

    def today(self) -> date:
        return self.day

    async def days(self) -> Sequence[DemoDay]:
        return [DemoDay("12 月初", date(2026, 12, 2))]

    async def move_to(self, day: date) -> str:
        if day < self.day:
            raise ValueError("示範日期只能往後移。")
        self.day = day
        return "已移動。"


@pytest.mark.parametrize(
    ("asked", "status", "then"),
    [
        ("2026-12-01", 200, date(2026, 12, 1)),
        ("2026-11-01", 400, date(2026, 11, 24)),
        ("12/1", 400, date(2026, 11, 24)),
        ("2026-02-30", 400, date(2026, 11, 24)),
    ],
)
async def test_date_moves_or_says_why_not(asked: str, status: int, then: date) -> None:
    """A date that may be is moved to; any other is refused in a sentence and changes nothing."""
    clock = SystemClock()
    calendar = Calendar()
    routes = demo_routes(
        LineSimulator("secret", "token", clock=clock),
        TelegramSimulator("1:token", clock=clock),
        [],
        links=[DemoLink("人事網頁", "/hr")],
        clock=calendar,
    )
    async with serve(Starlette(routes=routes)) as page, aiohttp.ClientSession(page.url) as http:
        async with http.get("/demo/desk") as answer:
            desk = await answer.json()
        days = [{"label": "12 月初", "date": "2026-12-02"}]
        assert desk["clock"] == {"today": "2026-11-24", "days": days}
        assert desk["links"] == [{"label": "人事網頁", "href": "/hr"}]
        async with http.post("/demo/clock", json={"date": asked}) as answer:
            assert answer.status == status
            told = await answer.json()
    if status == 200:
        assert told == {"today": asked, "days": days, "note": "已移動。"}
    else:
        assert told["error"]
    assert calendar.day == then
