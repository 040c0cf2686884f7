"""下一步: the next thing worth doing, why, and where."""

from dataclasses import replace

from guideline.next_step import NextStep, next_step
from guideline.records import Snapshot
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
    rules = (
        desk.editions.of(today.year) or desk.edition
    )  # the courses are those in force, the hours the year's
    edition = replace(desk.edition, requirements=rules.requirements)
    found = next_step(edition, standing, snapshot.role, snapshot.entries, today, desk.deadlines)
    return Outcome((_card(found, desk, begin=snapshot.role is None),))


def _card(found: NextStep, desk: Desk, *, begin: bool) -> Card:
    rows: list[Row] = [Line(f"・{reason}") for reason in found.why]
    if found.module is not None:
        level = f"・{found.level}" if found.level else ""
        rows.append(Field("模組", f"{found.module.name}{level}"))
    if found.course is not None and found.course.mode:
        rows.append(Field("方式", "線上" if found.course.mode == "online" else "實體"))
    rows += [Line(source, "note") for source in _sources(found)]
    buttons = [do("回報時數", Name.HOURS), do("看進度", Name.PROGRESS)]
    if found.url:
        label = "開啟學習地圖" if found.url == desk.edition.learning_map else "看詳細說明"
        buttons.insert(0, Button(label, url=found.url, style="normal" if begin else "primary"))
    if begin:
        buttons.insert(0, do("開始填職務問卷", Name.QUESTIONNAIRE, "primary"))
    return Card(
        title=f"下一步：{short(found.title, 60)}",
        rows=tuple(rows),
        buttons=tuple(buttons),
        typed=pc(*(["職務問卷"] if begin else []), "回報", "進度"),
    )


def _sources(found: NextStep) -> list[str]:
    """Where the advice comes from, each source once; what the guideline does not say is said to be so."""
    cites = [found.cite]
    cites += [item.cite for item in (found.course, found.module, found.certificate) if item is not None]
    said = [cite.shown if cite.provisional else f"依據：{cite.shown}" for cite in cites]
    return list(dict.fromkeys(said))
