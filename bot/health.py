"""Whether the program does its work, in words an operator can act on: the one source of its troubles."""

import asyncio
import time
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.polling import Poller
from bot.troubles import Kind, Trouble
from guideline.records import Way
from reminders.delivery import Delivery
from reminders.scheduler import STALE, Scheduler
from reminders.sending import STALLED as STALLED_WAVE
from reminders.sending import Sending
from reminders.verdicts import Answer, Later
from storage.clock import Clock
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import head
from storage.watching import Calls, Sight, sight

REMEMBERED: Final = timedelta(minutes=5)  # how long a loop that stumbled is told of
EVIDENCE: Final = timedelta(minutes=15)  # how long what was noted holds when nothing has been heard since
UNCOMMITTED: Final = 20.0  # seconds for which a transaction that could not be committed is told of
NEGLECTED: Final = 180.0  # seconds for which a duty of the scheduler has failed at every tick
LOST: Final = 60.0  # seconds between the first and the last lost answer: less is a hiccup
MUTE: Final = 150.0  # seconds; a long poll answers every 25
STALLED: Final = timedelta(seconds=60)  # a chat that waits longer than this is not being served
MANY_LOST: Final = 20  # calls of the last hour
FRESH: Final = 5.0  # seconds for which what the tables said is not asked again


class Health:
    """`poller`, `sending`, `scheduler` and `deliveries` are set by who starts them."""

    def __init__(self, database: Database, clock: Clock, platforms: Collection[Way]) -> None:
        """`platforms`: the ways that this program sends by."""
        self.poller: Poller | None = None
        self.sending: Sending | None = None
        self.scheduler: Scheduler | None = None
        self.deliveries: Sequence[Delivery] = ()
        self.latest: Sight | None = None  # what the tables said last
        self.platforms = tuple(platforms)
        self._database = database
        self._clock = clock
        self._head = head()
        self._stumbled: dict[str, datetime] = {}
        self._noted: dict[tuple[Kind, str], tuple[Trouble, datetime]] = {}
        self._looking = asyncio.Lock()
        self._looked = -FRESH
        self._seen: tuple[Trouble, ...] = ()

    @property
    def scheduler_silent(self) -> float:
        """Seconds since it last did something; 0 before it is started."""
        return self.scheduler.silent_for if self.scheduler is not None else 0.0

    def stumbled(self, name: str) -> None:
        """A loop ended by a mistake of ours; it is started again."""
        self._stumbled[name] = self._clock.real()

    def note(self, kind: Kind, of: str, words: str, since: datetime | None = None) -> None:
        """Somebody met this trouble, now and perhaps before."""
        real = self._clock.real()
        known = self._noted.get((kind, of))
        begun = since or (known[0].since if known is not None else real)
        self._noted[kind, of] = Trouble(kind, of, begun, words), real

    def clear(self, kind: Kind, of: str) -> None:
        """It is no more."""
        self._noted.pop((kind, of), None)

    def heard(self, way: Way, answer: Answer) -> None:
        """A platform's answer to a call: whether it takes our credentials."""
        if isinstance(answer, Later) and answer.barred:
            self.note(Kind.ACCESS, way, answer.reason)
        else:
            self.clear(Kind.ACCESS, way)

    async def troubles(self) -> list[Trouble]:
        """Empty when all is well; one of each kind and place. What the tables say may be `FRESH` seconds old,
        however often one asks."""
        found = [*self._own(), *await self._stored()]
        if any(one.kind is Kind.DATABASE for one in found):  # whose fault it then is
            found = [one for one in found if one.kind is not Kind.DUTY]
        return list({(one.kind, one.of): one for one in reversed(found)}.values())[::-1]

    def _own(self) -> list[Trouble]:
        """What this program knows by itself."""
        real = self._clock.real()
        found = [
            Trouble(Kind.LOOP, name, at, f"stumbled {_seconds(real - at)} ago; its log line names the error")
            for name, at in self._stumbled.items()
            if real - at < REMEMBERED
        ]
        if (failed := self._database.failed) is not None and failed[0] < UNCOMMITTED:
            words = f"nothing could be committed {failed[0]:.0f} s ago: {failed[1]}"
            found.append(Trouble(Kind.DATABASE, "", _ago(real, failed[0]), words))
        if self.poller is not None and (mute := self.poller.silent_for) > MUTE:
            words = f"Telegram gave no updates for {mute:.0f} s; see the log"
            found.append(Trouble(Kind.POLLING, "", _ago(real, mute), words))
        if (mute := self.scheduler_silent) > STALE:
            found.append(Trouble(Kind.SCHEDULER, "", _ago(real, mute), f"no tick for {mute:.0f} s"))
        for duty, lasted in (self.scheduler.failing if self.scheduler is not None else {}).items():
            if lasted > NEGLECTED:
                words = f"failed at every tick for {lasted:.0f} s; its log lines name the error"
                found.append(Trouble(Kind.DUTY, duty, _ago(real, lasted), words))
        if self.sending is not None and (still := self.sending.stalled_for) > STALLED_WAVE:
            words = f"the wave has not moved for {still:.0f} s"
            found.append(Trouble(Kind.SENDING, "", _ago(real, still), words))
        for delivery in self.deliveries:
            lost = delivery.lost_for
            if lost is None or lost[0] - lost[1] < LOST or lost[1] > EVIDENCE.total_seconds():
                continue
            words = f"answered nothing that can be understood for {lost[0] - lost[1]:.0f} s; waves wait"
            found.append(Trouble(Kind.ANSWERS, delivery.way, _ago(real, lost[0]), words))
        return found + [one for one, at in self._noted.values() if real - at < EVIDENCE]

    async def _stored(self) -> tuple[Trouble, ...]:
        """What the tables say; one asks for all who ask at once."""
        async with self._looking:
            if time.monotonic() - self._looked >= FRESH:
                self._seen = await self._look()
                self._looked = time.monotonic()
        return self._seen

    async def _look(self) -> tuple[Trouble, ...]:
        real = self._clock.real()
        self.latest = None
        try:
            seen = await self._database.read(lambda conn: sight(conn, self.platforms, real))
        except StorageError as error:
            return (Trouble(Kind.DATABASE, "", real, str(error)),)
        self.latest = seen
        return tuple(self._amiss(seen, real))

    def _amiss(self, seen: Sight, real: datetime) -> list[Trouble]:
        found = []
        if seen.revision != self._head:
            words = f"the database is at {seen.revision}, the program needs {self._head}: talentbot migrate"
            found.append(Trouble(Kind.MIGRATION, "", real, words))
        if seen.waiting_since is not None and (age := real - seen.waiting_since) > STALLED:
            words = f"the oldest event waits {_seconds(age)}"
            found.append(Trouble(Kind.INBOX, "", seen.waiting_since, words))
        for way, since in seen.due_since.items():
            if (age := real - since) > STALLED:
                words = f"the oldest due message waits {_seconds(age)}"
                found.append(Trouble(Kind.DELIVERY, way, since, words))
        for way, calls in seen.calls.items():
            if calls.since is not None and piled_up(calls):
                words = f"{calls.lost} of {calls.lost + calls.accepted} of the last hour were not delivered"
                found.append(Trouble(Kind.UNDELIVERED, way, calls.since, words))
        return found


def piled_up(calls: Calls) -> bool:
    """So many, and a fifth of all: a few people who are hard to reach are no trouble of the service."""
    return calls.lost >= MANY_LOST and calls.lost * 4 >= calls.accepted


def _ago(real: datetime, seconds: float) -> datetime:
    return real - timedelta(seconds=seconds)


def _seconds(age: timedelta) -> str:
    return f"{age.total_seconds():.0f} s"
