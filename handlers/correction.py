"""更正: the dialogue of a report (`hours`), begun with an entry that it will take the place of."""

from dataclasses import replace

from guideline.changes import ConversationMoved, HoursLogged
from guideline.records import Conversation, HoursEntry, Snapshot
from handlers import closed, hours_questions
from handlers.commands import Name
from handlers.desk import Desk
from handlers.event import Event
from handlers.hours_done import recorded
from handlers.message import Choices, Text
from handlers.outcome import Outcome
from handlers.report import Report
from handlers.tasks import leave, start, step
from handlers.wording import do, pc


def begin(event: Event, snapshot: Snapshot, desk: Desk, entry: HoursEntry) -> Outcome:
    """Shows the entry and asks which part is to change; nothing changes before it is confirmed."""
    known = Report(
        learned_on=entry.learned_on,
        began_on=entry.began_on,
        minutes=entry.minutes,
        title=entry.title,
        course_id=entry.course_id,
        corrects=(entry.id, entry.version),
    )
    fresh = start(event, snapshot, desk, hours_questions.TASK, "edit", **known.draft())
    asked = hours_questions.asked(fresh, known, desk, event.at)
    return Outcome((asked,), (ConversationMoved(fresh),))


def confirmed(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The change, if the entry is still what the person saw when they began."""
    number, version = known.corrects or (0, 0)
    was = next((entry for entry in snapshot.history if entry.id == number), None)
    if was is None or was.version != version or was.withdrawn_at is not None:
        return _gone(running)
    if was.learned_on.year in snapshot.closed_years:
        return replace(closed.refused(was.learned_on.year), changes=leave(running))
    logged = known.logged(event.today, event.nonce)
    if logged.title == was.title:  # also a course that the edition in force no longer lists
        logged = replace(logged, course_id=was.course_id)
    same = HoursLogged(was.learned_on, was.minutes, was.title, was.course_id, logged.key, was.began_on)
    if logged == same:
        editing = step(running, "edit", **known.draft())
        asked = hours_questions.asked(editing, known, desk, event.at)
        return Outcome((Text("內容和原來的一樣，還沒有更正。"), asked), (ConversationMoved(editing),))
    return recorded(event, running, logged, snapshot, desk, was)


def _gone(running: Conversation) -> Outcome:
    said = Choices(
        prompt="這筆紀錄在您更正的時候已經有變動，這次沒有更正。請先看看目前的內容。",
        options=(do("看紀錄", Name.RECORDS), do("看進度", Name.PROGRESS)),
        typed=pc("紀錄", "進度"),
    )
    return Outcome((said,), leave(running))
