"""Agencies of any size, quickly: who works there, by which ways they are reached, what they have learned."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.edition import Edition
from guideline.editions import Editions
from guideline.records import Access, HoursEntry, Source, Way
from guideline.standing import PartStanding
from storage.database import Database
from storage.schema import account, hours, person, preference, setting, standing
from storage.settings import RELEASED

LONG_AGO: Final = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
MET: Final = (180, 180)
# Minutes of a basic and of an advanced course, official both; one in eight has met all.
LEARNED: Final = ((0, 0), (180, 0), (90, 0), (0, 180), (60, 60), (120, 180), (180, 150), MET)
# Out of a hundred: a chat on LINE, on Telegram, on both, a mailbox only, nothing.
_WAYS: Final[tuple[tuple[frozenset[Way], int], ...]] = (
    (frozenset({"line"}), 45),
    (frozenset({"telegram"}), 30),
    (frozenset({"line", "telegram"}), 10),
    (frozenset({"email"}), 12),
    (frozenset(), 3),
)
_UNITS: Final = (
    "人事處",
    "資訊處",
    "教育局/體育科",
    "教育局/國小科",
    "工務局/養護科",
    "衛生局",
    "民政局",
    "財政局",
)
CHUNK: Final = 5_000


@dataclass(frozen=True, slots=True)
class Member:
    """`number` is the person's id, and that of their chats."""

    number: int
    ways: frozenset[Way]
    learned: tuple[int, int]
    channel: str = ""  # what they chose; empty: nothing
    stopped: bool = False
    brief: bool = False

    @property
    def employee_no(self) -> str:
        return f"E{self.number:06d}"

    @property
    def name(self) -> str:
        return f"同仁{self.number}"

    @property
    def unit(self) -> str:
        return _UNITS[self.number % len(_UNITS)]

    @property
    def line_id(self) -> str:
        return f"U{self.number:032x}"

    @property
    def telegram_id(self) -> int:
        return 1_000_000 + self.number

    @property
    def email(self) -> str:
        return f"p{self.number}@agency.example" if "email" in self.ways else ""

    @property
    def due(self) -> bool:
        """Whether a wave reaches out to them at all."""
        return self.learned != MET and not self.stopped

    @property
    def way(self) -> Way | None:
        """The one they are written to by."""
        order: tuple[Way, ...] = ("telegram", "line", "email")
        if self.channel in self.ways:
            return next(way for way in order if way == self.channel)
        return next((way for way in order if way in self.ways), None)


def members(count: int, seed: int = 1, due: float | None = None) -> list[Member]:
    """The same for the same `seed`. `due` is the share of those whose hours are missing (None: as they
    come)."""
    rng = random.Random(seed)  # noqa: S311 - the same people at every run
    ways, weights = zip(*_WAYS, strict=True)
    found = []
    for number in range(1, count + 1):
        there: frozenset[Way] = rng.choices(ways, weights)[0]
        lacks = rng.random() < (7 / 8 if due is None else due)
        found.append(
            Member(
                number=number,
                ways=there,
                learned=rng.choice(LEARNED[:-1]) if lacks else MET,
                channel="line" if len(there) == 2 and rng.random() < 0.5 else "",
                stopped=due is None and rng.random() < 0.02,
                brief=rng.random() < 0.03,
            )
        )
    return found


async def settle_in(database: Database, people: Sequence[Member], editions: Editions, year: int) -> None:
    """All of them with their chats, preferences, hours and standings, and reminders released, into a migrated
    database: chunk by chunk, by the tables' own columns."""
    courses = courses_of(editions.in_force)
    parts = {learned: _parts(editions, year, courses, learned) for learned in LEARNED}

    async def release(conn: AsyncConnection) -> None:
        row = {"key": RELEASED, "value": True, "changed_at": LONG_AGO, "changed_by": "drill"}
        await conn.execute(insert(setting), [row])

    await database.write(release)
    for start in range(0, len(people), CHUNK):
        some = people[start : start + CHUNK]
        rows = _rows(some, courses, parts, year, editions.in_force.id)

        async def settle(conn: AsyncConnection, rows: Sequence[tuple[Table, list[Any]]] = rows) -> None:
            for table, new in rows:
                if new:
                    await conn.execute(insert(table), new)

        await database.write(settle)


def _rows(
    some: Sequence[Member],
    courses: tuple[str, str],
    parts: Mapping[tuple[int, int], Sequence[PartStanding]],
    year: int,
    edition: str,
) -> list[tuple[Table, list[Any]]]:
    return [
        (person, [_person(one) for one in some]),
        (account, [row for one in some for row in accounts(one)]),
        (preference, [_preference(one) for one in some if one.channel or one.stopped or one.brief]),
        (hours, [row for one in some for row in _hours(one, courses, year)]),
        (
            standing,
            [_standing(one, part, year, edition) for one in some for part in parts[one.learned]],
        ),
    ]


def courses_of(edition: Edition) -> tuple[str, str]:
    """A basic one and an advanced one of the agency's list."""
    found = {course.counts_as: course.id for course in edition.courses.values()}
    return found["basic"], found["advanced"]


def _entries(courses: tuple[str, str], learned: tuple[int, int], year: int) -> Iterator[HoursEntry]:
    for place, (course, minutes) in enumerate(zip(courses, learned, strict=True), start=1):
        if minutes:
            on = date(year, 3, 10 + place)
            yield HoursEntry(place, on, minutes, "AI 課程", course, Source.OFFICIAL, LONG_AGO)


def _parts(
    editions: Editions, year: int, courses: tuple[str, str], learned: tuple[int, int]
) -> Sequence[PartStanding]:
    return editions.reckon(year, list(_entries(courses, learned, year))).parts


def _person(one: Member) -> dict[str, Any]:
    return {
        "id": one.number,
        "employee_no": one.employee_no,
        "name": one.name,
        "unit": one.unit,
        "email": one.email,
        "access": Access.STAFF.value,
        "category": "公務人員",
        "created_at": LONG_AGO,
        "changed_at": LONG_AGO,
    }


def accounts(one: Member) -> Iterable[dict[str, Any]]:
    """Rows of their chats, as if activated long ago."""
    chats = (("line", one.line_id), ("telegram", str(one.telegram_id)))
    for platform, user_id in chats:
        if platform in one.ways:
            yield {
                "platform": platform,
                "user_id": user_id,
                "person_id": one.number,
                "consented_at": LONG_AGO,
                "created_at": LONG_AGO,
            }


def _preference(one: Member) -> dict[str, Any]:
    return {
        "person_id": one.number,
        "channel": one.channel,
        "stopped_at": LONG_AGO if one.stopped else None,
        "low_detail": one.brief,
        "changed_at": LONG_AGO,
    }


def _hours(one: Member, courses: tuple[str, str], year: int) -> Iterable[dict[str, Any]]:
    for entry in _entries(courses, one.learned, year):
        yield {
            "person_id": one.number,
            "learned_on": entry.learned_on,
            "minutes": entry.minutes,
            "title": entry.title,
            "course_id": entry.course_id,
            "source": entry.source.value,
            "reported_at": entry.reported_at,
        }


def _standing(one: Member, part: PartStanding, year: int, edition: str) -> dict[str, Any]:
    return {
        "person_id": one.number,
        "year": year,
        "requirement": part.requirement,
        "part": part.part,
        "name": part.name,
        "needed": part.needed,
        "official": part.official,
        "waiting": part.waiting,
        "state": part.state,
        "provisional": False,
        "edition": edition,
        "reckoned_at": LONG_AGO,
    }
