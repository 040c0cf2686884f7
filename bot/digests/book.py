"""The digest as sheets: 總覽, 單位, 名單, 說明."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.sheets.model import Book, Cell, Rate, Section
from guideline.digest import Count, figures, permille
from guideline.edition import PROVISIONAL
from guideline.hiding import SMALL, Row
from guideline.scope import AGENCY, within
from guideline.ways import ORDER, WAYS
from guideline.weekly import Digest
from guideline.words import roc_date
from handlers import digest_card
from handlers.desk import Agency
from reminders.gathering import Gathered
from reminders.listing import Listed, State

_HIDDEN: Final = f"少於 {SMALL} 人或可推算，不顯示"
_NOTHING: Final = "尚無官方資料"
_STATE: Final[dict[State, str]] = {"missing": "尚缺", "waiting": "待上傳", "undecided": "列計待認定"}


def book(digest: Digest, found: Gathered, people: Sequence[Listed], agency: Agency, made: datetime) -> Book:
    """For an officer of the digest's scope; `made` in the agency's timezone."""
    sections = (
        _overview(digest),
        _units(digest, found),
        _people(digest, people),
        _explained(digest, agency),
    )
    return Book("AI 學習週報", agency.name, made, sections)


def _overview(digest: Digest) -> Section:
    seen = digest.figures
    where = "全機關" if seen.scope == AGENCY else seen.scope
    official = roc_date(digest.official_on) if digest.official_on else _NOTHING
    rows: list[tuple[Cell, ...]] = [
        ("統計日期", "", roc_date(seen.day), "", ""),
        ("範圍", "", where, "", "含所屬單位"),
        ("官方資料", "", official, "", "最近一次匯入"),
        ("在職", "", seen.serving, "", ""),
        ("列計", "", seen.counted, "", "以下比率以此為分母"),
        ("不列計", "不列計期間", seen.covers.get("away", 0), "", "留職停薪等，不記事由"),
        ("不列計", "非適用類別等", seen.covers.get("exempt", 0), "", "人員類別或人事核定"),
        ("不列計", "待認定", seen.covers.get("undecided", 0), "", "人事認定前不提醒"),
        ("另計", "尚未到職", seen.covers.get("coming", 0), "", ""),
    ]
    for met in seen.met:
        name, kind = met.requirement.name, met.requirement.cite.shown
        rows += _counts(name, "", met.whole, digest, kind)
        for part, count in met.parts if len(met.parts) > 1 else ():
            rows += _counts(name, part.name, count, digest, kind)
        names = {part.id: part.name for part, _ in met.parts}
        rows += [
            (
                name,
                digest_card.lacks(one.parts, names),
                one.people,
                Rate(permille(one.people, seen.counted)),
                "",
            )
            for one in met.lacking
        ]
        if met.gained is not None and seen.since is not None and digest_card.known(met.whole, digest):
            rows.append((name, "官方增減", met.gained, "", f"與 {roc_date(seen.since)} 那一週相比"))
    if useful := digest_card.helpful(seen):
        rows.append(("開班建議", "", "", "", useful))
    rows += [("待辦", label, value, "", "") for label, value in digest_card.waiting(digest)]
    rows += [("本週提醒", "", "", "", said) for said in digest_card.planned(digest)]
    if overall := digest_card.everywhere(digest):
        rows.append(("全機關", "", "", "", overall))
    return Section("總覽", ("項目", "分項", "數值", "比率", "說明"), tuple(rows))


def _counts(name: str, part: str, count: Count, digest: Digest, kind: str) -> list[tuple[Cell, ...]]:
    """Official, waiting and missing; where nothing is official yet it is said, and no 0."""
    head = f"{part} " if part else ""
    if count.people and count.unknown == count.people:
        return [(name, f"{head}官方已登錄", _NOTHING, "", kind)]
    official: Cell = count.official if digest_card.known(count, digest) else _NOTHING
    kinds = [("官方已登錄", official, kind), ("待上傳", count.waiting, ""), ("尚缺", count.missing, "")]
    kinds += [(_NOTHING, count.unknown, "")] if count.unknown else []
    return [(name, f"{head}{label}", many, _rate(many, count.people), note) for label, many, note in kinds]


def _rate(many: Cell, people: int) -> Cell:
    return Rate(permille(many, people)) if isinstance(many, int) and people else ""


def _units(digest: Digest, found: Gathered) -> Section:
    """Each unit of the scope; of the others, how many have met what, where that tells of no small group."""
    scope, requirements = digest.figures.scope, [met.requirement for met in digest.figures.met]
    headings = ["單位", "列計"]
    for one in requirements:
        headings += [f"{one.name} {what}" for what in ("官方", "待上傳", "尚缺", "官方比率")]
    rows: list[tuple[Cell, ...]] = []
    for unit in sorted(unit for unit in found.units if unit and within(unit, scope)):
        seen = figures(found.edition, unit, found.day, found.units[unit])
        row: list[Cell] = [unit, seen.counted]
        for met in seen.met:
            row += _stands(met.whole, digest)
        rows.append(tuple(row))
    compared = found.compared(scope)
    for unit in sorted({*compared.shown, *compared.hidden}):
        shown = compared.shown.get(unit)
        rows.append(_other(unit, shown, [one.id for one in requirements], digest))
    if scope != AGENCY:
        rows.append(_other("全機關", compared.total, [one.id for one in requirements], digest))
    return Section("單位", tuple(headings), tuple(rows), _units_note(scope))


def _stands(count: Count, digest: Digest) -> list[Cell]:
    """官方, 待上傳, 尚缺 and 官方比率, as the letter has them: no 0 where nothing is known."""
    if not count.people:
        return ["－"] * 4
    if count.unknown == count.people:
        return ["－", "－", "－", _NOTHING]
    if not digest_card.known(count, digest):
        return ["－", count.waiting, count.missing, _NOTHING]
    return [count.official, count.waiting, count.missing, Rate(permille(count.official, count.people))]


def _units_note(scope: str) -> str:
    own = "上層單位的人數含所屬單位。"
    if scope == AGENCY:
        return own
    return f"{own}其他單位只列官方人數；任一組少於 {SMALL} 人的單位，以及可能因此推算出來的數字，不顯示。"


def _other(name: str, row: Row | None, requirements: Sequence[str], digest: Digest) -> tuple[Cell, ...]:
    if row is None:
        return (name, _HIDDEN, *("－",) * (4 * len(requirements)))
    cells: list[Cell] = [name, row.people]
    for one in requirements:
        many = row.met.get(one)
        nothing = digest.official_on is None or digest.official_on.year < digest.figures.day.year
        if many is None:
            cells += [_HIDDEN, "－", "－", "－"]
        elif nothing and not many:
            cells += ["－", "－", "－", _NOTHING]
        else:
            cells += [many, "－", "－", Rate(permille(many, row.people))]
    return tuple(cells)


def _people(digest: Digest, people: Sequence[Listed]) -> Section:
    places = [(met.requirement, part) for met in digest.figures.met for part, _ in met.parts]
    several = {met.requirement.id for met in digest.figures.met if len(met.parts) > 1}
    headings = ["員工編號", "姓名", "單位", "職稱"]
    headings += [f"{part.name if one.id in several else one.name} 尚缺（小時）" for one, part in places]
    headings += ["狀態", "最近提醒", "提醒方式"]
    rows = []
    for listed in people:
        who = listed.person
        hours: list[Cell] = []
        for one, part in places:
            minutes = listed.missing.get((one.id, part.id))
            hours.append(_NOTHING if minutes is None else round(minutes / 60, 2))
        told = roc_date(listed.told_on) if listed.told_on else ""
        way = WAYS[listed.way] if listed.way else "聯絡不到"
        rows.append((who.employee_no, who.name, who.unit, who.title, *hours, _STATE[listed.state], told, way))
    return Section("名單", tuple(headings), tuple(rows), digest_card.CAREFUL)


def _explained(digest: Digest, agency: Agency) -> Section:
    rows = (
        ("製作", f"{agency.name}，AI 學習小幫手；數字依統計日期當時的資料。"),
        ("列計", f"依人員類別、到職日、離職日與不列計起訖判定（{PROVISIONAL}，由人事認定）。"),
        ("官方", "官方紀錄已登錄而達成的人數。尚未匯入當年度官方資料時不列數字，不以 0 計。"),
        (_NOTHING, "須有官方資料才能判定的項目，匯入前不列待上傳與尚缺，也不以 0 計。"),
        ("待上傳", "加上自行回報的時數即達成，但官方紀錄尚未登錄；自行回報非官方時數。"),
        ("尚缺", "官方與自行回報合計仍不足的人數。名單中的尚缺時數以小時計。"),
        ("比率", "以列計人數為分母。"),
        ("官方增減", "與前一次週報相比；第一週沒有比較。"),
        ("開班建議", "依尚缺的組成推算最多人用得上的課程類型，不指定課名。"),
        ("名單", "列計而尚缺或待上傳的人員，以及列計待認定的人員；已達成者不列。"),
        ("小單位", f"範圍以外的單位，任一組少於 {SMALL} 人者不顯示，並一併隱藏可推算的數字。"),
        ("提醒方式", "、".join(WAYS[way] for way in ORDER) + "之中目前會使用的一種。"),
        ("請妥善保管", digest_card.CAREFUL),
    )
    return Section("說明", ("項目", "說明"), rows)
