"""證照: which one to take, 回報已取得, and taking a report back (Q5–Q7).

What a person reports waits for HR, who alone says that it stands in WebHR 表51 (`office_certificates`).
"""

import re
from dataclasses import replace
from datetime import date
from typing import Final

from guideline.changes import CertificateReported, CertificateWithdrawn, ConversationMoved
from guideline.hours_text import read_day
from guideline.records import CertificateEntry, Conversation, Snapshot
from guideline.words import roc_date, short_date
from handlers import certificate_card, certificate_report, drafts
from handlers.certificate_card import newest, quoted, titled, withdrawal
from handlers.certificate_report import LONGEST, NOT_ID, Held, asked, kept, named, reported_before
from handlers.commands import Name, bare, tidy
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Choices, Line, Text
from handlers.numbers import numbers_in
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.tasks import leave, start, step
from handlers.wording import do, pc

TASK: Final = certificate_card.TASK
TITLE: Final = "證照回報"
_YES: Final = ("是", "對", "是的", "是再回報一次", "再回報一次", "yes")
_CONFIRM: Final = ("確認回報", "確認", "確定", "是", "對", "沒錯", "ok", "yes")
_EDIT: Final = {"which": ("改證照", "證照名稱", "改名稱"), "date": ("改日期", "日期")}
_ID: Final = re.compile(r"(?<![a-z0-9])[a-z][12a-d89][0-9]{8}(?![0-9])", re.IGNORECASE)  # 身分證, 居留證
# What each step's buttons may carry; any other is a button of an old question.
_AT: Final = {
    "which": ("offer",),
    "date": ("date", "other", "offer", "edit"),
    "again": ("again", "edit"),
    "confirm": ("ok", "edit"),
}


def present(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """我該考哪張, and what is held."""
    return Outcome((certificate_card.card(event.today, snapshot, desk),))


def begin(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """回報已取得: starts, or goes on with a report that already runs."""
    running = snapshot.conversation
    if running is not None and running.task == TASK:
        return resume(event, running, snapshot, desk)
    fresh = start(event, snapshot, desk, TASK, "which")
    return _to(event, fresh, Held(), snapshot, desk)


def answer(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Words typed to the present question."""
    known = kept(running.draft, desk.edition)
    said = bare(event.text)
    match running.step:
        case "again" if said in _YES:
            return _to(event, running, replace(known, again=True, note=""), snapshot, desk)
        case "confirm" if said in _CONFIRM:
            return _report(event, running, known, snapshot, desk)
        case "date" | "again" | "confirm" if part := _part(said):
            return _cleared(event, running, known, part, snapshot, desk)
        case "date":
            return _dated(event, running, known, snapshot, desk)
        case "again" | "confirm":
            yes, more = ("是", "") if running.step == "again" else ("確認回報", "、「改日期」")
            said = f"這張還沒有送出。請輸入「{yes}」、「改證照」{more}或「取消」。"
            return _asked_again(event, running, known, desk, said)
    return _which(event, running, known, snapshot, desk)


def press(
    event: Event, running: Conversation | None, snapshot: Snapshot, desk: Desk, pressed: Press
) -> Outcome:
    """A button of this run, of an old one, or the one that takes a report back."""
    if pressed.choice == "withdraw":
        mine = [entry for entry in snapshot.certificates if entry.key and entry.key == pressed.nonce]
        return withdrawn(mine[-1], desk) if mine else _nothing_to_withdraw(desk)
    if running is None or running.task != TASK:
        said = Choices(
            prompt="這個按鈕已經失效，這張證照目前沒有在回報。",
            options=(do("看證照", Name.CERTIFICATES), do("回報已取得", Name.HELD)),
            typed=pc("證照", "回報已取得"),
        )
        return Outcome((said,))
    known = kept(running.draft, desk.edition)
    kind, _, value = pressed.choice.partition(".")
    if pressed.nonce != running.nonce or kind not in _AT.get(running.step, ("offer",)):
        return _asked_again(event, running, known, desk, "題目已更新，填過的內容都還在。")
    return _pressed(event, running, known, kind, value, snapshot, desk)


def resume(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The present question again."""
    return Outcome((asked(running, kept(running.draft, desk.edition), desk, event.today),))


def where(running: Conversation, desk: Desk) -> str:
    return "您有一張證照還沒回報完"


def takes_any_words(running: Conversation) -> bool:
    """Whether the present question is answered in free words (a certificate's name)."""
    return running.task == TASK and running.step not in ("date", "again", "confirm")


def take_back(event: Event, snapshot: Snapshot, desk: Desk, rest: str) -> Outcome:
    """撤回證照 without a number (`certificate_withdrawal` reads those)."""
    waiting = [entry for entry in newest(snapshot) if entry.registered_at is None]
    if not waiting:
        return _nothing_to_withdraw(desk)
    if len(waiting) == 1 and not rest:
        return withdrawn(waiting[0], desk)
    said = Text(f"要撤回哪一張？請在「撤回證照」後面加上數字，例如：撤回證照 {waiting[0].number}。")
    return Outcome((said, certificate_card.card(event.today, snapshot, desk)))


def _pressed(
    event: Event, running: Conversation, known: Held, kind: str, value: str, snapshot: Snapshot, desk: Desk
) -> Outcome:
    match kind:
        case "offer" if value in {str(n) for n in range(len(known.offers))}:
            return answer(replace(event, text=known.offers[int(value)]), running, snapshot, desk)
        case "date" if day := drafts.day(value):
            return _on(event, running, known, day, snapshot, desk)
        case "again":
            return _to(event, running, replace(known, again=True, note=""), snapshot, desk)
        case "ok":
            return _report(event, running, known, snapshot, desk)
        case "edit" if value in _EDIT:
            return _cleared(event, running, known, value, snapshot, desk)
    return Outcome((asked(running, known, desk, event.today, other=kind == "other"),))


def _which(event: Event, running: Conversation, known: Held, snapshot: Snapshot, desk: Desk) -> Outcome:
    said = tidy(event.text)
    numbers = numbers_in(said)
    if len(numbers) == 1 and 1 <= numbers[0] <= len(known.offers):
        said = known.offers[numbers[0] - 1]
    if not bare(said) or numbers_in(said):
        return _asked_again(event, running, known, desk, "請選一項，或輸入證書上的名稱。")
    if len(said) > LONGEST:
        return _asked_again(event, running, known, desk, f"名稱有點長，請縮短到 {LONGEST} 字以內。")
    if _ID.search(said):
        return _asked_again(event, running, known, desk, f"{NOT_ID}只要輸入證書上的名稱就好。")
    return _to(event, running, named(known, said, desk.edition), snapshot, desk)


def _dated(event: Event, running: Conversation, known: Held, snapshot: Snapshot, desk: Desk) -> Outcome:
    day, doubt = read_day(tidy(event.text), event.today)
    if day is not None:
        return _on(event, running, known, day, snapshot, desk)
    readings = doubt.options if doubt is not None else ()
    earlier = f"民國{tidy(event.text)}"  # 83/7/1 is asked about: certificates may be older than courses
    if not readings and (day := read_day(earlier, event.today)[0]) is not None and day <= event.today:
        readings = (f"民國{roc_date(day)}",)
    if readings:
        doubted = replace(known, offers=readings, note="這個日期不太確定，請選一項或重新輸入。")
        return _moved(event, running, "date", doubted, desk)
    said = doubt.sentence if doubt is not None else "抱歉，我沒有看懂日期。請輸入例如：昨天、114/6/30。"
    return _asked_again(event, running, known, desk, said)


def _on(
    event: Event, running: Conversation, known: Held, day: date, snapshot: Snapshot, desk: Desk
) -> Outcome:
    """With that day; one that has not come is refused. However old, it holds."""
    if day > event.today:
        said = f"{short_date(day)}還沒到，請輸入證書上的發證日期。"
        return _asked_again(event, running, known, desk, said)
    return _to(event, running, replace(known, obtained_on=day, offers=(), note=""), snapshot, desk)


def _cleared(
    event: Event, running: Conversation, known: Held, part: str, snapshot: Snapshot, desk: Desk
) -> Outcome:
    known = replace(known, offers=(), note="")
    cleared = (
        replace(known, name="", certificate_id=None, again=False)
        if part == "which"
        else replace(known, obtained_on=None)
    )
    return _to(event, running, cleared, snapshot, desk)


def _to(event: Event, running: Conversation, known: Held, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Goes to the next question: what is missing, the same one again, the whole."""
    if known.note or not known.name:
        offers = known.offers or certificate_report.catalogue(desk, snapshot.opened)
        return _moved(event, running, "which", replace(known, offers=offers), desk)
    before = reported_before(known, snapshot)
    if before is not None and not known.again:
        said = f"您已經回報過{quoted(before)}。要再回報一次嗎？"
        return _moved(event, running, "again", replace(known, note=said), desk)
    to = "date" if known.obtained_on is None else "confirm"
    return _moved(event, running, to, known, desk)


def _report(event: Event, running: Conversation, known: Held, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Confirmed: checked once more against what is known now (another chat may have reported meanwhile)."""
    again = reported_before(known, snapshot) is not None and not known.again
    if not known.name or known.obtained_on is None or known.obtained_on > event.today or again:
        return _to(event, running, known, snapshot, desk)
    change = CertificateReported(known.certificate_id, known.name, known.obtained_on, event.nonce)
    entry = CertificateEntry(
        0, change.certificate_id, change.name, change.obtained_on, event.at, key=change.key
    )
    card = Card(
        title="已回報證照",
        rows=(
            Line(titled(entry)),
            Line(f"狀態：{certificate_card.WAITS}"),
            Line("接下來：人事核對後登錄 WebHR 表51（專長），登錄後會通知您。"),
            Line(f"請備妥證書影本，需要時交給{desk.agency.hr_reached}；{NOT_ID}", "note"),
        ),
        buttons=(
            do("看證照", Name.CERTIFICATES, "primary"),
            do("看下一步", Name.NEXT),
            Button("撤回這張", withdrawal(entry), style="quiet"),
        ),
        typed=pc("證照", "下一步", "撤回證照"),
    )
    receipt = f"已回報證照「{change.name}」（{roc_date(change.obtained_on)} 取得）"
    return Outcome((card,), (change, *leave(running)), receipt=receipt)


def withdrawn(entry: CertificateEntry, desk: Desk) -> Outcome:
    if entry.registered_at is not None:
        said = f"{quoted(entry)}已由人事登錄，如需更正請洽{desk.agency.hr_reached}。"
        return Outcome((_after(said),))
    told = _after(f"已撤回{quoted(entry)}，這張不會登錄表51。")
    receipt = f"已撤回證照「{entry.name}」"
    return Outcome((told,), (CertificateWithdrawn(entry.id),), receipt=receipt)


def _nothing_to_withdraw(desk: Desk) -> Outcome:
    return Outcome((_after(f"沒有可以撤回的證照。已登錄的如需更正，請洽{desk.agency.hr_reached}。"),))


def _after(said: str) -> Choices:
    return Choices(
        prompt=said,
        options=(do("看證照", Name.CERTIFICATES), do("回報已取得", Name.HELD)),
        typed=pc("證照", "回報已取得"),
    )


def _part(said: str) -> str | None:
    return next((part for part, words in _EDIT.items() if said in words), None)


def _moved(event: Event, running: Conversation, to: str, known: Held, desk: Desk) -> Outcome:
    moved = step(running, to, **known.draft())
    return Outcome((asked(moved, known, desk, event.today),), (ConversationMoved(moved),))


def _asked_again(event: Event, running: Conversation, known: Held, desk: Desk, said: str) -> Outcome:
    """Why nothing was taken, and the same question."""
    return Outcome((Text(said), asked(running, known, desk, event.today)))
