"""What goes out, one platform call each: frozen, claimed in the order of its chat, settled (design §5)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, func, literal_column, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from storage import astray
from storage.schema import account, dispatch, outbox, person
from storage.settling import MENU, QUOTA, State, Verdict, end, settle
from storage.thawing import FRESH, stale
from storage.undelivered import Undelivered, undelivered
from storage.writing import DIGEST, OFFICE, REMINDER, NewDispatch, To, freeze

__all__ = [
    "DIGEST",
    "KEY_LIFE",
    "KILLED",
    "MENU",
    "OFFICE",
    "QUOTA",
    "REMINDER",
    "Dispatch",
    "NewDispatch",
    "Recovered",
    "State",
    "To",
    "Undelivered",
    "Verdict",
    "claim_due",
    "freeze",
    "mark_carried",
    "oldest_due",
    "recover",
    "settle",
    "undelivered",
]

# LINE forgets a retry key 24 h after its first request; an hour is left for clocks and slow calls.
KEY_LIFE: Final = timedelta(hours=23)
KILLED: Final = "the program ended before the answer came"  # reason of an undecided one
_FROZEN: Final[ColumnElement[str]] = literal_column("'frozen'")


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A call to make now. `body` is sent as it stands, every time. `address` is whom it goes to: the chat's
    user id, or the e-mail address as it is now; of a multicast, whose body names them all, it is empty.
    `person_id` is whose chat it has to be, where that is asked."""

    id: int
    platform: Way
    method: str
    body: str
    retry_key: str | None
    lane: int
    created_at: datetime
    attempts: int  # this one included
    first_attempt_at: datetime
    account_id: int | None
    address: str
    person_id: int | None
    cause: int | None
    ordinal: int
    kind: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a run that ended left under way: `again` may be sent again, `undecided` never by itself."""

    again: int
    undecided: int


async def claim_due(
    conn: AsyncConnection,
    platform: Way,
    limit: int,
    now_real: datetime,
    lease: timedelta,
    owner: str,
    today: date | None = None,
    *,
    waves: bool = True,
) -> list[Dispatch]:
    """At most `limit` dispatches that may be sent now, conversations before waves (or without them). Of each
    chat only the first unsettled one: the next waits for its verdict, and what goes to many for the
    conversations of all of them. Their first attempt is noted before it is made. A reminder decided too long
    ago is left to `storage.thawing`. What would reach somebody else by now is refused instead; `today` is the
    business date (None: that of `now_real`)."""
    chosen = (
        select(dispatch.c.id)
        .where(
            _due(platform, now_real),
            ~stale(now_real - FRESH),
            ~_has_earlier(now_real),
            true() if waves else dispatch.c.lane == 0,
        )
        .order_by(dispatch.c.lane, _turn(dispatch), dispatch.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = await astray.kept(conn, (await conn.scalars(chosen)).all(), now_real, today or now_real.date())
    if not ids:
        return []
    await conn.execute(
        update(dispatch)
        .where(dispatch.c.id.in_(ids))
        .values(
            attempts=dispatch.c.attempts + 1,
            first_attempt_at=func.coalesce(dispatch.c.first_attempt_at, _instant(now_real)),
            lease_until=now_real + lease,
            lease_owner=owner,
        )
    )
    first = outbox.alias("first")
    first_of_all = select(func.min(first.c.id)).where(first.c.dispatch_id == dispatch.c.id).scalar_subquery()
    rows = await conn.execute(
        select(*_COLUMNS)
        .select_from(dispatch)
        .join(outbox, outbox.c.id == first_of_all)
        .outerjoin(account, account.c.id == dispatch.c.account_id)
        .outerjoin(person, and_(person.c.id == outbox.c.person_id, outbox.c.account_id.is_(None)))
        .where(dispatch.c.id.in_(ids))
        .order_by(dispatch.c.lane, _turn(dispatch), dispatch.c.id)
    )
    return [Dispatch(*tuple(row)) for row in rows]


async def recover(conn: AsyncConnection, now_real: datetime, overdue: datetime | None = None) -> Recovered:
    """Settles what became of calls whose lease runs out by `overdue` (None: `now_real`). A call with a retry
    key younger than 23 h may be made again, under the same key and with the same body; whether any other
    arrived nobody can know. A key that grew too old while it waited is given up as well."""
    overdue = overdue or now_real
    old = dispatch.c.first_attempt_at <= now_real - KEY_LIFE
    expired = dispatch.c.lease_until <= overdue
    lost = await conn.scalars(
        select(dispatch.c.id).where(
            dispatch.c.state == _FROZEN,
            or_(
                and_(expired, or_(dispatch.c.retry_key.is_(None), old)),
                and_(dispatch.c.lease_until.is_(None), dispatch.c.retry_key.is_not(None), old),
            ),
        )
    )
    verdicts = [Verdict(number, "undecided", KILLED) for number in lost]
    ended = await end(conn, verdicts, now_real, overdue=overdue)
    again = await conn.execute(
        update(dispatch)
        .where(dispatch.c.state == _FROZEN, expired, dispatch.c.retry_key.is_not(None), ~old)
        .values(lease_until=None, lease_owner=None)
    )
    return Recovered(again.rowcount, ended)


async def oldest_due(
    conn: AsyncConnection, real: datetime, platforms: Collection[Way] | None = None
) -> datetime | None:
    """Since when the dispatch that waits longest could have been sent on one of these platforms (None:
    all); None when none waits. What stands behind a postponed one of its own chat is not due."""
    since: Any = func.coalesce(dispatch.c.not_before, dispatch.c.created_at)
    found: datetime | None = await conn.scalar(
        select(func.min(since, type_=dispatch.c.created_at.type)).where(
            dispatch.c.state == _FROZEN,
            true() if platforms is None else dispatch.c.platform.in_(platforms),
            dispatch.c.lease_until.is_(None),
            since <= _instant(real),
            ~_has_earlier(real),
        )
    )
    return found


async def mark_carried(conn: AsyncConnection, accounts: Collection[int], at: datetime) -> None:
    """The receipts these accounts had not received open the reply that this transaction freezes."""
    if accounts:
        await conn.execute(
            update(outbox)
            .where(literal_column("unreceived"), outbox.c.account_id.in_(accounts))
            .values(unreceived=False, carried_at=at)
        )


_COLUMNS: Final = (
    dispatch.c.id,
    dispatch.c.platform,
    dispatch.c.method,
    dispatch.c.body,
    dispatch.c.retry_key,
    dispatch.c.lane,
    dispatch.c.created_at,
    dispatch.c.attempts,
    dispatch.c.first_attempt_at,
    dispatch.c.account_id,
    func.coalesce(account.c.user_id, person.c.email, ""),
    outbox.c.person_id,
    outbox.c.cause,
    outbox.c.ordinal,
    outbox.c.kind,
    outbox.c.receipt,
)


def _instant(value: datetime) -> Any:
    return bindparam(None, value, type_=dispatch.c.created_at.type)


def _turn(table: Any) -> Any:
    """A dispatch that replaces another one keeps its place in the chat."""
    return func.coalesce(table.c.turn, table.c.id)


def _due(platform: Way, now: datetime) -> ColumnElement[bool]:
    return and_(
        dispatch.c.state == _FROZEN,
        dispatch.c.platform == platform,
        dispatch.c.lease_until.is_(None),
        or_(dispatch.c.not_before.is_(None), dispatch.c.not_before <= now),
        # Without a key only what was never tried; with one, until the platform forgets it.
        or_(
            dispatch.c.first_attempt_at.is_(None),
            and_(dispatch.c.retry_key.is_not(None), dispatch.c.first_attempt_at > now - KEY_LIFE),
        ),
    )


def _has_earlier(now: datetime) -> ColumnElement[bool]:
    return or_(_waits_in_chat(now), _waits_for_many(now))


def _waits_in_chat(now: datetime) -> ColumnElement[bool]:
    """Another unsettled dispatch goes first to the same chat: of the conversation before any wave, and
    of either in the order in which they were frozen. A wave never holds up a conversation, and of a wave
    what waits for its hour (a notice for Monday) nothing that is due. What was tried and postponed keeps
    its place: a menu that is sent again must not undo the one after it."""
    earlier = dispatch.alias("earlier")
    goes_first = or_(
        earlier.c.lane == 0,
        earlier.c.attempts > 0,
        earlier.c.not_before.is_(None),
        earlier.c.not_before <= _instant(now),
    )
    return (
        select(earlier.c.id)
        .where(
            earlier.c.account_id == dispatch.c.account_id,
            earlier.c.state == _FROZEN,
            goes_first,
            or_(
                earlier.c.lane < dispatch.c.lane,
                and_(earlier.c.lane == dispatch.c.lane, _sooner(earlier)),
            ),
        )
        .exists()
    )


def _waits_for_many(now: datetime) -> ColumnElement[bool]:
    """The same of a dispatch to many: a conversation with any of them goes first, and what any of them is
    to read before it (the earlier part of a long text). Not a conversation that was put off: a message that
    the platform stumbles over again and again would hold up everybody."""
    talk, part = dispatch.alias("talk"), dispatch.alias("part")
    mine, theirs = outbox.alias("mine"), outbox.alias("theirs")
    # As ix_dispatch_chat has them: a few for each of the recipients, however many wait in all.
    in_chat = (
        select(talk.c.id)
        .where(
            talk.c.account_id == mine.c.account_id,
            talk.c.state == _FROZEN,
            talk.c.lane == 0,
            or_(talk.c.not_before.is_(None), talk.c.not_before <= _instant(now)),
        )
        .exists()
    )
    talks = select(mine.c.id).where(mine.c.dispatch_id == dispatch.c.id, in_chat).exists()
    parts = (
        select(mine.c.id)
        .join(theirs, theirs.c.account_id == mine.c.account_id)
        .join(part, part.c.id == theirs.c.dispatch_id)
        .where(
            mine.c.dispatch_id == dispatch.c.id,
            mine.c.ordinal > 0,
            theirs.c.ordinal < mine.c.ordinal,
            theirs.c.kind == mine.c.kind,
            part.c.state == _FROZEN,
            part.c.lane == dispatch.c.lane,
            _sooner(part),
        )
        .exists()
    )
    return and_(dispatch.c.account_id.is_(None), or_(talks, parts))


def _sooner(other: Any) -> ColumnElement[bool]:
    return or_(
        _turn(other) < _turn(dispatch),
        and_(_turn(other) == _turn(dispatch), other.c.id < dispatch.c.id),
    )
