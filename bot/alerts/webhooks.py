"""Whether the platforms that hand us events still do: what they say themselves, and whether it is unusually
quiet (`bot.alerts.silence`). Polling needs none of this: Telegram answers it even when nobody writes."""

import time
from collections.abc import Awaitable, Callable, Collection
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from bot.alerts.silence import DAYS, silent
from bot.desk import Closing
from bot.health import Health
from bot.platforms.telegram_webhook import Webhook, WebhookUnknownError
from bot.troubles import Kind
from guideline.office_hours import OfficeHours
from guideline.records import Platform
from guideline.ways import WAYS
from handlers.desk import Desk
from storage.clock import Clock
from storage.database import Database
from storage.watching import last_heard, people_between

log = structlog.get_logger()

BETWEEN: Final = 300.0  # seconds between two looks
FAILED: Final = timedelta(minutes=15)  # a failure that Telegram met longer ago is over

Found = tuple[str, datetime | None]  # what is amiss, and since when: None, since it was noted


class Webhooks:
    """Notes in `Health` what is amiss."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        zone: ZoneInfo,
        desk: Desk,
        health: Health,
        platforms: Collection[Platform],
        telegram: tuple[str, Callable[[], Awaitable[Webhook]]] | None,
    ) -> None:
        """`platforms`: those that come by webhook; `telegram`: the address that Telegram should have, and how
        it is asked."""
        self._database = database
        self._clock = clock
        self._zone = zone
        self._closing = Closing(desk)
        self._health = health
        self._platforms = tuple(platforms)
        self._telegram = telegram
        self._looked = time.monotonic()
        self._people: dict[tuple[Platform, date, OfficeHours], int] = {}  # of days that are over

    async def look(self) -> None:
        """At most every `BETWEEN` seconds. Raises StorageError."""
        if time.monotonic() - self._looked < BETWEEN:
            return
        self._looked = time.monotonic()
        real = self._clock.real()
        for platform in self._platforms:
            found = await self._said() if platform == "telegram" else None
            found = found or await self._silence(platform, real)
            if found is None:
                self._health.clear(Kind.WEBHOOK, platform)
            else:
                self._health.note(Kind.WEBHOOK, platform, *found)

    async def _said(self) -> Found | None:
        """What Telegram says of our webhook. That it says nothing is for the delivery to find out."""
        if self._telegram is None:
            return None
        wanted, ask = self._telegram
        try:
            return amiss(await ask(), wanted, self._clock.real())
        except WebhookUnknownError as error:
            log.info("telegram.webhook_unknown", action="getWebhookInfo", reason=str(error))
            return None

    async def _silence(self, platform: Platform, real: datetime) -> Found | None:
        heard = await self._database.read(lambda conn: last_heard(conn, platform))
        if heard is None:
            return None
        today = real.astimezone(self._zone).date()
        desk = await self._database.read(lambda conn: self._closing.on(conn, today))
        hours, since = desk.office_hours, heard.astimezone(self._zone)
        lasted = hours.open_between(since, real.astimezone(self._zone))
        days = hours.workdays_before(since.date(), DAYS)
        people = [await self._wrote(platform, day, hours) for day in days] if lasted else []
        if not silent(people, lasted, office_day(hours)):
            return None
        of_hours = lasted.total_seconds() / 3600
        return f"no event from {WAYS[platform]} for {of_hours:.1f} office hours", heard

    async def _wrote(self, platform: Platform, day: date, hours: OfficeHours) -> int:
        known = self._people.get((platform, day, hours))
        if known is None:
            since, until = (datetime.combine(day, at, self._zone) for at in (hours.opens, hours.closes))
            known = await self._database.read(lambda conn: people_between(conn, platform, since, until))
            if len(self._people) >= 4 * DAYS:
                self._people.clear()
            self._people[platform, day, hours] = known
        return known


def amiss(webhook: Webhook, wanted: str, real: datetime) -> Found | None:
    """What is wrong with Telegram's side; None: nothing."""
    if webhook.url != wanted:
        return "Telegram has another webhook, or none: talentbot doctor --fix", None
    failed = webhook.failed_at
    if webhook.pending and failed is not None and real - failed < FAILED:
        return f"Telegram cannot hand over {webhook.pending} updates: talentbot doctor", failed
    return None


def office_day(hours: OfficeHours) -> timedelta:
    """How long the office is open in a day."""
    day = date(2000, 1, 1)
    return datetime.combine(day, hours.closes) - datetime.combine(day, hours.opens)
