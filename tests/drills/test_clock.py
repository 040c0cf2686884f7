"""The machine's clock jumps in the middle of a wave, or the machine is off when it should begin."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.drills.agency import members
from tests.drills.conftest import Say
from tests.drills.test_kill import checked, finish
from tests.drills.town import open_town

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # a Wednesday, ten o'clock in Taipei
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    "jump",
    [
        pytest.param(HOUR, id="+1h", marks=pytest.mark.whole),
        pytest.param(-HOUR, id="-1h", marks=pytest.mark.whole),
        pytest.param(DAY, id="+1d", marks=pytest.mark.whole),
        pytest.param(-DAY, id="-1d"),
    ],
)
async def test_a_clock_that_jumps_and_comes_back(
    sqlite_url: str, tmp_path: Path, whole: bool, said: Say, jump: timedelta
) -> None:
    """Nobody is told twice and nobody left out, whichever way business time jumps in the middle of a wave."""
    people = members(2_000 if whole else 40)
    async with open_town(tmp_path, sqlite_url, people, NOW, rate=150 if whole else 10) as town:
        before, listed = town.got(), await town.listed()
        async with town.bot():
            async with asyncio.timeout(300):
                while not town.telegram.delivered:
                    await asyncio.sleep(0.02)
            town.clock.offset += jump
            await asyncio.sleep(2 if whole else 0.7)
            town.clock.offset -= jump
            await finish(town, alive=True)
        said(f"{jump / HOUR:+g} h: {await checked(town, before, listed)}")
        assert town.loud() == []


async def test_a_machine_that_was_off(sqlite_url: str, tmp_path: Path, whole: bool, said: Say) -> None:
    """Off when the office opened, and on again on the next day: the wave is made good. Off for whole
    occasions: nobody hears of them any more, and the next one goes out as planned."""
    people = members(200 if whole else 24)
    async with open_town(tmp_path, sqlite_url, people, NOW + DAY, rate=30) as town:
        before, listed = town.got(), await town.listed()
        async with town.bot(), asyncio.timeout(300):
            while await town.count("SELECT count(*) FROM wave WHERE state = 'done'") < 1:
                await asyncio.sleep(0.1)
            await town.until_quiet()
        town.clock.set(NOW)  # the wave's own day, which it is looked up by
        said(f"a day late: {await checked(town, before, listed)}")
        before, listed = town.got(), await town.listed()
        town.clock.set(datetime(2026, 12, 16, 2, 0, tzinfo=UTC))  # two Wednesdays were slept through
        await finish(town)
        said(f"the next one: {await checked(town, before, listed)}")
        assert await town.count("SELECT count(*) FROM wave") == 2
        assert town.loud() == []
