"""A certificate that is being reported as held: the draft of a run, and its questions.

Steps: `which` and `date` ask for a part, `again` wants a yes to one reported before, `confirm` shows the
whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from guideline.certificates import STAYS_VALID, ended
from guideline.course_names import match_name, name_key
from guideline.edition import Edition
from guideline.records import CertificateEntry, Conversation, Snapshot
from guideline.words import WEEKDAYS, roc_date
from handlers import drafts
from handlers.certificate_card import TASK
from handlers.commands import Name
from handlers.desk import Desk
from handlers.message import Button, Card, Choices, Field, Line, Message, Row
from handlers.payload import Press
from handlers.wording import LABEL, do, pc, short

LONGEST: Final = 60  # characters of a name
NOT_ID: Final = "請勿傳送身分證字號。"
_OFFERS: Final = 10
_CANCEL: Final = do("取消", Name.CANCEL, "quiet")


@dataclass(frozen=True, slots=True)
class Held:
    """What is known so far. `offers`: what the present question's buttons stand for; `note`: what to say
    above it; `again`: the person has said that it is another one than the one reported before."""

    name: str = ""
    certificate_id: str | None = None
    obtained_on: date | None = None
    offers: tuple[str, ...] = ()
    note: str = ""
    again: bool = False

    def draft(self) -> dict[str, Any]:
        """As JSON values, for the conversation."""
        return {
            "name": self.name,
            "certificate": self.certificate_id,
            "obtained_on": self.obtained_on.isoformat() if self.obtained_on else None,
            "offers": list(self.offers),
            "note": self.note,
            "again": self.again,
        }


def kept(draft: Mapping[str, Any], edition: Edition) -> Held:
    """What a draft holds; what cannot be read is missing."""
    certificate = drafts.words(draft.get("certificate"))
    return Held(
        name=drafts.words(draft.get("name")),
        certificate_id=certificate if certificate in edition.certificates else None,
        obtained_on=drafts.day(draft.get("obtained_on")),
        offers=drafts.several(draft.get("offers")),
        note=drafts.words(draft.get("note")),
        again=draft.get("again") is True,
    )


def named(known: Held, said: str, edition: Edition) -> Held:
    """With the certificate of this name; a name that is near to others is asked about, and is taken as it
    stands once it was on offer itself."""
    match = match_name(said, {item.id: (item.name,) for item in edition.certificates.values()})
    if match.course_id is not None:
        name = edition.certificates[match.course_id].name
        return replace(known, name=name, certificate_id=match.course_id, again=False, offers=(), note="")
    if match.near and said not in known.offers:
        offers = tuple(dict.fromkeys((*match.near, said)))
        return replace(known, offers=offers, note=f"「{short(said)}」是下面的證照嗎？")
    return replace(known, name=said, certificate_id=None, again=False, offers=(), note="")


def reported_before(known: Held, snapshot: Snapshot) -> CertificateEntry | None:
    """The newest of the person's that is the same certificate, or has the same name."""
    for entry in reversed(snapshot.certificates):
        if known.certificate_id is not None and entry.certificate_id == known.certificate_id:
            return entry
        if known.name and name_key(entry.name) == name_key(known.name):
            return entry
    return None


def catalogue(desk: Desk, opened: frozenset[str]) -> tuple[str, ...]:
    """Names to tap instead of typing: all that could be obtained so far, those that have ended too."""
    begun = [c.name for c in desk.edition.certificates.values() if c.status == "open" or c.id in opened]
    return tuple(begun[:_OFFERS])


def asked(running: Conversation, known: Held, desk: Desk, today: date, *, other: bool = False) -> Message:
    """The present question of the run. `other`: 其他日期 was pressed."""
    match running.step:
        case "date":
            return _date(running, known, today, other=other)
        case "again":
            return _again(running, known)
        case "confirm" if known.name and known.obtained_on is not None:
            return _confirm(running, known, known.obtained_on, desk, today)
        case _:
            return _which(running, known)


def _which(running: Conversation, known: Held) -> Message:
    offers = known.offers[:_OFFERS]
    labels = [f"{number} {offer}" for number, offer in enumerate(offers, start=1)]
    crowded = any(len(label) > LABEL for label in labels)
    buttons = [_button(running, short(label, LABEL), f"offer.{n}") for n, label in enumerate(labels)]
    hint = f"不在清單上的，請直接輸入證書上的名稱（{LONGEST} 字以內）。{NOT_ID}"
    return Choices(
        prompt=known.note or "您取得的是哪一張證照？",
        options=tuple(buttons),
        extras=(_CANCEL,),
        hint="\n".join([*(labels if crowded else []), hint]),
        typed=pc("數字或證照名稱" if offers else "證照名稱", "取消"),
    )


def _date(running: Conversation, known: Held, today: date, *, other: bool) -> Message:
    days = [("今天", today), ("昨天", today - timedelta(days=1))]
    offered = [_button(running, offer, f"offer.{n}") for n, offer in enumerate(known.offers[:_OFFERS])]
    usual = [_button(running, f"{word} {day.month}/{day.day}", f"date.{day}") for word, day in days]
    prompt = "請輸入發證日期，例如 114/6/30。" if other else "證書上的發證日期是哪一天？"
    return Choices(
        prompt=f"{known.note}\n{prompt}" if known.note else prompt,
        options=tuple(offered or [*usual, *([] if other else [_button(running, "其他日期", "other")])]),
        extras=(_button(running, "改證照", "edit.which", quiet=True), _CANCEL),
        typed=pc("日期，如 114/6/30", "改證照", "取消"),
    )


def _again(running: Conversation, known: Held) -> Message:
    return Choices(
        prompt=known.note or "這張證照您已經回報過，要再回報一次嗎？",
        options=(_button(running, "是，再回報一次", "again"), _button(running, "改證照", "edit.which")),
        extras=(_CANCEL,),
        typed=pc("是", "改證照", "取消"),
    )


def _confirm(running: Conversation, known: Held, obtained_on: date, desk: Desk, today: date) -> Message:
    item = desk.edition.certificates.get(known.certificate_id or "")
    rows: list[Row] = [
        Field("證照", known.name),
        Field("取得日期", f"{roc_date(obtained_on)}（{WEEKDAYS[obtained_on.weekday()]}）"),
    ]
    if item is not None and ended(item, today):
        rows.append(Line(f"這張證照已停考；{STAYS_VALID}。"))
    if item is None:
        rows.append(Line("這張不在指引列出的證照中，是否採認由人事確認。"))
    rows.append(Line(f"人事核對後登錄 WebHR 表51（專長），請備妥證書影本；{NOT_ID}", "note"))
    return Card(
        title="請確認證照",
        rows=tuple(rows),
        buttons=(
            _button(running, "確認回報", "ok", primary=True),
            _button(running, "改證照", "edit.which"),
            _button(running, "改日期", "edit.date"),
            _CANCEL,
        ),
        typed=pc("確認回報", "改證照", "改日期", "取消"),
    )


def _button(
    running: Conversation, label: str, choice: str, *, primary: bool = False, quiet: bool = False
) -> Button:
    press = Press(TASK, choice, running.nonce)
    return Button(label, press, style="primary" if primary else "quiet" if quiet else "normal")
