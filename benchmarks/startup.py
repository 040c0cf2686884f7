"""How long `talentbot run` takes to answer `/healthz`, and what the bot holds in memory when nobody writes,
with both platforms on and a whole agency in its tables.

The memory is measured on the benchmarks' quiet day, once at rest after the start and once after dialogues.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.candidates import OURS
from benchmarks.loopback import BOT_TOKEN, LINE_TOKEN, SECRET, Replies, platforms
from benchmarks.people import copied, some
from benchmarks.process import described, finished, free_port, started
from benchmarks.rounds import WHOLE, Plan, round_of

PROMPT: Final = 2.0  # seconds wanted
LIGHT: Final = 150.0  # MiB wanted


async def main(plan: Plan) -> None:
    print(f"the bot: {described(plan.python)}")
    starts = [await seconds_to_start(plan) for _ in range(plan.rounds)]
    middle, used = (statistics.median(column) for column in zip(*starts, strict=True))
    print(
        f"start to /healthz, {plan.people} people: {middle:.2f} s (longest of {len(starts)}: "
        f"{max(starts)[0]:.2f}), {middle / PROMPT:.2f} of the {PROMPT:.0f} s wanted; "
        f"{used:.2f} s of the processor; load {os.getloadavg()[0]:.1f}"
    )
    async with round_of(plan, "line", OURS, plan.people) as one:
        fresh = one.bot.memory()
        await one.people.at_once(some(plan.people, plan.dialogues, plan.rounds))
        await one.bot.quiet()
        later = one.bot.memory()
    print(
        f"idle memory: {fresh:.0f} MiB, {fresh / LIGHT:.2f} of the {LIGHT:.0f} MiB wanted; "
        f"after {plan.dialogues} dialogues {later:.0f} MiB"
    )


async def seconds_to_start(plan: Plan) -> tuple[float, float]:
    """By the clock and of the processor, of the command as an agency gives it, with the file's pages in the
    system's cache."""
    database = copied(OURS.template(plan.folder, plan.people), plan.folder / "round.db")
    port = free_port()
    async with platforms(Replies()) as url:
        environment = OURS.environment(plan.python, database, url, port) | _settings(database, url, port)
        command = [str(plan.python), "-m", "bot", "run"]
        begun = time.perf_counter()
        async with started(command, port, plan.folder / "round.log", environment) as bot:
            return time.perf_counter() - begun, bot.cpu()


def _settings(database: Path, platforms: str, port: int) -> dict[str, str]:
    given = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{database}",
        "AGENCY": "示範市政府",
        "PUBLIC_URL": "https://bot.example.gov.tw",
        "HTTP__PORT": str(port),
        "LINE__CHANNEL_SECRET": SECRET,
        "LINE__CHANNEL_ACCESS_TOKEN": LINE_TOKEN,
        "LINE__API_BASE": platforms,
        "TELEGRAM__TOKEN": BOT_TOKEN,
        "TELEGRAM__API_BASE": platforms,
        "TELEGRAM__MODE": "webhook",
        "TELEGRAM__SECRET_TOKEN": SECRET,
    }
    return {f"TALENTBOT_{name}": value for name, value in given.items()}


def run(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks startup", description=__doc__)
    parser.add_argument("--folder", type=Path, help="keeps the seeded files for the next time")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="interpreter of the bot")
    parser.add_argument("--people", type=int, default=WHOLE)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--dialogues", type=int, default=900)
    given = vars(parser.parse_args(argv))
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.pop("folder") or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        finished(main(Plan(folder, **given)))


if __name__ == "__main__":
    run()
