"""A wave's plan: opened on its day, made in chunks, and ended (design §5).

What is planned is not promised: each person is decided again when their message is frozen
(`reminders.freezing`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.foresight import Foresight
from guideline.records import Way
from guideline.reminding import Due
from guideline.rhythm import Occasion
from guideline.scope import decides
from handlers import wave_report
from handlers.message import Message
from reminders import allotting, office
from reminders.planning import Planning
from reminders.scheduler import Duty
from reminders.today import Today
from reminders.turns import Portion, turns
from reminders.work import Work
from storage import budget, facts, planned, reach, runs, settings, waves
from storage.errors import Conflict
from storage.planned import Planned
from storage.reckoning import Reckoner
from storage.waves import Wave
from storage.writing import OFFICE

log = structlog.get_logger()

PEOPLE: Final = 1000  # looked at in one go
FEWEST: Final = 50  # written in one transaction, however slow the machine
SOME: Final = 250  # given up, or waited for no more, in one transaction
LEASE: Final = timedelta(minutes=1)
_JOB: Final = "wave:"
_ALL: Final = "all"  # the cursor where everybody is planned


class Waves:
    """What every tick looks after; any number of replicas may."""

    def __init__(self, work: Work, opened: Callable[[], None]) -> None:
        """`opened()` is called when people are to be told."""
        self._work = work
        self._opened = opened
        self._database = work.database
        self._reckoner = Reckoner(work.database, work.desk.editions)

    def duties(self) -> tuple[Duty, ...]:
        return (Duty("standings", self.reckon), Duty("waves", self.attend))

    async def reckon(self, now: datetime) -> None:
        """Standings are kept current."""
        year = now.astimezone(self._work.zone).year
        async for _ in turns(self._database):
            if not await self._reckoner.step(year, now, self._work.clock.real()):
                return

    async def attend(self, now: datetime) -> None:
        """Ends the waves that are over, and opens and plans the one of today."""
        today = await self._database.read(self._work.today)
        for one in await self._database.read(waves.unended):
            await self._end(one, today)
        if today is None or today.occasion is None or not self._work.open(today):
            return
        occasion = today.occasion
        wave = await self._database.read(lambda conn: waves.of(conn, occasion.id))
        if wave is not None and wave.state != "planning":
            return
        if await self._database.read(settings.paused) or not await self._reckoner.current(today.day.year):
            return
        if wave is None:
            wave = await self._database.write(lambda conn: self._begin(conn, occasion))
        await self._plan(wave, today, occasion)

    async def _begin(self, conn: AsyncConnection, occasion: Occasion) -> Wave:
        shadow = not await settings.released(conn)
        return await waves.begun(conn, occasion, shadow, self._work.clock.real())

    async def _end(self, wave: Wave, today: Today | None) -> None:
        """A wave that is stopped, done or over leaves nobody planned; one of which everybody is settled is
        done. On a closed day nothing is over: the office makes up for it."""
        over = today is not None and today.over(wave.occasion, wave.day)
        if wave.state in (waves.STOPPED, waves.DONE) or over:
            silent = planned.SHADOW if wave.shadow else planned.LATE
            reason = planned.STOPPED if wave.state == waves.STOPPED else silent
            async for _ in turns(self._database):
                drop = partial(planned.drop_some, number=wave.id, reason=reason, limit=SOME)
                if not await self._database.write(drop):
                    break
        if wave.state == "open" or over:
            real = self._work.clock.real()
            if await self._database.write(lambda conn: waves.end(conn, wave.id, real)):
                log.info("wave.done", action="wave", wave=wave.id, occasion=wave.occasion)

    async def _plan(self, wave: Wave, today: Today, occasion: Occasion) -> None:
        """Goes on where it was, for as long as a tick may take."""
        job, real = _JOB + wave.occasion, self._work.clock.real
        cursor = await self._database.write(lambda conn: runs.begin(conn, job, wave.day, real(), LEASE))
        if cursor is None:
            return
        planning, portion = Planning(today, occasion), Portion(self._database, FEWEST, PEOPLE)
        ahead = _Ahead([], cursor)
        try:
            async for _ in turns(self._database):
                if cursor == _ALL:
                    await allotting.allot(self._work, wave, today, occasion)
                    await self._open(wave, today, occasion)
                    return
                if ahead.behind == cursor:
                    ahead = await self._look(planning, cursor)
                some, ahead = ahead.split(portion.size)
                cursor = await self._people(wave, some, cursor, portion)
        except Conflict:
            log.warning("wave.taken_over", action="plan", wave=wave.id)
            return
        held = cursor
        await self._database.write(lambda conn: runs.advance(conn, job, wave.day, (held, held), real()))

    async def _supersede(self, wave: Wave) -> None:
        """Who was left waiting by an earlier wave hears of this one instead. Each is decided again before
        they are told, so nobody is told both, whatever of it is done."""
        after = 0
        async for _ in turns(self._database, seconds=float("inf")):
            unit = partial(planned.supersede, number=wave.id, after=after, limit=SOME)
            last = await self._database.write(unit)
            if last is None:
                return
            after = last

    async def _look(self, planning: Planning, cursor: str) -> "_Ahead":
        """The next people who are due."""
        after = int(cursor or 0)
        due, last = await self._database.read(lambda conn: planning.after(conn, after, PEOPLE))
        return _Ahead(due, _ALL if last is None else str(last))

    async def _people(self, wave: Wave, some: "_Ahead", cursor: str, portion: Portion) -> str:
        """Plans these; returns the cursor behind them. Raises Conflict where a replica has gone on with the
        wave meanwhile."""
        until = self._work.clock.real() + LEASE

        async def unit(conn: AsyncConnection) -> None:
            step = (cursor, some.behind)
            if not await runs.advance(conn, _JOB + wave.occasion, wave.day, step, until):
                raise Conflict("somebody else plans this wave")
            await planned.plan(conn, wave.id, some.people)

        await portion.write(unit)
        return some.behind

    async def _open(self, wave: Wave, today: Today, occasion: Occasion) -> None:
        """From now on people are told; in a shadow run HR alone, of what that would have come to. Not where
        HR stopped it meanwhile."""
        said: Sequence[Message] = ()
        if wave.shadow:
            seen = await self._database.read(lambda conn: self._seen(conn, wave, today, occasion))
            said = wave_report.report(seen, today.desk, today.day, today.official_on)

        async def unit(conn: AsyncConnection) -> bool:
            real = self._work.clock.real()
            await runs.done(conn, _JOB + wave.occasion, wave.day, real)
            if not await waves.opened(conn, wave.id):
                return False
            if said:
                officers = await reach.of_hr(conn, today.day)
                hr = {number: said for number, unit in officers.items() if decides(unit, officers.values())}
                await office.tell(
                    conn, self._work.voices, f"wave:{wave.id}", hr, OFFICE, real, today=today.day
                )
            return True

        if await self._database.write(unit):
            log.info("wave.opened", action="wave", wave=wave.id, occasion=wave.occasion, shadow=wave.shadow)
            self._opened()
            await self._supersede(wave)

    async def _seen(self, conn: AsyncConnection, wave: Wave, today: Today, occasion: Occasion) -> Foresight:
        counts = await planned.counts(conn, wave.id)
        found = await planned.buckets(conn, wave.id)
        known = await facts.of_people(conn, [person for _, _, person in found], today.asked)
        texts = [
            (said, count)
            for _, count, person in found
            if isinstance(said := today.decide(known[person], occasion), Due)
        ]
        ways: dict[Way, int] = {
            way: counts["planned", way] for way in self._work.voices if ("planned", way) in counts
        }
        month = await budget.stands(conn, budget.month_of(today.day), self._work.cap)
        return Foresight(
            occasion=occasion,
            texts=tuple(texts),
            ways=ways,
            waiting=sum(count for (state, _), count in counts.items() if state == "waiting"),
            unreached=sum(count for (state, _), count in counts.items() if state == "unreached"),
            left=month.left,
            month=today.day.month,
        )


@dataclass(frozen=True, slots=True)
class _Ahead:
    """People who are due, by id, and the cursor behind whoever was looked at with them."""

    people: Sequence[Planned]
    behind: str

    def split(self, size: int) -> tuple["_Ahead", "_Ahead"]:
        """At most so many of them, and the rest."""
        if len(self.people) <= size:
            return self, _Ahead((), self.behind)
        some = self.people[:size]
        return _Ahead(some, str(some[-1].person_id)), _Ahead(self.people[size:], self.behind)
