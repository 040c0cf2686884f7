"""The loop that sends an open wave: only as much is frozen as goes out within a second (design §5)."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from reminders.freezing import Freezing
from reminders.loop import IDLE, Loop
from reminders.today import Today
from reminders.work import Work
from storage import planned, settings, thawing, waves
from storage.dispatches import REMINDER
from storage.errors import StorageError
from storage.waves import Wave

log = structlog.get_logger()

BUSY = 0.1  # seconds between looks while a wave goes out
BACKED_UP = (
    0.2  # seconds to wait for a way that did not take what was frozen for it; twice that the next time
)
LONGEST = 6.0  # seconds to wait for it at most
AGAIN = 2 * thawing.FRESH.total_seconds()  # what it did not take so soon after that is the next time
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
        self._patience: dict[Way, float] = {}  # how long it was waited for the last time

    @property
    def stalled_for(self) -> float:
        """Seconds since the loop last saw that no wave is to be sent, or that one goes on."""
        return time.monotonic() - self._moved

    async def turn(self) -> float:
        """Freezes the next few."""
        began = time.monotonic()
        busy = await self.look()
        await self._note()
        return max(0.0, began + BUSY - time.monotonic()) if busy else IDLE

    async def _note(self) -> None:
        """What is taken back is frozen again: a wave moves on when fewer of it are left than ever before."""
        number, now = self._going, time.monotonic()
        if number is None:
            self._moved, self._fewest = now, None
        elif self._fewest is None or now >= self._counted + COUNTING:
            left = await self._work.database.read(lambda conn: planned.left(conn, number))
            self._counted = now
            if self._fewest is None or self._fewest[0] != number or left < self._fewest[1]:
                self._moved, self._fewest = now, (number, left)

    async def look(self) -> bool:
        """Freezes what may go out next; False: no wave is being sent."""
        found = await self._work.database.read(self._seen, quick=True)
        self._going = found.wave.id if found.wave is not None else None
        if found.late:
            await self._take_back(found.before)
        if found.wave is None or found.today is None:
            return False
        for way, room in found.room.items():
            if self._takes(way) and time.monotonic() >= self._backed_up.get(way, 0.0):
                await self._fill(found.wave, found.today, way, room)
        return True

    async def _seen(self, conn: AsyncConnection) -> "_Seen":
        real, work = self._work.clock.real(), self._work
        wave, today = await self._to_send(conn)
        if wave is None:
            return _Seen(None, None, real, await thawing.unsent(conn, real))
        before = real - thawing.FRESH
        late = await thawing.unsent(conn, before, wave.id)
        return _Seen(wave, today, before, late, {way: await self._room(conn, way) for way in work.voices})

    async def _to_send(self, conn: AsyncConnection) -> tuple[Wave | None, Today | None]:
        """The wave that may go on now, if there is one."""
        some = await waves.open_for_sending(conn)
        if not some or not await settings.sends(conn):
            return None, None
        today = await self._work.today(conn)
        if today is None or today.occasion is None or not self._work.open(today):
            return None, None
        occasion = today.occasion.id
        return next(((wave, today) for wave in some if wave.occasion == occasion), (None, None))

    async def _room(self, conn: AsyncConnection, way: Way) -> int:
        """How many more calls may wait for their first attempt."""
        pace = self._work.pace[way]
        untried, put_off = await waves.backlog(conn, way, REMINDER)
        return pace.ahead - untried if put_off < pace.patience else 0

    async def _take_back(self, before: datetime) -> None:
        """What was frozen by then and surely not sent is planned again."""
        real, going = self._work.clock.real(), self._going
        for way in await self._work.database.write(lambda conn: thawing.thaw(conn, before, real, going)):
            now, again = time.monotonic(), self._backed_up.get(way, 0.0) + AGAIN
            patience = self._patience.get(way, 0.0) * 2 if now < again else BACKED_UP
            self._patience[way] = min(LONGEST, patience)
            self._backed_up[way] = now + self._patience[way]

    async def _fill(self, wave: Wave, today: Today, way: Way, room: int) -> None:
        occasion = today.occasion
        assert occasion is not None  # noqa: S101 - see look
        most = self._work.pace[way].most
        while room > 0 and not self._stopping:
            disposed = await self._freezing.some(wave, today, occasion, way, most if most > 1 else room)
            if not disposed:
                return
            self._frozen()
            room -= 1 if most > 1 else disposed


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a look sees at once: the wave that is sent now, if there is one; whether anything frozen by
    `before` is `late`; and by each way the room for more calls."""

    wave: Wave | None
    today: Today | None
    before: datetime
    late: bool
    room: Mapping[Way, int] = field(default_factory=dict)
