"""Requests without the secret, and requests that are hardly HTTP: nothing of them is taken or kept."""

import asyncio
import io
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Final

import aiohttp

from bot.simulator.line_events import sign
from tests.drills.besieged import SECRET, Siege, Thrown, open_siege, parts
from tests.drills.conftest import Say
from tests.drills.forgeries import Forged, forged_line, forged_telegram
from tests.drills.hostile import MIB
from tests.drills.neighbours import Neighbours
from tests.drills.raw_http import ask, crooked, drip, stirred
from tests.drills.telegram_bodies import whole_update

SEED: Final = 20261122
SPARE: Final = 16  # MiB that the program may have grown by after the first part
REFUSED: Final = frozenset({401, 413})


async def test_no_forgery_is_taken(sqlite_url: str, tmp_path: Path, bodies: int, said: Say) -> None:
    """Missing, wrong, bent, borrowed and replayed signatures and secrets: 401 each, and not a row."""
    async with open_siege(tmp_path, sqlite_url) as siege:
        good = Neighbours(siege)
        line, telegram = _genuine(siege, good)
        before = await siege.rows()

        def line_forged(number: int) -> Forged:
            return forged_line(SEED, number, line)

        def telegram_forged(number: int) -> Forged:
            return forged_telegram(SEED, number, telegram)

        for platform, forged in (("line", line_forged), ("telegram", telegram_forged)):
            memory = []
            for numbers in parts(bodies):
                answers = await siege.throw(f"/webhooks/{platform}", _thrown(forged, numbers), REFUSED)
                assert answers.odd == [], "\n".join([f"seed {SEED}", *answers.odd])
                memory.append(siege.memory())
            assert await siege.rows() == before
            shown = ", ".join(f"{mib:.0f}" for mib in memory)
            said(f"{platform}: {bodies} forgeries, 0 taken, 0 rows; memory after each part {shown} MiB")
            assert memory[-1] <= memory[0] + SPARE
        assert siege.complaints() == []
        await _still_good(siege, good)


async def test_what_is_hardly_http_is_refused(
    sqlite_url: str, tmp_path: Path, whole: bool, said: Say
) -> None:
    """Too large, too slow, cut off, of no length or of two, in crooked chunks: refused or hung up on, while
    good people are answered."""
    async with open_siege(tmp_path, sqlite_url) as siege:
        good, before = Neighbours(siege), await siege.rows()
        await _too_large(siege)
        rng = random.Random(SEED)  # noqa: S311 - the same at every run
        strange = [*crooked(), *(("stirred", stirred(rng)) for _ in range(5_000 if whole else 50))]
        told: Counter[int | None] = Counter()
        for start in range(0, len(strange), 100):
            some = strange[start : start + 100]
            for (name, raw), status in zip(
                some, await asyncio.gather(*(ask(siege.url, raw) for _, raw in some)), strict=True
            ):
                assert status is None or 400 <= status < 500, f"seed {SEED}, {name}: {status} {raw[:4_000]!r}"
                told[status] += 1
        assert await siege.rows() == before
        slow = [asyncio.create_task(drip(siege.url, 30 if whole else 2)) for _ in range(300)]
        await _still_good(siege, good)
        assert set(await asyncio.gather(*slow)) <= {408, None}
        said(
            f"{len(strange)} requests that are hardly HTTP, {len(slow)} slow ones at once: none taken, none "
            f"5xx; {told.pop(None, 0)} hung up on or left waiting, else "
            f"{', '.join(f'{count} × {status}' for status, count in told.items())}"
        )
        assert siege.complaints() == []
        await _still_good(siege, good)


async def _too_large(siege: Siege) -> None:
    """Over 1 MiB under a right signature, with its length declared and in chunks; just so much is taken."""
    body = b'{"events":[]}'.ljust(MIB)
    for raw, right in ((body, {200}), (body + b" ", {413, 0}), (body * 3, {413, 0})):
        headers = {"x-line-signature": sign(SECRET, raw)}
        for data in (io.BytesIO(raw), _chunks(raw)):
            assert await _status(siege, data, headers) in right, len(raw)


async def _status(siege: Siege, data: Any, headers: dict[str, str]) -> int:
    """0 where the program hung up on a body that was still on its way."""
    try:
        async with siege.session.post(f"{siege.url}/webhooks/line", data=data, headers=headers) as answer:
            return answer.status
    except aiohttp.ClientConnectionError:
        return 0


async def _chunks(raw: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(raw), 60_000):
        yield raw[start : start + 60_000]


async def _still_good(siege: Siege, good: Neighbours) -> None:
    """Good people are answered on both platforms."""
    for _ in range(20):
        await good.talk()
        raw = b'{"events":[%s]}' % good.event()
        told = siege.throw("/webhooks/line", iter([(1, raw, [("x-line-signature", sign(SECRET, raw))])]))
        assert (await told).odd == []
    await good.all_answered()
    await siege.ready()


def _thrown(forged: Callable[[int], Forged], numbers: range) -> Iterator[Thrown]:
    for number in numbers:
        yield number, *forged(number)


def _genuine(siege: Siege, good: Neighbours) -> tuple[list[bytes], list[bytes]]:
    """Bodies that would be taken, had they been sent by the platforms."""
    _, users = good.lending()
    rng = random.Random(SEED)  # noqa: S311 - the same at every run
    now = int(siege.town.clock.now().timestamp())
    updates = [json.dumps(whole_update(rng, number, users, now)).encode() for number in range(200)]
    events = [b'{"destination":"U","events":[%s]}' % good.event() for _ in range(200)]
    good.asked.clear()  # they are never delivered as they are
    return events, updates
