"""The stored answer to "met or not": written by the one rule, read by everybody (Q8)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.editions import Editions
from guideline.records import HoursEntry
from guideline.standing import Standing
from storage import settings
from storage.rows import ENTRY, to_entry
from storage.schema import hours, person, standing
from storage.statements import CHUNK, several

PersonYear = tuple[int, int]
_FORGET: Final = delete(standing).where(tuple_(standing.c.person_id, standing.c.year).in_(several("whose")))
_STANDING: Final = insert(standing)
# The entries that count, of these people between two days.
ENTRIES: Final = (
    select(*ENTRY, hours.c.person_id)
    .where(
        hours.c.person_id.in_(several("people")),
        hours.c.learned_on.between(bindparam("first"), bindparam("last")),
        hours.c.withdrawn_at.is_(None),
    )
    .order_by(hours.c.learned_on, hours.c.id)
)


async def reckon_again(
    conn: AsyncConnection, editions: Editions, affected: Collection[PersonYear], at: datetime
) -> None:
    """Reckons the standing of these people and years from their active entries, each year under its own
    edition (none before the first): four statements, and one for each part of what those who never
    reported anything stand at, which is the same for all of them.

    The caller holds the people (see `apply`). A change of edition calls this in chunks.
    """
    if not affected:
        return
    entries = await _entries(conn, affected)
    official_as_of = await settings.instant(conn, settings.OFFICIAL_AS_OF)
    await conn.execute(_FORGET, {"whose": sorted(affected)})
    rows = []
    silent: dict[int, list[int]] = defaultdict(list)
    for person_id, year in sorted(affected):
        if (person_id, year) in entries:
            reckoned = editions.reckon(year, entries[person_id, year], official_as_of)
            rows += [{"person_id": person_id, **row} for row in _rows(editions, reckoned, at)]
        else:
            silent[year].append(person_id)
    if rows:
        await conn.execute(_STANDING, rows)
    for year, people in silent.items():
        for row in _rows(editions, editions.reckon(year, (), official_as_of), at):
            same = [literal(value, standing.c[name].type).label(name) for name, value in row.items()]
            for start in range(0, len(people), CHUNK):
                some = select(person.c.id, *same).where(person.c.id.in_(people[start : start + CHUNK]))
                await conn.execute(insert(standing).from_select(["person_id", *row], some))


def _rows(editions: Editions, reckoned: Standing, at: datetime) -> list[dict[str, Any]]:
    """A row for each part, but for the person."""
    rules = editions.of(reckoned.year)
    return [
        {
            "year": reckoned.year,
            "requirement": part.requirement,
            "part": part.part,
            "name": part.name,
            "needed": part.needed,
            "official": part.official,
            "waiting": part.waiting,
            "state": part.state,
            "provisional": reckoned.provisional,
            "edition": rules.id if rules is not None else "",
            "reckoned_at": at,
        }
        for part in reckoned.parts
    ]


async def _entries(
    conn: AsyncConnection, affected: Collection[PersonYear]
) -> Mapping[PersonYear, list[HoursEntry]]:
    years = [year for _, year in affected]
    asked = {
        "people": list({person_id for person_id, _ in affected}),
        "first": date(min(years), 1, 1),
        "last": date(max(years), 12, 31),
    }
    rows = await conn.execute(ENTRIES, asked)
    found: dict[PersonYear, list[HoursEntry]] = defaultdict(list)
    for row in rows:
        entry = to_entry(row)
        found[row.person_id, entry.learned_on.year].append(entry)
    return found
