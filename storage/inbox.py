"""Raw events: stored before they are acknowledged, claimed chat by chat, in order (design §2)."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Account, Platform, Way
from storage.rows import ACCOUNT, to_account
from storage.schema import account, inbox, person
from storage.statements import at_most, locks_rows, several, upsert_on
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


@dataclass(frozen=True, slots=True)
class Failed:
    """An event that nobody could handle, kept to be handled again. `error` holds no word of a person."""

    seq: int
    platform: Platform
    received_at: datetime
    error: str


async def receive(conn: AsyncConnection, rows: Sequence[Received], at: datetime) -> Counter[Platform]:
    """Stores the events that were not stored before and the accounts they need; `at` is real time.
    Returns how many of each platform were new."""
    if not rows:
        return Counter()
    accounts = await _accounts(conn, rows, at)
    stored = await conn.execute(
        _insert_new(conn.dialect.name),
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
    return Counter(stored.scalars())


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
    asked = {"limit": limit, "only": only or (), "platforms": platforms or ()}
    which = only is not None, platforms is not None
    if locks_rows(conn):
        chats = await _lock_chats(conn, which, asked)
        # Read again, now that nobody else can finish an event of these chats.
        heads = await conn.execute(_heads_of(*which), asked | {"chats": chats}) if chats else ()
    else:
        heads = await conn.execute(_heads(*which), asked)
    mine = [(row, to_account(row[5:])) for row in heads]
    claimed = await _reached(conn, _one_for_each(mine))
    if len(claimed) < limit:
        strays = await conn.execute(_strays(*which), asked | {"limit": limit - len(claimed)})
        claimed += [_claimed(row, None) for row in strays]
    return sorted(claimed, key=lambda event: event.seq)


async def finish(conn: AsyncConnection, seqs: Collection[int]) -> None:
    """These events had their effect."""
    if seqs:
        await conn.execute(_FINISH, {"seqs": seqs})


async def fail(conn: AsyncConnection, seq: int, error: str) -> None:
    """Keeps the event for `revive`; its chat goes on. `error` must not hold a person's words."""
    await conn.execute(update(inbox).where(inbox.c.seq == seq).values(state=_FAILED, error=error))


async def revive(conn: AsyncConnection, seqs: Collection[int] | None = None) -> int:
    """Failed events (all, or these) wait again. Returns how many."""
    again = update(inbox).where(inbox.c.state == _FAILED)
    if seqs is not None:
        again = again.where(inbox.c.seq.in_(seqs))
    return (await conn.execute(again.values(state="waiting", error=""))).rowcount


async def failed(conn: AsyncConnection) -> list[Failed]:
    """What `revive` would take, oldest first."""
    columns = (inbox.c.seq, inbox.c.platform, inbox.c.received_at, inbox.c.error)
    rows = await conn.execute(select(*columns).where(inbox.c.state == _FAILED).order_by(inbox.c.seq))
    return [Failed(*row) for row in rows]


async def still_waiting(conn: AsyncConnection, event_ids: Collection[str]) -> set[tuple[str, str]]:
    """Platform and id of those of these events that have not been handled yet."""
    asked = select(inbox.c.platform, inbox.c.event_id).where(
        inbox.c.state == _WAITING, inbox.c.event_id.in_(event_ids)
    )
    return {(platform, event_id) for platform, event_id in await conn.execute(asked)}


async def any_waiting(conn: AsyncConnection) -> bool:
    """Whether there is any event that has not been handled."""
    return await conn.scalar(_ANY_WAITING) is not None


async def raw_of(conn: AsyncConnection, seq: int) -> tuple[bytes, datetime] | None:
    """An event as it was received, and when; None once it is purged."""
    row = (await conn.execute(select(inbox.c.raw, inbox.c.received_at).where(inbox.c.seq == seq))).first()
    return (row.raw, row.received_at) if row is not None else None


async def oldest_waiting(conn: AsyncConnection, platforms: Collection[Way] | None = None) -> datetime | None:
    """When the event of these platforms (None: all) that waits longest was received: the first of them,
    however many wait."""
    waiting = select(inbox.c.received_at).where(inbox.c.state == _WAITING).order_by(inbox.c.seq).limit(1)
    asked = _asked(waiting, only=False, platforms=platforms is not None)
    found: datetime | None = await conn.scalar(asked, {"platforms": platforms or ()})
    return found


_ANY_WAITING: Final = select(inbox.c.seq).where(inbox.c.state == _WAITING).limit(literal_column("1"))
_FINISH: Final = update(inbox).where(inbox.c.seq.in_(several("seqs"))).values(state=_DONE, error="")
_KNOWN: Final = select(account.c.platform, account.c.user_id, account.c.id).where(
    account.c.platform.in_(several("platforms")), account.c.user_id.in_(several("users"))
)
_EVENT = (inbox.c.seq, inbox.c.platform, inbox.c.event_id, inbox.c.raw, inbox.c.received_at)


@cache
def _insert_new(dialect: str) -> Any:
    once = upsert_on(dialect, inbox).on_conflict_do_nothing(index_elements=["platform", "event_id"])
    return once.returning(inbox.c.platform)


@cache
def _new_accounts(dialect: str) -> Any:
    return upsert_on(dialect, account).on_conflict_do_nothing(index_elements=["platform", "user_id"])


def _claimed(row: Any, owner: Account | None) -> Claimed:
    return Claimed(row[0], row[1], row[2], bytes(row[3]), row[4], owner)


async def _reached(conn: AsyncConnection, heads: Sequence[tuple[Any, Account]]) -> list[Claimed]:
    """Whoever writes to us can be reached again."""
    silent = [owner.id for _, owner in heads if not owner.reachable]
    if silent:
        await conn.execute(update(account).where(account.c.id.in_(silent)).values(reachable=True))
    return [_claimed(row, replace(owner, reachable=True)) for row, owner in heads]


@cache
def _heads(only: bool, platforms: bool) -> Select[Any]:
    """The next waiting event of each chat with its account, the oldest `limit` of them."""
    return _next(only, platforms).limit(at_most("limit"))


@cache
def _heads_of(only: bool, platforms: bool) -> Select[Any]:
    """The same of these `chats`."""
    return _next(only, platforms).where(account.c.id.in_(several("chats")))


def _next(only: bool, platforms: bool) -> Select[Any]:
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
    heads = select(*_EVENT, *ACCOUNT).join(account, account.c.id == inbox.c.account_id)
    waiting = heads.where(inbox.c.state == _WAITING, ~has_earlier).order_by(inbox.c.seq)
    return _asked(waiting, only, platforms)


@cache
def _strays(only: bool, platforms: bool) -> Select[Any]:
    """Events of no chat."""
    waiting = select(*_EVENT).where(inbox.c.state == _WAITING, inbox.c.account_id.is_(None))
    some = waiting.order_by(inbox.c.seq).limit(at_most("limit")).with_for_update(skip_locked=True)
    return _asked(some, only, platforms)


def _asked(statement: Select[Any], only: bool, platforms: bool) -> Select[Any]:
    if only:
        statement = statement.where(inbox.c.seq.in_(several("only")))
    if platforms:
        # Not the column itself: without statistics SQLite would take the index of (platform, event_id) and
        # look through all there is of a platform, not the few that wait.
        statement = statement.where((inbox.c.platform + "").in_(several("platforms")))
    return statement


async def _lock_chats(conn: AsyncConnection, which: tuple[bool, bool], asked: Mapping[str, Any]) -> list[int]:
    """Accounts with something waiting, locked against other replicas, whose person is free as well.

    NO KEY UPDATE, so that `receive` may meanwhile store more events that refer to them.
    """
    locked = (await conn.execute(_lockable(*which), asked)).all()
    people = sorted({person_id for _, person_id in locked if person_id is not None})
    free = set(await conn.scalars(_FREE, {"people": people})) if people else set()
    return [account_id for account_id, person_id in locked if person_id is None or person_id in free]


@cache
def _lockable(only: bool, platforms: bool) -> Select[Any]:
    return (
        _heads(only, platforms)
        .with_only_columns(account.c.id, account.c.person_id)
        .with_for_update(of=account, key_share=True, skip_locked=True)
    )


_FREE: Final = (
    select(person.c.id)
    .where(person.c.id.in_(several("people")))
    .order_by(person.c.id)
    .with_for_update(key_share=True, skip_locked=True)
)


def _one_for_each(heads: Iterable[tuple[Any, Account]]) -> list[tuple[Any, Account]]:
    """Of several chats of one person the first."""
    people: set[int] = set()
    mine: list[tuple[Any, Account]] = []
    for row, owner in heads:
        if owner.person_id is None:
            mine.append((row, owner))
        elif owner.person_id not in people:
            people.add(owner.person_id)
            mine.append((row, owner))
    return mine


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
            _new_accounts(conn.dialect.name),
            [{"platform": platform, "user_id": user_id, "created_at": at} for platform, user_id in missing],
        )
        known |= await _known_accounts(conn, missing)
    return known


async def _known_accounts(
    conn: AsyncConnection, wanted: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    found = await conn.execute(
        _KNOWN,
        {
            "platforms": sorted({platform for platform, _ in wanted}),
            "users": [user_id for _, user_id in wanted],
        },
    )
    return {(platform, user_id): number for platform, user_id, number in found}
