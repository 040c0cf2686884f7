"""kill -9 in the middle of waves: LINE loses nothing and doubles nothing; of Telegram and mail nothing is
doubled, and what nobody can know is listed by name."""

import random
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.drills.agency import members
from tests.drills.conftest import Say
from tests.drills.town import Kills, more_than_once, open_town, storm, without
from tests.drills.waves import freeze_wave

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # a Wednesday, ten o'clock in Taipei
WAVES = 3


async def test_kills_lose_and_double_nothing(
    sqlite_url: str, tmp_path: Path, whole: bool, said: Say
) -> None:
    """Whatever moment the program dies at, LINE gets each message once, and Telegram each one once or it is
    listed as undecided."""
    count, kills = (20_000, 300) if whole else (200, 4)
    people = members(count)
    rng = random.Random(20_000)
    async with open_town(tmp_path, sqlite_url, people, NOW, rate=150) as town:
        note = Kills()
        for wave in range(1, (WAVES if whole else 1) + 1):
            before, listed = town.got(), await town.listed()
            meant = await freeze_wave(town, f"第{wave}波")
            begun = time.monotonic()
            while await town.unsettled() and (note.count < kills or whole):
                await storm(town, town.parents[0], 1, (0.05, 1.0), rng, note)
            async with town.bot():
                await town.until_quiet()
            seconds = time.monotonic() - begun
            got, unsure = town.got(), await town.listed() - listed
            line = got["line"] - before["line"]
            telegram = got["telegram"] - before["telegram"]
            by_line = {number for number, way in meant.items() if way == "line"}
            by_telegram = {number for number, way in meant.items() if way == "telegram"}
            said(
                f"wave {wave} to {len(meant)} people in {seconds:.0f} s: LINE {len(by_line)}, lost "
                f"{len(without(line, by_line))}, doubled {len(more_than_once(line))}; Telegram "
                f"{len(by_telegram)}, doubled {len(more_than_once(telegram))}, silently lost "
                f"{len(without(telegram, by_telegram) - unsure.keys())}, undecided {unsure.total()} (of them "
                f"{len(unsure.keys() & telegram.keys())} had arrived)"
            )
            assert line.keys() <= by_line
            assert telegram.keys() <= by_telegram
            assert without(line, by_line) == set()
            assert more_than_once(line) == more_than_once(telegram) == {}
            assert without(telegram, by_telegram) <= unsure.keys() <= by_telegram
            if note.count >= kills:
                break
        said(note.said)
        assert (await town.listed()).total() <= sum(note.left)
        assert max(note.left) <= 64
        assert town.loud() == []
