"""What the words of an event say of learning hours, for every handler that must know."""

from dataclasses import replace

from guideline.hours_text import MISSING, HoursPhrase, read_hours
from handlers.commands import bare, tidy
from handlers.desk import Desk
from handlers.event import Event

_LITTLE = 6  # letters beside a day or a length that make no question of an answer: 「應該是昨天吧？」


def phrase(text: str, event: Event, desk: Desk) -> HoursPhrase:
    """The phrase with those doubts only that say more than that something is missing: what is missing is
    asked in the words and with the buttons of `hours_questions`."""
    heard = read_hours(text, event.today, desk.edition)
    return replace(heard, doubts=tuple(d for d in heard.doubts if d.sentence not in MISSING))


def heard(event: Event, desk: Desk, *, alone: bool = False) -> bool:
    """Whether the words name a day or a length, plainly or in doubt; `alone`: and little else."""
    said = phrase(tidy(event.text), event, desk)
    named = said.minutes is not None or said.learned_on is not None
    doubted = any(doubt.kind in ("date", "duration") and doubt.options for doubt in said.doubts)
    return (named or doubted) and not (alone and len(bare(said.title)) > _LITTLE)
