"""Words typed to the bot by a known person: a command, an answer to the running task, a question, a report.

They answer the running task only while it is fresh in mind: after a long silence they are held back, and
the question is asked again with where it was.
"""

from dataclasses import replace

from guideline.records import Conversation, Snapshot
from guideline.words import roc_date
from handlers import hearing, hours, media, questions, underway, wondering
from handlers import help as helping
from handlers.commanded import commanded
from handlers.commands import Command, Name, command_in
from handlers.desk import Desk
from handlers.event import Event, Kind
from handlers.message import Text
from handlers.outcome import Outcome
from handlers.underway import Task


def typed(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """What is said to typed words."""
    running = snapshot.conversation
    task = underway.task_of(running.task) if running else None
    silent = running is not None and underway.silent(event, running)
    free = running is not None and not silent and underway.takes_any_words(running)
    command = command_in(event.text, glued=not free)
    if command is not None and not _asked_of(command, event, desk):
        return commanded(command, event, snapshot, desk)
    if running is None or task is None:
        unasked = hours.begin_unasked(event, snapshot, desk) or questions.reply(event, snapshot, desk)
        return unasked or Outcome((helping.not_understood(desk, event.text),))
    if silent:
        return _after_silence(event, running, task, snapshot, desk)
    if _interrupts(event, running, desk):
        return _aside(event, running, task, snapshot, desk)
    return task.answer(event, running, snapshot, desk)


def pictured(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """A caption that plainly reports hours is taken as typed; otherwise a kind sentence and the present
    question again."""
    running = snapshot.conversation
    if running is None or running.task == hours.TASK:
        reported = event.text and hours.begin_unasked(event, snapshot, desk)
        if reported:
            outcome = typed(replace(event, kind=Kind.TEXT), snapshot, desk)
            return replace(outcome, replies=(Text(media.NOT_KEPT), *outcome.replies))
    task = underway.task_of(running.task) if running else None
    if running is None or task is None:
        return Outcome((Text("\n".join(filter(None, (media.said(event), media.advice(event))))),))
    asked = task.resume(event, running, snapshot, desk)
    return replace(asked, replies=(Text(media.said(event)), *asked.replies))


def _after_silence(
    event: Event, running: Conversation, task: Task, snapshot: Snapshot, desk: Desk
) -> Outcome:
    """Words that plainly are something else are taken so; all others are held back until the person has
    seen where they were."""
    last = _last(event, running)
    since = last if running.task == hours.TASK else ""
    if reported := hours.begin_unasked(event, snapshot, desk, last=since):
        return reported
    if wondering.asks(event.text):
        return underway.again(_aside(event, running, task, snapshot, desk), running)
    asked = task.resume(event, running, snapshot, desk)
    said = Text(
        f"{task.where(running, desk)}，上次是 {last}。您剛才輸入的先不當作答案："
        "要繼續，請回答下面這一題；不填了，請輸入「取消」。"
    )
    return underway.again(replace(asked, replies=(said, *asked.replies)), running)


def _asked_of(command: Command, event: Event, desk: Desk) -> bool:
    """「登錄在哪裡？」 begins with a command's word and is a question all the same."""
    glued = command.name is Name.HOURS and bool(command.rest) and not command.apart
    return glued and wondering.asks(event.text) and not hearing.heard(event, desk)


def _interrupts(event: Event, running: Conversation, desk: Desk) -> bool:
    """Whether the words ask the guideline rather than answer the present question. Where that takes any
    words they are its answer; 「大概兩小時吧？」 answers how long."""
    if underway.takes_any_words(running) or not wondering.asks(event.text):
        return False
    return (
        running.task != hours.TASK
        or wondering.plainly(event.text)
        or not hearing.heard(event, desk, alone=True)
    )


def _aside(event: Event, running: Conversation, task: Task, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The answer to a question in the middle of a task, then the task's present question again."""
    said = questions.aside(event, snapshot, desk)
    again = task.resume(event, underway.after(said.changes, running) or running, snapshot, desk)
    # Where the present question had to be renewed, that move was made on from the one before, and holds both.
    before = () if underway.moves(again) else said.changes
    return replace(said, replies=(*said.replies, *again.replies), changes=(*before, *again.changes))


def _last(event: Event, running: Conversation) -> str:
    """When the task was last gone on with: 11/16, or 114/12/30 of another year."""
    moved = (running.moved_at or event.at).astimezone(event.at.tzinfo).date()
    return f"{moved.month}/{moved.day}" if moved.year == event.today.year else roc_date(moved)
