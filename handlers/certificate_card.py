"""The card of 證照: what a person holds and what became of it, and which one to take (Q5–Q7)."""

from datetime import date
from typing import Final

from guideline.certificates import (
    FEES,
    NEED,
    STAYS_VALID,
    Suggestion,
    classed,
    ended,
    not_begun,
    reasons,
    source,
    suggestions,
)
from guideline.edition import Edition
from guideline.records import CertificateEntry, RoleStatus, Snapshot
from guideline.words import roc_date
from handlers import role
from handlers.commands import Name
from handlers.desk import Desk
from handlers.message import Button, Card, Line, Row
from handlers.payload import Press
from handlers.wording import do, pc, short

TASK: Final = "certificate"
WAITS: Final = "自行回報，待人事登錄表51"
RETURNED: Final = "人事還無法核對，請備妥證書影本洽人事，或撤回重報"
REGISTERED: Final = "已登錄 WebHR 表51（專長）"
_HELD: Final = 5  # shown, the newest; as many can be taken back by a button
_NAME: Final = 60  # characters of a name


def card(today: date, snapshot: Snapshot, desk: Desk) -> Card:
    held = newest(snapshot)[:_HELD]
    fitting = fitting_now(today, snapshot, desk.edition)
    ready = [one for one in fitting if one.open]
    rows = [
        *_held(held, len(snapshot.certificates), today, desk),
        *_advice(snapshot, desk, ready),
        *_planned(fitting),
        *role.under_review(snapshot),
        Line(f"{NEED}；{FEES}。", "note"),
    ]
    begin = snapshot.role is None
    first = [do("開始填職務問卷", Name.QUESTIONNAIRE, "primary")] if begin else []
    taking_back = [
        Button(f"撤回第 {entry.number} 張", withdrawal(entry), style="quiet")
        for entry in held
        if entry.registered_at is None
    ]
    links = [
        Button(f"第 {number} 項的說明", url=one.certificate.url)
        for number, one in enumerate(ready, start=1)
        if one.certificate.url
    ]
    words = ["回報已取得", *(["撤回證照"] if taking_back else []), "職務問卷" if begin else "下一步"]
    return Card(
        title="我該考哪張證照",
        rows=tuple(rows),
        buttons=(
            *first,
            do("回報已取得", Name.HELD, "normal" if begin else "primary"),
            *links[:3],
            do("看下一步", Name.NEXT),
            *taking_back,
        ),
        typed=pc(*words),
    )


def newest(snapshot: Snapshot) -> list[CertificateEntry]:
    """What the person holds in the order of the card."""
    return list(snapshot.certificates[::-1])


def withdrawal(entry: CertificateEntry) -> Press:
    """The button that takes this report back; it names the entry by its key, which is nobody's words."""
    return Press(TASK, "withdraw", entry.key)


def fitting_now(today: date, snapshot: Snapshot, edition: Edition) -> list[Suggestion]:
    return suggestions(
        edition,
        snapshot.role.roles if snapshot.role is not None else (),
        today,
        held={entry.certificate_id for entry in snapshot.certificates if entry.certificate_id},
        opened=snapshot.opened,
    )


def titled(entry: CertificateEntry) -> str:
    """微軟 AI-900（114/6/30 取得）."""
    return f"{short(entry.name, _NAME)}（{roc_date(entry.obtained_on)} 取得）"


def quoted(entry: CertificateEntry) -> str:
    """In the middle of a sentence: 「微軟 AI-900」（114/6/30 取得）."""
    return f"「{short(entry.name, _NAME)}」（{roc_date(entry.obtained_on)} 取得）"


def _held(held: list[CertificateEntry], total: int, today: date, desk: Desk) -> list[Row]:
    if not held:
        return []
    rows: list[Row] = [Line("已取得", "heading")]
    for entry in held:
        status = RETURNED if entry.returned_at is not None else WAITS
        status = status if entry.registered_at is None else REGISTERED
        known = desk.edition.certificates.get(entry.certificate_id or "")
        valid = f"；{STAYS_VALID}" if known is not None and ended(known, today) else ""
        rows += [Line(f"{entry.number}. {titled(entry)}"), Line(f"{status}{valid}", "detail")]
    if total > len(held):
        rows.append(Line(f"另有 {total - len(held)} 張較早回報的未列出。", "note"))
    return rows


def _advice(snapshot: Snapshot, desk: Desk, ready: list[Suggestion]) -> list[Row]:
    rows: list[Row] = [Line("可以考的證照", "heading")]
    if snapshot.role is not None and snapshot.role.track == "foundation":
        rows.append(Line("您目前以打底為主，先完成時數就好，不必急著考證照（問答集 Q2）。"))
    rows.append(Line(_for_whom(snapshot, desk), "detail"))
    if not ready:
        rows.append(Line("目前沒有其他已開辦、適合您類別的證照。"))
    for number, one in enumerate(ready, start=1):
        item = one.certificate
        rows.append(Line(f"{number}. {item.name}"))
        rows.append(Line("；".join((classed(item), *reasons(one), source(item))), "detail"))
    return rows


def _for_whom(snapshot: Snapshot, desk: Desk) -> str:
    if snapshot.role is None:
        return "先填職務問卷，就能依您的實際工作建議；以下是一般行政同仁的建議（問答集 Q7）。"
    if not set(snapshot.role.roles) & set(desk.edition.roles):
        return "以下是一般行政同仁的建議（問答集 Q7）。"
    decided = snapshot.role.status is RoleStatus.CONFIRMED
    return f"依{'您的' if decided else '建議'}類別「{role.named(desk.edition, snapshot.role.roles)}」"


def _planned(fitting: list[Suggestion]) -> list[Row]:
    lines = [Line(f"・{not_begun(one.certificate)}") for one in fitting if not one.open]
    return [Line("預計開辦", "heading"), *lines] if lines else []
