"""One batch of the pipeline: a transaction that takes events all the way to frozen replies (design §2).

Claim chats, load their people, decide, change, freeze the replies, mark the events done. What raises in a
handler costs its own event alone; whatever else is wrong rolls the batch back, and `bot.pipeline` takes it
apart.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import next_reply, unasked
from bot.desk import Closing
from bot.menus.giving import give_menus
from bot.outgoing import Envelope, Reader
from guideline.changes import (
    AccountBound,
    AccountReleased,
    CopyRequested,
    DigestRequested,
    ForesightAsked,
    PersonErased,
)
from guideline.records import Account, Platform, Snapshot, Way
from handlers.desk import Desk
from handlers.event import Event
from handlers.needs import needs
from handlers.outcome import Notice, Outcome
from handlers.receipts import apart, carrying
from handlers.router import apology, code_in, handle
from storage import inbox, menus
from storage.apply import Effect, apply
from storage.clock import Clock
from storage.codes import hash_code
from storage.dispatches import NewDispatch, freeze, mark_carried
from storage.errors import Conflict
from storage.inbox import Claimed
from storage.snapshots import Wanted, load

_SLOW_WORK = CopyRequested | DigestRequested | ForesightAsked  # changes that make a job
_RELEASING = AccountBound | AccountReleased | PersonErased  # changes that take other chats from a person


@dataclass(frozen=True, slots=True)
class Tally:
    """What one batch did: events claimed, how many of them are done, and those that a handler could not
    handle, with its error; the ways by which it answers at once, and those by which it says something else;
    whether it asked for slow work, and whether events are left."""

    claimed: int = 0
    done: int = 0
    failures: Sequence[tuple[int, str]] = ()
    answers: frozenset[Way] = frozenset()
    others: frozenset[Way] = frozenset()
    slow_work: bool = False
    more: bool = True


class Batches:
    """Works through one at a time; writes by the connection it is given."""

    def __init__(
        self,
        clock: Clock,
        zone: ZoneInfo,
        desk: Desk,
        platforms: Mapping[Platform, Reader],
        ways: Collection[Way],
    ) -> None:
        """`ways` are those by which people are reminded."""
        self._clock = clock
        self._zone = zone
        self._desk = desk
        self._closing = Closing(desk)
        self._ways = ways
        self._platforms = platforms

    async def work(
        self, conn: AsyncConnection, limit: int, only: Collection[int] | None, seen: list[int]
    ) -> Tally:
        """Up to `limit` events, of `only` these; `seen` is given those that were claimed. Raises whatever is
        wrong with the batch: nothing of it may then be committed."""
        claimed = await inbox.claim(conn, limit, only, tuple(self._platforms))
        seen.extend(row.seq for row in claimed)
        if not claimed:
            return Tally()
        now, real = self._clock.now(), self._clock.real()
        local = now.astimezone(self._zone)
        desk = await self._closing.on(conn, local.date())
        done: list[int] = []
        effects: list[Effect] = []
        frozen: list[NewDispatch] = []
        carried: list[int] = []
        notices: list[tuple[int, Notice]] = []
        failures: list[tuple[int, str]] = []
        faced = await self._faced(conn, claimed, done)
        people = {snapshot.person.id for _, _, snapshot in faced if snapshot.person is not None}
        riding = await next_reply.load(conn, desk, people, local.date(), self._ways, self._zone, real)
        for row, event, snapshot in faced:
            try:
                outcome = riding.on(event, snapshot, handle(event, snapshot, desk))
                outcome = _with_earlier(outcome, snapshot)
                letters = riding.receipted(snapshot, self._letters(row, snapshot.account, outcome, real))
            except Exception as error:  # noqa: BLE001 - whatever a handler raises, its neighbours commit
                riding.off(snapshot)
                failures.append((row.seq, name_of(error)))
                frozen += self._letters(row, snapshot.account, apology(self._desk), real)
                continue
            done.append(row.seq)
            # Only from the office's part of a snapshot can a reply hold others' names and words.
            frozen += [replace(letter, fleeting=snapshot.office is not None) for letter in letters]
            notices += [(row.seq, notice) for notice in outcome.notices]
            if snapshot.unreceived and letters:
                carried.append(snapshot.account.id)
            effects += [
                Effect(
                    account=snapshot.account,
                    person_id=snapshot.account.person_id,
                    at=event.at,
                    cause=row.seq,
                    change=change,
                    actor=f"account:{snapshot.account.id}",
                )
                for change in outcome.changes
            ]
        if _takes_a_neighbour(effects, [snapshot.account for _, _, snapshot in faced]):
            raise Conflict("one event of the batch takes the chat of another from its person")
        await apply(conn, self._desk.editions, effects, now)
        await mark_carried(conn, carried, now)
        causes = {snapshot.account.id: row.seq for row, _, snapshot in faced}
        released = any(isinstance(one.change, _RELEASING) for one in effects)
        chats = await menus.chats(conn, causes, and_released=released)
        await riding.told(conn, local.date(), real)
        frozen += await give_menus(conn, self._platforms, chats, local.date(), causes)
        frozen += await unasked.letters(conn, self._platforms, desk.office_hours, notices, local, real)
        await freeze(conn, frozen, real, local.date())
        await inbox.finish(conn, done)
        for seq, error_name in failures:
            await inbox.fail(conn, seq, error_name)
        return Tally(
            len(claimed),
            len(done),
            failures,
            frozenset(one.platform for one in frozen if one.lane == 0),
            frozenset(one.platform for one in frozen if one.lane != 0),
            any(isinstance(one.change, _SLOW_WORK) for one in effects),
            await inbox.any_waiting(conn),
        )

    async def give_up(self, conn: AsyncConnection, seq: int, reason: str) -> None:
        """The event is kept as failed, its chat gets the apology."""
        real = self._clock.real()
        for row in await inbox.claim(conn, 1, [seq], tuple(self._platforms)):
            await inbox.fail(conn, row.seq, reason)
            if row.account is not None:
                said = self._letters(row, row.account, apology(self._desk), real)
                await freeze(conn, said, real, self._clock.now().astimezone(self._zone).date())

    async def _faced(
        self, conn: AsyncConnection, claimed: Sequence[Claimed], done: list[int]
    ) -> list[tuple[Claimed, Event, Snapshot]]:
        """Each claimed event with what is known of who sent it. An event of no chat (a malformed one) has
        nobody to answer: it is done as it stands."""
        faced: list[tuple[Claimed, Event]] = []
        wanted: list[Wanted] = []
        # A Telegram press carries no time of its own: it happened when it was received, in business time.
        moved = timedelta(seconds=round((self._clock.now() - self._clock.real()).total_seconds()))
        for row in claimed:
            if row.account is None:
                done.append(row.seq)
                continue
            reader, received = self._platforms[row.platform], row.received_at + moved
            event = reader.read(row.raw, received, self._zone, _nonce(row.seq))
            code = code_in(event)
            faced.append((row, event))
            wanted.append(
                Wanted(
                    row.account,
                    event.today,
                    hash_code(code) if code else None,
                    needs=partial(needs, event),
                )
            )
        snapshots = await load(conn, wanted, tuple(self._platforms))
        return [(row, event, snapshot) for (row, event), snapshot in zip(faced, snapshots, strict=True)]

    def _letters(self, row: Claimed, account: Account, outcome: Outcome, real: datetime) -> list[NewDispatch]:
        if not outcome.replies:
            return []
        envelope = Envelope(account=account, cause=row.seq, raw=row.raw, age=real - row.received_at)
        return self._platforms[row.platform].letters(envelope, outcome.replies, outcome.receipt)


def _with_earlier(outcome: Outcome, snapshot: Snapshot) -> Outcome:
    """The reply carries earlier receipts: should it be lost, they are told again with its own."""
    if not outcome.replies or not snapshot.unreceived or _leaves(outcome):
        return outcome
    return replace(outcome, receipt=carrying(apart(snapshot.unreceived), outcome.receipt))


def _leaves(outcome: Outcome) -> bool:
    """Whether a chat ends with this: nothing said before is carried over to whoever holds it next."""
    return any(isinstance(change, AccountReleased | PersonErased) for change in outcome.changes)


def _takes_a_neighbour(effects: Sequence[Effect], batch: Sequence[Account]) -> bool:
    """Whether a person loses a chat (the old phone of who binds a new one) that speaks in this batch too: it
    was handled as still theirs, which it may be no more when its turn comes. One by one it is seen as it
    then is."""
    for one in effects:
        if not isinstance(one.change, _RELEASING):
            continue
        loser = one.change.person_id if isinstance(one.change, AccountBound) else one.person_id
        if any(chat.person_id == loser and chat.id != one.account.id for chat in batch):
            return True
    return False


def _nonce(seq: int) -> str:
    """A short name for the event, the same at every replay: its place in the inbox in base 36."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    name = ""
    while seq:
        seq, rest = divmod(seq, 36)
        name = digits[rest] + name
    return name or "0"


def name_of(error: BaseException) -> str:
    """What went wrong and where, without the words of a person that an exception's text may carry."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f" at {frame.tb_frame.f_globals.get('__name__')}:{frame.tb_lineno}" if frame is not None else ""
    return f"{type(error).__name__}{place}"
