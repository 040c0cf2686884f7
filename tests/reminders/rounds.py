"""A small agency whose people are reminded: real tables, real voices, a clock that tests move."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, text, update

from bot.desk import desk_for
from bot.platforms.line import LineReader
from bot.platforms.telegram import TelegramReader
from bot.settings import Settings
from guideline.records import Source, Way
from handlers.desk import Desk
from reminders.sending import Sending
from reminders.voices import Voice
from reminders.waves import Waves
from reminders.work import Pace, Work
from storage import settings
from storage.clock import SystemClock
from storage.database import Database
from storage.dispatches import Dispatch, State, Verdict, claim_due, settle
from storage.people import RosterRow, by_number, import_roster
from storage.schema import account, dispatch, hours, preference, reminder, wave
from storage.standings import reckon_again

TAIPEI = ZoneInfo("Asia/Taipei")
DESK = desk_for(Settings.model_validate({"agency": "臺中市政府"}))
WEDNESDAY = date(2026, 12, 2)  # the first reminder of December 2026


def at(day: date, hour: float = 10) -> datetime:
    """A moment of the agency's day."""
    clock = time(int(hour), int(hour % 1 * 60))
    return datetime.combine(day, clock, TAIPEI).astimezone(UTC)


class Slow(SystemClock):
    """Real time is the machine's when it was made or was last set, and a millisecond more each time it is
    asked for: what is decided now is fresh, however slow the machine."""

    def __init__(self) -> None:
        super().__init__()
        self._last = datetime.now(UTC)

    def real(self) -> datetime:
        machine = datetime.now(UTC)
        set_ = abs(machine - self._last) > timedelta(minutes=30)
        self._last = machine if set_ else self._last + timedelta(milliseconds=1)
        return self._last


class Round:
    """The engine over one database. `desk` may be one with closures of its own."""

    def __init__(
        self,
        database: Database,
        *,
        now: datetime | None = None,
        ways: Collection[Way] = ("line", "telegram"),
        cap: int | None = None,
        desk: Desk = DESK,
        calls: int = 1000,
    ) -> None:
        voices: dict[Way, Voice] = {"line": LineReader(), "telegram": TelegramReader()}
        self.database = database
        self.clock = Slow()
        self.move(now or at(WEDNESDAY))
        pace: dict[Way, Pace] = {"line": Pace(calls, 500), "telegram": Pace(calls)}
        on = {way: voice for way, voice in voices.items() if way in ways}
        self.work = Work(database, self.clock, TAIPEI, desk, on, pace, cap)
        self.waves = Waves(self.work, lambda: None)
        self.sending = Sending(self.work, lambda: None)

    def move(self, now: datetime) -> None:
        """It is this moment now, for everything but ages."""
        self.clock.offset = now - self.clock.real()

    async def join(self, *people: str, **columns: Any) -> list[int]:
        """People of the roster, A1 without a chat, A1+line+telegram with two; their ids."""
        numbers = [one.split("+")[0] for one in people]
        rows = [RosterRow(number, f"同仁{number}", "教育局/體育科", **columns) for number in numbers]
        now = self.clock.now()
        await self.database.write(lambda conn: import_roster(conn, rows, now))
        found = await self.database.read(lambda conn: by_number(conn, numbers))
        ids = {one.employee_no: one.id for one in found}
        chats = [
            {
                "platform": way,
                "user_id": f"U{ids[number]:032x}" if way == "line" else str(7000 + ids[number]),
                "person_id": ids[number],
                "consented_at": now,
                "created_at": now,
                "reachable": True,
            }
            for one, number in zip(people, numbers, strict=True)
            for way in one.split("+")[1:]
        ]
        if chats:
            await self.database.write(lambda conn: conn.execute(insert(account), chats))
        return [ids[number] for number in numbers]

    async def release(self) -> None:
        await self.keep(settings.RELEASED, True)

    async def keep(self, key: str, value: Any) -> None:
        now = self.clock.now()
        await self.database.write(lambda conn: settings.keep(conn, key, value, now, "cli"))

    async def learned(
        self,
        person: int,
        minutes: int,
        day: date,
        source: Source = Source.SELF,
        *,
        kind: str = "basic",
        **columns: Any,
    ) -> None:
        """Hours of the agency's AI course list, reported or official, and the standing they come to."""
        now = self.clock.now()
        course = next(one for one in DESK.edition.courses.values() if one.counts_as == kind)
        row = {
            "person_id": person,
            "learned_on": day,
            "minutes": minutes,
            "title": course.name,
            "course_id": course.id,
            "source": source.value,
            "reported_at": now,
            **columns,
        }

        async def unit(conn: Any) -> None:
            await conn.execute(insert(hours).values(**row))
            await reckon_again(conn, DESK.editions, [(person, day.year)], now)

        await self.database.write(unit)

    async def prefer(self, person: int, **columns: Any) -> None:
        row = {"person_id": person, "channel": "", "low_detail": False, "changed_at": self.clock.now()}
        await self.database.write(lambda conn: conn.execute(insert(preference).values(**row | columns)))

    async def tick(self) -> None:
        """One tick of the scheduler, the duties of this engine only."""
        for duty in self.waves.duties():
            await duty.attend(self.clock.now())

    async def send(self) -> None:
        """Freezes all that may be frozen now."""
        before = None
        while before != (before := await self.states()):
            await self.sending.look()

    async def states(self) -> list[tuple[int, str, str, str]]:
        """(person, state, reason, way) of every reminder, by wave and person."""
        query = select(reminder.c.person_id, reminder.c.state, reminder.c.reason, reminder.c.way).order_by(
            reminder.c.wave_id, reminder.c.person_id
        )
        return [tuple(row) for row in await self.database.read(lambda conn: conn.execute(query))]

    async def calls(self) -> list[tuple[str, str, Any]]:
        """(platform, method, body) of every call, in order."""
        query = select(dispatch.c.platform, dispatch.c.method, dispatch.c.body).order_by(dispatch.c.id)
        rows = await self.database.read(lambda conn: conn.execute(query))
        return [(row[0], row[1], json.loads(row[2])) for row in rows]

    async def recipients(self) -> list[str]:
        """Whom the calls go to, in order."""
        found: list[str] = []
        for _, _, body in await self.calls():
            to = body.get("to", body.get("chat_id"))
            found += [str(one) for one in (to if isinstance(to, list) else [to])]
        return found

    async def accepted(self) -> None:
        """Every call that is under way has been taken by its platform."""
        now = self.clock.real()
        await self.database.write(
            lambda conn: conn.execute(
                update(dispatch)
                .where(dispatch.c.state == "frozen")
                .values(state="accepted", settled_at=now, attempts=1, first_attempt_at=now)
            )
        )

    async def claim(self, way: Way) -> list[Dispatch]:
        """The calls that may be made now, leased."""
        real, today, lease = self.clock.real(), self.work.local().date(), timedelta(minutes=1)
        return await self.database.write(lambda conn: claim_due(conn, way, 100, real, lease, "tests", today))

    async def settle(self, calls: Collection[Dispatch], state: State, reason: str = "") -> None:
        """The platform's answer to them; `later` is at once."""
        real, today = self.clock.real(), self.work.local().date()
        said = [Verdict(one.id, state, reason, not_before=real) for one in calls]
        await self.database.write(lambda conn: settle(conn, said, real, today))

    async def wave_states(self) -> list[tuple[str, str, bool]]:
        query = select(wave.c.occasion, wave.c.state, wave.c.shadow).order_by(wave.c.id)
        return [tuple(row) for row in await self.database.read(lambda conn: conn.execute(query))]

    async def rows(self, query: str) -> Sequence[tuple[Any, ...]]:
        found = await self.database.read(lambda conn: conn.execute(text(query)))
        return [tuple(row) for row in found]

    async def write(self, statement: str) -> None:
        await self.database.write(lambda conn: conn.execute(text(statement)))
