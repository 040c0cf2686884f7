"""撤回證照 3: the report of that number is taken back after one question.

On a slow line people type again: the number never passes to another report, and the second time the same
question comes, or that it is taken back already.
"""

from typing import Final

from guideline.changes import ConversationMoved
from guideline.records import CertificateEntry, Conversation, Snapshot
from handlers import certificate_card, certificates
from handlers.certificate_card import quoted
from handlers.commands import Name, bare
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Choices, Text
from handlers.outcome import Outcome
from handlers.pages import place_in
from handlers.payload import Press
from handlers.tasks import leave, start
from handlers.wording import do, pc

TASK: Final = "certback"
TITLE: Final = "撤回證照"
_ENTRY: Final = "entry"
_YES: Final = ("確認撤回", "確認", "確定", "是", "對", "沒錯", "yes", "ok")


def take_back(event: Event, snapshot: Snapshot, desk: Desk, rest: str) -> Outcome:
    """撤回證照, alone or with the number that the card gives."""
    place = place_in(rest)
    if place is None:
        return certificates.take_back(event, snapshot, desk, rest)
    entry = next((held for held in snapshot.certificates if held.number == place + 1), None)
    if entry is None:
        said = f"第 {place + 1} 張已經撤回，或沒有這個號碼。要撤回其他的，請在「撤回證照」後面加上數字。"
        return Outcome((Text(said), certificate_card.card(event.today, snapshot, desk)))
    if entry.registered_at is not None:
        return certificates.withdrawn(entry, desk)
    asking = start(event, snapshot, desk, TASK, "confirm", **{_ENTRY: entry.id})
    return Outcome((_question(asking, entry),), (ConversationMoved(asking),))


def answer(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Words typed to 「要撤回嗎？」."""
    if bare(event.text) in _YES:
        return _confirmed(running, snapshot, desk)
    return resume(event, running, snapshot, desk)


def press(
    event: Event, running: Conversation | None, snapshot: Snapshot, desk: Desk, pressed: Press
) -> Outcome:
    """The yes of this run; one of an old question changes nothing."""
    if running is None or running.task != TASK or running.nonce != pressed.nonce:
        card = certificate_card.card(event.today, snapshot, desk)
        return Outcome((Text("這個按鈕已經失效，沒有再變動。"), card))
    if pressed.choice == "yes":
        return _confirmed(running, snapshot, desk)
    return resume(event, running, snapshot, desk)


def resume(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The question again, or that there is nothing left to ask."""
    entry = _kept(running, snapshot)
    if entry is None or entry.registered_at is not None:
        return _confirmed(running, snapshot, desk)
    return Outcome((_question(running, entry),))


def where(running: Conversation, desk: Desk) -> str:
    return "有一張證照等您確認要不要撤回"


def _question(running: Conversation, entry: CertificateEntry) -> Choices:
    return Choices(
        prompt=f"要撤回第 {entry.number} 張{quoted(entry)}嗎？",
        options=(Button("確認撤回", Press(TASK, "yes", running.nonce)), do("取消", Name.CANCEL, "quiet")),
        hint="撤回後不會登錄表51；需要時可以重新回報。",
        typed=pc("確認撤回", "取消"),
    )


def _confirmed(running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Withdrawn; what was settled meanwhile is only said."""
    entry = _kept(running, snapshot)
    if entry is None:
        return Outcome((Text("這張證照已經撤回，沒有再變動。"),), leave(running))
    done = certificates.withdrawn(entry, desk)
    return Outcome(done.replies, (*done.changes, *leave(running)), receipt=done.receipt)


def _kept(running: Conversation, snapshot: Snapshot) -> CertificateEntry | None:
    """The report that a run asks about; None where it was taken back."""
    number = running.draft.get(_ENTRY)
    return next((held for held in snapshot.certificates if held.id == number), None)
