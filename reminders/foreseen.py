"""What the reminders of a day would come to, as things are now. Nothing is written by it, and nobody is kept:
people are walked through a few at a time, as often as it takes."""

from collections import Counter
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.allowance import Candidate, First, allowance, to_come
from guideline.foresight import Foreseen, Foresight
from guideline.records import Way
from guideline.reminding import Due, Facts
from guideline.rhythm import Occasion
from guideline.scope import AGENCY, within
from guideline.ways import best
from handlers.desk import Desk
from reminders.today import Today, look
from storage import budget, facts, planned
from storage.database import Database

CHUNK: Final = 200  # people read at once
LINE: Final[Way] = "line"


@dataclass(frozen=True, slots=True)
class Counted:
    """What it comes to for the people of a scope: `people` are all who miss something or could be asked about
    an upload (the others are never due), `silent` those of them of whom nothing is due."""

    seen: Foresight
    people: int
    silent: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Of one day. `official_on` is the day of the last import of official records; `left` are the month's
    LINE messages, and where they do not reach everybody `chosen` are those who get one."""

    occasion: Occasion
    official_on: date | None
    left: int | None
    chosen: frozenset[int] | None
    today: Today
    database: Database

    async def people(self, scope: str = AGENCY) -> AsyncIterator[Foreseen]:
        """Everybody of this part of the agency, by id, as things are at that moment."""
        async for some in _walk(self.database, self.today):
            for one in some:
                if scope == AGENCY or within(one.person.unit, scope):
                    yield self._foreseen(one)

    async def counted(self, scope: str = AGENCY) -> Counted:
        """What it comes to in a part of the agency; what is left of the month is the whole agency's."""
        texts: Counter[Due] = Counter()
        ways: Counter[Way] = Counter()
        people = silent = waiting = unreached = 0
        async for one in self.people(scope):
            people += 1
            if not isinstance(one.said, Due):
                silent += 1
                continue
            waiting += one.waiting
            if one.way is not None:
                ways[one.way] += 1
            elif not one.waiting:
                unreached += 1
                continue
            texts[one.said] += 1
        left = self.left if scope == AGENCY else None
        said = tuple(texts.most_common())
        month = self.today.day.month
        seen = Foresight(self.occasion, said, ways, waiting, unreached, left, month)
        return Counted(seen, people, silent)

    def _foreseen(self, known: Facts) -> Foreseen:
        said = self.today.decide(known, self.occasion)
        way = _way(known) if isinstance(said, Due) else None
        if way != LINE or self.chosen is None or known.person.id in self.chosen:
            return Foreseen(known, said, way)
        other = best(known.preference.channel, known.answering - {LINE})
        return Foreseen(known, said, other, waiting=other is None)


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
    left = await database.read(lambda conn: budget.stands(conn, budget.month_of(day), cap))
    share = allowance(left.limit, left.left, to_come(today.occasions, day, today.occasion))
    chosen = await _chosen(database, today, today.occasion, share) if share is not None else None
    return Plan(today.occasion, today.official_on, left.left, chosen, today, database)


async def _walk(database: Database, today: Today) -> AsyncIterator[list[Facts]]:
    number = 0
    while True:

        async def some(conn: AsyncConnection, after: int = number) -> list[Facts]:
            return await facts.after(conn, after, CHUNK, today.asked)

        known = await database.read(some)
        if not known:
            return
        number = known[-1].person.id
        yield known


async def _chosen(database: Database, today: Today, occasion: Occasion, share: int) -> frozenset[int] | None:
    """Who gets a LINE message where they do not reach everybody, as the wave shares them out; None: they
    do."""
    waited, best_of_all, by_line = await database.read(planned.waiting), First(share), 0
    async for some in _walk(database, today):
        for one in some:
            if _way(one) == LINE and isinstance(today.decide(one, occasion), Due):
                by_line += 1
                candidate = Candidate(one.person.id, one.person.id in waited, one.answering == {LINE})
                best_of_all.look_at((candidate,))
    return best_of_all.ids() if by_line > share else None


def _way(known: Facts) -> Way | None:
    return best(known.preference.channel, known.answering)
