"""The loop that sends an open wave: only as much is frozen as goes out within a second (design §5)."""

import time
from collections.abc import Callable
from datetime import datetime

import structlog

from guideline.records import Way
from reminders.freezing import Freezing
from reminders.loop import IDLE, Loop
from reminders.today import Today
from reminders.work import Work
from storage import settings, thawing, waves
from storage.dispatches import REMINDER
from storage.errors import StorageError
from storage.waves import Wave

log = structlog.get_logger()

BUSY = 0.1  # seconds between looks while a wave goes out
BACKED_UP = 2.0  # seconds to wait for a way that did not take what was frozen for it
COUNTING = 5.0  # seconds between counts of who is left
STALLED = 120.0  # seconds without progress after which the program is not ready


class Sending(Loop):
    """Freezes the people of an open wave, a little at a time, until stopped. Replicas take turns by rows."""

    unavailable = "sending.unavailable"
    action = "freeze"
    passing = StorageError

    def __init__(
        self, work: Work, frozen: Callable[[], None], takes: Callable[[Way], bool] = lambda _: True
    ) -> None:
        """`frozen()` is called when there is something to send; `takes(way)`: its platform answers."""
        super().__init__()
        self._work = work
        self._takes = takes
        self._frozen = frozen
        self._freezing = Freezing(work)
        self._going: int | None = None  # the wave that is sent now
        self._fewest: tuple[int, int] | None = None  # the wave, and how few of it were left at any time
        self._counted = 0.0
        self._moved = time.monotonic()
        self._backed_up: dict[Way, float] = {}  # until when nothing more is frozen for it

    @property
    def stalled_for(self) -> float:
        """Seconds since the loop last saw that no wave is to be sent, or that one goes on."""
        return time.monotonic() - self._moved

    async def turn(self) -> float:
        """Freezes the next few."""
        busy = await self.look()
        await self._note()
        return BUSY if busy else IDLE

    async def _note(self) -> None:
        """What is taken back is frozen again: a wave moves on when fewer of it are left than ever before."""
        number, now = self._going, time.monotonic()
        if number is None:
            self._moved, self._fewest = now, None
        elif self._fewest is None or now >= self._counted + COUNTING:
            left = await self._work.database.read(lambda conn: waves.left(conn, number))
            self._counted = now
            if self._fewest is None or self._fewest[0] != number or left < self._fewest[1]:
                self._moved, self._fewest = now, (number, left)

    async def look(self) -> bool:
        """Freezes what may go out within the next second; False: no wave is being sent."""
        found = await self._to_send()
        self._going = found[0].id if found is not None else None
        if found is None:
            await self._take_back(self._work.clock.real())
            return False
        await self._take_back(self._work.clock.real() - thawing.FRESH)
        for way in self._work.voices:
            if self._takes(way) and time.monotonic() >= self._backed_up.get(way, 0.0):
                await self._fill(*found, way)
        return True

    async def _to_send(self) -> tuple[Wave, Today] | None:
        """The wave that may go on now, if there is one."""
        work = self._work
        some = await work.database.read(waves.open_for_sending)
        if not some or not await work.database.read(settings.sends):
            return None
        today = await work.database.read(work.today)
        if today is None or today.occasion is None or not work.open(today):
            return None
        occasion = today.occasion.id
        return next(((wave, today) for wave in some if wave.occasion == occasion), None)

    async def _take_back(self, before: datetime) -> None:
        """What was frozen by then and surely not sent is planned again."""
        database, real, going = self._work.database, self._work.clock.real(), self._going
        if await database.read(lambda conn: thawing.unsent(conn, before, going)):
            for way in await database.write(lambda conn: thawing.thaw(conn, before, real, going)):
                self._backed_up[way] = time.monotonic() + BACKED_UP

    async def _fill(self, wave: Wave, today: Today, way: Way) -> None:
        database, occasion = self._work.database, today.occasion
        assert occasion is not None  # noqa: S101 - see look
        pace = self._work.pace[way]
        untried, put_off = await database.read(lambda conn: waves.backlog(conn, way, REMINDER))
        room = pace.ahead - untried if put_off < pace.patience else 0
        while room > 0 and not self._stopping:
            most = pace.most if pace.most > 1 else min(pace.portion, room)
            disposed = await self._freezing.some(wave, today, occasion, way, most)
            if not disposed:
                return
            self._frozen()
            room -= 1 if pace.most > 1 else disposed
