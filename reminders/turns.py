"""Long work in short pieces: a tick must end, and the chats go on meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final

from storage.database import Database

SLICE: Final = 8.0  # seconds that one duty may take of a tick; the next tick goes on
BREATH: Final = 2.0  # seconds after which whoever waits for the lock of an SQLite file gets it
REST: Final = 0.03  # seconds for those of this program who are at work when a turn has ended


async def turns(database: Database, seconds: float = SLICE) -> AsyncIterator[None]:
    """One turn after the other, for so long. Between two of them everybody else has theirs."""
    began = breath = time.monotonic()
    while time.monotonic() - began < seconds:
        yield
        if time.monotonic() - breath < BREATH:
            await asyncio.sleep(REST if database.busy else 0)
        else:
            await database.let_others()
            breath = time.monotonic()
