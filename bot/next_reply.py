"""A reminder that waits is told on the person's next reply, which costs the agency nothing (design §5).

It is decided again in the batch that handles the event, from what holds before it, and told only with a reply
that changes nothing of that (`handlers.next_reply.fits`). It counts as told in the transaction that freezes
the reply, so it is told once. A reply that is refused, or of which nobody knows whether it arrived, is never
said again; the receipt that it carries opens the next one: so nothing is lost silently.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Snapshot, Way
from guideline.reminding import Due
from handlers.desk import Desk
from handlers.event import Event
from handlers.next_reply import fits, in_a_sentence, with_reminder
from handlers.outcome import Outcome
from handlers.receipts import followed
from reminders.today import Today, look
from storage import facts, waiting
from storage.dispatches import NewDispatch
from storage.planned import LATE
from storage.waiting import Waiting

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kept:
    """What one person is still to be told."""

    reminder: Waiting
    due: Due
    today: Today


class Riding:
    """What waits for the people of one batch, and with whose reply it goes."""

    def __init__(self, kept: Mapping[int, Kept]) -> None:
        self._kept = kept
        self._told: dict[int, Kept] = {}

    def on(self, event: Event, snapshot: Snapshot, outcome: Outcome) -> Outcome:
        """The outcome as it is frozen: with the reminder, where one waits and it fits."""
        kept = self._kept.get(snapshot.account.person_id or 0)
        if kept is None or not fits(event, snapshot, outcome):
            return outcome
        today = kept.today
        try:
            said = with_reminder(outcome, kept.due, today.desk, today.day, today.official_on)
        except Exception as error:  # noqa: BLE001 - what cannot be said must not cost the answer
            log.error("reminder.unsaid", action="next_reply", error=type(error).__name__)
            return outcome
        self._told[kept.reminder.person_id] = kept
        return said

    def receipted(self, snapshot: Snapshot, letters: Sequence[NewDispatch]) -> Sequence[NewDispatch]:
        """The letters of that outcome. The reminder goes by the last: should that get lost, whatever
        became of the others, its receipt says the same in a sentence."""
        kept = self._told.get(snapshot.account.person_id or 0)
        if kept is None or not letters:
            return letters
        *others, last = letters
        return [*others, replace(last, receipt=followed(last.receipt, in_a_sentence(kept.due)))]

    def off(self, snapshot: Snapshot) -> None:
        """That outcome could not be frozen after all."""
        self._told.pop(snapshot.account.person_id or 0, None)

    async def told(self, conn: AsyncConnection, day: date, real: datetime) -> None:
        """The replies that tell them are frozen by this transaction. Raises `Conflict` where one waits no
        more."""
        await waiting.told(conn, [one.reminder.id for one in self._told.values()], day, real)
        for one in self._told.values():
            if one.due.uploads:
                await facts.ask(conn, [one.reminder.person_id], one.today.asked, day)


async def load(
    conn: AsyncConnection,
    desk: Desk,
    people: Collection[int],
    day: date,
    ways: Collection[Way],
    zone: ZoneInfo,
    real: datetime,
) -> Riding:
    """Of these people; `day` is the business date. What is not due any more is dropped here, by reason;
    of several that wait only the latest is told."""
    rows = await waiting.of_people(conn, people)
    if not rows:
        return Riding({})
    latest = {row.person_id: row for row in rows}
    dropped = {row.id: LATE for row in rows if row is not latest[row.person_id]}
    kept: dict[int, Kept] = {}
    today = await look(conn, desk, day, ways, zone)
    occasions = {one.id: one for one in today.occasions} if today is not None else {}
    known = await facts.of_people(conn, set(latest), today.asked) if today is not None else {}
    for number, row in latest.items():
        occasion = occasions.get(row.occasion)
        if today is None or occasion is None or number not in known:
            dropped[row.id] = LATE
            continue
        said = today.decide(known[number], occasion)
        if isinstance(said, Due):
            kept[number] = Kept(row, said, today)
        else:
            dropped[row.id] = said.why
    await waiting.dropped(conn, dropped, real)
    return Riding(kept)
