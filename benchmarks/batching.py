"""Working through the inbox in batches of 64 against one event a transaction.

The same program, the same strangers' first messages, the same file system with `synchronous=FULL`: only the
size of a batch differs. Rounds are interleaved, so that a busy machine slows both.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path

from bot.desk import desk_for
from bot.metrics import Metrics
from bot.pipeline import BATCH, Pipeline
from bot.platforms import line_inbound
from bot.platforms.line import LineReader
from bot.settings import Settings
from storage.clock import SystemClock
from storage.database import Database
from storage.inbox import receive
from storage.migrate import migrate

CHATS = 512
ROUNDS = 5


async def main() -> None:
    rates: dict[int, list[float]] = {BATCH: [], 1: []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            for size, seen in rates.items():
                file = Path(folder) / f"{number}-{size}.db"
                seen.append(await events_a_second(f"sqlite+aiosqlite:///{file}", size))
    ratios = [many / one for many, one in zip(rates[BATCH], rates[1], strict=True)]
    print(
        f"batches of {BATCH}: {statistics.median(rates[BATCH]):.0f} events/s; "
        f"one a transaction: {statistics.median(rates[1]):.0f} events/s; "
        f"ratio {statistics.median(ratios):.1f} (lowest of {ROUNDS}: {min(ratios):.1f})"
    )


async def events_a_second(url: str, size: int) -> float:
    """Events of as many different chats, from waiting to done with their replies frozen."""
    await migrate(url)
    database = await Database.open(url)
    clock = SystemClock()
    try:
        body = json.dumps({"events": [_event(number) for number in range(CHATS)]}).encode()
        await database.write(lambda conn: receive(conn, line_inbound.split(body), clock.real()))
        settings = Settings.model_validate({"agency": "示範市政府"})
        pipeline = Pipeline(
            database,
            clock,
            settings.zone,
            desk_for(settings),
            {"line": LineReader()},
            Metrics(),
            lambda: None,
        )
        begun = time.perf_counter()
        while (await pipeline.batch(size)).claimed:
            pass
        return CHATS / (time.perf_counter() - begun)
    finally:
        await database.close()


def _event(number: int) -> dict[str, object]:
    return {
        "type": "message",
        "mode": "active",
        "timestamp": 1763949600000 + number,
        "source": {"type": "user", "userId": f"U{number:032x}"},
        "webhookEventId": f"01J{number:023d}",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": f"{number:032x}",
        "message": {"type": "text", "id": str(number), "quoteToken": "q", "text": "您好"},
    }
