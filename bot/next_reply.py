"""A reminder that waits is told on the person's next reply, which costs the agency nothing (design §5).

It is decided again in the batch that handles the event, from what holds before it, and told only with a reply
that changes nothing of that (`handlers.next_reply.fits`). It counts as told in the transaction that freezes
the reply, so it is told once. A reply that is refused, or of which nobody knows whether it arrived, is never
said again; the receipt that it carries opens the next one: so nothing is lost silently.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from guideline.reminding import Due
from handlers.desk import Desk
from reminders.today import Today, look
from storage import facts, waiting
from storage.waiting import Waiting
from storage.waves import LATE


@dataclass(frozen=True, slots=True)
class Kept:
    """What one person is still to be told."""

    reminder: Waiting
    due: Due
    today: Today


async def load(
    conn: AsyncConnection,
    desk: Desk,
    people: Collection[int],
    day: date,
    ways: Collection[Way],
    zone: ZoneInfo,
    real: datetime,
) -> Mapping[int, Kept]:
    """By person, of these; `day` is the business date. What is not due any more is dropped here, by reason;
    of several that wait only the latest is told."""
    rows = await waiting.of_people(conn, people)
    if not rows:
        return {}
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
    return kept


async def told(conn: AsyncConnection, kept: Collection[Kept], day: date, real: datetime) -> None:
    """The replies that tell these are frozen by this transaction."""
    await waiting.told(conn, [one.reminder.id for one in kept], day, real)
    for one in kept:
        if one.due.uploads:
            await facts.ask(conn, [one.reminder.person_id], one.today.asked, day)
