"""Who of a planned wave gets one of the month's LINE messages, where there are not enough (design §5)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.allowance import Candidate, First, allowance, to_come
from guideline.records import Way
from guideline.rhythm import Occasion
from guideline.ways import best
from reminders.today import Today
from reminders.turns import turns
from reminders.work import Work
from storage import budget, planned, reach
from storage.waves import Wave

PEOPLE: Final = 250  # looked at, or moved to another way, in one go
LINE: Final[Way] = "line"


@dataclass(frozen=True, slots=True)
class _Planned:
    person_id: int
    other: Way | None  # the best way but LINE


async def allot(work: Work, wave: Wave, today: Today, occasion: Occasion) -> None:
    """Leaves to LINE as many as the wave's share of the month allows; the others go by their next best way,
    or wait for the person's next free reply. Begun again, it comes to the same: who was moved already stood
    behind everybody who was not."""
    share = await work.database.read(lambda conn: _share(conn, work, today, occasion))
    if share is None or await work.database.read(lambda conn: planned.by_way(conn, wave.id, LINE)) <= share:
        return
    waited = await work.database.read(planned.waiting)
    best_of_all = First(share)
    after = 0
    while some := await _next(work, wave, after):
        after = max(some)
        best_of_all.look_at(
            Candidate(number, one.person_id in waited, one.other is None) for number, one in some.items()
        )
    chosen = best_of_all.ids()
    after = 0
    async for _ in turns(work.database, seconds=float("inf")):
        some = await _next(work, wave, after)
        if not some:
            return
        after = max(some)
        moved = {number: one for number, one in some.items() if number not in chosen}
        await work.database.write(lambda conn, those=moved: _move(conn, those))  # type: ignore[misc]


async def _share(conn: AsyncConnection, work: Work, today: Today, occasion: Occasion) -> int | None:
    month = await budget.stands(conn, budget.month_of(today.day), work.cap)
    return allowance(month.limit, month.left, to_come(today.occasions, today.day, occasion))


async def _next(work: Work, wave: Wave, after: int) -> Mapping[int, _Planned]:
    ways = work.voices.keys() - {LINE}

    async def unit(conn: AsyncConnection) -> Mapping[int, _Planned]:
        rows = await planned.candidates(conn, wave.id, LINE, after, PEOPLE)
        there = await reach.addresses(conn, {person for _, person, _ in rows})
        return {
            number: _Planned(person, best(chosen, there[person].keys() & ways))
            for number, person, chosen in rows
        }

    return await work.database.read(unit)


async def _move(conn: AsyncConnection, moved: Mapping[int, _Planned]) -> None:
    by_way: dict[Way | None, list[int]] = defaultdict(list)
    for number, one in moved.items():
        by_way[one.other].append(number)
    for way, numbers in by_way.items():
        if way is None:
            await planned.change(conn, numbers, state="waiting", reason=planned.QUOTA, tried=LINE)
        else:
            await planned.change(conn, numbers, way=way, reason=planned.QUOTA, tried=LINE)
