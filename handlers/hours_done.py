"""After hours were confirmed: the receipt, the new figures in one line, and the way to take them back."""

from guideline.changes import HoursCorrected, HoursLogged
from guideline.records import Conversation, HoursEntry, Snapshot
from guideline.standing import PartStanding
from guideline.words import beside, hours_words, listed, roc_year
from handlers import undo
from handlers.commands import Name
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Line, Row
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.report import NOT_OFFICIAL, as_entry, is_older, named
from handlers.tally import figures
from handlers.tasks import leave
from handlers.wording import do, pc


def recorded(
    event: Event,
    running: Conversation,
    logged: HoursLogged,
    snapshot: Snapshot,
    desk: Desk,
    was: HoursEntry | None = None,
) -> Outcome:
    """The change and the reply that tells it. The button 復原 carries the event's nonce, which the entry
    keeps as its key. `was`: the entry that it corrects; that is not taken back but corrected again."""
    year = logged.learned_on.year
    entry = as_entry(logged, event.at)
    older = was is not None or is_older(logged.learned_on, event.today)
    known = snapshot.history if older else snapshot.entries
    kept = [other for other in known if was is None or other.id != was.id]
    before = desk.editions.reckon(year, known, snapshot.official_as_of).parts
    after = desk.editions.reckon(year, (*kept, entry), snapshot.official_as_of).parts
    rows: list[Row] = [
        Line(f"{logged.title}（{NOT_OFFICIAL}）"),
        Line(_progress(after, entry, desk)),
    ]
    rows += [Line(praise, "good") for praise in _praise(before, after)]
    if was is not None:
        card = Card(
            title=f"已更正為 {hours_words(logged.minutes)}",
            rows=tuple(rows),
            buttons=(do("看紀錄", Name.RECORDS), do("看進度", Name.PROGRESS)),
            typed=pc("紀錄", "進度"),
        )
        change = HoursCorrected(was.id, was.version, logged)
        return Outcome((card,), (change, *leave(running)), receipt=f"已更正為 {named(logged)}")
    card = Card(
        title=f"已回報 {hours_words(logged.minutes)}",
        rows=tuple(rows),
        buttons=(
            do("看進度", Name.PROGRESS, "primary"),
            do("再回報一筆", Name.HOURS),
            Button("復原", Press(undo.TASK, "entry", logged.key), style="quiet"),
        ),
        typed=pc("進度", "回報", "復原"),
    )
    return Outcome((card,), (logged, *leave(running)), receipt=f"已回報 {named(logged)}")


def _progress(after: tuple[PartStanding, ...], entry: HoursEntry, desk: Desk) -> str:
    """One line on the part that this entry helps: one still missing before one already enough."""
    credited = desk.editions.credit(entry)
    helped = [part for part in after if part.part in credited.parts]
    if not helped:
        return credited.why
    part = next((p for p in helped if p.state in ("missing", "waiting")), helped[0])
    year = f"{roc_year(entry.learned_on.year)} 年"
    return f"{beside(year, part.name)}：{figures(part)}"


def _praise(before: tuple[PartStanding, ...], after: tuple[PartStanding, ...]) -> list[str]:
    """A congratulation for each part that this report completes; it never says that all is done."""
    short_of = {(part.requirement, part.part) for part in before if part.state == "missing"}
    done = [p for p in after if (p.requirement, p.part) in short_of and p.state in ("waiting", "official")]
    if not done:
        return []
    names = listed(list(dict.fromkeys(f"「{part.name}」" for part in done)))
    return [f"恭喜您，{names}的時數回報足夠了！官方登錄後就會列為已達成。"]
