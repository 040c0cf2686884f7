"""紀錄: the newest entries of hours, each with where it comes from and what it counts toward."""

from guideline.records import HoursEntry, Snapshot, Source
from guideline.words import hours_words, roc_date
from handlers import undo
from handlers.commands import Name
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Line, Row
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.wording import do, pc, short

TASK = "records"
_SHOWN = 8
_OWN = {Source.SELF: "自行回報", Source.OFFICIAL: "官方"}


def present(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """This year's and last year's entries, newest first, each self-reported one with its 撤回."""
    newest = sorted(snapshot.entries, key=lambda entry: (entry.learned_on, entry.id), reverse=True)
    shown = newest[:_SHOWN]
    rows: list[Row] = []
    withdraw: list[Button] = []
    for number, entry in enumerate(shown, start=1):
        rows += [Line(_entry(number, entry)), Line(desk.editions.credit(entry).why, "note")]
        if entry.source is Source.SELF and entry.key:
            withdraw.append(
                Button(f"撤回第 {number} 筆", Press(undo.TASK, "entry", entry.key), style="quiet")
            )
    if not shown:
        rows.append(Line("還沒有任何時數紀錄。上過課了嗎？輸入「回報」就可以記下來。"))
    if len(newest) > len(shown):
        rows.append(Line(f"另有 {len(newest) - len(shown)} 筆較早的紀錄未列出。", "note"))
    rows.append(Line(f"自行回報非官方時數。較早的紀錄如需更正，請洽{desk.agency.hr_reached}。", "note"))
    card = Card(
        title="時數紀錄（近兩年）",
        rows=tuple(rows),
        buttons=(do("回報時數", Name.HOURS), do("看進度", Name.PROGRESS), *withdraw),
        typed=pc("回報", "進度", "復原"),
    )
    return Outcome((card,))


def _entry(number: int, entry: HoursEntry) -> str:
    return (
        f"{number}. {roc_date(entry.learned_on)}　{hours_words(entry.minutes)}"
        f"　{short(entry.title)}（{_OWN[entry.source]}）"
    )


def press(event: Event, snapshot: Snapshot, desk: Desk, pressed: Press) -> Outcome:
    """A button of the list: another year, an entry, its correction."""
    return present(event, snapshot, desk)
