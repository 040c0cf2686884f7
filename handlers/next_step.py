"""下一步: the next thing worth doing, why, and where."""

from dataclasses import replace

from guideline.edition import PROVISIONAL
from guideline.next_step import NextStep, next_step
from guideline.records import Snapshot
from handlers import role
from handlers.commands import Name
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Field, Line, Row
from handlers.outcome import Outcome
from handlers.wording import do, pc, short


def present(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The next step as of the event's date."""
    today = event.today
    standing = desk.editions.reckon(today.year, snapshot.entries, snapshot.official_as_of)
    rules = desk.editions.of(today.year) or desk.edition
    found = next_step(
        # The courses are those in force, the hours are the year's.
        replace(desk.edition, requirements=rules.requirements),
        standing,
        snapshot.role,
        snapshot.entries,
        today,
        desk.deadlines,
        held={held.certificate_id for held in snapshot.certificates if held.certificate_id},
        opened=snapshot.opened,
    )
    late = found.last_safe_day is not None and today > found.last_safe_day
    card = _card(found, desk, begin=snapshot.role is None, late=late)
    *rows, source = card.rows
    return Outcome((replace(card, rows=(*rows, *role.under_review(snapshot), source)),))


def _card(found: NextStep, desk: Desk, *, begin: bool, late: bool) -> Card:
    """`late`: a course taken now may not be counted in time, so reporting what was taken comes first."""
    rows: list[Row] = [Line(f"・{reason}") for reason in _reasons(found)]
    if found.module is not None:
        level = f"・{found.level}" if found.level else ""
        rows.append(Field("模組", f"{found.module.name}{level}"))
    if found.course is not None and found.course.mode:
        rows.append(Field("方式", "線上" if found.course.mode == "online" else "實體"))
    rows.append(Line("；".join(_sources(found)), "note"))
    buttons = [do("回報時數", Name.HOURS, "primary" if late else "normal"), do("看進度", Name.PROGRESS)]
    if found.url:
        label = "開啟學習地圖" if found.url == desk.edition.learning_map else "看詳細說明"
        opening = Button(label, url=found.url, style="normal" if begin or late else "primary")
        buttons.insert(1 if late else 0, opening)
    if begin:
        buttons.insert(0, do("開始填職務問卷", Name.QUESTIONNAIRE, "primary"))
    return Card(
        title=f"下一步：{_doing(found, late=late)}",
        rows=tuple(rows),
        buttons=tuple(buttons),
        typed=pc(*(["職務問卷"] if begin else []), "回報", "進度"),
    )


def _doing(found: NextStep, *, late: bool) -> str:
    """What to do, where the step's own title names a thing or a gap."""
    name = short(found.title, 60)
    match found.kind:
        case "certificate":
            return f"考慮報考{name}"
        case "hours":
            return "回報已上完的課程" if late else "選課補足時數"
        case _:
            return name


def _reasons(found: NextStep) -> tuple[str, ...]:
    """Why, without what the title says already."""
    return found.why[1:] if found.kind == "rest" else found.why


def _sources(found: NextStep) -> list[str]:
    """Where the advice comes from, each source once; what the guideline does not say is said to be so."""
    cites = [found.cite]
    cites += [item.cite for item in (found.course, found.module, found.certificate) if item is not None]
    said = [f"這項建議：{PROVISIONAL}" if cite.provisional else f"依據：{cite.shown}" for cite in cites]
    return list(dict.fromkeys(said))
