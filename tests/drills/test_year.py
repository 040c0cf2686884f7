"""A simulated year, day by day, with all that happens in one: hours are reported, uploaded or forgotten,
people come, go and are on leave, block the bot and come back, stop their reminders and put them off, and the
office is closed for a day. Nobody who met the hours is reminded, nobody twice in a week, and everyone else is
told or stands on a list by name. What is expected comes from the histories alone (`tests.drills.history`);
what was told comes from the platforms' own books."""

import shutil
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Final

import pytest

import bot.app
from guideline.records import Source, Way
from reminders.work import Pace
from tests.drills.agency import Member, members
from tests.drills.conftest import Say
from tests.drills.history import LAST_DAY, QUESTIONS, REMINDERS, History
from tests.drills.inside import Inside, open_inside
from tests.drills.personnel import Chance, Personnel, at
from tests.drills.talks import Talks

OPENS, CLOSES = time(9, 5), time(16, 55)
TALKATIVE: Final = (0, 3)  # Mondays and Thursdays, when people write of their own accord
WAYS: Final[tuple[Way, ...]] = ("telegram", "line", "email")
COLUMNS: Final = ("month", "due", "line", "telegram", "email", "reply", "waiting", "unreached", "used")


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
    """On each of LINE's plans of messages a month; the small form is a December in which more happens."""
    monkeypatch.setattr(
        bot.app, "Pace", lambda calls, most=1, put_off=0: Pace(100, most, put_off)
    )  # nobody waits for a year; what is frozen at once still goes out within the second
    people = members(count if whole else 40)
    plan = plan if whole else 20
    url = f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'talentbot.db')}"
    begin = date(2026, 1, 5) if whole else date(2026, 12, 7)
    async with open_inside(tmp_path, url, people, at(begin, time(7)), quota=plan) as town:
        year = Year(town, people, plan, Chance(count, busy=1 if whole else 8))
        await year.lived(begin)
        assert town.loud() == []
    said(f"{len(people)} people, {plan} messages a month on LINE; {year.happened}")
    said(" ".join(f"{name:>9}" for name in COLUMNS))
    for month, line in sorted(year.table.items()):
        ways = (line.by["line"], line.by["telegram"], line.by["email"])
        row = (month, line.due, *ways, line.replied, line.waiting, line.unreached, line.used)
        said(" ".join(f"{figure:>9}" for figure in row))
        assert line.used <= plan


class Year:
    def __init__(self, town: Inside, people: Sequence[Member], plan: int, chance: Chance) -> None:
        self.table: defaultdict[str, Month] = defaultdict(Month)
        self._town = town
        self._plan = plan
        self._people = {one.number: History(one) for one in people}
        self._chance = chance
        self._office = Personnel(town, self._people, chance)
        self._talks = Talks(town, self._people, self._office, chance)

    @property
    def happened(self) -> str:
        return ", ".join(f"{what} {many}" for what, many in sorted(self._chance.done.items()))

    async def lived(self, begin: date) -> None:
        await self._office.moves_in(begin)
        day = begin
        while day <= LAST_DAY:
            if self._town.desk.deadlines.is_workday(day):
                await self._office.works(day)
                if day.weekday() in TALKATIVE:
                    await self._talks.morning(day)
                told = await self._written_to(day)
                await self._talks.evening(day, told)
                await self._office.closes(self._talks.chats, day)
            day += timedelta(days=1)
        for day, many in self._talks.on_a_reply.items():
            self.table[f"{day:%Y-%m}"].replied += many
        await self._recorded()

    async def _written_to(self, day: date) -> set[int]:
        """Lets the day go by, and returns who was told something."""
        before, used = self._town.got(), self._town.line.quota_used
        places = self._talks.chats.places([one.who for one in self._people.values()])
        self._town.clock.set(at(day, OPENS))
        if day in REMINDERS | QUESTIONS:
            await self._town.waved(day)
            self._town.clock.set(at(day, CLOSES))
        await self._town.ticked()
        new = {way: counts - before[way] for way, counts in self._town.got().items()}
        for counts in new.values():
            counts.pop(self._office.officer.number, None)  # the digest
        if day in REMINDERS | QUESTIONS:
            await self._hold(day, new, used)
        told: Counter[int] = sum(new.values(), Counter[int]())
        assert day in REMINDERS | QUESTIONS or not told, f"{day}: nobody is written to on this day"
        for way, counts in new.items():
            for number in counts:
                one = self._people[number]
                if way != "email":
                    [message] = self._talks.chats.read(one.who, way, places[number, way])
                    one.holds(message, day, self._office.imported, reminder=day in REMINDERS)
                one.tell(day, self._office.imported)
        return set(told)

    async def _hold(self, day: date, new: Mapping[Way, Counter[int]], used: int) -> None:
        """Holds the day to the histories; LINE had `used` so much of the month before it."""
        people, reminder, imported = self._people, day in REMINDERS, self._office.imported
        told: Counter[int] = sum(new.values(), Counter[int]())
        due = {number for number, one in people.items() if one.due(day, imported, reminder=reminder)}
        waiting, unreached = await self._town.named(day, "waiting"), await self._town.named(day, "unreached")
        assert set(told.values()) <= {1}, f"{day}: somebody was told twice"
        assert told.keys() | waiting | unreached == due, day
        assert not told.keys() & (waiting | unreached)
        assert not waiting & unreached
        assert unreached == {number for number in due if people[number].best() is None}, day
        # Another way than the best one, or none for now, only where the month's messages were not enough.
        scarce = {number for number in due if people[number].best() == "line"} - new["line"].keys()
        assert not scarce or new["line"].total() >= self._share(day, used), f"{day}: there were messages left"
        for way in WAYS:
            best = {number for number in due - scarce if people[number].best() == way}
            instead = {number for number in scarce if people[number].best(but="line") == way}
            assert new[way].keys() == best | instead, f"{day}: by {way}"
        for number in due:
            self._talks.waits.pop(number, None)
        self._talks.waits.update(dict.fromkeys(waiting, reminder))
        assert self._talks.waits.keys() == await self._town.named(None, "waiting"), day
        month = self.table[f"{day:%Y-%m}"]
        month.due += len(due)
        month.waiting += len(waiting)
        month.unreached += len(unreached)
        month.used = self._town.line.quota_used
        for way, counts in new.items():
            month.by[way] += counts.total()

    def _share(self, day: date, used: int) -> int:
        """What a wave of this day may cost, at least: a tenth of the month is kept, the rest divided among
        the reminders to come."""
        later = sum(day < other and other.month == day.month for other in REMINDERS)
        return max(0, self._plan - used - max(10, -(-self._plan // 10))) // (1 + later)

    async def _recorded(self) -> None:
        """Holds what was reported to the table of hours, and every call to an answer."""
        rows = await self._town.town.rows(
            "SELECT person_id, learned_on, minutes, coalesce(course_id, '') FROM hours"
            " WHERE source = :own AND withdrawn_at IS NULL",
            own=Source.SELF.value,
        )
        reports = [(number, one) for number, who in self._people.items() for one in who.reports]
        assert sorted(rows) == sorted(
            (number, one.day.isoformat(), one.minutes, one.course) for number, one in reports
        )
        assert not await self._town.town.listed()
