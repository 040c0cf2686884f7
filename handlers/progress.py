"""進度: hours against every requirement, as of when, and how long is left (words.md C)."""

from datetime import date
from itertools import groupby

from guideline.edition import PROVISIONAL, Edition
from guideline.records import Snapshot
from guideline.standing import PartStanding
from guideline.words import roc_date, roc_year, short_date
from handlers import preferences, role
from handlers.commands import Name
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Bar, Card, Line, Row
from handlers.outcome import Outcome
from handlers.tally import figures
from handlers.wording import do, mark, pc


def present(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The card of the event's year."""
    year = event.today.year
    rules = desk.editions.of(year) or desk.editions.first
    standing = desk.editions.reckon(year, snapshot.entries, snapshot.official_as_of)
    rows: list[Row] = []
    if standing.provisional:
        ours = f"{roc_year(year)} 年規定未公布，暫沿用 {roc_year(rules.year)} 年（{PROVISIONAL}）。"
        rows.append(Line(ours, "note"))
    if standing.parts and all(part.official is None for part in standing.parts):
        rows.append(Line("尚無今年的官方資料，以下只計入您自行回報的時數。", "note"))
    groups = groupby(standing.parts, key=lambda part: part.requirement)
    for number, (requirement, parts) in enumerate(groups):
        rows += _requirement(rules, number, requirement, list(parts))
    if not standing.parts:
        rows.append(Line(f"{roc_year(rules.year)} 年起才有 AI 時數要求，{roc_year(year)} 年不計。"))
    done = all(part.state in ("official", "waiting") for part in standing.parts)
    rows += _time_left(event.today, desk, done=done)
    rows += role.under_review(snapshot)
    rows.append(Line("「待上傳」是您自行回報的時數，非官方時數；官方登錄後才列為已達成。", "note"))
    if reminded := preferences.quiet_line(snapshot, event.today):
        rows.append(Line(reminded, "note"))
    card = Card(
        title=f"{roc_year(year)} 年 AI 學習進度",
        subtitle=_as_of(event, snapshot),
        rows=tuple(rows),
        buttons=(
            do("下一步", Name.NEXT, "primary"),
            do("回報時數", Name.HOURS),
            do("資料有誤", Name.ASK_HR, "quiet"),
        ),
        typed=pc("下一步", "回報", "問人事"),
    )
    return Outcome((card,))


def _as_of(event: Event, snapshot: Snapshot) -> str:
    asked = f"{event.today.month}/{event.today.day} 查詢"
    if snapshot.official_as_of is None:
        return f"{asked}（尚無官方資料）"
    official = snapshot.official_as_of.astimezone(event.at.tzinfo).date()
    said = roc_date(official) if official.year != event.today.year else f"{official.month}/{official.day}"
    return f"{asked}（官方資料 {said} 匯入）"


def _requirement(rules: Edition, number: int, requirement_id: str, parts: list[PartStanding]) -> list[Row]:
    requirement = rules.requirements[requirement_id]
    rows: list[Row] = [Line(f"{mark(number)} {requirement.name}", "heading")]
    for part in parts:
        caption = f"{part.name}：{figures(part)}" if len(parts) > 1 else figures(part)
        if part.state == "unknown":
            rows.append(Line(caption))
        else:
            rows.append(Bar(part.official or 0, part.waiting, part.needed, caption))
    if any(part.needs_official for part in parts):
        rows.append(Line("其他必修課程是否完成，請以終身學習入口網站為準。", "note"))
    return rows


def _time_left(today: date, desk: Desk, *, done: bool) -> list[Row]:
    """How long hours still count. `done`: nothing is missing, so nobody is told to hurry."""
    year = today.year
    until, safe = desk.deadlines.effective(year), desk.deadlines.last_safe_day(year)
    if today > until:
        late = "但可能來不及列入統計"
        return [
            Line(f"{desk.agency.name}的統計已於 {short_date(until)}截止", "heading"),
            Line(f"12/31 前完成的課程仍屬 {roc_year(year)} 年時數（{PROVISIONAL}），{late}。"),
        ]
    left = desk.deadlines.workdays_left(today, until)
    rows: list[Row] = [
        Line(f"統計截止 {short_date(until)}", "heading"),
        Line(
            f"還有 {left} 個工作天。" if left else "今天是最後一天。" if today == until else "已沒有工作天。"
        ),
    ]
    if done:
        return rows
    if today <= safe:
        lag = f"（約 {desk.deadlines.lag_days} 天，{PROVISIONAL}）"
        rows.append(Line(f"線上課程請於 {short_date(safe)}前完成，預留平臺上傳時間{lag}。", "due"))
    else:
        rows.append(Line("現在才開始的線上課程，可能來不及上傳列計；已上完的，請先備妥完成證明。", "due"))
    return rows
