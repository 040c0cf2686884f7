"""What the town has learned so far: official records of most, a few reports that wait, and HR's release."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.demo.calendar import RECORDS
from guideline.editions import Editions
from guideline.records import Source
from storage import settings
from storage.schema import hours, person
from storage.standings import reckon_again

BY: Final = "demo"
COURSES: Final = (
    # id, title and minutes; the last one is any other class
    ("map-literacy", "AI素養與基礎認知", 60),
    ("map-law", "AI法規、倫理與資安風險", 120),
    ("map-genai-advanced", "生成式AI工具進階", 180),
    (None, "公文寫作與法制實務", 360),
)
# Of ten people: how many of the courses above they have finished, the other class counted first.
FINISHED: Final = (0, 1, 2, 2, 3, 3, 4, 4, 4, 4)
OF_THE_CAST: Final = {"D001": 2, "D002": 3, "D003": 3, "D004": 4}
WAITING: Final = 9  # every ninth has reported an hour that is not official yet


async def keep_records(conn: AsyncConnection, editions: Editions, now: datetime) -> None:
    """Gives everybody on the roster their records of the year, reckons where each stands, and lets reminders
    go out to staff. `now` is in the agency's timezone."""
    people = {
        row.id: row.employee_no for row in await conn.execute(select(person.c.id, person.c.employee_no))
    }
    await settings.keep_instant(conn, settings.OFFICIAL_AS_OF, now - RECORDS, now, BY)
    await settings.keep(conn, settings.RELEASED, True, now, BY)
    if rows := list(_entries(people, now)):
        await conn.execute(insert(hours), rows)
    await reckon_again(conn, editions, {(number, now.year) for number in people}, now)


def _entries(people: dict[int, str], now: datetime) -> Iterator[dict[str, Any]]:
    """Learned before September where the year is older than that, so that its reminder finds them."""
    chance = random.Random(115)  # noqa: S311 - a repeatable town, nothing secret
    begins, ends = date(now.year, 1, 1), min(now.date() - timedelta(days=14), date(now.year, 8, 28))
    for number, employee_no in sorted(people.items()):
        finished = OF_THE_CAST.get(employee_no, chance.choice(FINISHED))
        for course, title, minutes in COURSES[::-1][:1] * bool(finished) + COURSES[: max(0, finished - 1)]:
            day = begins + timedelta(days=chance.randrange(max(1, (ends - begins).days)))
            yield _entry(number, course, title, minutes, day, Source.OFFICIAL, now)
        if number % WAITING == 0 and ends > begins:
            yield _entry(number, "map-genai-advanced", "生成式AI工具進階", 60, ends, Source.SELF, now)


def _entry(
    number: int, course: str | None, title: str, minutes: int, day: date, source: Source, now: datetime
) -> dict[str, Any]:
    return {
        "person_id": number,
        "learned_on": day,
        "minutes": minutes,
        "title": title,
        "course_id": course,
        "source": source.value,
        "reported_at": now,
    }
