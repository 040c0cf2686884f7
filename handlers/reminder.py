"""What a reminder says (words.md D), for a chat and for a mailbox alike."""

from datetime import date

from guideline.reminding import Due
from guideline.words import hours_words
from handlers.commands import Name
from handlers.desk import Desk
from handlers.message import Card, Line
from handlers.wording import do, pc


def message(due: Due, desk: Desk, today: date, official_on: date | None) -> Card:
    """One card. `official_on`: the day of the last import of official records; None: none yet."""
    return Card(
        title="AI 學習時數提醒",
        rows=tuple(Line(f"{gap.name}尚缺 {hours_words(gap.missing)}") for gap in due.gaps),
        buttons=(do("下一步", Name.NEXT, "primary"), do("停止提醒", Name.STOP, "quiet")),
        typed=pc("下一步", "停止提醒"),
    )
