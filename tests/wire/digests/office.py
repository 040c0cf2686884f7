"""An agency with officers of two scopes, and a clock that a test moves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.codes.links import Bots
from bot.desk import desk_for
from bot.digests.work import sheets
from bot.platforms.line import LineReader
from bot.platforms.mail import MailVoice
from bot.platforms.telegram import TelegramReader
from bot.settings import Settings
from guideline.records import Access, Way
from handlers.desk import Agency
from reminders.digests import Digests
from reminders.voices import Voice
from reminders.work import Pace, Work
from storage.database import Database
from storage.people import RosterRow, by_number, import_roster
from storage.reckoning import Reckoner
from storage.schema import dispatch, outbox
from tests.storage.agency import bind, chat

TAIPEI = ZoneInfo("Asia/Taipei")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=TAIPEI)
NINE = MONDAY.time()
ROSTER = (
    RosterRow("H1", "總人事", "人事處/給與科", access=Access.HR),
    RosterRow("H2", "局人事", "教育局/人事室", access=Access.HR),
    RosterRow("H3", "聯絡不到", "教育局/人事室", access=Access.HR),
    *(RosterRow(f"A{n:02}", "=1+1" if not n else f"堃喆𠮷{n}", "教育局/體育科") for n in range(12)),
    *(RosterRow(f"B{n:02}", "小隊", "稽查小隊") for n in range(2)),
    *(RosterRow(f"C{n:02}", "環保", "環保局") for n in range(9)),
)


MAIL = MailVoice(Agency("臺中市政府"), Bots("@abc", "talent_bot"))


@dataclass
class Moved:
    """Business time as a test sets it; real time runs beside it."""

    at: datetime = MONDAY

    def now(self) -> datetime:
        return self.at

    def real(self) -> datetime:
        return self.at


async def opened(database: Database) -> None:
    """The roster; the first officer on LINE, the second on Telegram."""
    await database.write(lambda conn: import_roster(conn, ROSTER, MONDAY))
    found = await database.read(lambda conn: by_number(conn, ["H1", "H2"]))
    by = {one.employee_no: one.id for one in found}
    await bind(database, await chat(database, f"U{1:032x}", "line"), by["H1"])
    await bind(database, await chat(database, "7002", "telegram"), by["H2"])
    await reckoned(database)


async def reckoned(database: Database) -> None:
    """Everybody's standing is current."""
    reckoner = Reckoner(database, work_of(database, Moved()).desk.editions)
    while await reckoner.step(MONDAY.year, MONDAY, MONDAY):
        continue


def work_of(database: Database, clock: Moved) -> Work:
    settings = Settings.model_validate({"database_url": str(database.url), "agency": "臺中市政府"})
    voices: Mapping[Way, Voice] = {"line": LineReader(), "telegram": TelegramReader(), "email": MAIL}
    pace = {way: Pace(10) for way in voices}
    return Work(database, clock, TAIPEI, desk_for(settings), voices, pace)


def replica(database: Database, clock: Moved, weekday: int = 0) -> Digests:
    work = work_of(database, clock)
    return Digests(work, weekday, NINE, partial(sheets, work), lambda: None)


async def said(database: Database) -> list[tuple[str, str]]:
    """Who was told (by way) what, in the order of their freezing."""

    async def look(conn: Any) -> list[tuple[str, str]]:
        rows = await conn.execute(
            select(dispatch.c.platform, dispatch.c.body)
            .join(outbox, outbox.c.dispatch_id == dispatch.c.id)
            .where(outbox.c.kind == "digest")
            .order_by(dispatch.c.id)
        )
        return [(row[0], str(row[1])) for row in rows]

    return await database.read(look)


def later(**time: float) -> datetime:
    return MONDAY + timedelta(**time)
