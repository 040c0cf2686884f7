"""下一步: the next thing worth doing, why, and where."""

from guideline.next_step import NextStep, next_step
from guideline.records import Snapshot
from guideline.standing import reckon
from guideline.words import hours_words, short_date
from handlers.commands import Name
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Field, Line, Row
from handlers.outcome import Outcome
from handlers.wording import do, pc, short


def present(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The next step as of the event's date."""
    today = event.today
    standing = reckon(desk.edition, today.year, snapshot.entries, snapshot.official_as_of)
    found = next_step(desk.edition, standing, snapshot.role, snapshot.entries, today, desk.deadlines)
    return Outcome((_card(found, desk, begin=snapshot.role is None),))


def _card(found: NextStep, desk: Desk, *, begin: bool) -> Card:
    rows: list[Row] = [Line(f"・{reason}") for reason in found.why]
    if found.course is not None:
        course = found.course
        minutes = (
            f"（{hours_words(course.minutes)}）" if course.minutes is not None else "（時數以平臺公告為準）"
        )
        rows.append(Field("課程", f"{course.name}{minutes}"))
    if found.module is not None:
        rows.append(
            Field("模組", f"{found.module.name}・{found.level}" if found.level else found.module.name)
        )
    if found.certificate is not None:
        rows.append(Field("證照", found.certificate.name))
    if found.last_safe_day is not None:
        rows.append(Line(f"線上課程請於 {short_date(found.last_safe_day)} 前完成，預留平臺上傳時間。", "due"))
    rows += [Line(source, "note") for source in _sources(found)]
    buttons = []
    if found.url:
        buttons.append(Button(_link_label(found), url=found.url, style="primary"))
    if begin:
        buttons.append(do("開始填職務問卷", Name.QUESTIONNAIRE, "normal" if found.url else "primary"))
    buttons += [do("回報時數", Name.HOURS), do("看進度", Name.PROGRESS)]
    words = ["職務問卷"] if begin else []
    return Card(
        title=f"下一步：{short(found.title, 60)}",
        rows=tuple(rows),
        buttons=tuple(buttons),
        typed=pc(*words, "回報", "進度"),
    )


def _link_label(found: NextStep) -> str:
    if found.kind == "certificate":
        return "看證照說明"
    return "前往課程" if found.course is not None else "開啟學習地圖"


def _sources(found: NextStep) -> list[str]:
    """Where the advice comes from, each source once; what the guideline does not say is said to be so."""
    cites = [found.cite]
    cites += [item.cite for item in (found.course, found.module, found.certificate) if item is not None]
    said = [cite.shown if cite.provisional else f"依據：{cite.shown}" for cite in cites]
    return list(dict.fromkeys(said))
