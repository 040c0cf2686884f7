"""Raw events: stored before they are acknowledged, claimed chat by chat, in order (design §2)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Account, Platform, Way
from storage.rows import ACCOUNT, to_account
from storage.schema import account, inbox, person
from storage.statements import upsert
from storage.types import sound

# Written into the statement: a partial index serves only a condition it can see.
_WAITING: Final[ColumnElement[str]] = literal_column("'waiting'")
_DONE, _FAILED = "done", "failed"


@dataclass(frozen=True, slots=True)
class Received:
    """One event as a platform handed it over.

    `chat_id` is the user or group it belongs to, None for an event that names none (a malformed one).
    `order_key` orders the events of one chat (LINE: timestamp in ms; Telegram: update_id); equal keys
    keep the order in which they came. `message_id` is empty where the event is no message.
    """

    platform: Platform
    event_id: str
    chat_id: str | None
    order_key: int
    raw: bytes
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event that is ours until the transaction ends, and its account as it stands now."""

    seq: int
    platform: Platform
    event_id: str
    raw: bytes
    received_at: datetime
    account: Account | None


async def receive(conn: AsyncConnection, rows: Sequence[Received], at: datetime) -> int:
    """Stores the events that were not stored before and the accounts they need; `at` is real time.
    Returns how many were new."""
    if not rows:
        return 0
    accounts = await _accounts(conn, rows, at)
    insert_new = upsert(conn, inbox).on_conflict_do_nothing(index_elements=["platform", "event_id"])
    stored = await conn.execute(
        insert_new.returning(inbox.c.seq),
        [
            {
                "platform": row.platform,
                "event_id": row.event_id,
                "account_id": accounts[row.platform, sound(row.chat_id)] if row.chat_id else None,
                "order_key": row.order_key,
                "message_id": row.message_id,
                "raw": row.raw,
                "received_at": at,
                "state": "waiting",
            }
            for row in rows
        ],
    )
    return len(stored.all())


async def claim(
    conn: AsyncConnection,
    limit: int,
    only: Collection[int] | None = None,
    platforms: Collection[Platform] | None = None,
) -> list[Claimed]:
    """At most `limit` waiting events, oldest first: of each chat and of each person at most one, the
    next in its order. Events of no chat come last, one by one.

    They are ours until the transaction ends: on PostgreSQL by locks on the account and then on the person,
    on SQLite because there is one writer. `only` restricts it to these events, `platforms` to those of
    these platforms (None: all): what this program cannot read waits for one that can.
    """
    chats = await _lock_chats(conn, limit, only, platforms)
    claimed: list[Claimed] = []
    if chats:
        # Read again, now that nobody else can finish an event of these chats.
        heads = _heads(only).add_columns(*ACCOUNT).where(account.c.id.in_(chats)).order_by(inbox.c.seq)
        claimed += await _reached(conn, [(row, to_account(row[5:])) for row in await conn.execute(heads)])
    if len(claimed) < limit:
        strays = _restricted(
            select(*_EVENT)
            .where(inbox.c.state == _WAITING, inbox.c.account_id.is_(None))
            .order_by(inbox.c.seq)
            .limit(limit - len(claimed))
            .with_for_update(skip_locked=True),
            only,
            platforms,
        )
        claimed += [_claimed(row, None) for row in await conn.execute(strays)]
    return sorted(claimed, key=lambda event: event.seq)


async def finish(conn: AsyncConnection, seqs: Collection[int]) -> None:
    """These events had their effect."""
    if seqs:
        await conn.execute(update(inbox).where(inbox.c.seq.in_(seqs)).values(state=_DONE, error=""))


async def fail(conn: AsyncConnection, seq: int, error: str) -> None:
    """Keeps the event for `revive`; its chat goes on. `error` must not hold a person's words."""
    await conn.execute(update(inbox).where(inbox.c.seq == seq).values(state=_FAILED, error=error))


async def revive(conn: AsyncConnection, seqs: Collection[int] | None = None) -> int:
    """Failed events (all, or these) wait again. Returns how many."""
    again = _restricted(update(inbox).where(inbox.c.state == _FAILED), seqs)
    return (await conn.execute(again.values(state="waiting", error=""))).rowcount


async def still_waiting(conn: AsyncConnection, event_ids: Collection[str]) -> set[tuple[str, str]]:
    """Platform and id of those of these events that have not been handled yet."""
    asked = select(inbox.c.platform, inbox.c.event_id).where(
        inbox.c.state == _WAITING, inbox.c.event_id.in_(event_ids)
    )
    return {(platform, event_id) for platform, event_id in await conn.execute(asked)}


async def raw_of(conn: AsyncConnection, seq: int) -> tuple[bytes, datetime] | None:
    """An event as it was received, and when; None once it is purged."""
    row = (await conn.execute(select(inbox.c.raw, inbox.c.received_at).where(inbox.c.seq == seq))).first()
    return (row.raw, row.received_at) if row is not None else None


async def oldest_waiting(conn: AsyncConnection, platforms: Collection[Way] | None = None) -> datetime | None:
    """When the event of these platforms (None: all) that waits longest was received: the first of them,
    however many wait."""
    waiting = select(inbox.c.received_at).where(inbox.c.state == _WAITING).order_by(inbox.c.seq).limit(1)
    found: datetime | None = await conn.scalar(_restricted(waiting, None, platforms))
    return found


_EVENT = (inbox.c.seq, inbox.c.platform, inbox.c.event_id, inbox.c.raw, inbox.c.received_at)


def _claimed(row: Any, owner: Account | None) -> Claimed:
    return Claimed(row[0], row[1], row[2], bytes(row[3]), row[4], owner)


async def _reached(conn: AsyncConnection, heads: Sequence[tuple[Any, Account]]) -> list[Claimed]:
    """Whoever writes to us can be reached again."""
    silent = [owner.id for _, owner in heads if not owner.reachable]
    if silent:
        await conn.execute(update(account).where(account.c.id.in_(silent)).values(reachable=True))
    return [_claimed(row, replace(owner, reachable=True)) for row, owner in heads]


def _heads(only: Collection[int] | None) -> Select[Any]:
    """The next waiting event of each chat, joined with its account."""
    earlier = inbox.alias("earlier")
    sooner = or_(
        earlier.c.order_key < inbox.c.order_key,
        and_(earlier.c.order_key == inbox.c.order_key, earlier.c.seq < inbox.c.seq),
    )
    has_earlier = (
        select(earlier.c.seq)
        .where(earlier.c.account_id == inbox.c.account_id, earlier.c.state == _WAITING, sooner)
        .exists()
    )
    heads = select(*_EVENT).join(account, account.c.id == inbox.c.account_id)
    waiting: Select[Any] = _restricted(heads.where(inbox.c.state == _WAITING, ~has_earlier), only)
    return waiting


def _restricted(
    statement: Any, only: Collection[int] | None, platforms: Collection[Way] | None = None
) -> Any:
    if platforms is not None:
        # Not the column itself: without statistics SQLite would take the index of (platform, event_id) and
        # look through all there is of a platform, not the few that wait.
        statement = statement.where((inbox.c.platform + "").in_(platforms))
    return statement if only is None else statement.where(inbox.c.seq.in_(only))


async def _lock_chats(
    conn: AsyncConnection,
    limit: int,
    only: Collection[int] | None,
    platforms: Collection[Platform] | None,
) -> list[int]:
    """Accounts with something waiting, locked against other replicas, one for each person.

    NO KEY UPDATE, so that `receive` may meanwhile store more events that refer to them.
    """
    wanted = (
        _restricted(_heads(only), None, platforms)
        .with_only_columns(account.c.id, account.c.person_id)
        .order_by(inbox.c.seq)
        .limit(limit)
        .with_for_update(of=account, key_share=True, skip_locked=True)
    )
    locked = (await conn.execute(wanted)).all()
    people = sorted({person_id for _, person_id in locked if person_id is not None})
    if not people:
        return [account_id for account_id, _ in locked]
    free = set(
        await conn.scalars(
            select(person.c.id)
            .where(person.c.id.in_(people))
            .order_by(person.c.id)
            .with_for_update(key_share=True, skip_locked=True)
        )
    )
    chats: list[int] = []
    for account_id, person_id in locked:
        if person_id is None:
            chats.append(account_id)
        elif person_id in free:
            free.remove(person_id)
            chats.append(account_id)
    return chats


async def _accounts(
    conn: AsyncConnection, rows: Sequence[Received], at: datetime
) -> dict[tuple[str, str], int]:
    """Account ids by (platform, chat id), made where they are missing."""
    wanted = sorted({(row.platform, sound(row.chat_id)) for row in rows if row.chat_id})
    if not wanted:
        return {}
    known = await _known_accounts(conn, wanted)
    missing = [pair for pair in wanted if pair not in known]
    if missing:
        await conn.execute(
            upsert(conn, account).on_conflict_do_nothing(index_elements=["platform", "user_id"]),
            [{"platform": platform, "user_id": user_id, "created_at": at} for platform, user_id in missing],
        )
        known |= await _known_accounts(conn, missing)
    return known


async def _known_accounts(
    conn: AsyncConnection, wanted: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    found = await conn.execute(
        select(account.c.platform, account.c.user_id, account.c.id).where(
            account.c.platform.in_({platform for platform, _ in wanted}),
            account.c.user_id.in_({user_id for _, user_id in wanted}),
        )
    )
    return {(platform, user_id): number for platform, user_id, number in found}
