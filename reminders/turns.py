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
REST: Final = 0.02  # seconds for those of this program who are at work when a turn has ended
HELD: Final = 0.004  # seconds that a transaction is meant to take, for whoever waits behind it


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


class Portion:
    """How many people are written about in one transaction: as many as it takes `HELD`, by how long the last
    one took."""

    def __init__(self, database: Database, fewest: int, most: int) -> None:
        self._database = database
        self._fewest, self._most = fewest, most
        self.size = fewest

    async def write(self, unit: Unit[T]) -> T:
        """A transaction about `size` people. As `Database.write`."""
        began = time.monotonic()

        async def timed(conn: AsyncConnection) -> T:
            nonlocal began
            began = time.monotonic()  # those before have had their turn
            return await unit(conn)

        done = await self._database.write(timed)
        took = max(time.monotonic() - began, HELD / 4)
        self.size = min(self._most, max(self._fewest, int(self.size * min(2.0, HELD / took))))
        return done
