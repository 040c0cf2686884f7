"""What HR's people are told unasked, each once: the week's digest, the report of a wave."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import and_, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from guideline.ways import best
from handlers.message import Message
from reminders.voices import Voice
from storage import reach
from storage.astray import ASTRAY
from storage.dispatches import NewDispatch, To, freeze
from storage.files import NewFile
from storage.schema import dispatch, outbox, preference, told
from storage.statements import upsert

NEWEST: Final = 20_000  # refused calls that are looked through


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mailbox gets."""

    said: Sequence[Message]
    files: Sequence[NewFile] = ()


NO_LETTERS: Final[Mapping[int, Letter]] = MappingProxyType({})
Tried = Mapping[int, Collection[Way]]  # by person, the ways that are not tried again
NONE_TRIED: Final[Tried] = MappingProxyType({})


async def tell(
    conn: AsyncConnection,
    voices: Mapping[Way, Voice],
    what: str,
    said: Mapping[int, Sequence[Message]],
    kind: str,
    real: datetime,
    letters: Mapping[int, Letter] = NO_LETTERS,
    today: date | None = None,
    tried: Tried = NONE_TRIED,
) -> frozenset[int]:
    """Tells each of these people theirs, by the way that reaches them best, unless they have been told `what`
    before; to a mailbox what `letters` has for them instead. Returns whom no way leads to; they are not told
    again either: what they would read stands where they look for it. It speaks of others, so nothing of it
    is kept once it is said. Called in the transaction that decides it; `today` is the business date (None:
    that of `real`). The ways `tried` have refused it."""
    if not said:
        return frozenset()
    once = upsert(conn, told).on_conflict_do_nothing(index_elements=["what", "person_id"])
    new = set(
        await conn.scalars(
            once.returning(told.c.person_id),
            [{"what": what, "person_id": number, "at": real} for number in said],
        )
    )
    chosen = await ways(conn, new, voices, tried)
    calls: list[NewDispatch] = []
    for number, (way, to) in sorted(chosen.items()):
        mine = letters.get(number) if way == "email" else None
        mine = mine or Letter(said[number])
        calls += [replace(call, fleeting=True) for call in voices[way].say([to], mine.said, kind, mine.files)]
    await freeze(conn, calls, real, today)
    return frozenset(new - chosen.keys())


async def refused(conn: AsyncConnection, what: str, kind: str) -> dict[int, frozenset[Way]]:
    """Of those who were told `what` the ways that have refused it for good since, by person."""
    newest = (
        select(dispatch.c.id, dispatch.c.platform, dispatch.c.created_at)
        .where(dispatch.c.state == literal_column("'refused'"), dispatch.c.reason != ASTRAY)
        .order_by(dispatch.c.id.desc())
        .limit(NEWEST)
        .subquery()
    )
    rows = await conn.execute(
        select(told.c.person_id, newest.c.platform)
        .select_from(newest)
        .join(outbox, outbox.c.dispatch_id == newest.c.id)
        .join(told, and_(told.c.person_id == outbox.c.person_id, told.c.what == what))
        .where(outbox.c.kind == kind, newest.c.created_at >= told.c.at)
    )
    found: dict[int, set[Way]] = defaultdict(set)
    for number, way in rows:
        found[number].add(way)
    return {number: frozenset(some) for number, some in found.items()}


async def untold(
    conn: AsyncConnection, what: str, people: Collection[int], voices: Mapping[Way, Voice], tried: Tried
) -> list[int]:
    """Those of these people who were not told `what`, and to whom a way leads that was not `tried`."""
    there = set(await conn.scalars(select(told.c.person_id).where(told.c.what == what)))
    return list(await ways(conn, set(people) - there, voices, tried))


async def ways(
    conn: AsyncConnection,
    people: Collection[int],
    voices: Mapping[Way, Voice],
    tried: Tried = NONE_TRIED,
) -> dict[int, tuple[Way, To]]:
    """By which way each of them is told now, and where; whom no way leads to is left out."""
    rows = await conn.execute(
        select(preference.c.person_id, preference.c.channel).where(preference.c.person_id.in_(people))
    )
    chosen = {row.person_id: row.channel for row in rows}
    found: dict[int, tuple[Way, To]] = {}
    for number, there in (await reach.addresses(conn, people)).items():
        able = (there.keys() & voices.keys()).difference(tried.get(number, ()))
        way = best(chosen.get(number, ""), able)
        if way is not None:
            found[number] = (way, there[way])
    return found
