"""What the personnel office does in the course of a year: the roster, the official record, a closed day. All
of it is done to the bot, and noted in the histories."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Access, Source
from storage import settings
from storage.people import RosterRow, import_roster
from storage.schema import account, hours
from storage.standings import reckon_again
from tests.drills.agency import Member, accounts
from tests.drills.chats import Chats, Said
from tests.drills.history import COURSES, SHUT, History
from tests.drills.inside import Inside

TAIPEI: Final = ZoneInfo("Asia/Taipei")
LENGTHS: Final = (30, 60, 90, 120, 150, 180)  # minutes of a course
_OPENS: Final = time(7, 30)


def at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, TAIPEI).astimezone(UTC)


class Chance:
    """How often things happen: the same at every run. `busy` is how much more often than in a year of a real
    agency; `done` counts what happened."""

    def __init__(self, seed: int, busy: float) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - the same year at every run
        self.done: Counter[str] = Counter()
        self._busy = busy

    def happens(self, share: float) -> bool:
        return self.rng.random() < share * self._busy


class Personnel:
    """`officer` is HR's, who learns nothing; `imported` is the day of the last official import."""

    def __init__(self, town: Inside, people: dict[int, History], chance: Chance) -> None:
        self.officer = Member(max(people) + 1, frozenset({"telegram"}), (180, 180))
        self.imported: date | None = None
        self._town = town
        self._people = people
        self._chance = chance
        self._newest = self.officer.number

    async def moves_in(self, day: date) -> None:
        """What holds on the first day: the officer, and people of every sort."""
        await self._arrives(self.officer, day)
        absent = day - timedelta(days=90)
        sorts: list[tuple[float, str, Any]] = [
            (0.03, "category", "約用人員"),
            (0.02, "category", "約僱人員"),
            (0.01, "decided", "不列計"),
            (0.01, "away", (absent, day + timedelta(days=20))),
            (0.01, "away", (absent, None)),
        ]
        for one in self._people.values():
            for share, name, value in sorts:
                if self._chance.happens(share / 2):
                    setattr(one, name, value)
        await self._roster(self._people.values(), day)

    async def works(self, day: date) -> None:
        """Before the office opens."""
        self._town.clock.set(at(day, _OPENS))
        changed = [one for one in self._people.values() if self._changes(one, day)]
        await self._roster(changed, day)
        if self._chance.happens(0.0002 * len(self._people)):
            await self._newcomer(day)
        if day.weekday() == 1:
            await self._import(day)

    async def closes(self, chats: Chats, day: date) -> None:
        """In the evening, the office of the next day."""
        if day == SHUT - timedelta(days=1):
            words = f"停班 {SHUT.month}/{SHUT.day} 寒流"
            assert "已設定" in (await chats.say([Said(self.officer, "telegram", words)]))[0][0]

    # The roster --------------------------------------------------------------------------------------

    def _changes(self, one: History, day: date) -> bool:
        """Whether something of this person changes on the roster today."""
        rng, chance = self._chance.rng, self._chance
        if one.left is not None:
            return False
        if one.waits_for_hr(day):
            if not chance.happens(0.02):
                return False
            one.decided = "列計" if rng.random() < 0.8 else "不列計"
            chance.done[f"decided {one.decided}"] += 1
        elif chance.happens(0.0001):
            one.left = day + timedelta(days=rng.randrange(20))
            chance.done["left"] += 1
        elif one.away is None and chance.happens(0.0001):
            begins = day + timedelta(days=rng.randrange(5))
            one.away = (
                begins,
                begins + timedelta(days=rng.randrange(5, 100)) if rng.random() < 0.8 else None,
            )
            chance.done["on leave"] += 1
        else:
            return False
        return True

    async def _newcomer(self, day: date) -> None:
        self._newest += 1
        ways = self._chance.rng.choice([one.who.ways for one in self._people.values()])
        one = History(Member(self._newest, ways, (0, 0)), joined=day + timedelta(days=3))
        await self._arrives(one.who, day, joined_on=one.joined)
        self._people[self._newest] = one
        self._chance.done["arrived"] += 1

    async def _arrives(self, who: Member, day: date, joined_on: date | None = None) -> None:
        """A line of the roster, and the chats as if activated with the code that HR handed out."""
        access, unit = (Access.HR, "人事處") if who is self.officer else (Access.STAFF, who.unit)
        row = RosterRow(
            who.employee_no,
            who.name,
            unit,
            email=who.email,
            access=access,
            category="公務人員",
            joined_on=joined_on,
        )
        chats = list(accounts(who))

        async def transaction(conn: AsyncConnection) -> None:
            await import_roster(conn, [row], at(day, _OPENS))
            if chats:
                await conn.execute(insert(account), chats)

        await self._town.database.write(transaction)
        known = await self._town.town.rows(
            "SELECT id FROM person WHERE employee_no = :number", number=who.employee_no
        )
        assert known == [(who.number,)]
        if "line" in who.ways:
            self._town.line.add_friend(who.line_id)
        if "telegram" in who.ways:
            self._town.telegram.add_user(who.telegram_id)

    async def _roster(self, changed: Iterable[History], day: date) -> None:
        rows = [
            RosterRow(
                one.who.employee_no,
                one.who.name,
                one.who.unit,
                email=one.who.email,
                category=one.category,
                joined_on=one.joined,
                left_on=one.left,
                exempt_from=one.away[0] if one.away else None,
                exempt_until=one.away[1] if one.away else None,
                counted=one.decided,
            )
            for one in changed
        ]
        if rows:
            await self._town.database.write(lambda conn: import_roster(conn, rows, at(day, _OPENS)))

    # The official record -----------------------------------------------------------------------------

    async def _import(self, day: date) -> None:
        """Once a week: what was reported and is uploaded by now, and what nobody spoke of. There is no
        command for it yet, so it is written as one would write it."""
        chance, rows = self._chance, list[dict[str, Any]]()
        for one in self._people.values():
            for report in one.reports:
                if report.upload is not None and report.upload[0] <= day:
                    rows.append(_recorded(one, report.day, report.course, report.upload[1], day))
                    report.upload = None
                    chance.done["uploaded"] += 1
            if one.learns and chance.rng.random() < (0.02 if day.month < 9 else 0.06):
                course, minutes = chance.rng.choice(list(COURSES)), chance.rng.choice(LENGTHS)
                rows.append(_recorded(one, day - timedelta(days=1), course, minutes, day))
                chance.done["official only"] += 1

        async def transaction(conn: AsyncConnection) -> None:
            moment = at(day, _OPENS)
            await settings.keep_instant(conn, settings.OFFICIAL_AS_OF, moment, moment, "drill")
            if rows:
                await conn.execute(insert(hours), rows)
            affected = {(row["person_id"], day.year) for row in rows}
            await reckon_again(conn, self._town.desk.editions, affected, moment)

        await self._town.database.write(transaction)
        self.imported = day


def _recorded(one: History, learned: date, course: str, minutes: int, day: date) -> dict[str, Any]:
    one.official[course] += minutes
    return {
        "person_id": one.who.number,
        "learned_on": learned,
        "minutes": minutes,
        "title": COURSES[course][0],
        "course_id": course or None,
        "source": Source.OFFICIAL.value,
        "reported_at": at(day, _OPENS),
    }
