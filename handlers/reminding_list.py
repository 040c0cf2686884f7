"""提醒名單: everybody of the next occasion, what is missing, and by which way they are told or why not."""

from typing import Final

from guideline.edition import Edition
from guideline.foresight import Foreseen
from guideline.reminding import Due, Why, missing
from guideline.rhythm import Occasion
from guideline.scope import AGENCY
from guideline.ways import WAYS
from guideline.words import hours_words, short_date
from handlers import pages
from handlers.commands import Name
from handlers.message import Button, Card, Line, Message, Row
from handlers.office_reminders import TASK
from handlers.payload import Press
from handlers.wave_report import of_scope
from handlers.wording import do, listed, pc

WHY: Final[dict[Why, str]] = {
    "met": "時數已足，不提醒",
    "undecided": "列計待認定，不提醒",
    "exempt": "不列計，不提醒",
    "away": "不列計期間，不提醒",
    "left": "已離職",
    "coming": "尚未到職",
    "stopped": "本人已停止提醒",
    "snoozed": "本人選了稍後再提醒",
    "lately": "近日已提醒過",
    "closed": "統計已截止，不再提醒",
    "unknown": "尚無資料",
}


def page(
    occasion: Occasion, turned: pages.Page[Foreseen], count: int, edition: Edition, scope: str = AGENCY
) -> Message:
    """One page of the `count` people of this scope. `edition` is the year's own."""
    rows: list[Row] = []
    for place, one in enumerate(turned.shown, start=turned.first):
        who = one.facts.person
        rows += [
            Line(f"{place}. {who.name}（{who.unit}）"),
            Line(f"{lacking(one, edition)}；{fate(one)}", "detail"),
        ]
    if not rows:
        rows.append(Line("目前沒有需要提醒的同仁。"))
    else:
        of_pages = f"（第 {turned.page + 1} 頁，共 {turned.last + 1} 頁）" if turned.last else ""
        rows.append(Line(f"共 {count:,} 人{of_pages}。名單含個人資料，請勿轉傳。", "note"))
    turning = [Button(label, Press(TASK, f"page.{other}")) for label, other in turned.others]
    typed = [f"提醒名單 第{other + 1}頁" for _, other in turned.others[-1:]]
    return Card(
        title=f"提醒名單：{short_date(occasion.day)}",
        subtitle=of_scope(scope),
        rows=tuple(rows),
        buttons=(*turning, do("提醒作業", Name.REMINDING, "quiet")),
        typed=pc(*typed, "提醒作業"),
    )


def lacking(one: Foreseen, edition: Edition) -> str:
    """What of the hours is missing, and what waits to be uploaded; of who hears nothing as well."""
    said = [f"{gap.name}尚缺 {hours_words(gap.missing)}" for gap in missing(edition, one.facts.parts)]
    if one.facts.uploads:
        said.append(f"待確認上傳 {one.facts.uploads} 筆")
    return listed(said)


def fate(one: Foreseen) -> str:
    """By which way they are told, or why not."""
    if not isinstance(one.said, Due):
        return WHY[one.said.why]
    if one.way is not None:
        return WAYS[one.way]
    return "下次對話時告知" if one.waiting else "聯絡不到，請另行通知"
