"""A reminder that waits, told with a reply: which replies it may ride on, and how it reads there."""

from dataclasses import replace
from datetime import date
from typing import Final

from guideline.changes import ConversationEnded, ReachabilityChanged
from guideline.records import Snapshot
from guideline.reminding import Due
from guideline.words import hours_words
from handlers import reminder, underway
from handlers.desk import Desk
from handlers.event import Event
from handlers.outcome import Outcome
from handlers.wording import listed

_MOST: Final = 4  # replies beside which there is room: LINE's free reply takes five messages
_NO_MATTER: Final = (ConversationEnded, ReachabilityChanged)  # changes that decide nothing about reminding


def fits(event: Event, snapshot: Snapshot, outcome: Outcome) -> bool:
    """Whether the reply changes nothing that the reminder was decided from, and leaves no task open: who has
    just reported hours hears the congratulation, and whoever is being asked something is not disturbed."""
    return (
        event.private
        and 0 < len(outcome.replies) <= _MOST
        and all(isinstance(change, _NO_MATTER) for change in outcome.changes)
        and underway.after(outcome.changes, snapshot.conversation) is None
    )


def with_reminder(outcome: Outcome, due: Due, desk: Desk, today: date, official_on: date | None) -> Outcome:
    """The reply with the reminder behind it, in its last message."""
    return replace(outcome, replies=(*outcome.replies, reminder.message(due, desk, today, official_on)))


def in_a_sentence(due: Due) -> str:
    """The whole reminder, for a receipt."""
    if due.brief:
        return "您的學習進度有更新，請輸入「進度」"
    if not due.gaps:
        return "自行回報的時數請確認是否已上傳，可輸入「進度」查看"
    return f"{listed(f'{gap.name}尚缺 {hours_words(gap.missing)}' for gap in due.gaps)}，請輸入「下一步」"
