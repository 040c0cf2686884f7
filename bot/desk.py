"""The desk a conversation is held at: the edition in force, the agency's words and its deadlines."""

from datetime import date
from functools import cache

import holidays

from bot.settings import Settings
from guideline.deadlines import Deadlines
from guideline.editions import load_editions
from guideline.office_hours import OfficeHours
from handlers.desk import Agency, Desk


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
