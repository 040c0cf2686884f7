"""The date of the demo, as a newcomer moves it (design §7): business time leaps, then the scheduler ticks."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.demo.clock import TownClock, morning
from bot.settings import Settings
from bot.simulator.page import DemoDay
from guideline.rhythm import occasions
from guideline.words import WEEKDAYS, roc_date
from handlers.desk import Desk
from storage import closures, settings
from storage.database import Database

YEARS: Final = 1  # how far the date may be moved either way
RECORDS: Final = timedelta(days=5)  # how old the official records are, as if HR brought them in each week
SEPTEMBER, DECEMBER = 9, 12
_BY: Final = "demo"


@dataclass(frozen=True, slots=True)
class TownCalendar:
    """`began` is the day of the demo's start; `tick` lets everything due happen at once."""

    began: date
    clock: TownClock
    settings: Settings
    desk: Desk
    database: Database
    tick: Callable[[], Awaitable[None]]

    def today(self) -> date:
        return self._now().date()

    async def days(self) -> Sequence[DemoDay]:
        """Where it is worth going from today on; reminders are those of the calendar year."""
        desk, today = await self._desk(), self.today()
        told = [
            one for one in occasions(desk.edition.rhythm, desk.deadlines, today.year) if one.tone != "upload"
        ]
        reminders = (
            ("9 月提醒", [one for one in told if one.day.month == SEPTEMBER]),
            ("12 月初", [one for one in told if one.day.month == DECEMBER]),
            ("最後一週", [one for one in told if one.tone == "last"]),
        )
        weekday = self.settings.reminders.weekly_digest.weekday
        monday = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        return [
            DemoDay("下一個工作天", _workday(desk, today + timedelta(days=1))),
            DemoDay(f"下週{WEEKDAYS[weekday]}（週報）", _workday(desk, monday)),
            *(DemoDay(label, found[0].day) for label, found in reminders if found),
        ]

    async def move_to(self, day: date) -> str:
        today, here = self.today(), self._now()
        if abs(day.year - self.began.year) > YEARS:
            raise ValueError("示範日期只能在前後一年之內。")
        desk = await self._desk()
        hours, at = desk.office_hours, datetime.combine(day, morning(desk.office_hours), self.settings.zone)
        if day != today or hours.next_open(here) != here:
            self.clock.offset += at - self._now()
        imported, now = at - RECORDS, self.clock.now()
        await self.database.write(
            lambda conn: settings.keep_instant(conn, settings.OFFICIAL_AS_OF, imported, now, _BY)
        )
        await self.tick()
        return self._told(desk, today, day)

    def _told(self, desk: Desk, before: date, day: date) -> str:
        if not desk.deadlines.is_workday(day):
            return f"{roc_date(day)} 不上班：小幫手這天不會主動傳訊，對話仍照常回覆。"
        if day < before:
            return (
                "日期已往回移。已送出的訊息不會收回，送過的批次不會再送，兩次提醒之間也要隔一週；"
                "要從頭試，請重新執行 make demo。"
            )
        return "已移動，請看兩支手機與公務信箱。"

    def _now(self) -> datetime:
        return self.clock.now().astimezone(self.settings.zone)

    async def _desk(self) -> Desk:
        return self.desk.closing(await self.database.read(lambda conn: closures.days(conn, self.today())))


def _workday(desk: Desk, day: date) -> date:
    """This day, or the next working day after it."""
    while not desk.deadlines.is_workday(day):
        day += timedelta(days=1)
    return day
