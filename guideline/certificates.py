"""Which certificate to take, in which order, and why (Q5–Q7).

公務AI共通核心能力認證 goes first (Q7). One that has not begun is announced and never offered until HR opens
it; one that has ended gives way to its successor, and is never taken from who holds it (hr-year 19).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from guideline.edition import Certificate, Edition
from guideline.words import roc_date

FEES: Final = "費用視機關經費狀況補助（問答集 Q5）"  # never promised
NEED: Final = "證照依業務需要或個人意願（問答集 Q7）"
STAYS_VALID: Final = "停考不影響已取得的證書"
_KINDS: Final = {"public": "公部門證照", "industry": "產業證照"}
_WHY: Final = {
    "public": "政府主導，著重公共責任、政策情境與法規資安風險（問答集 Q6）",
    "industry": "產業認證可直接採認（問答集 Q6）",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A certificate that fits; `open` False: it has not begun. `replaces` is the one that it follows, which
    has ended."""

    certificate: Certificate
    open: bool
    replaces: Certificate | None = None


def suggestions(
    edition: Edition,
    roles: Collection[str],
    today: date,
    *,
    held: Collection[str] = (),
    opened: Collection[str] = (),
) -> list[Suggestion]:
    """What fits these roles, in the order in which to take it: 通識核心 first, then as the edition lists
    them. Without a role, what Q7 names for everybody. `held` are ids of certificates that the person has;
    who holds one that has ended is not sent to its successor. `opened`: planned ones that HR has opened."""
    covered = _covered(edition, held)
    found: dict[str, Suggestion] = {}
    for item in sorted(_fitting(edition, roles), key=lambda item: not item.general):
        current, replaces = _current(edition, item, today)
        if current is not None and current.id not in covered:
            suggested = Suggestion(current, current.open_on(today, opened), replaces)
            found.setdefault(current.id, suggested)
    return list(found.values())


def reasons(suggestion: Suggestion) -> tuple[str, ...]:
    """Why this one, a sentence each. That an industry's certificate is recognised (Q6) is not said of one
    that no source names."""
    item = suggestion.certificate
    lines = [] if item.cite.provisional else [_WHY[item.kind]]
    if item.general:
        lines.insert(0, "通識核心，各類別都先考這一張（問答集 Q7）")
    if (replaces := suggestion.replaces) is not None:
        last = f"考到 {roc_date(replaces.valid_until)} 為止" if replaces.valid_until else "已停考"
        lines.append(f"「{replaces.name}」{last}，由這張接續{_unsure(replaces)}")
    return tuple(lines)


def source(item: Certificate) -> str:
    """Where it comes from, with the note of the data; what no source says is said to be so."""
    if item.cite.kind == "law" or not item.cite.text:
        return item.cite.shown
    return f"{item.cite.text}（{item.cite.shown}）" if item.cite.kind != "agency" else item.cite.text


def classed(item: Certificate) -> str:
    """產業證照・工具類; of an industry's whose class is not known, that the guideline does not say (Q6)."""
    if item.group:
        return f"{_KINDS[item.kind]}・{item.group}類"
    unsaid = "" if item.kind == "public" else "（工具類或專案技術類，指引未載明）"
    return f"{_KINDS[item.kind]}{unsaid}"


def not_begun(item: Certificate) -> str:
    """What is said of one that is planned, so that nobody wonders."""
    when = item.cite.text or item.cite.shown
    first = "，並建議先考這張（問答集 Q7）" if item.general else ""
    return f"{item.name}尚未開辦（{when}），人事公布後才列入建議{first}"


def ended(item: Certificate, today: date) -> bool:
    """Whether it can no longer be taken."""
    return item.valid_until is not None and today > item.valid_until


def _fitting(edition: Edition, roles: Collection[str]) -> list[Certificate]:
    wanted = set(roles) & set(edition.roles)
    everyone = {edition.role_rule.everyday}
    return [
        item
        for item in edition.certificates.values()
        if set(item.roles) & (wanted or everyone) and (wanted or item.cite.kind == "Q7")
    ]


def _current(
    edition: Edition, item: Certificate, today: date
) -> tuple[Certificate | None, Certificate | None]:
    """The one to take in its place today, and the ended one that it follows; None, None where the last of
    the line has ended."""
    current, replaces = item, None
    while ended(current, today):
        if current.successor is None:
            return None, None
        current, replaces = edition.certificates[current.successor], current
    return current, replaces


def _covered(edition: Edition, held: Collection[str]) -> set[str]:
    """Those held, and what came after them."""
    covered: set[str] = set()
    waiting = [number for number in held if number in edition.certificates]
    while waiting:
        number = waiting.pop()
        successor = edition.certificates[number].successor
        if number not in covered and successor is not None:
            waiting.append(successor)
        covered.add(number)
    return covered


def _unsure(item: Certificate) -> str:
    cite = item.until_cite
    if cite is None:
        return ""
    return f"（{cite.shown}）" if cite.provisional else f"（依據：{cite.shown}）"
