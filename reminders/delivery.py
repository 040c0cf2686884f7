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
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from reminders.breaker import Breaker
from reminders.loop import IDLE, Loop
from reminders.verdicts import Accepted, Answer, Later, Refused, Room, Undecided, coded
from storage.clock import Clock
from storage.database import Database
from storage.dispatches import Dispatch, NewDispatch, Verdict, claim_due, settle
from storage.errors import StorageError, Unavailable

log = structlog.get_logger()

IN_FLIGHT = 64  # calls under way at once, per platform
LEASE = timedelta(seconds=60)  # longer than any call may take
LAG = 0.05  # seconds of a commit that are reckoned with: what is claimed goes out then
GATHER = 0.03  # seconds that an answer waits for others, or for a batch, before it is written down
GRACE = 4.0  # seconds for calls under way to end when the program stops (`bot.program.STOPPING` is longer)


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


@dataclass(frozen=True, slots=True)
class Aboard:
    """What a delivery has in a transaction: answers that it writes down there, each with its verdict, and
    `calls` that it claims."""

    delivery: "Delivery"
    answers: Sequence[tuple[Dispatch, Answer]]
    verdicts: Sequence[Verdict]
    calls: Sequence[Dispatch]

    def held(self) -> None:
        """The transaction is committed."""
        self.delivery.depart(self)

    def lost(self) -> None:
        """It is not: its delivery sees to it."""
        self.delivery.stay(self)
        self.delivery.wake()


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
        delivered: Callable[[Dispatch, Answer, datetime], None],
        zone: ZoneInfo,
    ) -> None:
        """`delivered(dispatch, answer, at)` hears of every answer to a call as it comes, at real time `at`;
        `zone` is the agency's."""
        super().__init__()
        self._database = database
        self._clock = clock
        self._channel = channel
        self._delivered = delivered
        self._zone = zone
        self._owner = uuid.uuid4().hex
        self._answers: list[tuple[Dispatch, Answer]] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._asked = 0  # calls that the database is asked for, and may not have so many of
        self._boarded = 0  # calls claimed by transactions that are not committed yet
        self._aboard = 0  # such transactions
        self._ashore = asyncio.Event()  # there are none of those
        self._ashore.set()
        self._lag = 0.0  # seconds that a commit takes of late
        self._until = 0.0  # when calls under way have to end, on the event loop's clock
        self._breaker = Breaker()

    @property
    def takes_waves(self) -> bool:
        """Whether a call of a wave would be made now; not while the platform answers nothing."""
        return self._breaker.room != 0

    @property
    def way(self) -> Way:
        """The one that it sends by."""
        return self._channel.platform

    @property
    def lost_for(self) -> tuple[float, float] | None:
        """As `Breaker.lost_for`."""
        return self._breaker.lost_for

    def stop(self) -> None:
        self._until = asyncio.get_running_loop().time() + GRACE
        super().stop()

    async def run(self) -> None:
        await super().run()
        await self._finish()

    async def turn(self) -> float:
        """Writes down what was answered, claims what may go out now, and lets it go."""
        room = self._channel.room(self._lag)
        calls = await self._alone() if self._answers or self._free(room) > 0 else 0
        await asyncio.sleep(0)  # they take their turns before anyone asks again how much room there is
        if calls:
            return 0
        if not room.calls:
            return min(IDLE, room.after)
        return GATHER if self._asked else IDLE  # some of that is left over soon

    @property
    def answered(self) -> bool:
        """Whether there are answers to write down."""
        return bool(self._answers)

    async def board(self, conn: AsyncConnection, *, waves: bool = True, answers: bool = True) -> Aboard:
        """Writes down in this transaction what was answered, and claims what may go out when it holds;
        without `waves` of conversations only, without `answers` those wait. Whoever asks says then that the
        transaction `held`, or was `lost`."""
        heard: list[tuple[Dispatch, Answer]] = []
        if answers:
            heard, self._answers = self._answers, []
        real = self._clock.real()
        try:
            verdicts = [self._verdict(dispatch, answer, real) for dispatch, answer in heard]
            await settle(conn, verdicts, real, self._today())
            aboard = Aboard(self, heard, verdicts, await self._claimed(conn, waves=waves))
        except BaseException:
            self._answers = heard + self._answers
            raise
        self._aboard += 1
        self._boarded += len(aboard.calls)
        self._ashore.clear()
        return aboard

    async def _claimed(self, conn: AsyncConnection, *, waves: bool) -> Sequence[Dispatch]:
        most = self._breaker.room
        free = self._free(self._channel.room(self._lag))
        limit = min(free, most or free) if waves else free
        if limit <= 0 or self._stopping:
            return ()
        self._asked += limit
        try:
            return await claim_due(
                conn,
                self._channel.platform,
                limit,
                self._clock.real(),
                LEASE,
                self._owner,
                self._today(),
                waves=waves and most != 0,
            )
        finally:
            self._asked -= limit

    def depart(self, aboard: Aboard) -> None:
        """It is written down and claimed for good: the calls are made."""
        self._land(aboard)
        for (dispatch, answer), verdict in zip(aboard.answers, aboard.verdicts, strict=True):
            self._report(dispatch, answer, verdict)
        if any(dispatch.lane for dispatch in aboard.calls):
            self._breaker.trying()
        for dispatch in aboard.calls:
            task = asyncio.create_task(self._send(dispatch))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    def stay(self, aboard: Aboard) -> None:
        """Nothing is written down or claimed after all: the answers wait, and the places are free again."""
        self._land(aboard)
        self._answers = [*aboard.answers, *self._answers]

    def _land(self, aboard: Aboard) -> None:
        self._aboard -= 1
        self._boarded -= len(aboard.calls)
        if not self._aboard:
            self._ashore.set()

    def _free(self, room: Room) -> int:
        """How many calls may be claimed now."""
        return min(IN_FLIGHT - len(self._under_way), room.calls) - self._boarded - self._asked

    async def _finish(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._until):
                await self._ashore.wait()
                if self._under_way:
                    await asyncio.wait(self._under_way)
        late = tuple(self._under_way)
        for task in late:
            task.cancel()  # unless it knows better its lease runs out; `recover` decides what it was
        await asyncio.gather(*late, return_exceptions=True)
        if self._answers:
            await self._alone()

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()

    async def _send(self, dispatch: Dispatch) -> None:
        answer: Answer
        try:
            answer = await self._channel.send(dispatch)
        except Exception as error:  # noqa: BLE001 - a mistake of ours: whether it was sent nobody knows
            answer = _stumbled(dispatch, error)
        self._breaker.heard(answer)
        self._answers.append((dispatch, answer))
        if not isinstance(answer, Later) or answer.made:
            self._delivered(dispatch, answer, self._clock.real())
        if len(self._answers) == 1:  # those that follow at once are written down with it
            asyncio.get_running_loop().call_later(GATHER, self._gathered)

    def _gathered(self) -> None:
        if self._answers:  # no batch has taken them along
            self.wake()

    async def _alone(self) -> int:
        """Boards a transaction of its own; returns how many calls it made. Where that is no good, though the
        database is there, what was answered is written down one by one, and claimed the next time."""
        try:
            return await self._together()
        except Unavailable:
            raise
        except Exception:
            if not self._answers:
                raise
        await self._one_by_one()
        self.wake()
        return 0

    async def _together(self) -> int:
        aboard: list[Aboard] = []
        began = time.monotonic()

        async def unit(conn: AsyncConnection) -> None:
            aboard.append(await self.board(conn))

        try:
            await self._database.write(unit, quick=True)
        except BaseException:
            for one in aboard:
                self.stay(one)  # and the loop rests before it tries again
            raise
        self._lag += (min(time.monotonic() - began, LAG) - self._lag) / 4
        (one,) = aboard
        one.held()
        return len(one.calls)

    async def _one_by_one(self) -> None:
        """Each answer in a transaction of its own: one that nobody can write down takes no other along."""
        heard, self._answers = self._answers, []
        try:
            while heard:
                await self._write_down(*heard[0])
                del heard[0]
        finally:
            self._answers = heard + self._answers

    async def _write_down(self, dispatch: Dispatch, answer: Answer) -> None:
        """Where that cannot be, it is undecided; where even that cannot, it is left to its lease."""
        try:
            real = self._clock.real()
            verdict = self._verdict(dispatch, answer, real)
            await self._database.write(lambda conn: settle(conn, [verdict], real, self._today()), quick=True)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours, which must not stop the platform
            undecided = _stumbled(dispatch, error)
            if not isinstance(answer, Undecided):
                await self._write_down(dispatch, undecided)
        else:
            self._report(dispatch, answer, verdict)

    def _report(self, dispatch: Dispatch, answer: Answer, verdict: Verdict) -> None:
        if isinstance(answer, Later) and answer.seconds < IDLE:
            asyncio.get_running_loop().call_later(answer.seconds, self.wake)
        if verdict.state != "accepted" and not (isinstance(answer, Later) and not answer.made):
            log.warning(
                "dispatch.not_accepted",
                action=dispatch.method,
                dispatch=dispatch.id,
                state=verdict.state,
                reason=coded(verdict.reason),
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


def _stumbled(dispatch: Dispatch, error: Exception) -> Undecided:
    """What a mistake of ours makes of a call."""
    log.critical("delivery.stumbled", action=dispatch.method, error=type(error).__name__)
    return Undecided(f"stumbled: {type(error).__name__}")
