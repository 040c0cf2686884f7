"""All that the week's digest is made of, read once for everybody who gets one."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.digest import Figures, Tally, figures, rolled_up
from guideline.edition import Edition
from guideline.hiding import Comparison, Row, compared
from guideline.records import Way
from guideline.reminding import Due
from guideline.rhythm import next_one
from guideline.scope import AGENCY, top
from guideline.weekly import Digest, Planned, Waits
from reminders.foreseen import LINE, Plan, foreseen
from reminders.today import Today
from reminders.work import Work
from storage import budget, planned, reminding, settings, waves, weekly
from storage import figures as counted


@dataclass(frozen=True, slots=True)
class Gathered:
    """Of the whole agency on one day. `units` are the tallies of every unit with those below it, `since` the
    day of the last week of the year that is kept, `planned` this week's reminders by top-level unit."""

    day: date
    today: Today
    units: Mapping[str, Tally]
    since: date | None
    planned: Mapping[str, Planned]
    line: budget.Budget
    released: bool
    paused: bool

    @property
    def edition(self) -> Edition:
        return self.today.edition

    def compared(self, scope: str) -> Comparison:
        """The other top-level units beside `scope`, small groups hidden; none beside the whole agency."""
        tops = {unit: self.row(unit) for unit in self.units if unit and "/" not in unit}
        own = tops.pop(scope, None)
        others = {unit: row for unit, row in tops.items() if row.people}
        return compared({} if scope == AGENCY else others, own if own is not None and own.people else None)

    def row(self, unit: str) -> Row:
        found = figures(self.edition, unit, self.day, self.units.get(unit, Tally()))
        return Row(found.counted, {met.requirement.id: met.whole.official for met in found.met})


async def gather(work: Work, week: date) -> Gathered | None:
    """As of now; `week` is the first day of the one whose digest it is. None before the first edition."""
    today = await work.database.read(work.today)
    if today is None:
        return None
    units = rolled_up(await counted.tallies(work.database, today.desk.editions, today.day))
    reminders = await _planned(work, today)

    async def rest(conn: AsyncConnection) -> Gathered:
        since = await weekly.before(conn, week)
        return Gathered(
            day=today.day,
            today=today,
            units=units,
            since=since if since is not None and since.year == today.day.year else None,
            planned=reminders,
            line=await budget.stands(conn, budget.month_of(today.day), work.cap),
            released=await settings.released(conn),
            paused=await settings.paused(conn),
        )

    return await work.database.read(rest)


async def digest(work: Work, found: Gathered, scope: str) -> Digest:
    """What an officer of this scope reads."""
    real = work.clock.real()

    async def rest(conn: AsyncConnection) -> tuple[Figures, Waits]:
        before = None if found.since is None else await weekly.of(conn, found.since, scope)
        tally = found.units.get(scope, Tally())
        reckoned = figures(found.edition, scope, found.day, tally, before or None, found.since)
        confirm, review = await counted.roles_waiting(conn, scope, found.day)
        questions, asked_at = await counted.questions_open(conn, scope)
        undecided, refused = await counted.not_delivered(conn, scope, real)
        oldest = 0
        if asked_at is not None:
            asked = asked_at.astimezone(work.zone).date()
            oldest = found.today.desk.office_hours.workdays_since(asked, found.day)
        certificates = await counted.certificates_waiting(conn, scope)
        return reckoned, Waits(confirm, review, questions, oldest, certificates, undecided, refused)

    reckoned, waits = await work.database.read(rest)
    return Digest(
        figures=reckoned,
        official_on=found.today.official_on,
        waits=waits,
        planned=_of(found.planned, scope),
        line="line" in work.voices,
        line_used=found.line.used,
        line_limit=found.line.limit,
        released=found.released,
        paused=found.paused,
        everywhere=None if scope == AGENCY else found.compared(scope).total,
    )


async def _planned(work: Work, today: Today) -> dict[str, Planned]:
    """This week's reminders, today's or those of its next occasion. A wave that goes out is counted as it
    stands: whom it has told already would not be found due any more."""
    sunday = today.day + timedelta(days=6 - today.day.weekday())
    coming = next_one(today.occasions, today.day)
    day = coming.day if coming is not None else None
    if today.occasion is not None and await _still_to_come(work, today):
        occasion, day = today.occasion.id, today.day
        wave = await work.database.read(lambda conn: waves.of(conn, occasion))
        if wave is not None and wave.state != "planning" and not wave.shadow:
            return {AGENCY: Planned(wave.day)} | await work.database.read(lambda conn: _under_way(conn, wave))
    if day is None or day > sunday:
        return {}
    plan = await foreseen(work.database, work.desk, day, frozenset(work.voices), work.zone, work.cap)
    return {AGENCY: Planned(day)} | await _foreseen(day, plan) if plan is not None else {}


async def _still_to_come(work: Work, today: Today) -> bool:
    """Whether today's occasion belongs to this week's plan: not one of last week whose wave has begun."""
    occasion = today.occasion
    if occasion is None:
        return False
    this_week = occasion.day.isocalendar()[:2] == today.day.isocalendar()[:2]
    return this_week or not await work.database.read(lambda conn: reminding.begun(conn, occasion.id))


class _Sums:
    """Of the reminders of one day, by top-level unit."""

    def __init__(self, day: date) -> None:
        self._day = day
        self._ways: dict[str, Counter[Way]] = defaultdict(Counter)
        self._waiting: Counter[str] = Counter()
        self._unreached: Counter[str] = Counter()
        self._counted: Counter[str] = Counter()

    def add(self, unit: str, way: Way | None, many: int, *, waiting: bool, told: bool = False) -> None:
        unit = top(unit)
        if way is not None:
            self._ways[unit][way] += many
            self._counted[unit] += many if told and way == LINE else 0
        else:
            (self._waiting if waiting else self._unreached)[unit] += many

    def planned(self) -> dict[str, Planned]:
        return {
            unit: Planned(
                self._day,
                self._ways[unit],
                self._waiting[unit],
                self._unreached[unit],
                self._counted[unit],
            )
            for unit in {*self._ways, *self._waiting, *self._unreached}
        }


async def _under_way(conn: AsyncConnection, wave: waves.Wave) -> dict[str, Planned]:
    """Of a wave that goes out or has gone."""
    found = _Sums(wave.day)
    for unit, state, way, many in await planned.by_unit(conn, wave.id):
        told, waiting = state in planned.TOLD, state == "waiting"
        if told or state == "planned":
            found.add(unit, way, many, waiting=False, told=told)
        elif waiting or state == "unreached":
            found.add(unit, None, many, waiting=waiting)
    return found.planned()


async def _foreseen(day: date, plan: Plan) -> dict[str, Planned]:
    """Of one that is still to come."""
    found = _Sums(day)
    async for one in plan.people():
        if isinstance(one.said, Due):
            found.add(one.facts.person.unit, one.way, 1, waiting=one.waiting)
    return found.planned()


def _of(units: Mapping[str, Planned], scope: str) -> Planned:
    day = next((one.day for one in units.values()), None)
    mine = [one for unit, one in units.items() if scope in (AGENCY, unit)]
    ways: Counter[Way] = Counter()
    for one in mine:
        ways.update(one.ways)
    waiting, unreached = sum(one.waiting for one in mine), sum(one.unreached for one in mine)
    return Planned(day, ways, waiting, unreached, sum(one.counted for one in mine))
