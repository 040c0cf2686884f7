"""What holds on one day of the calendar for everything that is said unasked: read once, in one place."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.edition import Edition
from guideline.records import Way
from guideline.reminding import Due, Facts, NotDue, decide
from guideline.rhythm import Occasion, due, occasions
from handlers.desk import Desk
from storage import closures, facts, settings


@dataclass(frozen=True, slots=True)
class Today:
    """`desk` knows the agency's closures. `occasions` are those of the year, none once HR closed it;
    `occasion` is the one that people are written to for on this day, if any. `official_on`: the last import
    of official records."""

    day: date
    desk: Desk
    edition: Edition
    occasions: tuple[Occasion, ...]
    occasion: Occasion | None
    asked: facts.Asked
    official_on: date | None

    def over(self, occasion: str, since: date) -> bool:
        """Whether nobody is written to any more for this occasion, whose wave began on the day `since`. On a
        closed day nothing is over: the office makes up for it; nor before it began (the clock was set back).
        """
        later = self.day > since and self.desk.deadlines.is_workday(self.day)
        return later and (self.occasion is None or self.occasion.id != occasion)

    def decide(self, known: Facts, occasion: Occasion) -> Due | NotDue:
        return decide(occasion, known, self.edition, self.desk.deadlines, self.day)


async def look(
    conn: AsyncConnection, desk: Desk, day: date, ways: Collection[Way], zone: ZoneInfo
) -> Today | None:
    """None before the first edition: nothing was asked of anybody."""
    edition = desk.editions.of(day.year)
    if edition is None:
        return None
    desk = desk.closing(await closures.days(conn, date(day.year, 1, 1)))
    imported = await settings.instant(conn, settings.OFFICIAL_AS_OF)
    official_on = imported.astimezone(zone).date() if imported is not None else None
    # What HR closed nobody can make up for any more.
    closed = await closures.of_year(conn, day.year)
    all_of_year = () if closed else occasions(edition.rhythm, desk.deadlines, day.year)
    return Today(
        day=day,
        desk=desk,
        edition=edition,
        occasions=all_of_year,
        occasion=due(all_of_year, desk.deadlines, day),
        asked=await facts.asked(conn, desk.editions, desk.deadlines, day, official_on, ways),
        official_on=official_on,
    )
