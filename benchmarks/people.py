"""The people a benchmark talks to: an agency of any size, made once and copied for each round.

Everybody has a chat on both platforms, so that any of them can be talked to on either and an agency of 1 000
is as its rows go one of 360 000.
"""

import argparse
import asyncio
import random
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk import desk_for
from bot.settings import Settings
from storage import runs
from storage.database import Database
from storage.migrate import migrate
from storage.reckoning import basis
from tests.drills.agency import LEARNED, Member, settle_in

NOW: Final = datetime(2026, 6, 13, 2, 0, tzinfo=UTC)
"""Business time of every run: ten o'clock in Taipei on a Saturday, when no reminder and no digest is due."""

ROOT: Final = Path(__file__).parents[1]
SETTINGS: Final = Settings.model_validate({"agency": "示範市政府"})


def members(count: int) -> list[Member]:
    """The same at every run."""
    rng = random.Random(1)  # noqa: S311 - the same people at every run
    return [
        Member(number, frozenset({"line", "telegram"}), rng.choice(LEARNED)) for number in range(1, count + 1)
    ]


def some(people: int, count: int, seed: int) -> list[int]:
    """Numbers of `count` different members out of `people`, scattered."""
    return random.Random(seed).sample(range(1, people + 1), count)  # noqa: S311 - see above


def seeded(file: Path, module: str, people: int) -> Path:
    """The file with that many people, made by `module` in a process of its own unless it is there."""
    if not file.exists():
        made = file.with_suffix(".new")
        for old in file.parent.glob(f"{made.name}*"):
            old.unlink()
        subprocess.run([sys.executable, "-m", module, str(made), str(people)], cwd=ROOT, check=True)  # noqa: S603
        made.rename(file)
    return file


def copied(template: Path, to: Path) -> Path:
    for old in to.parent.glob(f"{to.name}*"):
        old.unlink()
    shutil.copyfile(template, to)
    return to


async def _make(url: str, people: int) -> None:
    await migrate(url)
    database = await Database.open(url)
    desk = desk_for(SETTINGS)

    standing = f"standing:{basis(desk.edition, NOW.year, None)}"

    async def nothing_is_due(conn: AsyncConnection) -> None:
        """The standings are written with the people. The purge goes by real time, which is another day."""
        real = datetime.now(UTC)
        for job, day in ((standing, date(NOW.year, 1, 1)), ("purge", NOW.date())):
            await runs.begin(conn, job, day, real, timedelta())
            await runs.done(conn, job, day, real)

    try:
        await settle_in(database, members(people), desk.editions, NOW.year)
        await database.write(nothing_is_due)
    finally:
        await database.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("people", type=int)
    given = parser.parse_args()
    asyncio.run(_make(f"sqlite+aiosqlite:///{given.file.resolve()}", given.people))
