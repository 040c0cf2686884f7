"""A wave's plan: opened on its day, made in chunks, and ended (design §5).

What is planned is not promised: each person is decided again when their message is frozen
(`reminders.freezing`).
"""

from collections.abc import Callable
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
from reminders import allotting, office
from reminders.planning import Planning
from reminders.scheduler import Duty
from reminders.today import Today
from reminders.turns import turns
from reminders.work import Work
from storage import budget, facts, reach, runs, settings, waves
from storage.errors import Conflict
from storage.reckoning import Reckoner
from storage.waves import Wave
from storage.writing import OFFICE

log = structlog.get_logger()

PEOPLE: Final = 1000  # planned in one transaction: a few milliseconds
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
            silent = waves.SHADOW if wave.shadow else waves.LATE
            reason = waves.STOPPED if wave.state == waves.STOPPED else silent
            async for _ in turns(self._database):
                if not await self._database.write(
                    lambda conn: waves.drop_some(conn, wave.id, reason, PEOPLE)
                ):
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
        planning = Planning(today, occasion)
        try:
            async for _ in turns(self._database):
                if cursor == _ALL:
                    await allotting.allot(self._work, wave, today, occasion)
                    if await self._database.write(lambda conn: self._open(conn, wave, today, occasion)):
                        self._opened()
                        await self._supersede(wave)
                    return
                cursor = await self._people(wave, planning, cursor)
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
            unit = partial(waves.supersede, number=wave.id, after=after, limit=PEOPLE)
            last = await self._database.write(unit)
            if last is None:
                return
            after = last

    async def _people(self, wave: Wave, planning: Planning, cursor: str) -> str:
        """Plans the next ones; returns the cursor behind them. Raises Conflict where a replica has gone on
        with the wave meanwhile."""
        after = int(cursor or 0)
        planned, last = await self._database.read(lambda conn: planning.after(conn, after, PEOPLE))
        moved = _ALL if last is None else str(last)
        until = self._work.clock.real() + LEASE

        async def unit(conn: AsyncConnection) -> None:
            step = (cursor, moved)
            if not await runs.advance(conn, _JOB + wave.occasion, wave.day, step, until):
                raise Conflict("somebody else plans this wave")
            await waves.plan(conn, wave.id, planned)

        await self._database.write(unit)
        return moved

    async def _open(self, conn: AsyncConnection, wave: Wave, today: Today, occasion: Occasion) -> bool:
        """From now on people are told; in a shadow run HR alone, of what that would have come to. False where
        HR stopped it meanwhile."""
        real = self._work.clock.real()
        await runs.done(conn, _JOB + wave.occasion, wave.day, real)
        if not await waves.opened(conn, wave.id):
            return False
        if wave.shadow:
            seen = await self._seen(conn, wave, today, occasion)
            said = wave_report.report(seen, today.desk, today.day, today.official_on)
            officers = await reach.of_hr(conn, today.day)
            hr = {number: said for number, unit in officers.items() if decides(unit, officers.values())}
            await office.tell(conn, self._work.voices, f"wave:{wave.id}", hr, OFFICE, real, today=today.day)
        log.info("wave.opened", action="wave", wave=wave.id, occasion=wave.occasion, shadow=wave.shadow)
        return True

    async def _seen(self, conn: AsyncConnection, wave: Wave, today: Today, occasion: Occasion) -> Foresight:
        counts = await waves.counts(conn, wave.id)
        found = await waves.buckets(conn, wave.id)
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
        )
