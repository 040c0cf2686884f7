"""紀錄: one year's entries at a time, one entry with its history, and the ways to put it right.

Buttons carry an entry's id and the version that was seen; typed words its number (`shelf`). Either way the
entry is shown before anything of it changes. 撤回 asks once (step `withdraw`); 更正 is `correction`.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from guideline.changes import ConversationMoved, HoursWithdrawn
from guideline.numerals import WHOLE, whole
from guideline.records import Conversation, HoursEntry, Snapshot
from handlers import correction, records_cards, tasks
from handlers.commands import Name, bare
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Choices, Text
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.records_cards import unchangeable
from handlers.report import named
from handlers.shelf import Shelf, shelf
from handlers.wording import do, pc

TASK: Final = records_cards.TASK
TITLE = "撤回"
_YES = ("確認撤回", "確認", "確定", "是", "對", "沒錯", "yes", "ok")
_STALE = "這個按鈕已經失效，請由下面的清單重選。"
_RELATIVE = {"今年": 0, "去年": 1, "前年": 2}
_PAGE = re.compile(rf"第? ?({WHOLE}) ?頁")
_YEAR = re.compile(r"(?<![0-9])(1[0-9]{2}|20[0-9]{2})(?![0-9]) ?年?度?")
_NUMBER = re.compile(rf"(?:編號|第)? ?第? ?({WHOLE}) ?[筆號項]?")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What was typed after 紀錄. `number`: of one entry; then the rest says nothing."""

    year: int
    page: int = 0
    withdrawn: bool = False
    number: int | None = None


def present(event: Event, snapshot: Snapshot, desk: Desk, text: str = "") -> Outcome:
    """The list of this year, or of what the text names: a year, a page, 已撤回, or one entry's number."""
    mine, wanted = shelf(event, snapshot), _wanted(text, event.today)
    if wanted.number is not None:
        entry = mine.numbered(wanted.number)
        return _list(mine, desk, _unknown(wanted.number)) if entry is None else _one(entry, mine, desk)
    if wanted.withdrawn:
        return Outcome((records_cards.withdrawn(mine, wanted.year, wanted.page),))
    return Outcome((records_cards.of_year(mine, desk, wanted.year, wanted.page),))


def correct(event: Event, snapshot: Snapshot, desk: Desk, text: str) -> Outcome:
    """更正 3."""
    mine = shelf(event, snapshot)
    entry = _typed(text, mine)
    if isinstance(entry, HoursEntry):
        return _correcting(event, snapshot, desk, entry, mine)
    return _list(mine, desk, entry or "要更正哪一筆？請選一筆，或輸入「更正」加上編號。")


def withdraw(event: Event, snapshot: Snapshot, desk: Desk, text: str) -> Outcome:
    """撤回 3."""
    mine = shelf(event, snapshot)
    entry = _typed(text, mine)
    if isinstance(entry, HoursEntry):
        return _asking(event, snapshot, desk, entry, mine)
    return _list(mine, desk, entry or "要撤回哪一筆？請選一筆，或輸入「撤回」加上編號。")


def press(  # noqa: PLR0911 (one return a kind of button)
    event: Event, running: Conversation | None, snapshot: Snapshot, desk: Desk, pressed: Press
) -> Outcome:
    """A button of a list, of an entry's card, or of the question before it is withdrawn. They hold whatever
    runs; only the yes belongs to its own question."""
    mine = shelf(event, snapshot)
    kind, first, second = [*pressed.choice.split("."), "", ""][:3]
    if not (first.isdecimal() and second.isdecimal() and len(first) < 19 and len(second) < 10):
        return _list(mine, desk, _STALE)
    number, other = int(first), int(second)
    if kind in ("year", "gone") and 1912 <= number <= date.max.year:
        if kind == "gone":
            card = records_cards.withdrawn(mine, number, other)
        else:
            card = records_cards.of_year(mine, desk, number, other)
        return Outcome((replace(card, replaces=True),))
    entry = mine.known(number)
    if entry is None or kind not in ("open", "fix", "take", "yes"):
        return _list(mine, desk, _STALE)
    if entry.version != other:
        return _changed(entry, mine, desk)
    match kind:
        case "fix":
            return _correcting(event, snapshot, desk, entry, mine)
        case "take":
            return _asking(event, snapshot, desk, entry, mine)
        case "yes":
            asking = tasks.raised(snapshot.conversation, TASK)
            if asking is None or asking.nonce != pressed.nonce:
                return _one(entry, mine, desk, "這個按鈕已經失效，這筆沒有變動。")
            return _withdrawn(asking, mine, desk)
    return _one(entry, mine, desk)


def answer(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """Words to 「要撤回這一筆嗎？」."""
    mine = shelf(event, snapshot)
    if bare(event.text) in _YES:
        return _withdrawn(running, mine, desk)
    asked = resume(event, running, snapshot, desk)
    if asked.changes:
        return asked
    return replace(asked, replies=(Text("這筆還沒有撤回。請輸入「確認撤回」或「取消」。"), *asked.replies))


def resume(event: Event, running: Conversation, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The question again, or that there is nothing left to ask."""
    mine = shelf(event, snapshot)
    entry = _kept(running, mine)
    if entry is None or unchangeable(entry, mine):
        return _over(running, mine, desk)
    return Outcome((_question(running, entry, mine, desk),))


def where(running: Conversation, desk: Desk) -> str:
    return "有一筆紀錄等您確認要不要撤回"


# An entry --------------------------------------------------------------------------------------------


def _one(entry: HoursEntry, mine: Shelf, desk: Desk, before: str = "") -> Outcome:
    card = records_cards.one(entry, mine, desk)
    return Outcome((Text(before), card) if before else (card,))


def _changed(entry: HoursEntry, mine: Shelf, desk: Desk) -> Outcome:
    """A button of an entry that is no longer as it was shown: what became of it, and nothing changes."""
    later = entry
    while (following := mine.successor(later)) is not None:
        later = following
    if later is not entry:
        return _one(later, mine, desk, f"這筆已經更正為編號 {mine.number(later)}，這是目前的內容：")
    what = "已經撤回" if entry.withdrawn_at is not None else "已有變動"
    return _one(entry, mine, desk, f"這筆紀錄{what}，這是目前的內容：")


def _correcting(event: Event, snapshot: Snapshot, desk: Desk, entry: HoursEntry, mine: Shelf) -> Outcome:
    if entry.withdrawn_at is not None:
        return _changed(entry, mine, desk)
    if unchangeable(entry, mine):  # the card says why
        return _one(entry, mine, desk)
    return correction.begin(event, snapshot, desk, entry)


def _asking(event: Event, snapshot: Snapshot, desk: Desk, entry: HoursEntry, mine: Shelf) -> Outcome:
    if entry.withdrawn_at is not None:
        return _changed(entry, mine, desk)
    if unchangeable(entry, mine):  # the card says why
        return _one(entry, mine, desk)
    asking = tasks.start(event, snapshot, desk, TASK, "withdraw", entry=entry.id, version=entry.version)
    return Outcome((_question(asking, entry, mine, desk),), (ConversationMoved(asking),))


def _question(running: Conversation, entry: HoursEntry, mine: Shelf, desk: Desk) -> Choices:
    yes = Press(TASK, f"yes.{entry.id}.{entry.version}", running.nonce)
    return Choices(
        prompt=f"要撤回編號 {mine.number(entry)} 嗎？\n{named(entry)}",
        options=(Button("確認撤回", yes), do("取消", Name.CANCEL, "quiet")),
        hint="撤回後不再列計，仍可在「已撤回」看到。只是內容有誤時，請改用「更正」。",
        typed=pc("確認撤回", "取消"),
    )


def _withdrawn(running: Conversation, mine: Shelf, desk: Desk) -> Outcome:
    entry = _kept(running, mine)
    if entry is None or unchangeable(entry, mine):
        return _over(running, mine, desk)
    said = Choices(
        prompt=f"已撤回：{named(entry)}，這筆不再列計。",
        options=(do("看紀錄", Name.RECORDS), do("看進度", Name.PROGRESS), do("回報時數", Name.HOURS)),
        typed=pc("紀錄", "進度", "回報"),
    )
    changes = (HoursWithdrawn(entry.id, entry.version), *tasks.leave(running))
    return Outcome((said,), changes, receipt=f"已撤回 {named(entry)}")


def _kept(running: Conversation, mine: Shelf) -> HoursEntry | None:
    """The entry that a run asks about, while it is as it was seen."""
    number, version = running.draft.get("entry"), running.draft.get("version")
    entry = mine.known(number) if isinstance(number, int) else None
    unchanged = entry is not None and entry.version == version and entry.withdrawn_at is None
    return entry if unchanged else None


def _over(running: Conversation, mine: Shelf, desk: Desk) -> Outcome:
    """The entry changed, or its year was closed, while it was asked about."""
    number = running.draft.get("entry")
    entry = mine.known(number) if isinstance(number, int) else None
    if entry is None:
        found = _list(mine, desk, "沒有等您確認的紀錄。")
    elif entry.withdrawn_at is None and (refused := unchangeable(entry, mine)):
        found = _one(entry, mine, desk, refused)
    else:
        found = _changed(entry, mine, desk)
    return replace(found, changes=tasks.leave(running))


# What was typed --------------------------------------------------------------------------------------


def _list(mine: Shelf, desk: Desk, before: str) -> Outcome:
    return Outcome((records_cards.of_year(mine, desk, mine.now.year, before=before),))


def _typed(text: str, mine: Shelf) -> HoursEntry | str:
    """The entry of the number in it, or why there is none; empty where no number was typed."""
    found = _NUMBER.fullmatch(text)
    number = whole(found[1]) if found else None
    if number is None:
        return ""
    return mine.numbered(number) or _unknown(number)


def _unknown(number: int) -> str:
    return f"沒有編號 {number} 的紀錄，請從下面的清單選一筆。"


def _wanted(text: str, today: date) -> _Wanted:
    """A lone number from 100 on is a year (114, 2025), a smaller one an entry's."""
    page = _PAGE.search(text)
    rest = _PAGE.sub(" ", text)
    withdrawn = "撤回" in rest
    rest = rest.replace("已撤回", " ").replace("撤回", " ").strip()
    turned = max(0, (whole(page[1]) or 1) - 1) if page else 0
    if rest in _RELATIVE:
        return _Wanted(today.year - _RELATIVE[rest], turned, withdrawn)
    if year := _YEAR.fullmatch(rest):
        said = int(year[1])
        return _Wanted(said if said > 1911 else said + 1911, turned, withdrawn)
    found = _NUMBER.fullmatch(rest)
    number = whole(found[1]) if found and not page and not withdrawn else None
    return _Wanted(today.year, turned, withdrawn, number)
