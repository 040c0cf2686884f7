"""What HR reads of a day's reminders."""

from datetime import date

from guideline.foresight import Foresight
from handlers.desk import Desk
from handlers.message import Card, Field, Message


def report(seen: Foresight, desk: Desk, today: date, official_on: date | None) -> tuple[Message, ...]:
    """What HR alone hears while staff are not written to yet (試行)."""
    rows = (Field("對象", f"{seen.told:,} 人"), Field("LINE 用量", f"{seen.cost:,} 則"))
    return (Card(title="試行：今天原本會提醒的同仁", rows=rows),)
