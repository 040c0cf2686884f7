"""The hours dialogue from end to end: webhook in, card out, 「確認」 in, receipt out, over real HTTP with
`synchronous=FULL`, the bot on one core and the people with both platforms on the other.

`python -m benchmarks.dialogue --help` says what can be chosen.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import ours
from benchmarks.load import Door, People, Platform
from benchmarks.loopback import Replies, platforms
from benchmarks.people import copied, file_of, some
from benchmarks.process import Bot, cores, described, environment, free_port, started
from storage.sqlite import library

PLATFORMS: Final[tuple[Platform, ...]] = ("line", "telegram")
WHOLE: Final = 360_000
SMALL: Final = 1_000
EVENTS: Final = 2  # of a dialogue
PACE: Final = 200.0  # events a second of the latency run
PATIENCE: Final = 20  # ms that the p99 at that pace may take
CAP: Final = 2_000  # messages a second that LINE itself allows


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is run. `dialogues` are those counted in each round, after `warming` others."""

    folder: Path
    python: Path = Path(sys.executable)
    people: int = WHOLE
    small: int = SMALL
    rounds: int = 5
    dialogues: int = 900
    warming: int = 100
    seconds: float = 10.0  # of the latency run
    only: Sequence[Platform] = PLATFORMS


@dataclass(frozen=True, slots=True)
class Measured:
    """One round: events fully answered a second, and milliseconds of the processor for each."""

    rate: float
    cost: float


@dataclass
class Round:
    """A bot that has come to rest on a file of its own, and the people who talk to it."""

    bot: Bot
    people: People

    async def measured(self, numbers: Sequence[int]) -> Measured:
        before = self.bot.cpu()
        seconds = await self.people.at_once(numbers)
        events = EVENTS * len(numbers)
        return Measured(events / seconds, (self.bot.cpu() - before) / events * 1000)


@asynccontextmanager
async def round_of(plan: Plan, platform: Platform, people: int) -> AsyncIterator[Round]:
    template = file_of(plan.folder, people)
    database, port, replies = copied(template, plan.folder / "round.db"), free_port(), Replies()
    async with platforms(replies) as url:
        command = ours.command(plan.python, database, url, port)
        log = plan.folder / "round.log"
        async with started(command, port, log, environment(plan.python)) as bot:
            await bot.quiet()
            door = Door(port, f"/webhooks/{platform}")
            one = Round(bot, People(platform, door, replies))
            door.open()
            try:
                yield one
            finally:
                door.close()
            if door.refused or replies.stray:
                raise RuntimeError(
                    f"{door.refused} webhooks refused, {replies.stray} replies too many: {log}"
                )
    new = hours_in(database) - hours_in(template)
    if new != one.people.reported:
        raise RuntimeError(f"{one.people.reported} receipts, but {new} reports of hours in the database")


def hours_in(database: Path) -> int:
    """A bot that logs nothing is not measured."""
    with closing(library().connect(database)) as conn:
        return int(conn.execute("SELECT count(*) FROM hours").fetchone()[0])


async def saturated(plan: Plan, platform: Platform, people: int, seed: int) -> Measured:
    numbers = some(people, plan.warming + plan.dialogues, seed)
    async with round_of(plan, platform, people) as one:
        await one.people.at_once(numbers[: plan.warming])
        return await one.measured(numbers[plan.warming :])


async def waits_at_pace(plan: Plan, platform: Platform, seed: int) -> list[float]:
    """Milliseconds from an event to its reply at the loopback, at `PACE` events a second."""
    count = max(2, int(PACE * plan.seconds / EVENTS))
    numbers = some(plan.people, plan.warming + count, seed)
    async with round_of(plan, platform, plan.people) as one:
        await one.people.at_pace(numbers[: plan.warming], PACE)
        one.people.waits.clear()
        await one.people.at_pace(numbers[plan.warming :], PACE)
        return [wait * 1000 for wait in one.people.waits]


async def main(plan: Plan) -> None:
    print(f"the bot: {described(plan.python)}; SQLite {library().sqlite_version}; load {_load()}")
    with beside():
        for platform in plan.only:
            await _throughput(plan, platform)
            await _latency(plan, platform)


async def _throughput(plan: Plan, platform: Platform) -> None:
    whole, small = [], []
    for number in range(plan.rounds):
        whole.append(await saturated(plan, platform, plan.people, number))
        small.append(await saturated(plan, platform, plan.small, number))
    for people, rounds in ((plan.people, whole), (plan.small, small)):
        reached = f", {median(rounds).rate / CAP:.2f} of LINE's own cap" if platform == "line" else ""
        print(
            f"{platform}, {people} people: {said(rounds)}{reached}; load {_load()}",
            flush=True,
        )
    ratios = [one.cost / other.cost for one, other in zip(whole, small, strict=True)]
    print(
        f"{platform}, cost of a message at {plan.people} people to that at {plan.small}: "
        f"{statistics.median(ratios):.2f} (highest of {plan.rounds}: {max(ratios):.2f}; wanted 1.3)"
    )


async def _latency(plan: Plan, platform: Platform) -> None:
    waits = await waits_at_pace(plan, platform, 99)
    shown = ", ".join(f"p{percent} {quantile(waits, percent):.1f} ms" for percent in (50, 95, 99))
    ratio = quantile(waits, 99) / PATIENCE
    print(
        f"{platform}, {PACE:.0f} events a second, {plan.people} people: {shown} ({len(waits)} events), "
        f"p99 {ratio:.2f} of the {PATIENCE} ms wanted; load {_load()}",
        flush=True,
    )


def median(rounds: Sequence[Measured]) -> Measured:
    return Measured(
        statistics.median(one.rate for one in rounds), statistics.median(one.cost for one in rounds)
    )


def said(rounds: Sequence[Measured]) -> str:
    middle = median(rounds)
    return (
        f"{middle.rate:.0f} events/s (highest of {len(rounds)}: {max(one.rate for one in rounds):.0f}), "
        f"{middle.cost:.2f} ms of the processor each (lowest {min(one.cost for one in rounds):.2f}), "
        f"so at most {1000 / middle.cost:.0f} on a core of its own"
    )


def quantile(waits: Sequence[float], percent: int) -> float:
    return statistics.quantiles(waits, n=100, method="inclusive")[percent - 1]


@contextmanager
def beside() -> Iterator[None]:
    """This process keeps to the cores that are not the bot's."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores()[1])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def run(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dialogue", description=__doc__)
    parser.add_argument("--folder", type=Path, help="keeps the seeded files for the next time")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="interpreter of the bot")
    parser.add_argument("--people", type=int, default=WHOLE)
    parser.add_argument("--small", type=int, default=SMALL)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dialogues", type=int, default=900, help="counted in a round")
    parser.add_argument("--warming", type=int, default=100, help="dialogues before them")
    parser.add_argument("--seconds", type=float, default=10.0, help="of the run at a steady pace")
    parser.add_argument("--only", choices=PLATFORMS, action="append")
    given = vars(parser.parse_args(argv))
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.pop("folder") or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        only = given.pop("only") or PLATFORMS
        asyncio.run(main(Plan(folder, only=only, **given)))


if __name__ == "__main__":
    run()
