"""What a handler needs of the snapshot beyond the usual (`guideline.records.Need`)."""

from datetime import date
from typing import Final

from guideline.hours_text import read_day
from guideline.records import Conversation, Need
from handlers import (
    answering,
    asking,
    certificate_withdrawal,
    certificates,
    drafts,
    hours_questions,
    my_data,
    office_certificates,
    office_reminders,
    preferences,
    records,
    report,
    tasks,
)
from handlers.commands import Name, command_in
from handlers.event import Event, Kind
from handlers.media import as_typed

_OF_COMMAND: Final[dict[Name, frozenset[Need]]] = {
    Name.MY_ROLE: frozenset({Need.ROLES}),
    Name.ROLE_HISTORY: frozenset({Need.ROLES}),
    **dict.fromkeys((Name.RECORDS, Name.CORRECT, Name.WITHDRAW, Name.UNDO), frozenset({Need.ENTRIES})),
    Name.NEXT: frozenset({Need.CERTIFICATES}),
    Name.CERTIFICATES: frozenset({Need.CERTIFICATES}),
    Name.HELD: frozenset({Need.CERTIFICATES}),
    Name.TAKE_BACK: frozenset({Need.CERTIFICATES}),
    Name.FORM_51: frozenset({Need.CERTIFICATES, Need.OFFICE, Need.FOR_FORM_51}),
    Name.OPENING: frozenset({Need.CERTIFICATES, Need.OFFICE}),
    **dict.fromkeys(
        (
            *(Name.PROGRESS, Name.REMINDERS, Name.STOP, Name.RESTART, Name.SNOOZE, Name.SNOOZE_MONTH),
            *(Name.CANNOT, Name.CHANNEL, Name.BRIEF, Name.FULL),
        ),
        frozenset({Need.REACH}),
    ),
    **dict.fromkeys((Name.MY_DATA, Name.COPY, Name.UNBIND, Name.ERASE), frozenset({Need.REACH, Need.COPIES})),
    **dict.fromkeys((Name.MY_QUESTIONS, Name.ASK_HR), frozenset({Need.QUESTIONS})),
    Name.OFFICE: frozenset({Need.OFFICE, Need.QUESTIONS}),  # for everybody but HR it means 問人事
    Name.WAITING: frozenset({Need.OFFICE, Need.ASKED_OF_HR}),
    **dict.fromkeys(
        (Name.PAUSE, Name.REOPEN, Name.DIGEST, *office_reminders.COMMANDS), frozenset({Need.OFFICE})
    ),
}
_OF_TASK: Final[dict[str, frozenset[Need]]] = {
    asking.TASK: frozenset({Need.QUESTIONS}),
    certificates.TASK: frozenset({Need.CERTIFICATES}),
    certificate_withdrawal.TASK: frozenset({Need.CERTIFICATES}),
    office_certificates.TASK: frozenset({Need.CERTIFICATES, Need.OFFICE, Need.FOR_FORM_51}),
    office_reminders.TASK: frozenset({Need.OFFICE}),
    my_data.TASK: frozenset({Need.REACH, Need.COPIES}),
    answering.TASK: frozenset({Need.OFFICE, Need.ASKED_OF_HR}),
    preferences.TASK: frozenset({Need.REACH}),
    records.TASK: frozenset({Need.ENTRIES}),
}


def needs(event: Event, running: Conversation | None) -> frozenset[Need]:
    """The parts that this event's handler reads: of its command, its button, and the tasks that run."""
    if not event.private:
        return frozenset()
    found: frozenset[Need] = frozenset()
    if event.kind is Kind.PRESS and event.press is not None:
        found = _OF_TASK.get(event.press.task, found)
        if event.press.task == "do" and event.press.choice in set(Name):
            found = _OF_COMMAND.get(Name(event.press.choice), found)
    elif as_typed(event).kind is Kind.TEXT:
        command = command_in(event.text)
        found = _OF_COMMAND.get(command.name, found) if command else found
        if (command is None or command.name is Name.HOURS) and report.is_older(
            read_day(event.text, event.today)[0], event.today
        ):
            found |= {Need.ENTRIES}
    for one in tasks.chain(running):  # those set aside too: the event may end the one above them, or lift one
        found |= _OF_TASK.get(one.task, frozenset())
        if one.task == hours_questions.TASK and _looks_back(one, event.today):
            found |= {Need.ENTRIES}
    return found


def _looks_back(running: Conversation, today: date) -> bool:
    """A correction ends by looking at what it corrects, a report of an older year at that year's."""
    return bool(running.draft.get("corrects")) or report.is_older(
        drafts.day(running.draft.get("learned_on")), today
    )
