"""Long work in short pieces: a tick must end, and the chats go on meanwhile."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database, Unit

T = TypeVar("T")

SLICE: Final = 8.0  # seconds that one duty may take of a tick; the next tick goes on
BREATH: Final = 2.0  # seconds after which whoever waits for the lock of an SQLite file gets it
REST: Final = 0.02  # seconds between two turns, for those who answer people meanwhile
HELD: Final = 0.004  # seconds that the statements of a transaction are meant to take
BESIDE: Final = 0.001  # the same, while somebody waits behind it to answer people


async def turns(database: Database, seconds: float = SLICE) -> AsyncIterator[None]:
    """One turn after the other, for so long. Between two of them everybody else has theirs."""
    began = breath = time.monotonic()
    while time.monotonic() - began < seconds:
        yield
        if time.monotonic() - breath < BREATH:
            await asyncio.sleep(REST if database.answers else 0)
        else:
            await database.let_others()
            breath = time.monotonic()


class Portion:
    """How many people are written about in one transaction: as many as it takes `HELD`, or `BESIDE`, by how
    long the last one took."""

    def __init__(self, database: Database, fewest: int, most: int) -> None:
        self._database = database
        self._fewest, self._most = fewest, most
        self.size = fewest

    async def write(self, unit: Unit[T]) -> T:
        """A transaction about `size` people. As `Database.write`."""
        took = 0.0

        async def timed(conn: AsyncConnection) -> T:
            nonlocal took
            began = time.monotonic()
            done = await unit(conn)
            took = time.monotonic() - began
            return done

        done = await self._database.write(timed)
        meant = BESIDE if self._database.answers else HELD
        size = int(self.size * min(2.0, meant / max(took, meant / 4)))
        self.size = min(self._most, max(self._fewest, size))
        return done
