"""One round: a bot that has come to rest on a file of its own, and the people who talk to it."""

import gc
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.candidates import PEERS, Candidate
from benchmarks.load import Door, People, Platform
from benchmarks.loopback import Replies, platforms
from benchmarks.people import copied, some
from benchmarks.process import Bot, free_port, started
from storage.sqlite import library

PLATFORMS: Final[tuple[Platform, ...]] = ("line", "telegram")
WHOLE: Final = 360_000
SMALL: Final = 1_000
EVENTS: Final = 2  # of a dialogue


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is run. `dialogues` are those counted in each round, after `warming` others; `seconds` are of
    the run at a steady pace; `peers` is the environment of the peers, left out where it is missing."""

    folder: Path
    python: Path = Path(sys.executable)
    peers: Path = PEERS
    people: int = WHOLE
    small: int = SMALL
    rounds: int = 5
    dialogues: int = 900
    warming: int = 100
    seconds: float = 10.0
    # At the pace, before any wait counts: the scheduler's first tick, 15 s after the start, does what is done
    # once in a life.
    settling: float = 18.0
    only: Sequence[Platform] = PLATFORMS


@dataclass(frozen=True, slots=True)
class Measured:
    """Events fully answered a second, and milliseconds of the processor for each: the bot's, and those of the
    people and the platforms, who must not be what is measured."""

    rate: float
    cost: float
    around: float


@dataclass
class Round:
    bot: Bot
    people: People


@asynccontextmanager
async def round_of(plan: Plan, platform: Platform, candidate: Candidate, people: int) -> AsyncIterator[Round]:
    """Raises RuntimeError when an event got two replies, or not exactly one report was logged for each
    receipt."""
    template = candidate.template(plan.folder, people)
    database, port, replies = copied(template, plan.folder / "round.db"), free_port(), Replies()
    os.sync()  # or the disk is busy with the copy while the bot's commits are waited for
    async with platforms(replies) as url:
        command = candidate.command(plan.python, database, url, port)
        environment = candidate.environment(plan.python, database, url, port)
        async with started(command, port, plan.folder / "round.log", environment) as bot:
            await bot.quiet()
            door = Door(port, f"/webhooks/{platform}")
            door.open()
            one = Round(bot, People(platform, door, replies))
            try:
                yield one
            finally:
                door.close()
    if replies.stray:
        raise RuntimeError(f"{replies.stray} replies too many")
    new = hours_in(database) - hours_in(template)
    if new != one.people.reported:
        raise RuntimeError(f"{one.people.reported} receipts, but {new} reports of hours in the database")


def hours_in(database: Path) -> int:
    with closing(library().connect(database)) as conn:
        return int(conn.execute("SELECT count(*) FROM hours").fetchone()[0])


async def saturated(plan: Plan, platform: Platform, candidate: Candidate, people: int, seed: int) -> Measured:
    """As many dialogues at once as it takes to keep the bot's core busy."""
    numbers = some(people, plan.warming + plan.dialogues, seed)
    counted = numbers[plan.warming :]
    async with round_of(plan, platform, candidate, people) as one:
        await one.people.at_once(numbers[: plan.warming])
        before, own = one.bot.cpu(), time.process_time()
        seconds = await one.people.at_once(counted)
        each = 1000 / (EVENTS * len(counted))
        cost, around = (one.bot.cpu() - before) * each, (time.process_time() - own) * each
        return Measured(1000 / each / seconds, cost, around)


async def waits_at_pace(
    plan: Plan, platform: Platform, candidate: Candidate, pace: float, seed: int
) -> tuple[list[float], list[float]]:
    """Milliseconds from when an event was due to its reply at the loopback, at `pace` events a second; and
    those by which the events were sent late."""
    count = max(2, int(pace * plan.seconds / EVENTS))
    warming = max(plan.warming, int(pace * plan.settling / EVENTS))
    numbers = some(plan.people, warming + count, seed)
    async with round_of(plan, platform, candidate, plan.people) as one:
        await one.people.at_pace(numbers[:warming], pace)
        one.people.waits.clear()
        one.people.late.clear()
        gc.collect()
        gc.freeze()  # a pause of the people's own would count as the bot's
        await one.people.at_pace(numbers[warming:], pace)
        return [wait * 1000 for wait in one.people.waits], [late * 1000 for late in one.people.late]


def median(rounds: Sequence[Measured]) -> Measured:
    return Measured(
        statistics.median(one.rate for one in rounds),
        statistics.median(one.cost for one in rounds),
        statistics.median(one.around for one in rounds),
    )
