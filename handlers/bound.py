"""A person who is known: commands at any time, the running task, and the way back to it."""

from guideline.records import Snapshot
from handlers import (
    activation,
    leaver,
    office_reminders,
    preferences,
    questions,
    records,
    tasks,
    underway,
    undo,
    welcome,
)
from handlers.commanded import commanded
from handlers.commands import Command, Name, command_in
from handlers.desk import Desk
from handlers.event import Event, Kind
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.typed import pictured, typed


def answer(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """What is said to someone who has consented and is bound."""
    if leaver.has_left(event, snapshot):
        snapshot = leaver.narrowed(snapshot)
        said = leaver.answer(event, snapshot, desk, _named(event))
        outcome = said or _decided(event, snapshot, desk)
    else:
        outcome = _decided(event, snapshot, desk)
    running = snapshot.conversation
    if running is not None and underway.silent(event, running) and underway.asks(outcome, running):
        outcome = underway.again(outcome, running)
    return underway.with_way_back(outcome, running, desk)


def _named(event: Event) -> Name | None:
    """The command typed, or the one that a button stands for."""
    match event.press:
        case Press(task="do", choice=choice) if choice in set(Name):
            return Name(choice)
    command = command_in(event.text) if event.kind is Kind.TEXT else None
    return command.name if command else None


def _decided(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    match event.kind:
        case Kind.PRESS:
            return _pressed(event, snapshot, desk)
        case Kind.MEDIA:
            return pictured(event, snapshot, desk)
        case Kind.TEXT:
            return typed(event, snapshot, desk)
        case _:
            return underway.helped(event, snapshot, desk)


def _pressed(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:  # noqa: C901, PLR0911
    """Which task a button belongs to: one line a task."""
    pressed = event.press
    match pressed:
        case Press(task="do", choice=choice) if choice in set(Name):
            return commanded(Command(Name(choice)), event, snapshot, desk)
        case Press(task=undo.TASK):
            return undo.press(event, snapshot, desk, pressed)
        case Press(task=office_reminders.TASK):
            return office_reminders.press(event, snapshot, desk, pressed)
        case Press(task=records.TASK):
            return records.press(event, None, snapshot, desk, pressed)
        case Press(task=preferences.TASK):
            return preferences.press(event, snapshot, desk, pressed)
        case Press(task=questions.TASK):
            return questions.press(event, None, snapshot, desk, pressed)
        case Press(task=welcome.TASK):
            return welcome.press(event, snapshot, desk, pressed)
        case Press(task=activation.TASK):
            return activation.press(event, snapshot, desk, pressed)
        case Press(task=name) if task := underway.task_of(name):
            raised = tasks.raised(snapshot.conversation, name)
            outcome = task.press(event, raised, snapshot, desk, pressed)
            if raised is None or raised == snapshot.conversation or not underway.asks(outcome, raised):
                return outcome  # of a task that lies under another only its question brings it up
            return underway.again(outcome, raised)
    return underway.resumed(event, snapshot, desk, "這個按鈕已經失效。")
