"""復原: takes back exactly one report of hours while it is unchanged."""

from datetime import datetime, timedelta

from guideline.changes import HoursWithdrawn
from guideline.records import HoursEntry, Snapshot, Source
from handlers import closed
from handlers.commands import Name
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Choices
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.report import named
from handlers.wording import do, pc

TASK = "undo"
RECENT = timedelta(hours=24)  # how far back the typed word reaches; a button reaches its own entry
AGAIN = timedelta(minutes=10)  # after one was taken back the typed word takes none that was there then
# Telegram tells whole seconds, and of a press none at all: its time is our own clock's.
INEXACT = timedelta(seconds=2)


def press(event: Event, snapshot: Snapshot, desk: Desk, pressed: Press) -> Outcome:
    """The button under one report: it names the entry by its key."""
    mine = [e for e in _reported(snapshot) if e.key and e.key == pressed.nonce]
    if not mine:
        return _nothing("這筆回報已經復原或更正過。", desk)
    return _withdrawn(mine[-1], snapshot)


def newest(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The typed word: the newest report of the last 24 hours. Typed again soon after, it takes no further
    one: on a slow line people type again before the first answer has come."""
    recent = [e for e in _reported(snapshot) if event.at - e.reported_at <= RECENT]
    gone = _just_gone(event, snapshot)
    if gone is not None and not any(_came_after(e, *gone) for e in recent):
        said = Choices(
            prompt=f"剛才已撤回：{named(gone[0])}，這次沒有再變動。",
            hint="還要撤回其他的，請從紀錄選那一筆。",
            options=(do("看紀錄", Name.RECORDS), do("看進度", Name.PROGRESS)),
            typed=pc("紀錄", "進度"),
        )
        return Outcome((said,))
    if not recent:
        return _nothing("最近 24 小時內沒有可以復原的回報。", desk)
    return _withdrawn(max(recent, key=lambda e: (e.reported_at, e.id)), snapshot)


def _reported(snapshot: Snapshot) -> list[HoursEntry]:
    return [e for e in snapshot.entries if e.source is Source.SELF and e.withdrawn_at is None]


def _just_gone(event: Event, snapshot: Snapshot) -> tuple[HoursEntry, datetime] | None:
    """The report that the person took back last, and when, if that was just now; none that a correction
    stands in for."""
    corrected = {e.replaces for e in snapshot.history}
    gone = [
        (e, e.withdrawn_at)
        for e in snapshot.history
        if e.source is Source.SELF
        and e.withdrawn_at is not None
        and event.at - e.withdrawn_at <= AGAIN
        and e.withdrawn_by.startswith("account:")
        and e.id not in corrected
    ]
    return max(gone, key=lambda one: (one[1], one[0].id), default=None)


def _came_after(entry: HoursEntry, gone: HoursEntry, gone_at: datetime) -> bool:
    """Whether it was reported when the other one had been taken back."""
    return entry.id > gone.id and entry.reported_at >= gone_at - INEXACT


def _withdrawn(entry: HoursEntry, snapshot: Snapshot) -> Outcome:
    if entry.learned_on.year in snapshot.closed_years:
        return closed.refused(entry.learned_on.year)
    if entry.replaces is not None:
        # Taking only the correction back would leave neither the one nor the other.
        said = Choices(
            prompt=f"最近的一筆是更正後的紀錄：{named(entry)}。要再更正或撤回，請從紀錄選這一筆。",
            options=(do("看紀錄", Name.RECORDS), do("看進度", Name.PROGRESS)),
            typed=pc("紀錄", "進度"),
        )
        return Outcome((said,))
    said = Choices(
        prompt=f"已復原：{named(entry)}，這筆不再列計。",
        options=(do("重新回報", Name.HOURS), do("看進度", Name.PROGRESS), do("看紀錄", Name.RECORDS)),
        typed=pc("回報", "進度", "紀錄"),
    )
    return Outcome((said,), (HoursWithdrawn(entry.id, entry.version),), receipt=f"已復原 {named(entry)}")


def _nothing(why: str, desk: Desk) -> Outcome:
    said = Choices(
        prompt=f"{why}要更正或撤回更早的紀錄，請看「紀錄」。",
        options=(do("看紀錄", Name.RECORDS), do("看進度", Name.PROGRESS), do("回報時數", Name.HOURS)),
        typed=pc("紀錄", "進度", "回報"),
    )
    return Outcome((said,))
