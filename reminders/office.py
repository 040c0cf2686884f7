"""What HR's people are told unasked, each once: the week's digest, the report of a wave."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from guideline.ways import best
from handlers.message import Message
from reminders.voices import Voice
from storage import reach
from storage.dispatches import NewDispatch, To, freeze
from storage.files import NewFile
from storage.schema import preference, told
from storage.statements import upsert


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mailbox gets."""

    said: Sequence[Message]
    files: Sequence[NewFile] = ()


NO_LETTERS: Final[Mapping[int, Letter]] = MappingProxyType({})


async def tell(
    conn: AsyncConnection,
    voices: Mapping[Way, Voice],
    what: str,
    said: Mapping[int, Sequence[Message]],
    kind: str,
    real: datetime,
    letters: Mapping[int, Letter] = NO_LETTERS,
    today: date | None = None,
) -> frozenset[int]:
    """Tells each of these people theirs, by the way that reaches them best, unless they have been told `what`
    before; to a mailbox what `letters` has for them instead. Returns whom no way leads to; they are not told
    again either: what they would read stands where they look for it. It speaks of others, so nothing of it
    is kept once it is said. Called in the transaction that decides it; `today` is the business date (None:
    that of `real`)."""
    if not said:
        return frozenset()
    once = upsert(conn, told).on_conflict_do_nothing(index_elements=["what", "person_id"])
    new = set(
        await conn.scalars(
            once.returning(told.c.person_id),
            [{"what": what, "person_id": number, "at": real} for number in said],
        )
    )
    chosen = await ways(conn, new, voices)
    calls: list[NewDispatch] = []
    for number, (way, to) in sorted(chosen.items()):
        mine = letters.get(number) if way == "email" else None
        mine = mine or Letter(said[number])
        calls += [replace(call, fleeting=True) for call in voices[way].say([to], mine.said, kind, mine.files)]
    await freeze(conn, calls, real, today)
    return frozenset(new - chosen.keys())


async def ways(
    conn: AsyncConnection, people: Collection[int], voices: Mapping[Way, Voice]
) -> dict[int, tuple[Way, To]]:
    """By which way each of them is told now, and where; whom no way leads to is left out."""
    rows = await conn.execute(
        select(preference.c.person_id, preference.c.channel).where(preference.c.person_id.in_(people))
    )
    chosen = {row.person_id: row.channel for row in rows}
    found: dict[int, tuple[Way, To]] = {}
    for number, there in (await reach.addresses(conn, people)).items():
        way = best(chosen.get(number, ""), there.keys() & voices.keys())
        if way is not None:
            found[number] = (way, there[way])
    return found
