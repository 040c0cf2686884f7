"""Each durable step once: the program dies just before, and just after, every commit of a wave that changes
something, is started again, and all ends as if nothing had happened."""

import asyncio
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from guideline.records import Way
from tests.drills.agency import Member, members
from tests.drills.conftest import Say
from tests.drills.forks import Forks, forks
from tests.drills.town import Town, open_town

NOW = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # a Wednesday, ten o'clock in Taipei
PEOPLE = 16
DONE = "SELECT count(*) FROM wave WHERE state = 'done'"


async def test_a_crash_at_any_commit_changes_nothing(
    sqlite_template: Path, tmp_path: Path, whole: bool, said: Say
) -> None:
    """Every person is told once, by the same way, or is listed where nobody can know."""
    people = members(PEOPLE, seed=5)
    undecided = crashes = 0
    async with forks() as parent:
        steps = await undisturbed(sqlite_template, tmp_path / "0", people, parent)
        wanted = range(1, len(steps) + 1) if whole else [len(steps) // 2]
        for number in wanted:
            for before in (True, False) if whole else (False,):
                folder = tmp_path / f"{number}-{'before' if before else 'after'}"
                crashes += 1
                undecided += await crashed(sqlite_template, folder, people, parent, number, before=before)
    kinds = ", ".join(sorted({step.rsplit(".", 1)[0].replace(".<locals>", "") for step in steps}))
    said(
        f"{len(steps)} commits of a wave to {PEOPLE} people, {crashes} crashes: the same end each "
        f"time; {undecided} calls without a retry key undecided and listed. Steps: {kinds}"
    )


async def undisturbed(template: Path, folder: Path, people: Sequence[Member], parent: Forks) -> list[str]:
    """The commits of a life that nobody ends, by the unit that was committed."""
    url = fresh(template, folder)
    async with open_town(folder, url, people, NOW, parent=parent) as town:
        note = folder / "commits"
        async with town.bot(replace(town.life(), note=str(note))):
            await _over(town)
        await _as_planned(town)
        return note.read_text().splitlines()


async def crashed(
    template: Path, folder: Path, people: Sequence[Member], parent: Forks, number: int, *, before: bool
) -> int:
    """Dies at that commit; how many calls nobody knows of afterwards."""
    url = fresh(template, folder)
    async with open_town(folder, url, people, NOW, parent=parent) as town:
        dying = replace(town.life(seconds=20.0), crash=number, before=before)
        ended = await town.parents[0].live(dying)
        assert ended.killed
        async with town.bot():
            await _over(town)
        return await _as_planned(town)


async def _over(town: Town) -> None:
    async with asyncio.timeout(60):
        while not await town.count(DONE):
            await asyncio.sleep(0.05)
    await town.until_quiet(60)


async def _as_planned(town: Town) -> int:
    """Each due person once, by their best way; what is missing is listed. Returns how many are."""
    got, listed = town.got(), await town.listed()
    for way in ("line", "telegram", "email"):
        _held(way, got[way], listed, {one.number for one in town.people if one.due and one.way == way})
    states = Counter(state for (state,) in await town.rows("SELECT state FROM reminder"))
    reached = sum(one.due and one.way is not None for one in town.people)
    assert states["frozen"] == reached
    assert states.total() == sum(one.due for one in town.people)
    assert town.loud() == []
    return listed.total()


def _held(way: Way, got: Counter[int], listed: Counter[int], meant: set[int]) -> None:
    assert got.keys() <= meant
    assert set(got.values()) <= {1}
    lacking = meant - got.keys()
    assert lacking <= listed.keys(), way
    assert way != "line" or not lacking


def fresh(template: Path, folder: Path) -> str:
    """A migrated SQLite file in a folder that is made for it."""
    folder.mkdir()
    return f"sqlite+aiosqlite:///{shutil.copy(template, folder / 'talentbot.db')}"
