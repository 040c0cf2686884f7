"""The desk a conversation is held at: the edition in force, the agency's words and its deadlines."""

from datetime import date
from functools import cache

import holidays
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.settings import Settings
from guideline.deadlines import Deadlines
from guideline.editions import load_editions
from guideline.office_hours import OfficeHours
from handlers.desk import Agency, Desk
from storage import closures


def desk_for(settings: Settings) -> Desk:
    """Raises `guideline.loading.EditionError` naming file, key and reason."""
    editions = load_editions(settings.edition, settings.edition_overlay)
    edition = editions.in_force
    closed = public_holidays(edition.year, edition.year + 1)
    return Desk(
        editions=editions,
        agency=agency_of(settings),
        deadlines=Deadlines(
            cutoff=settings.reminders.agency_cutoff or edition.cutoff,
            lag_days=edition.provider_lag_days,
            closed=closed,
        ),
        office_hours=OfficeHours(
            settings.reminders.office_hours.start, settings.reminders.office_hours.end, closed
        ),
        links=bool(settings.public_url),
    )


class Closing:
    """The same desk in an agency with HR's closures; built anew only when those change."""

    def __init__(self, desk: Desk) -> None:
        self._desk = self._closed = desk
        self._days: frozenset[date] = frozenset()

    async def on(self, conn: AsyncConnection, today: date) -> Desk:
        """With the closures of this year and of the one before, and those to come: one statement."""
        days = await closures.days(conn, date(today.year - 1, 1, 1))
        if days != self._days:
            self._days, self._closed = days, self._desk.closing(days)
        return self._closed


def agency_of(settings: Settings) -> Agency:
    """The agency in its own words."""
    return Agency(
        name=settings.agency,
        office=settings.notice.office,
        contact=settings.notice.contact,
        retention=settings.notice.retention,
        region=settings.notice.region,
        public_line=settings.notice.public_line,
        website=settings.notice.website,
    )


@cache
def public_holidays(*years: int) -> frozenset[date]:
    """Taiwan's public holidays (package `holidays`); closures of one agency come from HR."""
    return frozenset(holidays.country_holidays("TW", years=years))
