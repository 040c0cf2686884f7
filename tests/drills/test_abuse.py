"""Genuine by their signature and wrong in every other way: bodies by the hundred thousand. None is answered
5xx, none keeps a neighbour from an answer, and memory stays where it was."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from bot.simulator.line_events import sign
from guideline.records import Platform
from tests.drills.besieged import HOOK_SECRET, SECRET, Siege, Thrown, open_siege, parts
from tests.drills.conftest import Say
from tests.drills.line_bodies import line_body
from tests.drills.neighbours import Neighbours
from tests.drills.schemas import line_schemas, telegram_schemas
from tests.drills.telegram_bodies import telegram_body

Json = dict[str, Any]

SEED: Final = 20261121
SPARE: Final = 48  # MiB that the program may have grown by after the first part
OF_SCHEMAS: Final = 0.3  # of all bodies
MADE: Final = 200  # by schemathesis for each platform, to be recombined
PLATFORMS: Final[tuple[Platform, ...]] = ("line", "telegram")
FAILED: Final = "SELECT platform, error, raw FROM inbox WHERE state NOT IN ('done', 'waiting')"
STORED: Final = "SELECT count(*) FROM inbox WHERE platform = :platform"


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_mutated_bodies_spoil_nothing(
    sqlite_url: str, tmp_path: Path, bodies: int, said: Say, platform: Platform
) -> None:
    """What real people send, changed in every way that JSON and its text can be."""
    async with open_siege(tmp_path, sqlite_url) as siege:
        await besieged(siege, platform, round(bodies * (1 - OF_SCHEMAS)), (), SEED, said)


@pytest.mark.whole
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_bodies_of_the_published_schemas_spoil_nothing(
    sqlite_url: str, tmp_path: Path, bodies: int, said: Say, platform: Platform
) -> None:
    """What the platforms' own schemas allow and forbid, as it is and changed further."""
    made = line_schemas(MADE) if platform == "line" else telegram_schemas(MADE)
    said(f"schemathesis: {len(made)} bodies of the schema of {platform}, to be recombined")
    async with open_siege(tmp_path, sqlite_url) as siege:
        await besieged(siege, platform, round(bodies * OF_SCHEMAS), made, SEED + 1, said)


async def besieged(
    siege: Siege, platform: Platform, count: int, made: Sequence[Json], seed: int, said: Say
) -> None:
    """`count` bodies to this platform's webhook, and all that must hold afterwards."""
    good = Neighbours(siege)
    chats, users = good.lending()

    def line_thrown(number: int, now: float) -> Thrown:
        body = line_body(seed, number, chats, int(now * 1_000), made)
        raw = body.with_good([good.event() for _ in body.good])
        return number, raw, [("x-line-signature", sign(SECRET, raw))]

    def telegram_thrown(number: int, now: float) -> Thrown:
        raw = telegram_body(seed, number, users, int(now), made)
        return number, raw, [("x-telegram-bot-api-secret-token", HOOK_SECRET)]

    thrown = line_thrown if platform == "line" else telegram_thrown
    memory: list[float] = []
    statuses: Counter[int] = Counter()
    began, worked = time.monotonic(), siege.work()
    for numbers in parts(count):
        answers = await siege.throw(f"/webhooks/{platform}", _thrown(siege, thrown, numbers))
        assert answers.odd == [], "\n".join([f"seed {seed}", *answers.odd])
        statuses += answers.statuses
        for _ in range(max(len(numbers) // 50, 1)):
            await good.talk()
        await good.all_answered()
        memory.append(siege.memory())
    stored = await siege.town.count(STORED, platform=platform)
    failed = await siege.town.rows(FAILED)
    assert failed == [], f"seed {seed}: {[(p, error, bytes(raw)[:4_000]) for p, error, raw in failed[:20]]}"
    assert siege.complaints() == []
    await siege.ready()
    shown = ", ".join(f"{mib:.0f}" for mib in memory)
    said(
        f"{platform}: {count} bodies, answered {dict(statuses)}; {stored} events kept, 0 failed; "
        f"memory after each part {shown} MiB; {time.monotonic() - began:.0f} s, of the program's CPU "
        f"{siege.work() - worked:.0f} s"
    )
    assert memory[-1] <= memory[0] + SPARE
    said(await good.all_answered())


def _thrown(siege: Siege, made: Callable[[int, float], Thrown], numbers: range) -> Iterator[Thrown]:
    for number in numbers:
        yield made(number, siege.town.clock.now().timestamp())
