"""A simulated year, day by day: nobody who met the hours is reminded, nobody twice in a week, and everyone
else is told or stands on a list by name. What is expected comes from the history alone, reckoned here in
plain Python; what was told comes from the platforms' own books."""

import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

import bot.app
from guideline.records import Source, Way
from reminders.work import Pace
from storage.schema import hours
from storage.standings import reckon_again
from tests.drills.agency import MET, Member, members
from tests.drills.conftest import Say
from tests.drills.inside import Inside, open_inside

TAIPEI: Final = ZoneInfo("Asia/Taipei")
TICKS: Final = (time(9, 5), time(12), time(16, 55))
# The rhythm of the edition, as a person reads it off the calendar of 2026: the first Wednesday of September
# and October, the first and third of November, every one of December, and the Monday of the last week.
OCCASIONS: Final = [
    date(2026, month, day)
    for month, day in ((9, 2), (10, 7), (11, 4), (11, 18), (12, 2), (12, 9), (12, 16), (12, 23), (12, 28))
]
LAST_DAY: Final = date(2026, 12, 31)


@dataclass
class History:
    """What happened to one person; minutes of basic and of advanced courses."""

    who: Member
    learned: list[tuple[date, str, int]] = field(default_factory=list)
    told: list[date] = field(default_factory=list)

    def met(self, on: date) -> bool:
        sums = dict(zip(("basic", "advanced"), self.who.learned, strict=True))
        for day, kind, minutes in self.learned:
            if day <= on:
                sums[kind] += minutes
        return min(sums.values()) >= 180  # three hours of each, and so three of AI

    def due(self, on: date) -> bool:
        if self.met(on) or self.who.stopped:
            return False
        if not self.told:
            return True
        since = on - self.told[-1]
        if on > LAST_DAY - timedelta(days=14):  # once in a week of the calendar, four days apart
            return since.days >= 4 and on.isocalendar()[1] != self.told[-1].isocalendar()[1]
        return since.days >= 7


@dataclass
class Month:
    """One line of the table: people and occasions, summed up."""

    due: int = 0
    by: Counter[Way] = field(default_factory=Counter)
    replied: int = 0
    waiting: int = 0
    unreached: int = 0
    used: int = 0


@pytest.mark.parametrize(
    ("count", "plan"),
    [
        pytest.param(count, plan, marks=() if (count, plan) == (300, 200) else pytest.mark.whole)
        for count in (300, 2_000)
        for plan in (200, 3_000, 6_000)
    ],
)
async def test_a_year(
    sqlite_template: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    whole: bool,
    said: Say,
    count: int,
    plan: int,
) -> None:
    """On each of LINE's plans of messages a month."""
    monkeypatch.setattr(
        bot.app, "Pace", lambda calls, most=1, put_off=0: Pace(1_000, most, put_off)
    )  # nobody waits for a year
    people = members(count if whole else 60)
    plan = plan if whole else 20
    year = Year(people, random.Random(count))  # noqa: S311 - the same year at every run
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'talentbot.db')}"
    begin = date(2026, 1, 5) if whole else date(2026, 11, 30)
    async with open_inside(tmp_path, url, people, _at(begin, time(8)), quota=plan) as town:
        await year.lived(town, begin)
        assert town.loud() == []
    said(f"{len(people)} people, {plan} messages a month on LINE:")
    said(
        f"{'month':>7} {'due':>6} {'LINE':>6} {'Telegram':>9} {'mail':>6} {'reply':>6} {'waiting':>8} "
        f"{'unreached':>10} {'LINE used':>10}"
    )
    for month, line in sorted(year.table.items()):
        said(
            f"{month:>7} {line.due:>6} {line.by['line']:>6} {line.by['telegram']:>9} {line.by['email']:>6} "
            f"{line.replied:>6} {line.waiting:>8} {line.unreached:>10} {line.used:>10}"
        )
        assert line.used <= plan


class Year:
    def __init__(self, people: Sequence[Member], rng: random.Random) -> None:
        self.people = {one.number: History(one) for one in people}
        self.table: defaultdict[str, Month] = defaultdict(Month)
        self._rng = rng
        self._seen: dict[Way, Counter[int]] = {}

    async def lived(self, town: Inside, begin: date) -> None:
        self._seen = town.got()
        day = begin
        while day <= LAST_DAY:
            if town.desk.deadlines.is_workday(day):
                await self._learn(town, day)
                for at in TICKS:
                    town.clock.set(_at(day, at))
                    await town.ticked()
                await self._hold(town, day)
                if day - timedelta(days=1) in OCCASIONS:
                    await self._write_in(town, day)
            day += timedelta(days=1)

    async def _learn(self, town: Inside, day: date) -> None:
        """Before the office opens, a few have something more in the official record."""
        share = 0.004 if day.month < 9 else 0.012
        rows: list[dict[str, Any]] = []
        for one in self.people.values():
            if one.who.learned == MET or self._rng.random() >= share:
                continue
            kind = self._rng.choice(("basic", "advanced"))
            minutes = self._rng.choice((30, 60, 120, 180))
            one.learned.append((day, kind, minutes))
            rows.append(
                {
                    "person_id": one.who.number,
                    "learned_on": day,
                    "minutes": minutes,
                    "title": f"{kind} {day}",
                    "course_id": town.courses[kind],
                    "source": Source.OFFICIAL.value,
                    "reported_at": _at(day, time(8)),
                }
            )
        if not rows:
            return

        async def unit(conn: AsyncConnection) -> None:
            await conn.execute(insert(hours), rows)
            affected = [(row["person_id"], day.year) for row in rows]
            await reckon_again(conn, town.desk.editions, affected, _at(day, time(8)))

        await town.database.write(unit)

    async def _hold(self, town: Inside, day: date) -> None:
        """Holds this day to the history."""
        got = town.got()
        new = {way: counts - self._seen[way] for way, counts in got.items()}
        self._seen = got
        told: Counter[int] = sum(new.values(), Counter[int]())
        if day not in OCCASIONS:
            assert not told, f"{day}: nobody is written to on this day"
            return
        due = {number for number, one in self.people.items() if one.due(day)}
        waiting, unreached = await town.named(day, "waiting"), await town.named(day, "unreached")
        assert set(told.values()) <= {1}, f"{day}: somebody was told twice"
        assert told.keys() | waiting | unreached == due, day
        assert not told.keys() & (waiting | unreached)
        assert not waiting & unreached
        month = self.table[f"{day:%Y-%m}"]
        month.due += len(due)
        month.waiting += len(waiting)
        month.unreached += len(unreached)
        month.used = town.line.quota_used
        for way, counts in new.items():
            month.by[way] += counts.total()
        for number in told:
            self.people[number].told.append(day)

    async def _write_in(self, town: Inside, day: date) -> None:
        """On the day after, some of those who wait write to the bot, and read it on the reply."""
        waiting = sorted(await town.named(None, "waiting"))
        for number in self._rng.sample(waiting, len(waiting) // 10):
            one = self.people[number]
            expected = one.due(day)
            before = len(town.line.transcript(one.who.line_id))
            await town.line.say(one.who.line_id, "進度")
            await town.quiet()
            fresh = town.line.transcript(one.who.line_id)[before + 1 :]
            assert fresh
            read = len(fresh) > 1  # how they stand, and the reminder
            assert not read or expected
            if read:
                one.told.append(day)
                self.table[f"{day:%Y-%m}"].replied += 1
        self._seen = town.got()


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, TAIPEI).astimezone(UTC)
