"""kill -9 in the middle of waves: LINE loses nothing and doubles nothing; of Telegram and mail nothing is
doubled, and what nobody can know is listed by name."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

from guideline.records import Way
from tests.drills.agency import members
from tests.drills.conftest import Say
from tests.drills.town import Kills, Town, more_than_once, open_town, storm, without

# Wednesdays on which people are written to, ten o'clock in Taipei.
DAYS = [
    datetime(2026, month, day, 2, 0, tzinfo=UTC)
    for month, day in ((11, 4), (11, 18), (12, 2), (12, 9), (12, 16))
]
IN_FLIGHT = 16  # four mails, and the turns that Telegram had while answers were written down
UNDONE = "SELECT count(*) FROM wave WHERE state <> 'done'"


async def test_kills_lose_and_double_nothing(sqlite_url: str, tmp_path: Path, whole: bool, said: Say) -> None:
    """Whatever moment the program dies at while it plans, freezes and sends, LINE gets each message once, and
    Telegram and the post office each one once or it is listed as undecided."""
    count, kills = (20_000, 300) if whole else (150, 4)
    async with open_town(tmp_path, sqlite_url, members(count), DAYS[0], rate=30) as town:
        note, rng = Kills(), random.Random(count)  # noqa: S311 - the same storm at every run
        for day in DAYS if whole else DAYS[:1]:
            town.clock.set(day)
            before, listed = town.got(), await town.listed()
            begun = time.monotonic()
            enough = note.count + kills
            while note.count < enough and not await done(town):
                await storm(town, town.parents[0], 1, (0.1, 1.5), rng, note)
            await finish(town)
            said(f"{day:%m-%d}, {time.monotonic() - begun:.0f} s: {await checked(town, before, listed)}")
            if note.count >= kills:
                break
        said(note.said)
        assert (await town.listed()).total() <= sum(note.left)
        assert max(note.left, default=0) <= IN_FLIGHT
        assert note.count >= min(kills, 1)
        assert town.loud() == []


async def test_one_of_two_replicas_is_killed_again_and_again(
    postgres_url: str, tmp_path: Path, whole: bool, said: Say
) -> None:
    """On PostgreSQL the other replica goes on, and what the dead one had under way is taken over by nobody
    who could send it twice."""
    count, kills = (3_000, 60) if whole else (100, 2)
    async with open_town(tmp_path, postgres_url, members(count), DAYS[0], rate=30, replicas=2) as town:
        town.lease = 3.0  # seconds instead of a minute, which is longer than any call here takes
        before, listed = town.got(), await town.listed()
        notes = [Kills(), Kills()]
        storms = [
            storm(town, parent, kills // 2, (0.3, 2.5), random.Random(seed), note)  # noqa: S311 - as above
            for seed, (parent, note) in enumerate(zip(town.parents, notes, strict=True))
        ]
        await asyncio.gather(*storms)
        await finish(town, patience=300)
        said(f"{sum(note.count for note in notes)} kills: {await checked(town, before, listed)}")
        assert town.loud() == []


async def done(town: Town) -> bool:
    """Whether the wave of the day is over."""
    waves = await town.count("SELECT count(*) FROM wave WHERE day = :day", day=_day(town))
    return waves == 1 and await town.count(UNDONE) == 0


async def finish(town: Town, patience: float = 900.0, *, alive: bool = False) -> None:
    """A life that is left in peace until all is done; or the one that is `alive` already."""
    async with AsyncExitStack() as stack:
        if not alive:
            await stack.enter_async_context(town.bot())
        async with asyncio.timeout(patience):
            while not await done(town):
                await asyncio.sleep(0.2)
        await town.until_quiet(patience)


async def checked(town: Town, before: Mapping[Way, Counter[int]], listed: Counter[int]) -> str:
    """Holds one wave to what each platform accepted, by its own books; says so in a line."""
    got = {way: counts - before[way] for way, counts in town.got().items()}
    unsure = await town.listed() - listed
    rows = await town.rows(
        "SELECT person_id, reminder.state, way FROM reminder JOIN wave ON wave.id = wave_id WHERE day = :day",
        day=_day(town),
    )
    states = {number: (state, way) for number, state, way in rows}
    due = {one.number: one.way for one in town.people if one.due}
    assert states.keys() == due.keys()
    assert {number for number, (state, _) in states.items() if state == "unreached"} == {
        number for number, way in due.items() if way is None or not _is_on(town, way)
    }
    words = []
    for way in ("line", "telegram", "email"):
        meant = {number for number, one in states.items() if one == ("frozen", way)}
        if _is_on(town, way):
            assert meant == {number for number, best in due.items() if best == way}
        assert got[way].keys() <= meant
        assert more_than_once(got[way]) == {}
        lost = without(got[way], meant)
        assert lost <= unsure.keys(), f"silently lost on {way}"
        if way == "line":
            assert lost == set()
        here = unsure.keys() & meant
        words.append(
            f"{way} {len(meant)}, lost {len(lost - unsure.keys())}, doubled 0, "
            f"undecided {len(here)} (of them "
            f"{len(here & got[way].keys())} had arrived)"
        )
    return "; ".join(words)


def _is_on(town: Town, way: Way) -> bool:
    return way in town.on


def _day(town: Town) -> str:
    return town.clock.now().date().isoformat()
