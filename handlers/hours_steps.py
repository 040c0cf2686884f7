"""From one question of a report of hours to the next: what is refused, what is missing, what is unusual."""

from dataclasses import replace
from datetime import datetime

from guideline.changes import ConversationMoved
from guideline.hours_rules import Finding, examine
from guideline.records import Conversation, Snapshot
from handlers import closed, hours_questions
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Message, Text
from handlers.outcome import Outcome
from handlers.report import PARTS, Report, is_older
from handlers.tasks import step


def with_part(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    """With what was just heard; the readings that were on offer are so no longer."""
    return next_question(event, running, replace(known, offers=(), note=""), snapshot, desk)


def next_question(
    event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk
) -> Outcome:
    """Goes to the next question: a refusal of what was said, a missing part, something to ask, the whole."""
    said = findings(event, known, snapshot)
    refused = next((finding for finding in said if finding.kind == "refuse"), None)
    if refused is not None:
        part = hours_questions.part_of(refused.code)
        cleared = replace(known.without(part), note="")
        again = moved(running, cleared.missing(), cleared, desk, event.at)
        return replace(again, replies=(Text(refused.sentence), *again.replies))
    if missing := known.missing():
        return moved(running, missing, known, desk, event.at)
    asks = [f for f in said if f.kind == "ask" and f.code not in known.accepted]
    if asks:
        asking = replace(known, note=asks[0].sentence, offers=(asks[0].code,))
        return moved(running, "ask", asking, desk, event.at)
    return moved(running, "confirm", known, desk, event.at)


def findings(event: Event, known: Report, snapshot: Snapshot) -> tuple[Finding, ...]:
    """What the rules say to it; before the day and the length are known, only to what is known. An entry
    that is being corrected does not stand beside what takes its place."""
    if known.learned_on is not None and known.learned_on.year in snapshot.closed_years:
        return (Finding("refuse", "closed", closed.sentence(known.learned_on.year)),)
    whole = known.learned_on is not None and known.minutes is not None
    own = known.corrects[0] if known.corrects else None
    older = own is not None or is_older(known.learned_on, event.today)
    everything = snapshot.history if older else snapshot.entries
    entries = everything if whole else ()
    others = [entry for entry in entries if entry.id != own]
    return tuple(examine(known.logged(event.today), others, event.today))


def moved(running: Conversation, to: str, known: Report, desk: Desk, at: datetime) -> Outcome:
    """At that step, with its question; a part that is asked for has its readings on buttons."""
    if to in PARTS:
        readings = known.doubts.get(to, ())[1:]
        courses = hours_questions.offered_courses(desk.edition) if to == "title" and not readings else ()
        known = replace(known, offers=readings or courses)
    there = step(running, to, **known.draft())
    return Outcome((asked(there, known, desk, at),), (ConversationMoved(there),))


def asked(running: Conversation, known: Report, desk: Desk, at: datetime, *, other: bool = False) -> Message:
    """The present question. `other`: 其他日期 was pressed."""
    return hours_questions.asked(running, known, desk, at, other=other)
