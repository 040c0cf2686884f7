"""回報: hours in words or step by step, doubts asked and never guessed, shown once more before they count.

Steps: `date`, `minutes`, `title` ask for a part that is missing or in doubt; `meant` asks whether words are
a course's name or a question; `ask` wants a yes to something unusual; `confirm` shows the whole; `edit` lets
one part be changed.
"""

import re
from collections.abc import Container
from dataclasses import replace
from datetime import date

from guideline.hours_text import HoursPhrase
from guideline.records import Conversation, Snapshot
from guideline.script import traditional
from handlers import correction, hearing, hours_course, hours_questions, hours_steps, report
from handlers.commands import bare, tidy
from handlers.desk import Desk
from handlers.event import Event
from handlers.hours_done import recorded
from handlers.message import Choices, Message, Text
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.report import LONGEST_TITLE, PARTS, Report
from handlers.tasks import chain, start
from handlers.wording import do, pc

TASK = hours_questions.TASK
TITLE = "時數回報"
_YES = (
    "是",
    "對",
    "是的",
    "沒錯",
    "是沒錯",
    "沒錯繼續回報",
    "繼續回報",
    "是繼續回報",
    "繼續更正",
    "是繼續更正",
    "yes",
)
_CONFIRM = ("確認回報", "確認更正", "確認", "確定", "是", "對", "沒錯", "ok", "yes")
_EDIT = ("修改", "更改", "改", "edit")
_PART = {
    "date": ("改日期", "日期"),
    "minutes": ("改時數", "時數"),
    "title": ("改課程", "改課程名稱", "課程", "課程名稱"),
}
_NUMBER = re.compile(r"(\d{1,3}(\.\d{1,2})?|[一二兩三四五六七八九十]+半?|半)")


def begin(event: Event, snapshot: Snapshot, desk: Desk, text: str, *, last: str = "") -> Outcome:
    """回報, alone or with what was learned. Alone it goes on with a report that already runs; with words it
    takes the place of one half filled in, and says so. `last`: when that one was last gone on with, where
    that was long ago."""
    running = snapshot.conversation
    if not text and running is not None and running.task == TASK:
        return resume(event, running, snapshot, desk)
    if not text:
        fresh = start(event, snapshot, desk, TASK, "date")
        return hours_steps.next_question(event, fresh, Report(), snapshot, desk)
    return _begun(event, snapshot, desk, hearing.phrase(tidy(text), event, desk), last=last)


def _begun(event: Event, snapshot: Snapshot, desk: Desk, phrase: HoursPhrase, *, last: str) -> Outcome:
    """A report of what was heard."""
    fresh = start(event, snapshot, desk, TASK, "date")
    begun = hours_steps.with_part(event, fresh, report.heard(Report(), phrase, desk.edition), snapshot, desk)
    return replace(begun, replies=(*_dropped(snapshot, desk, last), *begun.replies))


def _dropped(snapshot: Snapshot, desk: Desk, last: str) -> tuple[Message, ...]:
    """That the report (or correction) half filled in is not kept; nothing where there was nothing in it."""
    mine = next((c for c in chain(snapshot.conversation) if c.task == TASK), None)
    known = report.kept(mine.draft, desk.edition) if mine else Report()
    if known == Report(offers=known.offers):
        return ()
    if known.corrects is not None:
        return (Text(f"{last}填到一半的那筆更正沒有保留，原來的紀錄不變。先看現在這一筆："),)
    return (Text(f"{last}填到一半的那筆回報沒有保留，先看現在這一筆："),)


def begin_unasked(event: Event, snapshot: Snapshot, desk: Desk, *, last: str = "") -> Outcome | None:
    """Words that plainly report hours without the word 回報; None for anything less plain."""
    said = tidy(event.text)
    if len(said) > 2 * LONGEST_TITLE or traditional(said).endswith(("?", "嗎")):
        return None
    phrase = hearing.phrase(said, event, desk)
    plain = phrase.minutes is not None and phrase.learned_on is not None and bool(phrase.title)
    return _begun(event, snapshot, desk, phrase, last=last) if plain else None


def answer(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Words typed to the present question."""
    known = report.kept(running.draft, desk.edition)
    said = bare(event.text)
    match running.step:
        case "title" | "meant":
            return hours_course.named(event, running, known, snapshot, desk)
        case "ask" if said in _YES:
            return _accepted(event, running, known, snapshot, desk)
        case "confirm" if said in _CONFIRM:
            return _log(event, running, known, snapshot, desk)
        case "ask" | "confirm" if said in _EDIT:
            return hours_steps.moved(running, "edit", known, desk, event.at)
        case "edit" if part := next((p for p, words in _PART.items() if said in words), None):
            return _cleared(event, running, known, part, snapshot, desk)
    return _phrase(event, running, known, snapshot, desk)


def press(
    event: Event, running: Conversation | None, snapshot: Snapshot, desk: Desk, pressed: Press
) -> Outcome:
    """A button of this run, or of an old one."""
    if running is None or running.task != TASK:
        said = Choices(
            prompt="這個按鈕已經失效。要回報時數或看進度，請選一項：",
            options=(do("回報時數", hours_questions.HOURS), do("看進度", hours_questions.PROGRESS)),
            typed=pc("回報", "進度"),
        )
        return Outcome((said,))
    known = report.kept(running.draft, desk.edition)
    kind, _, value = pressed.choice.partition(".")
    if pressed.nonce != running.nonce or kind not in _AT.get(running.step, ()):
        renewed = Text("題目已更新，填過的內容都還在。")
        return Outcome((renewed, hours_steps.asked(running, known, desk, event.at)))
    return _pressed(event, running, known, kind, value, snapshot, desk)


def resume(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The present question again."""
    return Outcome((hours_steps.asked(running, report.kept(running.draft, desk.edition), desk, event.at),))


def where(running: Conversation, desk: Desk) -> str:
    return "您有一筆時數回報還沒完成"


def takes_any_words(running: Conversation) -> bool:
    """Whether the present question is answered in free words (a course's name)."""
    return running.task == TASK and running.step in ("title", "meant")


# What each step's buttons may carry; any other is a button of an old question.
_AT = {
    "date": ("date", "other", "offer"),
    "minutes": ("minutes", "offer"),
    "title": ("offer", "edit"),
    "ask": ("yes", "edit"),
    "confirm": ("ok", "edit"),
    "edit": ("edit",),
    "meant": ("meant",),
}


def _pressed(  # noqa: PLR0911 (one return a kind of button)
    event: Event,
    running: Conversation,
    known: Report,
    kind: str,
    value: str,
    snapshot: Snapshot,
    desk: Desk,
) -> Outcome:
    match kind:
        case "date" if day := _day(value):
            dated = replace(known.without("date"), learned_on=day)
            return hours_steps.with_part(event, running, dated, snapshot, desk)
        case "minutes" if value.isascii() and value.isdigit() and len(value) < 5:
            timed = replace(known.without("minutes"), minutes=int(value))
            return hours_steps.with_part(event, running, timed, snapshot, desk)
        case "offer" if value in {str(n) for n in range(len(known.offers))}:
            return answer(replace(event, text=known.offers[int(value)]), running, snapshot, desk)
        case "yes":
            return _accepted(event, running, known, snapshot, desk)
        case "ok":
            return _log(event, running, known, snapshot, desk)
        case "meant" if value in hours_course.MEANT:
            meant = replace(event, text=hours_course.MEANT[value])
            return hours_course.named(meant, running, known, snapshot, desk)
        case "edit" if value in PARTS:
            return _cleared(event, running, known, value, snapshot, desk)
        case "edit":
            return hours_steps.moved(running, "edit", known, desk, event.at)
    return Outcome((hours_steps.asked(running, known, desk, event.at, other=kind == "other"),))


def _phrase(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Words read as hours. At a step that asks for one part only that part is taken, so that 「上禮拜三」 is
    no title; at the end a correction such as 「2 小時」 is taken too."""
    said = tidy(event.text)
    if running.step == "minutes" and _NUMBER.fullmatch(traditional(said)):
        said += "小時"
    phrase = hearing.phrase(said, event, desk)
    parts = {"date": {"date"}, "minutes": {"minutes"}}.get(running.step, {"date", "minutes"})
    if phrase.began_on is not None:  # the answer to 「一天的時數不會超過 24 小時」 may be both days
        parts = {*parts, "date"}
    if running.step not in ("date", "minutes") and phrase.course_id is not None:
        parts = {*parts, "title"}
    fuller = report.heard(replace(known, note=""), phrase, desk.edition, parts)
    offered = [d for d in phrase.doubts if d.options and d.sentence in _sentences(fuller)]
    if _says(phrase, parts) or offered:
        return hours_steps.with_part(event, running, replace(fuller, accepted=()), snapshot, desk)
    # Nothing to keep: a doubt that says what was wrong (2/30 …) is passed on.
    doubted = [doubt.sentence for doubt in phrase.doubts if doubt.sentence in _sentences(fuller)]
    said_first = doubted[0] if doubted else hours_questions.not_read(running.step)
    return Outcome((Text(said_first), hours_steps.asked(running, known, desk, event.at)))


def _sentences(known: Report) -> set[str]:
    return {said[0] for said in known.doubts.values()}


def _says(phrase: HoursPhrase, parts: Container[str]) -> bool:
    """Whether a phrase gives any of these parts."""
    given = {
        "date": phrase.learned_on is not None,
        "minutes": phrase.minutes is not None,
        "title": phrase.course_id is not None,
    }
    return any(known and part in parts for part, known in given.items())


def _accepted(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    yes = replace(known, accepted=(*known.accepted, *known.offers))
    return hours_steps.with_part(event, running, yes, snapshot, desk)


def _cleared(
    event: Event, running: Conversation, known: Report, part: str, snapshot: Snapshot, desk: Desk
) -> Outcome:
    cleared = replace(known.without(part), accepted=(), offers=(), note="")
    return hours_steps.moved(running, part, cleared, desk, event.at)


def _log(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Confirmed: checked once more against what is known now (another chat may have reported meanwhile)."""
    findings = hours_steps.findings(event, known, snapshot)
    open_asks = [f for f in findings if f.kind == "refuse" or f.code not in known.accepted]
    if open_asks or known.missing():
        return hours_steps.next_question(event, running, known, snapshot, desk)
    if known.corrects is not None:
        return correction.confirmed(event, running, known, snapshot, desk)
    return recorded(event, running, known.logged(event.today, event.nonce), snapshot, desk)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
