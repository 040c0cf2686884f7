"""The next few people of a wave, each decided again just before their message is frozen (design §5): who met
the hours meanwhile, stopped the reminders or has another chat is told accordingly, or nothing.

Two steps: what is to be said is made `ready` while others write, and is written down if it still holds.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.allowance import spendable
from guideline.records import Way
from guideline.reminding import Due, Facts
from guideline.rhythm import Occasion
from guideline.ways import best
from handlers import reminder
from reminders.today import Today
from reminders.work import Work
from storage import budget, facts, planned, reach, since, waves
from storage.alike import Alike
from storage.dispatches import REMINDER, NewDispatch, To, freeze
from storage.facts import Asked
from storage.planned import Row
from storage.waves import Wave

log = structlog.get_logger()

LINE: Final[Way] = "line"  # whose messages are counted
TRIES: Final = 2  # the first time nobody knows the file's version yet
QUICK: Final = 30  # people whose statements need not leave the event loop (`Database.write`)


@dataclass(frozen=True, slots=True)
class _Told:
    """Those who read the same, each with their address; `calls` tell all of them. `entries` are uploads that
    they are asked about, by person."""

    said: Due
    to: Mapping[int, To]  # by reminder
    calls: Sequence[NewDispatch]
    entries: Mapping[int, Sequence[int]]


@dataclass
class _Ready:
    """What becomes of a portion: `told`, or of the others what is written into their reminders."""

    rows: Sequence[Row]
    told: list[_Told] = field(default_factory=list)
    others: dict[tuple[tuple[str, str], ...], list[int]] = field(default_factory=lambda: defaultdict(list))

    def becomes(self, number: int, **values: str) -> None:
        self.others[tuple(values.items())].append(number)


class Freezing:
    """Of the wave that goes out now; one at a time."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._alike: tuple[Asked, Alike] | None = None
        self._version = -1  # of the file, when everything in it was known to be read as it stands

    async def some(self, wave: Wave, today: Today, occasion: Occasion, way: Way, most: int) -> int:
        """Freezes the next call or calls of this way, to at most `most` people; returns of how many it has
        disposed: 0 where nobody is planned so, or the wave may not go on, or the next look finds out."""
        database = self._work.database
        one = _Portion(self._work, wave, today, occasion, way, most, self._alike_on(today.asked))
        for _ in range(TRIES if database.single_program else 0):
            then, ready = await database.read(one.ready_at)
            if not ready.rows:
                return 0
            disposed = await database.write(
                lambda conn: self._if_it_holds(conn, one, then, ready),  # noqa: B023 - awaited here
                quick=len(ready.rows) <= QUICK,
            )
            if disposed is not None:
                return disposed
        return await database.write(one.at_once)

    async def _if_it_holds(
        self, conn: AsyncConnection, one: "_Portion", then: since.Moment, ready: _Ready
    ) -> int | None:
        """None: nobody can say whether it does."""
        if not await one.may_go_on(conn):
            return 0
        now, before = await since.moment(conn), self._version
        self._version = now.version
        if now.version != before or now.reckoned != then.reckoned:
            return None
        return await one.write(conn, ready, await since.touched(conn, then, now))

    def _alike_on(self, asked: Asked) -> Alike:
        """Its statements are made once a day."""
        if self._alike is None or self._alike[0] != asked:
            self._alike = asked, Alike(asked)
        return self._alike[1]


@dataclass(frozen=True)
class _Portion:
    work: Work
    wave: Wave
    today: Today
    occasion: Occasion
    way: Way
    most: int
    alike: Alike

    async def at_once(self, conn: AsyncConnection) -> int:
        """Makes it ready and writes it, in one transaction."""
        return await self.write(conn, await self._ready(conn)) if await self.may_go_on(conn) else 0

    async def ready_at(self, conn: AsyncConnection) -> tuple[since.Moment, _Ready]:
        """What becomes of the next ones, and when that was so."""
        return await since.moment(conn), await self._ready(conn)

    async def write(self, conn: AsyncConnection, ready: _Ready, touched: Collection[int] = ()) -> int:
        """But for the people who were `touched` since it was made ready: they are looked at again."""
        gone = {row.id for row in ready.rows if row.person_id in touched}
        told = [one for one in ready.told if one.to]
        if self.way == LINE and told:
            able = await self._able(conn)
            if able is not None and able < sum(len(one.to) for one in told):
                return 0  # others were told meanwhile
        calls: list[NewDispatch] = []
        entries: list[int] = []
        real = self.work.clock.real()
        for one in told:
            numbers = one.to.keys() - gone
            kept = await planned.freeze(conn, numbers, self.way, one.said.bucket, self.today.day, real)
            calls += one.calls if len(kept) == len(one.to) else self._say(one.said, _those(one.to, kept))
            entries += [entry for number in kept for entry in one.entries.get(number, ())]
        await freeze(conn, calls, real, self.today.day)
        await facts.ask_about(conn, entries, self.today.day)
        for values, others in ready.others.items():
            await planned.change(conn, [number for number in others if number not in gone], **dict(values))
        return len(ready.rows) - len(gone)

    async def may_go_on(self, conn: AsyncConnection) -> bool:
        """Whether HR lets the wave; they stop it only when this transaction has ended."""
        return await waves.may_go_on(conn, self.wave.id)

    async def _ready(self, conn: AsyncConnection) -> _Ready:
        alike = self.work.pace[self.way].most > 1
        rows = await planned.taken(conn, self.wave.id, self.way, self.most, alike=alike)
        ready = _Ready(rows)
        if not rows:
            return ready
        known = await self.alike.of(conn, [row.person_id for row in rows])
        there = await reach.by_way(conn, [row.person_id for row in rows], self.way)
        told = self._sorted(rows, known, there, ready, alike=alike)
        if self.way == LINE:
            await self._within_budget(conn, told, known, ready)
        asked = [row.person_id for said, some in told.items() if said.uploads for row in some]
        uploads = await facts.unasked(conn, asked, self.today.asked)
        for said, some in told.items():
            to = {row.id: replace(there[row.person_id], reminder_id=row.id) for row in some}
            entries = {
                row.id: [entry.id for entry, _ in uploads.get(row.person_id, ())]
                for row in some
                if said.uploads
            }
            await asyncio.sleep(0)  # a breath for the chats
            try:
                calls = self._say(said, list(to.values()))
            except Exception as error:  # noqa: BLE001 - whatever it is, the others are told
                log.error(
                    "reminder.unsaid",
                    action="freeze",
                    wave=self.wave.id,
                    people=len(to),
                    error=type(error).__name__,
                )
                for number in to:
                    ready.becomes(number, state="unreached", reason=planned.UNSAID)
            else:
                ready.told.append(_Told(said, to, calls, entries))
        return ready

    def _say(self, said: Due, to: Sequence[To]) -> Sequence[NewDispatch]:
        if not to:
            return ()
        today = self.today
        text = reminder.message(said, today.desk, today.day, today.official_on)
        return self.work.voices[self.way].say(to, [text], REMINDER)

    def _sorted(
        self,
        rows: Iterable[Row],
        known: Mapping[int, Facts],
        there: Mapping[int, To],
        ready: _Ready,
        *,
        alike: bool,
    ) -> dict[Due, list[Row]]:
        """Those who are told, by what they read; of the others what becomes of them."""
        told: dict[Due, list[Row]] = defaultdict(list)
        apart = {id(one): one for one in known.values()}  # people who are alike share their facts
        decided = {one: self.today.decide(facts_, self.occasion) for one, facts_ in apart.items()}
        for row in rows:
            facts_ = known[row.person_id]
            said = decided[id(facts_)]
            if not isinstance(said, Due):
                ready.becomes(row.id, state="dropped", reason=said.why)
                continue
            now = best(facts_.preference.channel, facts_.answering - row.tried)
            if now is None and row.reason == planned.QUOTA:
                ready.becomes(row.id, state="waiting")
            elif now is None:
                ready.becomes(row.id, state="unreached", reason=planned.UNREACHABLE)
            elif now != self.way:
                ready.becomes(row.id, way=now)
            elif alike and said.bucket != row.bucket:
                ready.becomes(row.id, bucket=said.bucket)  # comes with its equals
            elif row.person_id in there:  # who left meanwhile (PostgreSQL) is looked at again
                told[said].append(row)
        return told

    async def _able(self, conn: AsyncConnection) -> int | None:
        """How many messages of the month waves may still use; nobody else is told until this transaction
        ends. None: as many as they like."""
        month = budget.month_of(self.today.day)
        held = await budget.held(conn, month, self.work.cap)
        return spendable(held.limit, held.left)

    async def _within_budget(
        self,
        conn: AsyncConnection,
        told: dict[Due, list[Row]],
        known: Mapping[int, Facts],
        ready: _Ready,
    ) -> None:
        """Takes out whom the month's messages do not reach any more; they go by another way, or wait."""
        month = await budget.stands(conn, budget.month_of(self.today.day), self.work.cap)
        able = spendable(month.limit, month.left)
        if able is None:
            return
        for said, rows in told.items():
            told[said] = rows[:able]
            for row in rows[able:]:
                one = known[row.person_id]
                other = best(one.preference.channel, one.answering - row.tried - {LINE})
                to = {"state": "waiting"} if other is None else {"way": str(other)}
                ready.becomes(row.id, tried=planned.joined(row.tried | {LINE}), reason=planned.QUOTA, **to)
            able = max(0, able - len(rows))


def _those(to: Mapping[int, To], numbers: Collection[int]) -> Sequence[To]:
    return [one for number, one in to.items() if number in numbers]
