"""Naming the course of a report: words are its name, resemble one of the catalogue, or are a question (then
是課名 or 是提問 is asked, and a question is answered before the name is asked again).
"""

import re
from dataclasses import replace

from guideline.changes import ConversationEnded, ConversationMoved
from guideline.records import Conversation, Snapshot
from handlers import hearing, hours_steps, questions, report
from handlers.commands import bare, tidy
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Text
from handlers.outcome import Outcome
from handlers.report import LONGEST_TITLE, Report

_NAME = ("是課名", "課名", "是課程", "是課程名稱")
_QUESTION = ("是提問", "提問", "是問題", "問題", "發問")
MEANT = {"title": _NAME[0], "question": _QUESTION[0]}
_ASKS = re.compile(r".*(?:[?？]|[嗎呢])[。!！~～\s]*", re.DOTALL)
_LONGEST_QUESTION = 200  # characters; it is repeated when asked whether it is one


def named(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Words where a course's name is asked for, or what they were meant to be."""
    said = bare(event.text)
    if running.step == "meant" and known.offers and said in _QUESTION:
        return _asks(event, running, known, snapshot, desk)
    typed = known.offers[0] if running.step == "meant" and known.offers and said in _NAME else ""
    return _title(event, running, known, snapshot, desk, typed=typed)


def _asks(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The question in the middle of a report: answered, and the course's name asked again."""
    asked = questions.reply(replace(event, text=known.offers[0]), snapshot, desk)
    back = hours_steps.moved(running, "title", replace(known, offers=(), note=""), desk, event.at)
    if asked is None:
        none = Text("這個問題我還沒有答案。回報完成後，可以輸入「問人事」請人事回覆。")
        return replace(back, replies=(none, *back.replies))
    kept = tuple(c for c in asked.changes if not isinstance(c, (ConversationMoved, ConversationEnded)))
    return replace(asked, replies=(*asked.replies, *back.replies), changes=(*kept, *back.changes))


def _title(
    event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk, *, typed: str = ""
) -> Outcome:
    """The words as the course's name; those of a question are asked about first. `typed`: such words, now
    said to be a name."""
    said = typed or tidy(event.text)
    if not bare(said):
        none = Text("請輸入課程名稱，例如：AI簡報設計。")
        return Outcome((none, hours_steps.asked(running, known, desk, event.at)))
    asks = not typed and said not in known.offers and _ASKS.fullmatch(said) is not None
    if len(said) > (_LONGEST_QUESTION if asks else LONGEST_TITLE):
        return Outcome((Text(report.TITLE_TOO_LONG), hours_steps.asked(running, known, desk, event.at)))
    phrase = hearing.phrase(said, event, desk)
    course = desk.edition.courses.get(phrase.course_id or "")
    if asks and course is None:
        return hours_steps.moved(running, "meant", replace(known, offers=(said,), note=""), desk, event.at)
    near = next(
        (doubt for doubt in phrase.doubts if doubt.kind == "course" and {*doubt.options} - {said}), None
    )
    if course is None and near is not None and said not in known.offers:
        readings = tuple(dict.fromkeys((*near.options, said)))
        doubted = replace(known, title=said, doubts={**known.doubts, "title": (near.sentence, *readings)})
        return hours_steps.with_part(event, running, doubted, snapshot, desk)
    name = course.name if course else said
    whole = replace(known.without("title"), title=name, course_id=course.id if course else None)
    return hours_steps.with_part(event, running, whole, snapshot, desk)
