"""What HR's people are told unasked, each once: the week's digest, the report of a wave."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from guideline.ways import best
from handlers.message import Message
from reminders.voices import Voice
from storage import reach
from storage.dispatches import NewDispatch, freeze
from storage.schema import preference, told
from storage.statements import upsert


async def tell(
    conn: AsyncConnection,
    voices: Mapping[Way, Voice],
    what: str,
    said: Mapping[int, Sequence[Message]],
    kind: str,
    real: datetime,
    today: date | None = None,
) -> frozenset[int]:
    """Tells each of these people theirs, by the way that reaches them best, unless they have been told `what`
    before. Returns whom no way leads to; they are not told again either: what they would read stands where
    they look for it. Called in the transaction that decides it; `today` is the business date (None: that of
    `real`)."""
    if not said:
        return frozenset()
    once = upsert(conn, told).on_conflict_do_nothing(index_elements=["what", "person_id"])
    new = set(
        await conn.scalars(
            once.returning(told.c.person_id),
            [{"what": what, "person_id": number, "at": real} for number in said],
        )
    )
    rows = await conn.execute(
        select(preference.c.person_id, preference.c.channel).where(preference.c.person_id.in_(new))
    )
    chosen = {row.person_id: row.channel for row in rows}
    there = await reach.addresses(conn, new)
    calls: list[NewDispatch] = []
    unreached: set[int] = set()
    for number in sorted(new):
        way = best(chosen.get(number, ""), there[number].keys() & voices.keys())
        if way is None:
            unreached.add(number)
        else:
            calls += voices[way].say([there[number][way]], said[number], kind)
    await freeze(conn, calls, real, today)
    return frozenset(unreached)
