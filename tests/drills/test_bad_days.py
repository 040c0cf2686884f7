"""Bad days of the platforms and the post office in the middle of a wave: when they are over, nobody has been
told twice, LINE has lost nothing, and who may not have been told is listed by name."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.simulator.faults import ANY, Fault
from tests.drills.agency import members
from tests.drills.conftest import Say
from tests.drills.post_office import Trouble
from tests.drills.test_kill import checked, finish
from tests.drills.town import open_town

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # a Wednesday, ten o'clock in Taipei
DAYS: dict[str, tuple[Fault, Trouble]] = {
    "429": (Fault.rate_limit(), "later"),
    "500 after it accepted": (Fault.error(500, accepted=True), "reset after accept"),
    "502": (Fault.error(502, "<html>Bad Gateway</html>"), "later"),
    "silence": (Fault.silence(), "silence"),
    "silence after it accepted": (Fault.silence(accepted=True), "silence"),
    "resets": (Fault.reset(), "reset"),
    "resets after it accepted": (Fault.reset(accepted=True), "reset after accept"),
    "garbage with 200": (Fault.garbage(), "reset after accept"),
}


SMALL = ("resets after it accepted",)


@pytest.mark.parametrize(
    "day", [pytest.param(day, marks=() if day in SMALL else pytest.mark.whole) for day in DAYS]
)
async def test_a_bad_day_loses_and_doubles_nothing(
    sqlite_url: str, tmp_path: Path, whole: bool, minutes: float, said: Say, day: str
) -> None:
    """Every call of both platforms is answered so for some minutes, in the middle of a wave."""
    fault, trouble = DAYS[day]
    people = members(2_000 if whole else 40)
    async with open_town(tmp_path, sqlite_url, people, NOW, rate=30) as town:
        before, listed = town.got(), await town.listed()
        async with town.bot():
            async with asyncio.timeout(300):
                while not town.telegram.delivered:
                    await asyncio.sleep(0.02)
            town.line.faults.lasting(ANY, fault)
            town.telegram.faults.lasting(ANY, fault)
            town.post.trouble = trouble
            await asyncio.sleep(60 * minutes)
            town.line.faults.clear()
            town.telegram.faults.clear()
            town.post.trouble = ""
            over = time.monotonic()
            await finish(town, alive=True)
        tail = time.monotonic() - over
        said(f"{minutes:g} min of {day}, then {tail:.0f} s to the end: {await checked(town, before, listed)}")
        assert town.loud() == []
