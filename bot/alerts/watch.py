"""The loop that looks for troubles and sees that the operators hear of them.

It needs neither the scheduler nor the delivery, which may be the trouble, and what it writes down at every
look proves that the database commits. While the database does not, what is open is kept in memory.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerts.letter import written
from bot.alerts.open_troubles import Key, News, Open, Stage, step, together, told
from bot.alerts.post import Post
from bot.alerts.webhooks import Webhooks
from bot.health import Health
from bot.metrics import Metrics
from bot.platforms.mail_connection import Full
from bot.troubles import Kind, Trouble
from reminders.loop import Loop
from reminders.verdicts import Accepted, Answer, Later, Undecided
from storage import alerting
from storage.clock import Clock
from storage.database import Database
from storage.errors import Conflict, StorageError

log = structlog.get_logger()

LOOK: Final = 30.0  # seconds


class Watch(Loop):
    """Looks until stopped. Any number of them may run on one PostgreSQL: one of them tells."""

    unavailable = "watch.unavailable"
    action = "watch"
    passing = StorageError

    def __init__(
        self,
        database: Database,
        clock: Clock,
        zone: ZoneInfo,
        agency: str,
        health: Health,
        metrics: Metrics,
        webhooks: Webhooks,
        post: Post | None,
    ) -> None:
        """`post` None: there is no way to send a mail; what would be told is logged."""
        super().__init__()
        self._database = database
        self._clock = clock
        self._zone = zone
        self._agency = agency
        self._health = health
        self._metrics = metrics
        self._webhooks = webhooks
        self._post = post
        self._since = clock.real()  # watching without a break
        self._known: dict[Key, Open] = {}
        self._apart = False  # what is known stands in memory alone
        self._begun = False

    async def turn(self) -> float:
        """One look; the first when everything has had the time to begin."""
        if self._begun:
            await self.look()
        self._begun = True
        return LOOK

    async def look(self) -> None:
        """Looks, and tells what is news."""
        try:
            await self._webhooks.look()
        except StorageError as error:
            log.error(self.unavailable, action="webhooks", reason=str(error))
        news = await self._news()
        for one in news:
            _log(one)
        if news and await self._sent(news):
            await self._note_told(news)

    async def _news(self) -> list[News]:
        troubles, real = await self._health.troubles(), self._clock.real()
        try:
            self._known, news = await self._database.write(partial(self._step, troubles=troubles, real=real))
        except Conflict:
            return []
        except StorageError as error:
            if not self._apart:
                log.critical("watch.apart", action="watch", reason=str(error))
            self._apart = True
            troubles = await self._health.troubles()
            self._known, news = step(self._known, troubles, real, self._since, blind=True)
            return news
        if self._apart:
            self._apart, self._since = False, real
        return news

    async def _step(
        self, conn: AsyncConnection, troubles: Sequence[Trouble], real: datetime
    ) -> tuple[dict[Key, Open], list[News]]:
        known = await self._load(conn, real)
        if self._apart:
            known = together(known, self._known)
        since = real if self._apart else self._since
        known, news = step(known, troubles, real, since)
        await self._keep(conn, known, real)
        return known, news

    async def _note_told(self, news: Sequence[News]) -> None:
        real = self._clock.real()

        async def unit(conn: AsyncConnection) -> dict[Key, Open]:
            known = told(await self._load(conn, real), news, real)
            await self._keep(conn, known, real)
            return known

        try:
            self._known = await self._database.write(unit)
        except StorageError:
            self._known = told(self._known, news, real)
            self._apart = True

    async def _load(self, conn: AsyncConnection, real: datetime) -> dict[Key, Open]:
        rows = [Open(**row) for row in await alerting.load(conn, real)]
        return {one.key: one for one in rows if one.kind in Kind.__members__.values()}

    async def _keep(self, conn: AsyncConnection, known: dict[Key, Open], real: datetime) -> None:
        rows: list[dict[str, Any]] = [asdict(one) for one in known.values()]
        await alerting.keep(conn, rows, real)

    async def _sent(self, news: Sequence[News]) -> bool:
        """Whether the operators have read it, as far as anybody can know. What did not go out is told again
        when it is no longer held."""
        if self._post is None:
            return True
        real = self._clock.real()
        answer: Answer
        try:
            answer = await self._post.send(written(news, self._agency, self._zone, real), real)
        except Full as full:
            answer = Later(0.0, str(full))
        self._metrics.alerted(type(answer).__name__.lower())
        if not isinstance(answer, Accepted):
            log.critical("alert.unsent", action="mail", state=type(answer).__name__, reason=answer.reason)
        return isinstance(answer, Accepted | Undecided)


def _log(one: News) -> None:
    say = log.info if one.stage is Stage.OVER else log.critical
    trouble = one.trouble
    say(
        f"trouble.{one.stage.value}",
        action="watch",
        kind=trouble.kind,
        of=trouble.of,
        since=trouble.since.isoformat(timespec="seconds"),
    )
