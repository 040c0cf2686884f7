"""The questions of a report of hours, and the card that shows the whole before it counts."""

from datetime import date, datetime, timedelta

from guideline.edition import Edition
from guideline.records import Conversation
from guideline.words import WEEKDAYS, hours_words, roc_span, roc_year
from handlers.commands import Name
from handlers.desk import Desk
from handlers.message import Button, Card, Choices, Field, Line, Message
from handlers.payload import Press
from handlers.report import LONGEST_TITLE, NOT_OFFICIAL, Report, as_entry, named
from handlers.wording import LABEL, do, pc, short

TASK = "hours"
HOURS, PROGRESS = Name.HOURS, Name.PROGRESS
_CANCEL = do("取消", Name.CANCEL, "quiet")
_LENGTHS = (30, 60, 90, 120, 180, 360)  # minutes offered as buttons
_COURSES = 4
_OFFERS = 8


def asked(running: Conversation, known: Report, desk: Desk, at: datetime, *, other: bool = False) -> Message:
    """The present question of the run. `other`: 其他日期 was pressed."""
    match running.step:
        case "minutes":
            return _minutes(running, known)
        case "title" | "meant":
            return _title(running, known)
        case "ask":
            return _unusual(running, known)
        case "confirm" if not known.missing():
            return _confirm(running, known, desk, at)
        case "edit":
            return _edit(running, known)
        case _:
            return _date(running, known, at.date(), other=other)


def offered_courses(edition: Edition) -> tuple[str, ...]:
    """The names of the first courses that a label can hold, to tap instead of typing."""
    fitting = [course.name for course in edition.courses.values() if len(course.name) <= LABEL]
    return tuple(fitting[:_COURSES])


def not_read(step: str) -> str:
    """What is said to words that answer nothing, with the answers that would."""
    match step:
        case "date":
            return "抱歉，我沒有看懂日期。請輸入例如：昨天、11/3 或 115/11/3。"
        case "minutes":
            return "抱歉，我沒有看懂時數。請輸入例如：2 小時、1.5 小時 或 90 分鐘。"
        case "confirm":
            return "這筆還沒有送出。請輸入「確認」、「修改」或「取消」。"
        case "edit":
            return "請輸入「改日期」、「改時數」、「改課程」或「取消」。"
        case "ask":
            return "請輸入「是」、「修改」或「取消」。"
        case _:
            return "抱歉，我沒有看懂。請選一項，或再說一次日期、時數與課程名稱。"


def part_of(code: str) -> str:
    """The part of a report that a refusal is about, by the finding's code (guideline.hours_rules)."""
    return "date" if code in ("future", "closed") else "minutes"


def _date(running: Conversation, known: Report, today: date, *, other: bool) -> Message:
    days = [("今天", today), ("昨天", today - timedelta(days=1)), ("前天", today - timedelta(days=2))]
    options = [
        _button(running, f"{word} {day.month}/{day.day}", f"date.{day.isoformat()}") for word, day in days
    ]
    if not other:
        options.append(_button(running, "其他日期", "other"))
    prompt = "請輸入上課日期，例如 11/3、115/11/3，或 11/10～11/12。" if other else "是哪一天上課的？"
    return Choices(
        prompt=_worded(known, "date", prompt),
        options=_offered(running, known) or tuple(options),
        extras=(_CANCEL,),
        hint=""
        if other
        else "請以實際完成的日期為準，它決定時數算在哪一年；多天的課可輸入起訖，如 11/10～11/12。",
        typed=pc("日期，如 昨天、11/3", "取消"),
    )


def _minutes(running: Conversation, known: Report) -> Message:
    options = [_button(running, hours_words(length), f"minutes.{length}") for length in _LENGTHS]
    return Choices(
        prompt=_worded(known, "minutes", "總共幾小時？"),
        options=_offered(running, known) or tuple(options),
        extras=(_CANCEL,),
        hint="請填認證時數；也可以直接輸入，例如 2.5 小時、90 分鐘。",
        typed=pc("時數，如 2 小時", "取消"),
    )


def _title(running: Conversation, known: Report) -> Message:
    if running.step == "meant" and known.offers:
        return _meant(running, known)
    return Choices(
        prompt=_worded(known, "title", "是哪一門課？請選一項，或直接輸入課程名稱。"),
        options=_offered(running, known),
        extras=(_button(running, "改日期", "edit.date", quiet=True), _CANCEL),
        hint=_in_full(known, f"{LONGEST_TITLE} 字以內，與證明上的名稱相同最好。"),
        typed=pc("課程名稱", "取消"),
    )


def _offered(running: Conversation, known: Report) -> tuple[Button, ...]:
    """The readings or courses on offer, as many as a message can hold."""
    offers = known.offers[:_OFFERS]
    return tuple(_button(running, short(o, LABEL), f"offer.{n}") for n, o in enumerate(offers))


def _in_full(known: Report, hint: str) -> str:
    """The hint; and where a label cannot hold what is on offer, all of it in full."""
    offers = known.offers[:_OFFERS]
    if all(len(offer) <= LABEL for offer in offers):
        return hint
    return "\n".join([*(f"・{offer}" for offer in offers), hint])


def _unusual(running: Conversation, known: Report) -> Message:
    again = "same_course" in known.offers  # 「…要再記一筆嗎？」
    goes_on = "是，繼續更正" if known.corrects else "是，繼續回報"
    return Choices(
        prompt=known.note or "這筆回報和平常不太一樣，確定要繼續嗎？",
        options=(_button(running, goes_on if again else "是，沒錯", "yes"), _button(running, "修改", "edit")),
        extras=(_CANCEL,),
        typed=pc("是", "修改", "取消"),
    )


def _confirm(running: Conversation, known: Report, desk: Desk, at: datetime) -> Message:
    logged = known.logged(at.date())
    day = roc_span(logged.began_on, logged.learned_on)
    if logged.began_on is None:
        day += f"（{WEEKDAYS[logged.learned_on.weekday()]}）"
    what = "更正" if known.corrects else "回報"
    year = logged.learned_on.year
    late = f"這筆屬於 {roc_year(year)} 年的時數。" if year != at.year else ""
    return Card(
        title=f"請確認{what}內容",
        rows=(
            Field("日期", day),
            Field("時數", hours_words(logged.minutes)),
            Field("課程", logged.title),
            *([Line(late)] if late else []),
            Line(desk.editions.credit(as_entry(logged, at)).why),
            Line(NOT_OFFICIAL, "note"),
        ),
        buttons=(
            _button(running, f"確認{what}", "ok", primary=True),
            _button(running, "修改", "edit"),
            _CANCEL,
        ),
        typed=pc(f"確認{what}", "修改", "取消"),
    )


def _edit(running: Conversation, known: Report) -> Message:
    whole = known.corrects is not None and not known.missing()
    shown = f"更正 {named(known.logged(date.min))}。\n" if whole else ""
    return Choices(
        prompt=f"{shown}要改哪一項？",
        options=(
            _button(running, "改日期", "edit.date"),
            _button(running, "改時數", "edit.minutes"),
            _button(running, "改課程", "edit.title"),
        ),
        extras=(_CANCEL,),
        typed=pc("改日期", "改時數", "改課程", "取消"),
    )


def _meant(running: Conversation, known: Report) -> Message:
    """What was typed as a title reads like a question."""
    return Choices(
        prompt=f"「{known.offers[0]}」是課程名稱，還是您想問的問題？",
        options=(
            _button(running, "是課名", "meant.title"),
            _button(running, "是提問", "meant.question"),
        ),
        extras=(_CANCEL,),
        typed=pc("是課名", "是提問", "取消"),
    )


def _worded(known: Report, part: str, prompt: str) -> str:
    """The question in the words of the doubt about this part."""
    return known.doubts.get(part, (prompt,))[0]


def _button(
    running: Conversation, label: str, choice: str, *, primary: bool = False, quiet: bool = False
) -> Button:
    press = Press(TASK, choice, running.nonce)
    return Button(label, press, style="primary" if primary else "quiet" if quiet else "normal")
