"""The plan of everybody is the plan of each: what is decided once for many is what would be decided for
each of them alone."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Access, Source, Way
from guideline.reminding import Due, binding
from guideline.rhythm import Occasion
from guideline.ways import best
from reminders.planning import Planning
from reminders.today import Today, look
from storage import facts
from storage.alike import Alike
from storage.database import Database
from storage.planned import Planned
from storage.schema import account, hours, person, preference, reminder, standing, wave
from tests.drills.agency import LONG_AGO
from tests.reminders.rounds import DESK, TAIPEI

PEOPLE = 500
PEOPLE_IDS = range(3, 3 * PEOPLE + 1, 3)
DAYS = (date(2026, 11, 4), date(2026, 12, 2), date(2026, 12, 28), date(2027, 1, 20))
PARTS = [*sorted(binding(DESK.edition)), ("yearly-total", "total")]


def _agency(seed: int, day: date) -> dict[Any, list[dict[str, Any]]]:
    """Anything that a row may hold, around this day."""
    rng = random.Random(seed)  # noqa: S311 - the same agency at every run
    near = [None, None, *(day + timedelta(days=n) for n in (-400, -200, -7, -1, 0, 1, 30))]
    found: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (person, preference, account, standing, wave, reminder, hours)
    }
    found[wave] = [
        {
            "id": n,
            "occasion": f"old-{n}",
            "day": day,
            "state": "done",
            "shadow": False,
            "created_at": LONG_AGO,
        }
        for n in (1, 2)
    ]
    for number in range(1, PEOPLE + 1):
        odd = rng.random() < 0.5
        found[person].append(
            {
                "id": number * 3,
                "employee_no": f"E{number}",
                "name": "同仁",
                "unit": "教育局",
                "email": rng.choice(("", "a@agency.example")),
                "access": Access.STAFF.value,
                "category": rng.choice(("", "公務人員", " 公務人員", "約聘人員", "技工", "別的")),
                "counted": rng.choice(("", "", "列計", "不列計", "待認定")) if odd else "",
                **{
                    name: rng.choice(near) if odd and rng.random() < 0.5 else None
                    for name in ("joined_on", "left_on", "exempt_from", "exempt_until")
                },
                "created_at": LONG_AGO,
                "changed_at": LONG_AGO,
            }
        )
        if rng.random() < 0.5:
            found[preference].append(
                {
                    "person_id": number * 3,
                    "channel": rng.choice(("", "line", "telegram", "email")),
                    "stopped_at": rng.choice((None, None, None, LONG_AGO)),
                    "snoozed_until": rng.choice(near),
                    "low_detail": rng.random() < 0.3,
                    "changed_at": LONG_AGO,
                }
            )
        found[account] += [
            {
                "platform": platform,
                "user_id": f"{platform}{number}",
                "person_id": number * 3,
                "reachable": rng.random() < 0.8,
                "created_at": LONG_AGO,
            }
            for platform in ("line", "telegram")
            if rng.random() < 0.5
        ]
        for part in PARTS:
            if rng.random() < 0.9:
                found[standing] += _part(rng, number * 3, *part, day)
        found[reminder] += [
            {
                "wave_id": n,
                "person_id": number * 3,
                "state": rng.choice(("told", "frozen", "dropped", "waiting")),
                "told_on": rng.choice(near),
            }
            for n in (1, 2)
            if rng.random() < 0.3
        ]
        if rng.random() < 0.2:
            found[hours].append(
                {
                    "person_id": number * 3,
                    "learned_on": day - timedelta(days=rng.choice((1, 60, 200, 500))),
                    "minutes": rng.choice((30, 60, 100)),
                    "title": "課程",
                    "source": Source.SELF.value,
                    "reported_at": LONG_AGO,
                    "asked_on": rng.choice((None, None, day)),
                    "withdrawn_at": rng.choice((None, None, LONG_AGO)),
                }
            )
    return found


def _part(rng: random.Random, number: int, requirement: str, part: str, day: date) -> list[dict[str, Any]]:
    needed, official, waiting = 180, rng.choice((None, 0, 60, 171, 180)), rng.choice((0, 0, 45, 200))
    missing = max(0, needed - (official or 0) - waiting)
    return [
        {
            "person_id": number,
            "year": year,
            "requirement": requirement,
            "part": part,
            "name": "某個名稱",
            "needed": needed,
            "official": official,
            "waiting": waiting,
            "state": "official" if (official or 0) >= needed else "missing" if missing else "waiting",
            "provisional": False,
            "edition": "115",
            "reckoned_at": LONG_AGO,
        }
        for year in (day.year, day.year - 1)[: rng.choice((1, 2))]
    ]


async def _settle(database: Database, rows: dict[Any, list[dict[str, Any]]]) -> None:
    async def unit(conn: AsyncConnection) -> None:
        for table, new in rows.items():
            await conn.execute(insert(table), new)

    await database.write(unit)


async def _slowly(database: Database, today: Today, occasion: Occasion) -> list[Planned]:
    """Person by person, from all that is known of each."""
    known = await database.read(lambda conn: facts.after(conn, 0, PEOPLE, today.asked))
    return [
        Planned(one.person.id, said.bucket, best(one.preference.channel, one.answering))
        for one in known
        if isinstance(said := today.decide(one, occasion), Due)
    ]


@pytest.mark.parametrize("day", DAYS)
async def test_alike_is_as_each_alone(database: Database, day: date) -> None:
    """Of agencies that hold anything a row may hold: the same people, the same texts, the same ways; in
    chunks of any size."""
    await _settle(database, _agency(day.toordinal(), day))
    ways: set[Way] = {"line", "telegram", "email"} if day.month == 12 else {"line", "telegram"}
    today = await database.read(lambda conn: look(conn, DESK, day, ways, TAIPEI))
    assert today is not None
    everybody: list[Planned] = []
    for occasion in (*today.occasions[:1], *today.occasions[-1:]):
        alone = await _slowly(database, today, occasion)
        for limit in (37, 1000):
            planning = Planning(today, occasion)
            found: list[Planned] = []
            last: int | None = 0
            while last is not None:
                after = last
                some, last = await database.read(lambda conn: planning.after(conn, after, limit))  # noqa: B023
                found += some
            assert found == alone
        everybody += alone
    each = await database.read(lambda conn: facts.of_people(conn, PEOPLE_IDS, today.asked))
    together = await database.read(lambda conn: Alike(today.asked).of(conn, PEOPLE_IDS))
    for number, one in each.items():
        other, occasion = together[number], today.occasions[-1]
        assert today.decide(one, occasion) == today.decide(other, occasion)
        assert (one.preference.channel, one.answering) == (other.preference.channel, other.answering)
    assert len({one.bucket for one in everybody}) > 3
    assert {one.way for one in everybody} >= {"line", "telegram", None}
