"""The hours dialogue from end to end: webhook in, card out, 「確認」 in, receipt out, over real HTTP with
`synchronous=FULL`, each bot on one core and the people with both platforms on the other.

Ours and the peers take turns, so that a busy machine slows all of them. On a busy machine trust the
processor's time rather than the events a second. `--help` says what can be chosen.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.candidates import OURS, PEERS, peers_of
from benchmarks.load import Platform
from benchmarks.process import cores, described, finished
from benchmarks.rounds import PLATFORMS, SMALL, WHOLE, Measured, Plan, median, saturated, waits_at_pace
from storage.sqlite import library

PACE: Final = 200.0  # events a second of the latency run
PATIENCE: Final = 20  # ms that the p99 at that pace may take
CAP: Final = 2_000  # messages a second that LINE itself allows
DEARER: Final = 1.3  # times the cost at a few people that it may be at many


async def main(plan: Plan) -> None:
    print(f"the bots: {described(plan.python)}; SQLite {library().sqlite_version}; load {_load()}")
    with beside():
        for platform in plan.only:
            await _throughput(plan, platform)
            await _latency(plan, platform)


async def _throughput(plan: Plan, platform: Platform) -> None:
    peers = peers_of(platform, plan.peers)
    if not peers:
        print(f"{platform}: no peers, for there is no environment at {plan.peers} (`make bench` makes it)")
    turns = [(OURS, plan.people), (OURS, plan.small), *((peer, plan.people) for peer in peers)]
    rounds: list[list[Measured]] = [[] for _ in turns]
    for number in range(plan.rounds):
        for (candidate, people), seen in zip(turns, rounds, strict=True):
            seen.append(await saturated(plan, platform, candidate, people, number))
    for (candidate, people), seen in zip(turns, rounds, strict=True):
        print(f"{platform}, {people} people, {candidate.name}: {_said(seen)}")
    whole, small, *theirs = rounds
    if platform == "line":
        rate, cost = median(whole).rate, median(whole).cost
        print(
            f"line, of the {CAP} messages a second that LINE allows: {rate / CAP:.2f} reached, "
            f"{1000 / cost / CAP:.2f} by the processor's time"
        )
    _compare(f"{platform}, cost at {plan.people} people to that at {plan.small}", whole, small, DEARER)
    for peer, seen in zip(peers, theirs, strict=True):
        _faster(f"{platform}, ours to {peer.name}", whole, seen, peer.wanted)
    print(end="", flush=True)


async def _latency(plan: Plan, platform: Platform) -> None:
    waits, late = await waits_at_pace(plan, platform, OURS, PACE, plan.rounds)
    shown = ", ".join(f"p{percent} {_quantile(waits, percent):.1f} ms" for percent in (50, 95, 99))
    print(
        f"{platform}, {PACE:.0f} events a second, {plan.people} people: {shown} ({len(waits)} events), "
        f"p99 {_quantile(waits, 99) / PATIENCE:.2f} of the {PATIENCE} ms wanted; "
        f"the people themselves were late by p99 {_quantile(late, 99):.1f} ms; load {_load()}",
        flush=True,
    )


def _faster(what: str, ours: Sequence[Measured], theirs: Sequence[Measured], wanted: float) -> None:
    rates = [one.rate / other.rate for one, other in zip(ours, theirs, strict=True)]
    costs = [other.cost / one.cost for one, other in zip(ours, theirs, strict=True)]
    print(
        f"{what}: {statistics.median(rates):.1f} times the events a second (lowest of {len(rates)}: "
        f"{min(rates):.1f}), by the processor's time {statistics.median(costs):.1f} times "
        f"(lowest: {min(costs):.1f}); wanted {wanted:.0f}"
    )


def _compare(what: str, ours: Sequence[Measured], others: Sequence[Measured], wanted: float) -> None:
    ratios = [one.cost / other.cost for one, other in zip(ours, others, strict=True)]
    print(
        f"{what}: {statistics.median(ratios):.2f} (highest of {len(ratios)}: {max(ratios):.2f}); "
        f"wanted {wanted}"
    )


def _said(rounds: Sequence[Measured]) -> str:
    middle = median(rounds)
    return (
        f"{middle.rate:.0f} events/s (highest of {len(rounds)}: {max(one.rate for one in rounds):.0f}), "
        f"{middle.cost:.2f} ms of the processor each (lowest {min(one.cost for one in rounds):.2f}; "
        f"the people and the platforms {middle.around:.2f}); load {_load()}"
    )


def _quantile(waits: Sequence[float], percent: int) -> float:
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
    parser = argparse.ArgumentParser(prog="python -m benchmarks dialogue", description=__doc__)
    parser.add_argument("--folder", type=Path, help="keeps the seeded files for the next time")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="interpreter of the bots")
    parser.add_argument("--peers", type=Path, default=PEERS, help="environment of the peers")
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
        finished(main(Plan(folder, only=only, **given)))


if __name__ == "__main__":
    run()
