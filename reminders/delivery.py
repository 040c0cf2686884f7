"""The other end of the road: frozen dispatches go out, and what became of each is written down.

One loop per platform. A dispatch is leased and its first attempt noted before it is sent, so that a crash
between request and answer leaves a row that says so: LINE pushes go again under the same retry key, all
else is listed as undecided and never resent by itself (design §5). So nothing is claimed before it can go
out.
"""

import asyncio
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from reminders.breaker import Breaker
from reminders.loop import IDLE, Loop
from reminders.verdicts import Accepted, Answer, Later, Refused, Room, Undecided
from storage import runs
from storage.clock import Clock
from storage.database import Database
from storage.dispatches import Dispatch, NewDispatch, Recovered, Verdict, claim_due, recover, settle
from storage.errors import Locked, StorageError
from storage.thawing import FRESH, thaw

log = structlog.get_logger()

IN_FLIGHT = 64  # calls under way at once, per platform
LEASE = timedelta(seconds=60)  # longer than any call may take
LAG = 0.05  # seconds of a commit that are reckoned with: what is claimed goes out then
GRACE = 6.0  # seconds for calls under way to end when the program stops


class Channel(Protocol):
    """How one platform is spoken to. `send` never raises: whatever happens is an answer."""

    platform: Way

    def room(self, ahead: float = 0.0) -> Room:
        """How many calls may be claimed now, to go out in `ahead` seconds, when that is committed. What is
        claimed has to go out then, since nobody can tell a call that was never made from one that was."""
        ...

    async def send(self, dispatch: Dispatch) -> Answer:
        """Takes its place in `room` before it waits for anything. Cancelled when the program stops: it may
        still answer, where it knows that nothing was sent."""
        ...

    def instead(self, dispatch: Dispatch, refused: Refused) -> Sequence[NewDispatch]:
        """Another way to say the same after a definite refusal: a push where a reply token expired, halves of
        a multicast of which one recipient is refused. Empty: there is none."""
        ...


class Delivery(Loop):
    """Sends what is due on one platform until stopped: then it claims nothing more, and calls under way have
    `GRACE` seconds to end."""

    unavailable = "delivery.unavailable"
    action = "claim"
    passing = StorageError

    def __init__(
        self,
        database: Database,
        clock: Clock,
        channel: Channel,
        delivered: Callable[[str, str, float], None],
        zone: ZoneInfo,
    ) -> None:
        """`delivered(platform, state, seconds)` hears of every answer (metrics); `zone` is the agency's."""
        super().__init__()
        self._database = database
        self._clock = clock
        self._channel = channel
        self._delivered = delivered
        self._zone = zone
        self._owner = uuid.uuid4().hex
        self._answers: list[tuple[Dispatch, Answer]] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._lag = 0.0  # seconds that a commit takes of late
        self._breaker = Breaker()

    @property
    def takes_waves(self) -> bool:
        """Whether a call of a wave would be made now; not while the platform answers nothing."""
        return self._breaker.room != 0

    async def run(self) -> None:
        await super().run()
        await self._finish()

    async def turn(self) -> float:
        """Writes down what was answered, claims what may go out now, and lets it go."""
        room = self._channel.room(self._lag)
        claimed = await self._record(min(IN_FLIGHT - len(self._under_way), room.calls))
        for dispatch in claimed:
            task = asyncio.create_task(self._send(dispatch))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        await asyncio.sleep(0)  # they take their turns before anyone asks again how much room there is
        if claimed or self._answers:
            return 0
        return IDLE if room.calls else min(IDLE, room.after)

    async def _finish(self) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=GRACE)
        late = tuple(self._under_way)
        for task in late:
            task.cancel()  # unless it knows better its lease runs out; `recover` decides what it was
        await asyncio.gather(*late, return_exceptions=True)
        await self._record(0)

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    async def _send(self, dispatch: Dispatch) -> None:
        answer: Answer
        try:
            answer = await self._channel.send(dispatch)
        except Exception as error:  # noqa: BLE001 - a mistake of ours: whether it was sent nobody knows
            log.critical("delivery.stumbled", action=dispatch.method, error=type(error).__name__)
            answer = Undecided(f"stumbled: {type(error).__name__}")
        self._breaker.heard(answer)
        self._answers.append((dispatch, answer))
        self.wake()

    async def _record(self, free: int) -> list[Dispatch]:
        """Writes down all answers that came in since the last time and claims up to `free` calls, in one
        transaction."""
        answers, self._answers = self._answers, []
        if not answers and free <= 0:
            return []
        real, platform, today = self._clock.real(), self._channel.platform, self._today()
        began = time.monotonic()
        try:
            verdicts = [self._verdict(dispatch, answer, real) for dispatch, answer in answers]

            waves = self._breaker.room

            async def unit(conn: AsyncConnection) -> list[Dispatch]:
                await settle(conn, verdicts, real, today)
                if free <= 0:
                    return []
                some, owner = min(free, waves or free), self._owner
                return await claim_due(conn, platform, some, real, LEASE, owner, today, waves=waves != 0)

            claimed = await self._database.write(unit)
        except Exception:
            self._answers = answers + self._answers
            raise
        if any(dispatch.lane for dispatch in claimed):
            self._breaker.trying()
        self._lag += (min(time.monotonic() - began, LAG) - self._lag) / 4
        self._report(answers, verdicts, real)
        return claimed

    def _report(
        self, answers: list[tuple[Dispatch, Answer]], verdicts: list[Verdict], real: datetime
    ) -> None:
        for (dispatch, answer), verdict in zip(answers, verdicts, strict=True):
            if isinstance(answer, Later) and answer.seconds < IDLE:
                asyncio.get_running_loop().call_later(answer.seconds, self.wake)
            if isinstance(answer, Later) and not answer.made:
                continue
            waited = (real - dispatch.created_at).total_seconds()
            self._delivered(dispatch.platform, verdict.state, waited)
            if verdict.state != "accepted":
                log.warning(
                    "dispatch.not_accepted",
                    action=dispatch.method,
                    dispatch=dispatch.id,
                    state=verdict.state,
                    reason=verdict.reason,
                )

    def _verdict(self, dispatch: Dispatch, answer: Answer, real: datetime) -> Verdict:
        match answer:
            case Accepted():
                return Verdict(dispatch.id, "accepted")
            case Refused(reason):
                instead = self._channel.instead(dispatch, answer)
                return Verdict(dispatch.id, "refused", reason, replacements=tuple(instead))
            case Undecided(reason):
                return Verdict(dispatch.id, "undecided", reason)
            case Later(seconds, reason):
                return Verdict(dispatch.id, "later", reason, not_before=real + timedelta(seconds=seconds))


async def recover_leases(database: Database, clock: Clock, *, starting: bool) -> Recovered:
    """What a run that ended left under way is claimable again or listed as undecided.

    A SQLite file belongs to one program: when it is `starting`, every lease in it is of a run that has
    ended. On PostgreSQL, and later on, a lease may be a living neighbour's and is left until it runs out.
    Reminders that it had frozen and surely not sent are decided again, before anything is sent. Nor does a
    start wait for a neighbour that holds what it would settle: the first tick asks again.
    """
    alone = starting and database.single_program
    real = clock.real()

    async def unit(conn: AsyncConnection) -> Recovered:
        if starting:
            await thaw(conn, real - FRESH, real)
        if alone:
            await runs.let_go(conn, real)
        return await recover(conn, real, real + LEASE if alone else real)

    try:
        return await database.write(unit)
    except Locked:
        if alone or not starting:
            raise
        return Recovered(0, 0)
