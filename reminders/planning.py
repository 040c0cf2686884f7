"""Who is in a wave: the next few people at a time, each decided about by the one rule
(`guideline.reminding.decide`), and people about whom the same is known once for all of them."""

from functools import lru_cache
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from guideline.reminding import Due, Facts
from guideline.rhythm import Occasion
from guideline.ways import best
from reminders.today import Today
from storage import facts
from storage.alike import Alike
from storage.planned import Planned

KEPT: Final = 10_000  # decisions remembered during one plan: a few MiB


class Planning:
    """The plan of one day. Reads only."""

    def __init__(self, today: Today, occasion: Occasion) -> None:
        self._today = today
        self._occasion = occasion
        self._alike = Alike(today.asked)
        self._decide = lru_cache(KEPT)(lambda values: self._decided(self._alike.facts(values)))

    async def after(self, conn: AsyncConnection, number: int, limit: int) -> tuple[list[Planned], int | None]:
        """Those of the next people, at most `limit`, by id from behind `number` on, who are due, and the id
        to go on behind; None: there is nobody any more."""
        found = await self._alike.after(conn, number, limit)
        if not found:
            return [], None
        reported = [who for values, people in found if values is None for who in people]
        known = await facts.of_people(conn, reported, self._today.asked)
        planned = []
        for values, people in found:
            if values is not None:
                if (said := self._decide(values)) is not None:
                    planned += [Planned(who, *said) for who in people]
                continue
            for who in people:
                if (said := self._decided(known[who])) is not None:
                    planned.append(Planned(who, *said))
        planned.sort(key=lambda one: one.person_id)
        return planned, max(max(people) for _, people in found)

    def _decided(self, known: Facts) -> tuple[str, Way | None] | None:
        """The text's bucket and the way; None: not due."""
        said = self._today.decide(known, self._occasion)
        if not isinstance(said, Due):
            return None
        return said.bucket, best(known.preference.channel, known.answering)
