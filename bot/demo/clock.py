"""When the demo begins: at a time of day when an office is open, or nobody would see a notice arrive."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from guideline.office_hours import OfficeHours
from guideline.words import roc_date
from storage.clock import SystemClock

MORNING: Final = time(10)


class TownClock(SystemClock):
    """The machine's clock, started elsewhere: both times go on together from `ahead` of the machine's, so
    that whatever is shown agrees and ages stay true. `ahead` is set before anything reads the time."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        super().__init__()
        self.ahead = ahead

    def real(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def until_open(now: datetime, hours: OfficeHours) -> timedelta:
    """How far the demo starts from `now` (in the agency's timezone): nothing in office hours, otherwise to
    ten o'clock, or the opening where the office is not open at ten, of the same day where it is a working
    day (back in the evening), or of the next one."""
    if hours.next_open(now) == now:
        return timedelta()
    day = now.date() if hours.is_workday(now.date()) else hours.next_open(now).date()
    return datetime.combine(day, morning(hours), now.tzinfo) - now


def morning(hours: OfficeHours) -> time:
    """Ten o'clock, or the opening where the office is not open at ten."""
    return MORNING if hours.opens <= MORNING < hours.closes else hours.opens


def note(now: datetime, ahead: timedelta, hours: OfficeHours) -> str:
    """What the page says of the demo's time where it is not the machine's; empty where it is."""
    if not ahead:
        return ""
    return (
        f"現在不是上班時間，示範改從 {roc_date(now.date())} {now:%H:%M} 開始："
        f"提問、回覆與登錄只在 {hours.opens:%H:%M}～{hours.closes:%H:%M} 通知對方。"
    )
