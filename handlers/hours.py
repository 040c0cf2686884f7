"""回報: hours in words or step by step, doubts asked and never guessed, shown once more before they count.

Steps: `date`, `minutes`, `title` ask for a part that is missing or in doubt; `meant` asks whether words are
a course's name or a question; `ask` wants a yes to something unusual; `confirm` shows the whole; `edit` lets
one part be changed.
"""

import re
from collections.abc import Container
from dataclasses import replace
from datetime import date, datetime

from guideline.hours_rules import Finding, examine
from guideline.hours_text import HoursPhrase, read_hours
from guideline.records import Conversation, ConversationEnded, ConversationMoved, Snapshot
from guideline.script import traditional
from handlers import closed, correction, hours_questions, questions, report
from handlers.commands import bare, tidy
from handlers.desk import Desk
from handlers.event import Event
from handlers.hours_done import recorded
from handlers.message import Choices, Message, Text
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.report import LONGEST_TITLE, PARTS, Report
from handlers.tasks import chain, start, step
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
_LITTLE = 6  # letters beside a day or a length that make no question of an answer: 「應該是昨天吧？」
_NAME = ("是課名", "課名", "是課程", "是課程名稱")
_QUESTION = ("是提問", "提問", "是問題", "問題", "發問")
_MEANT = {"title": _NAME[0], "question": _QUESTION[0]}
_ASKS = re.compile(r".*(?:[?？]|[嗎呢])[。!！~～\s]*", re.DOTALL)
_LONGEST_QUESTION = 200  # characters; it is repeated when asked whether it is one
_NUMBER = re.compile(r"(\d{1,3}(\.\d{1,2})?|[一二兩三四五六七八九十]+半?|半)")


def begin(event: Event, snapshot: Snapshot, desk: Desk, text: str, *, last: str = "") -> Outcome:
    """回報, alone or with what was learned. Alone it goes on with a report that already runs; with words it
    takes the place of one half filled in, and says so. `last`: when that one was last gone on with, where
    that was long ago."""
    running = snapshot.conversation
    if not text and running is not None and running.task == TASK:
        return resume(event, running, snapshot, desk)
    fresh = start(event, snapshot, desk, TASK, "date")
    if not text:
        return _to(event, fresh, Report(), snapshot, desk)
    phrase = _read(tidy(text), event, desk)
    begun = _set(event, fresh, report.heard(Report(), phrase, desk.edition), snapshot, desk)
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
    phrase = _read(said, event, desk)
    plain = phrase.minutes is not None and phrase.learned_on is not None and bool(phrase.title)
    return begin(event, snapshot, desk, said, last=last) if plain else None


def answer(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Words typed to the present question."""
    known = report.kept(running.draft, desk.edition)
    said = bare(event.text)
    match running.step:
        case "title" | "meant":
            return _named(event, running, known, snapshot, desk)
        case "ask" if said in _YES:
            return _accepted(event, running, known, snapshot, desk)
        case "confirm" if said in _CONFIRM:
            return _log(event, running, known, snapshot, desk)
        case "ask" | "confirm" if said in _EDIT:
            return _moved(running, "edit", known, desk, event.at)
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
        return Outcome((Text("題目已更新，填過的內容都還在。"), _asked(running, known, desk, event.at)))
    return _pressed(event, running, known, kind, value, snapshot, desk)


def resume(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The present question again."""
    return Outcome((_asked(running, report.kept(running.draft, desk.edition), desk, event.at),))


def where(running: Conversation, desk: Desk) -> str:
    return "您有一筆時數回報還沒完成"


def takes_any_words(running: Conversation) -> bool:
    """Whether the present question is answered in free words (a course's name)."""
    return running.task == TASK and running.step in ("title", "meant")


def heard(event: Event, desk: Desk, *, alone: bool = False) -> bool:
    """Whether the words name a day or a length, plainly or in doubt; `alone`: and little else."""
    phrase = _read(tidy(event.text), event, desk)
    named = phrase.minutes is not None or phrase.learned_on is not None
    doubted = any(doubt.kind in ("date", "duration") and doubt.options for doubt in phrase.doubts)
    return (named or doubted) and not (alone and len(bare(phrase.title)) > _LITTLE)


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
            return _set(event, running, replace(known.without("date"), learned_on=day), snapshot, desk)
        case "minutes" if value.isascii() and value.isdigit() and len(value) < 5:
            length = int(value)
            return _set(event, running, replace(known.without("minutes"), minutes=length), snapshot, desk)
        case "offer" if value in {str(n) for n in range(len(known.offers))}:
            return answer(replace(event, text=known.offers[int(value)]), running, snapshot, desk)
        case "yes":
            return _accepted(event, running, known, snapshot, desk)
        case "ok":
            return _log(event, running, known, snapshot, desk)
        case "meant" if value in _MEANT:
            return _named(replace(event, text=_MEANT[value]), running, known, snapshot, desk)
        case "edit" if value in PARTS:
            return _cleared(event, running, known, value, snapshot, desk)
        case "edit":
            return _moved(running, "edit", known, desk, event.at)
    return Outcome((_asked(running, known, desk, event.at, other=kind == "other"),))


def _phrase(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Words read as hours. At a step that asks for one part only that part is taken, so that 「上禮拜三」 is
    no title; at the end a correction such as 「2 小時」 is taken too."""
    said = tidy(event.text)
    if running.step == "minutes" and _NUMBER.fullmatch(traditional(said)):
        said += "小時"
    phrase = _read(said, event, desk)
    parts = {"date": {"date"}, "minutes": {"minutes"}}.get(running.step, {"date", "minutes"})
    if phrase.began_on is not None:  # the answer to 「一天的時數不會超過 24 小時」 may be both days
        parts = {*parts, "date"}
    if running.step not in ("date", "minutes") and phrase.course_id is not None:
        parts = {*parts, "title"}
    fuller = report.heard(replace(known, note=""), phrase, desk.edition, parts)
    offered = [d for d in phrase.doubts if d.options and d.sentence in _sentences(fuller)]
    if _says(phrase, parts) or offered:
        return _set(event, running, replace(fuller, accepted=()), snapshot, desk)
    # Nothing to keep: a doubt that says what was wrong (2/30 …) is passed on.
    doubted = [doubt.sentence for doubt in phrase.doubts if doubt.sentence in _sentences(fuller)]
    said_first = doubted[0] if doubted else hours_questions.not_read(running.step)
    return Outcome((Text(said_first), _asked(running, known, desk, event.at)))


def _read(text: str, event: Event, desk: Desk) -> HoursPhrase:
    """The phrase with those doubts only that say more than that something is missing: what is missing is
    asked in the words and with the buttons of `hours_questions`."""
    phrase = read_hours(text, event.today, desk.edition)
    usual = {doubt.sentence for doubt in read_hours("", event.today, desk.edition).doubts}
    return replace(phrase, doubts=tuple(d for d in phrase.doubts if d.sentence not in usual))


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


def _named(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Words where a course's name is asked for, or what they were meant to be."""
    said = bare(event.text)
    if running.step == "meant" and known.offers and said in _QUESTION:
        return _asks(event, running, known, snapshot, desk)
    typed = known.offers[0] if running.step == "meant" and known.offers and said in _NAME else ""
    return _title(event, running, known, snapshot, desk, typed=typed)


def _asks(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The question in the middle of a report: answered, and the course's name asked again."""
    asked = questions.reply(replace(event, text=known.offers[0]), snapshot, desk)
    back = _moved(running, "title", replace(known, offers=(), note=""), desk, event.at)
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
        return Outcome((Text("請輸入課程名稱，例如：AI簡報設計。"), _asked(running, known, desk, event.at)))
    asks = not typed and said not in known.offers and _ASKS.fullmatch(said) is not None
    if len(said) > (_LONGEST_QUESTION if asks else LONGEST_TITLE):
        return Outcome((Text(report.TITLE_TOO_LONG), _asked(running, known, desk, event.at)))
    phrase = _read(said, event, desk)
    course = desk.edition.courses.get(phrase.course_id or "")
    if asks and course is None:
        return _moved(running, "meant", replace(known, offers=(said,), note=""), desk, event.at)
    near = next((doubt for doubt in phrase.doubts if doubt.kind == "course" and doubt.options), None)
    if course is None and near is not None and said not in known.offers:
        readings = tuple(dict.fromkeys((*near.options, said)))
        doubted = replace(known, title=said, doubts={**known.doubts, "title": (near.sentence, *readings)})
        return _set(event, running, doubted, snapshot, desk)
    name = course.name if course else said
    named = replace(known.without("title"), title=name, course_id=course.id if course else None)
    return _set(event, running, named, snapshot, desk)


def _set(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    return _to(event, running, replace(known, offers=(), note=""), snapshot, desk)


def _to(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Goes to the next question: a refusal of what was said, a missing part, something to ask, the whole."""
    findings = _findings(event, known, snapshot)
    refused = next((finding for finding in findings if finding.kind == "refuse"), None)
    if refused is not None:
        part = hours_questions.part_of(refused.code)
        cleared = replace(known.without(part), note="")
        asked = _moved(running, cleared.missing(), cleared, desk, event.at)
        return replace(asked, replies=(Text(refused.sentence), *asked.replies))
    if missing := known.missing():
        return _moved(running, missing, known, desk, event.at)
    asks = [f for f in findings if f.kind == "ask" and f.code not in known.accepted]
    if asks:
        asking = replace(known, note=asks[0].sentence, offers=(asks[0].code,))
        return _moved(running, "ask", asking, desk, event.at)
    return _moved(running, "confirm", known, desk, event.at)


def _accepted(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    yes = replace(known, accepted=(*known.accepted, *known.offers))
    return _set(event, running, yes, snapshot, desk)


def _cleared(
    event: Event, running: Conversation, known: Report, part: str, snapshot: Snapshot, desk: Desk
) -> Outcome:
    cleared = replace(known.without(part), accepted=(), offers=(), note="")
    return _moved(running, part, cleared, desk, event.at)


def _log(event: Event, running: Conversation, known: Report, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Confirmed: checked once more against what is known now (another chat may have reported meanwhile)."""
    findings = _findings(event, known, snapshot)
    open_asks = [f for f in findings if f.kind == "refuse" or f.code not in known.accepted]
    if open_asks or known.missing():
        return _to(event, running, known, snapshot, desk)
    if known.corrects is not None:
        return correction.confirmed(event, running, known, snapshot, desk)
    return recorded(event, running, known.logged(event.today, event.nonce), snapshot, desk)


def _findings(event: Event, known: Report, snapshot: Snapshot) -> tuple[Finding, ...]:
    """What the rules say to it; before the day and the length are known, only to what is known. An entry
    that is being corrected does not stand beside what takes its place."""
    if known.learned_on is not None and known.learned_on.year in snapshot.closed_years:
        return (Finding("refuse", "closed", closed.sentence(known.learned_on.year)),)
    whole = known.learned_on is not None and known.minutes is not None
    own = known.corrects[0] if known.corrects else None
    older = own is not None or report.is_older(known.learned_on, event.today)
    everything = snapshot.history if older else snapshot.entries
    entries = everything if whole else ()
    others = [entry for entry in entries if entry.id != own]
    return tuple(examine(known.logged(event.today), others, event.today))


def _moved(running: Conversation, to: str, known: Report, desk: Desk, at: datetime) -> Outcome:
    if to in PARTS:
        readings = known.doubts.get(to, ())[1:]
        courses = hours_questions.offered_courses(desk.edition) if to == "title" and not readings else ()
        known = replace(known, offers=readings or courses)
    moved = step(running, to, **known.draft())
    return Outcome((_asked(moved, known, desk, at),), (ConversationMoved(moved),))


def _asked(running: Conversation, known: Report, desk: Desk, at: datetime, *, other: bool = False) -> Message:
    return hours_questions.asked(running, known, desk, at, other=other)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
