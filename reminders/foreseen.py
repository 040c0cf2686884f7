"""What the reminders of a day would come to, as things are now. Nothing is written by it."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.allowance import Candidate, allowance, first, to_come
from guideline.foresight import Foreseen, Foresight
from guideline.records import Way
from guideline.reminding import Due, Facts, NotDue
from guideline.rhythm import Occasion
from guideline.scope import AGENCY, within
from guideline.ways import best
from handlers.desk import Desk
from reminders.today import Today, look
from storage import budget, facts, waves
from storage.database import Database

CHUNK: Final = 500  # people read at once


@dataclass(frozen=True, slots=True)
class Plan:
    """`people` are all who miss something or could be asked about an upload; the others are never due.
    `official_on` is the day of the last import of official records."""

    seen: Foresight
    people: tuple[Foreseen, ...]
    official_on: date | None

    def of(self, scope: str) -> "Plan":
        """What it comes to in a part of the agency; what is left of the month is the whole agency's."""
        if scope == AGENCY:
            return self
        people = [one for one in self.people if within(one.facts.person.unit, scope)]
        return Plan(_counted(self.seen.occasion, people, None), tuple(people), self.official_on)


async def foreseen(
    database: Database,
    desk: Desk,
    day: date,
    ways: Collection[Way],
    zone: ZoneInfo,
    cap: int | None = None,
) -> Plan | None:
    """The plan of this day, as the wave would make it from what is known now: who would be told what, by
    which way, and what it costs (`cap` is line.monthly_budget). `desk` as `bot.desk.desk_for` makes it,
    `ways` those that are on. None on a day on which nobody is written to."""
    today = await database.read(lambda conn: look(conn, desk, day, ways, zone))
    if today is None or today.occasion is None:
        return None
    people = await _people(database, today, today.occasion)
    left = await database.read(lambda conn: budget.stands(conn, budget.month_of(day), cap))
    share = allowance(left.limit, left.left, to_come(today.occasions, day, today.occasion))
    if share is not None:
        people = await _allotted(database, today, people, share)
    return Plan(_counted(today.occasion, people, left.left), tuple(people), today.official_on)


async def _people(database: Database, today: Today, occasion: Occasion) -> list[Foreseen]:
    found: list[Foreseen] = []
    number = 0
    while True:

        async def some(conn: AsyncConnection, after: int = number) -> list[Facts]:
            return await facts.after(conn, after, CHUNK, today.asked)

        known = await database.read(some)
        if not known:
            return found
        number = known[-1].person.id
        for one in known:
            said = today.decide(one, occasion)
            way = best(one.preference.channel, one.answering) if isinstance(said, Due) else None
            found.append(Foreseen(one, said, way))


async def _allotted(database: Database, today: Today, people: list[Foreseen], share: int) -> list[Foreseen]:
    """Where LINE does not reach everybody, as the wave shares it out."""
    by_line = {one.facts.person.id for one in people if one.way == "line"}
    if len(by_line) <= share:
        return people
    waited = await database.read(waves.waiting)
    chosen = set(
        first(
            (
                Candidate(one.facts.person.id, one.facts.person.id in waited, one.facts.answering == {"line"})
                for one in people
                if one.way == "line"
            ),
            share,
        )
    )
    allotted = []
    for one in people:
        if one.way == "line" and one.facts.person.id not in chosen:
            other = best(one.facts.preference.channel, one.facts.answering - {"line"})
            allotted.append(replace(one, way=other, waiting=other is None))
        else:
            allotted.append(one)
    return allotted


def _counted(occasion: Occasion, people: list[Foreseen], left: int | None) -> Foresight:
    due = [one for one in people if not isinstance(one.said, NotDue)]
    texts = Counter(one.said for one in due if isinstance(one.said, Due) and (one.way or one.waiting))
    return Foresight(
        occasion=occasion,
        texts=tuple(texts.most_common()),
        ways=Counter(one.way for one in due if one.way is not None),
        waiting=sum(one.waiting for one in due),
        unreached=sum(one.way is None and not one.waiting for one in due),
        left=left,
    )
