"""提醒作業, 提醒預覽, 提醒名單, reckoned for HR: a walk over everybody, so it is a job (`bot.jobs`).

Its answer takes the free reply of the event that asked, which nothing else has used.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.jobs import Finish
from bot.outgoing import Envelope, Reader
from guideline.foresight import Foreseen
from guideline.records import Platform, Reminding, Way
from guideline.rhythm import next_one
from guideline.scope import AGENCY
from handlers import pages, reminding_card, reminding_list, wave_report
from handlers.desk import Desk
from handlers.message import Message, Text
from handlers.router import apology
from reminders.foreseen import Plan, foreseen
from reminders.today import look
from storage import inbox, jobs, officers, reminding
from storage.clock import Clock
from storage.database import Database
from storage.dispatches import OFFICE, NewDispatch
from storage.errors import Conflict
from storage.jobs import Job


async def next_day(
    database: Database, desk: Desk, today: date, ways: Collection[Way], zone: ZoneInfo
) -> tuple[date, Desk] | None:
    """The day on which people are written to next (today, where that is still to come), and the desk in an
    agency with its closures. None: not this year."""
    held = await database.read(lambda conn: look(conn, desk, today, ways, zone))
    if held is None:
        return None
    occasion = held.occasion
    if occasion is not None and not await database.read(lambda conn: reminding.begun(conn, occasion.id)):
        return today, held.desk
    after = next_one(held.occasions, today + timedelta(days=1))
    return (after.day, held.desk) if after is not None else None


@dataclass(frozen=True, slots=True)
class _Asks:
    """An officer who asks for a view: for whom they answer, whether they decide for the whole agency, and how
    reminders stand in that scope."""

    view: str
    scope: str
    decides: bool
    now: Reminding


class Foreseeing:
    """The work of reckoning a view (`bot.jobs.Work`)."""

    kind: Final = jobs.FORESIGHT

    def __init__(
        self,
        database: Database,
        clock: Clock,
        zone: ZoneInfo,
        desk: Desk,
        platforms: Mapping[Platform, Reader],
        ways: Collection[Way],
        cap: int | None,
    ) -> None:
        """`ways` are those by which people can be written to, `cap` is line.monthly_budget."""
        self._database = database
        self._clock = clock
        self._zone = zone
        self._desk = desk
        self._platforms = platforms
        self._ways = ways
        self._cap = cap

    async def make(self, job: Job) -> Finish:
        person, today = int(job.payload["person"]), self._clock.now().astimezone(self._zone).date()
        view = job.payload["view"]
        asks = await self._database.read(lambda conn: _asks(conn, person, view, today))
        if job.account.person_id != person or asks is None:
            raise Conflict("the chat is no longer an officer's")
        coming = await next_day(self._database, self._desk, today, self._ways, self._zone)
        plan, desk = None, self._desk
        if coming is not None:
            day, desk = coming
            plan = await foreseen(self._database, self._desk, day, self._ways, self._zone, self._cap)
        said = await _said(asks, int(job.payload["page"]), plan, today, desk)

        async def finish(conn: AsyncConnection, real: datetime) -> Sequence[NewDispatch]:
            raw = await inbox.raw_of(conn, job.cause)
            if raw is None:
                raise Conflict("what was asked is gone")
            body, received_at = raw
            envelope = Envelope(job.account, job.cause, body, real - received_at)
            drawn = self._platforms[job.account.platform].letters(envelope, said, "")
            return [replace(letter, kind=OFFICE, fleeting=True, person_id=person) for letter in drawn]

        return finish

    def apology(self, job: Job, real: datetime) -> Sequence[NewDispatch]:
        envelope = Envelope(job.account, job.cause, b"", timedelta())
        return self._platforms[job.account.platform].letters(envelope, apology(self._desk).replies, "")


async def _asks(conn: AsyncConnection, person: int, view: str, today: date) -> _Asks | None:
    """None: nobody of HR. Whoever decides for the whole agency is shown it where they would."""
    scope = await officers.scope_of(conn, person, today)
    if scope is None:
        return None
    decides = await officers.may_decide(conn, person, today)
    if decides and view in ("card", "release"):
        scope = AGENCY
    return _Asks(view, scope, decides, await reminding.stands(conn, today, scope))


async def _said(asks: _Asks, page: int, plan: Plan | None, today: date, desk: Desk) -> tuple[Message, ...]:
    counted = await plan.counted(asks.scope) if plan is not None else None
    seen = counted.seen if counted is not None else None
    card = reminding_card.card(asks.now, seen, today, asks.scope, decides=asks.decides)
    match asks.view:
        case "release":
            return (reminding_card.confirmation(seen, desk),)
        case "preview" if plan is not None and seen is not None:
            return wave_report.preview(seen, desk, plan.official_on, asks.scope)
        case "list" if plan is not None and counted is not None:
            turned = await _page(plan, asks.scope, counted.people, page)
            rules = desk.editions.of(plan.occasion.day.year) or desk.edition
            return (reminding_list.page(plan.occasion, turned, counted.people, rules, asks.scope),)
        case "preview" | "list":
            return (Text("今年沒有要發送的提醒了。"), card)
    return (card,)


async def _page(plan: Plan, scope: str, count: int, page: int) -> pages.Page[Foreseen]:
    page, last = pages.place(count, page)
    shown, number, first = [], 0, page * pages.PAGE
    async for one in plan.people(scope):
        if number >= first:
            shown.append(one)
        number += 1
        if len(shown) == pages.PAGE:
            break
    return pages.Page(shown, first + 1, page, last)
