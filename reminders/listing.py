"""Who of a scope misses hours, waits for their upload, or for HR's decision whether they count: by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.coverage import cover
from guideline.digest import parts_of
from guideline.records import Person, Way
from guideline.reminding import Facts
from guideline.standing import PartStanding
from guideline.ways import best
from reminders.today import Today
from reminders.work import Work
from storage import facts, settings
from storage.figures import ids_of

CHUNK: Final = 500  # people read at once

State = Literal["missing", "waiting", "undecided"]


@dataclass(frozen=True, slots=True)
class Listed:
    """`missing` in minutes by (requirement, part); None where nothing is known. `way` None: no way leads to
    them."""

    person: Person
    state: State
    missing: Mapping[tuple[str, str], int | None]
    told_on: date | None
    way: Way | None


async def listed(work: Work, today: Today, scope: str) -> list[Listed]:
    """By unit and employee number; who has met everything, or does not count, is left out."""
    imported = await work.database.read(lambda conn: settings.instant(conn, settings.OFFICIAL_AS_OF))
    nothing = today.desk.editions.reckon(today.day.year, (), imported).parts
    found: list[Listed] = []
    last = 0
    while True:

        async def some(conn: AsyncConnection, after: int = last) -> tuple[list[int], dict[int, Facts]]:
            numbers = await ids_of(conn, scope, today.day, after, CHUNK)
            return numbers, await facts.of_people(conn, numbers, today.asked)

        numbers, known = await work.database.read(some)
        if not numbers:
            return sorted(found, key=lambda one: (one.person.unit, one.person.employee_no))
        last = numbers[-1]
        found += filter(None, (_listed(one, today, nothing) for one in known.values()))


def _listed(one: Facts, today: Today, nothing: tuple[PartStanding, ...]) -> Listed | None:
    covered = cover(today.edition.coverage, one.person, today.day)
    stored = {(part.requirement, part.part): part for part in one.parts}
    otherwise = {(part.requirement, part.part): part for part in nothing}
    parts = {}
    for requirement, wanted in parts_of(today.edition):
        key = (requirement.id, wanted.id)
        stands = stored.get(key, otherwise[key])
        unknown = wanted.needs_official and stands.official is None
        parts[key] = None if unknown else max(0, stands.needed - (stands.official or 0) - stands.waiting)
    waits = any(
        part.waiting and (part.official or 0) < part.needed
        for key, part in stored.items()
        if parts.get(key) is not None
    )
    state: State | None = None
    if covered == "undecided":
        state = "undecided"
    elif covered == "counted":
        state = "missing" if any(parts.values()) else "waiting" if waits else None
    if state is None:
        return None
    way = best(one.preference.channel, one.answering)
    return Listed(one.person, state, parts, one.told_on, way)
