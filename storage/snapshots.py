"""What the handlers may know of each event's person: eight statements for a batch, whatever its size, and
one more for each kind of thing that only some of its events need."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import (
    Account,
    Activation,
    Conversation,
    HoursEntry,
    Need,
    Person,
    Platform,
    RoleAssignment,
    Snapshot,
)
from storage import needed, settings
from storage.rows import PERSON, to_conversation, to_entry, to_person, to_role
from storage.schema import activation, closed_year, conversation, outbox, person, role_assignment
from storage.standings import ENTRIES
from storage.statements import several

KEPT_CODE: Final = "activation"  # in a conversation's draft: the id of the activation that waits
_CLOSED: Final = select(closed_year.c.year)
_CONVERSATIONS: Final = select(conversation).where(conversation.c.account_id.in_(several("accounts")))
_PEOPLE: Final = select(*PERSON).where(person.c.id.in_(several("people")))
_ROLES: Final = select(role_assignment).where(
    role_assignment.c.id.in_(
        select(func.max(role_assignment.c.id))
        .where(role_assignment.c.person_id.in_(several("people")))
        .group_by(role_assignment.c.person_id)
    )
)
_ACTIVATIONS: Final = (
    select(
        *PERSON,
        activation.c.id.label("activation_id"),
        activation.c.code_hash,
        activation.c.expires_at,
        activation.c.used_at,
    )
    .join(activation, activation.c.person_id == person.c.id)
    .where(or_(activation.c.code_hash.in_(several("hashes")), activation.c.id.in_(several("kept"))))
)
_UNRECEIVED: Final = (
    select(outbox.c.account_id, outbox.c.receipt)
    .where(literal_column("outbox.unreceived"), outbox.c.account_id.in_(several("accounts")))
    .order_by(outbox.c.id)
)


def nothing_more(_: Conversation | None) -> frozenset[Need]:
    """What an event needs that needs nothing beyond the usual."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose snapshot, and as of when: `today` is the event's date, `code_hash` the code it names, `needs`
    what else it needs, given the conversation it meets."""

    account: Account
    today: date
    code_hash: str | None
    needs: Callable[[Conversation | None], frozenset[Need]] = nothing_more


async def load(
    conn: AsyncConnection, wanted: Sequence[Wanted], platforms: Collection[Platform] = ("line", "telegram")
) -> list[Snapshot]:
    """One snapshot for each, in the same order. `platforms` are those that work: by the others nobody is
    reached."""
    if not wanted:
        return []
    accounts = {one.account.id for one in wanted}
    people = {one.account.person_id for one in wanted if one.account.person_id is not None}
    conversations = await _conversations(conn, accounts)
    known = await _people(conn, people)
    roles = await _roles(conn, people)
    years = {one.today.year for one in wanted}
    entries = await _entries(conn, people, min(years) - 1, max(years))
    by_hash, by_id = await _activations(conn, wanted, conversations)
    unreceived = await _unreceived(conn, accounts)
    decided = await settings.values(conn, settings.OFFICIAL_AS_OF, settings.ACCEPTING)
    closed = frozenset(await conn.scalars(_CLOSED))
    more = await needed.load(
        conn, _asked(wanted, conversations), known, max(one.today for one in wanted), platforms
    )

    def snapshot(one: Wanted) -> Snapshot:
        owner = one.account.person_id
        running = conversations.get(one.account.id)
        current = (one.today.year - 1, one.today.year)
        return Snapshot(
            account=one.account,
            person=known.get(owner) if owner is not None else None,
            conversation=running,
            role=roles.get(owner) if owner is not None else None,
            entries=tuple(entry for entry in entries.get(owner or 0, ()) if entry.learned_on.year in current),
            official_as_of=settings.as_instant(decided.get(settings.OFFICIAL_AS_OF)),
            activation=_named(one, running, by_hash, by_id),
            unreceived=tuple(unreceived.get(one.account.id, ())),
            closed_years=closed,
            accepting=decided.get(settings.ACCEPTING) is not False,
            **more.get(owner or 0, {}),
        )

    return [snapshot(one) for one in wanted]


def _asked(
    wanted: Sequence[Wanted], conversations: Mapping[int, Conversation]
) -> Mapping[Need, Collection[int]]:
    """Whose what is needed."""
    asked: dict[Need, set[int]] = defaultdict(set)
    for one in wanted:
        if one.account.person_id is not None:
            for need in one.needs(conversations.get(one.account.id)):
                asked[need].add(one.account.person_id)
    return asked


def _named(
    one: Wanted,
    running: Conversation | None,
    by_hash: Mapping[str, Activation],
    by_id: Mapping[int, Activation],
) -> Activation | None:
    """The code of this event; only an event that names none falls back to the one that waits."""
    if one.code_hash is not None:
        return by_hash.get(one.code_hash)
    kept = _kept(running)
    return None if kept is None else by_id.get(kept)


def _kept(running: Conversation | None) -> int | None:
    kept = running.draft.get(KEPT_CODE) if running is not None else None
    return kept if isinstance(kept, int) and not isinstance(kept, bool) else None


async def _conversations(conn: AsyncConnection, accounts: Collection[int]) -> dict[int, Conversation]:
    rows = await conn.execute(_CONVERSATIONS, {"accounts": list(accounts)})
    return {row.account_id: to_conversation(row) for row in rows}


async def _people(conn: AsyncConnection, people: Collection[int]) -> dict[int, Person]:
    rows = await conn.execute(_PEOPLE, {"people": list(people)})
    return {row.id: to_person(row) for row in rows}


async def _roles(conn: AsyncConnection, people: Collection[int]) -> dict[int, RoleAssignment]:
    rows = await conn.execute(_ROLES, {"people": list(people)})
    return {row.person_id: to_role(row) for row in rows}


async def _entries(
    conn: AsyncConnection, people: Collection[int], first_year: int, last_year: int
) -> Mapping[int, list[HoursEntry]]:
    years = {"first": date(first_year, 1, 1), "last": date(last_year, 12, 31)}
    rows = await conn.execute(ENTRIES, {"people": list(people), **years})
    found: dict[int, list[HoursEntry]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(to_entry(row))
    return found


async def _activations(
    conn: AsyncConnection, wanted: Sequence[Wanted], conversations: Mapping[int, Conversation]
) -> tuple[dict[str, Activation], dict[int, Activation]]:
    hashes = {one.code_hash for one in wanted if one.code_hash is not None}
    kept = {number for running in conversations.values() if (number := _kept(running)) is not None}
    if not hashes and not kept:
        return {}, {}
    rows = await conn.execute(_ACTIVATIONS, {"hashes": list(hashes), "kept": list(kept)})
    found = {row.code_hash: _activation(row) for row in rows}
    return found, {one.id: one for one in found.values()}


def _activation(row: Any) -> Activation:
    return Activation(row.activation_id, to_person(row), row.expires_at, row.used_at)


async def _unreceived(conn: AsyncConnection, accounts: Collection[int]) -> Mapping[int, list[str]]:
    rows = await conn.execute(_UNRECEIVED, {"accounts": list(accounts)})
    found: dict[int, list[str]] = defaultdict(list)
    for account_id, receipt in rows:
        if receipt not in found[account_id]:  # the parts of one reply have the same
            found[account_id].append(receipt)
    return found
