"""A loop that looks at tables: again and again, until something happens here, or until it is time anyway."""

import asyncio
from typing import ClassVar, Final

import structlog

from storage.errors import StorageError, Unavailable

log = structlog.get_logger()

IDLE: Final = 1.0  # seconds between looks when nothing woke us
TROUBLE: Final = 2.0  # seconds to wait when the database cannot commit


class Loop:
    """The tables are the truth; waking it only saves the wait until the next look."""

    unavailable: ClassVar[str]  # the event of its log line where the database is
    action: ClassVar[str]
    passing: ClassVar[type[StorageError]] = Unavailable  # after which it looks again

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._stopping = False
        self._running = False

    async def turn(self) -> float:
        """Looks once; returns the seconds until the next look where nothing wakes it before: 0 at once."""
        raise NotImplementedError

    def wake(self) -> None:
        """There may be something to do: look at once."""
        self._event.set()

    def stop(self) -> None:
        """Finish what is in hand, then return from `run`."""
        self._stopping = True
        self._event.set()

    @property
    def running(self) -> bool:
        return self._running

    async def run(self) -> None:
        self._running = True
        try:
            await self._until_stopped()
        finally:
            self._running = False

    async def _until_stopped(self) -> None:
        while not self._stopping:
            self._event.clear()  # what happens from now on wakes the next rest
            try:
                rest = await self.turn()
            except self.passing as error:
                log.error(self.unavailable, action=self.action, reason=str(error))
                rest = TROUBLE
            if rest > 0:
                await self._rest(rest)

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return
