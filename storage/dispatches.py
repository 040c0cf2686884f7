"""What goes out, one platform call each: frozen, claimed in the order of its chat, settled (design §5)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from guideline.ways import ORDER
from storage import astray
from storage.due import LEASE, due, first_due
from storage.schema import dispatch, outbox
from storage.settling import MENU, QUOTA, State, Verdict, end, settle
from storage.thawing import FRESH
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
    body: str
    attempts: int  # this one included
    first_attempt_at: datetime
    platform: Way
    method: str
    retry_key: str | None
    lane: int
    created_at: datetime
    account_id: int | None
    address: str
    person_id: int | None
    cause: int | None
    ordinal: int
    kind: str
    receipt: str
    received_at: datetime | None = None  # the event that it answers, while that is kept


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
    asked = {"platform": platform, "limit": limit, "now": now_real, "alive": now_real - KEY_LIFE}
    chosen = (await conn.execute(due(waves), asked | {"before": now_real - FRESH})).all()
    for_somebody = [row.id for row in chosen if row.person_id is not None]
    stray = set(for_somebody).difference(
        await astray.kept(conn, for_somebody, now_real, today or now_real.date())
    )
    rows = [row for row in chosen if row.id not in stray]
    if not rows:
        return []
    leased = {"ids": [row.id for row in rows], "lease": now_real + lease, "owner": owner}
    tries = {number: tried for number, *tried in await conn.execute(LEASE, asked | leased)}
    return [Dispatch(row.id, *tries[row.id], *tuple(row)[1:]) for row in rows]


async def recover(conn: AsyncConnection, now_real: datetime, longest: timedelta) -> Recovered:
    """Settles what became of calls whose lease has run out, or runs for longer than `longest`: it was given
    before the clock was set back. (Zero: none is anybody's any more.) A call with a retry key younger than
    23 h may be made again, under the same key and with the same body; whether any other arrived nobody can
    know. A key that grew too old while it waited is given up as well."""
    old = dispatch.c.first_attempt_at <= now_real - KEY_LIFE
    expired = or_(dispatch.c.lease_until <= now_real, dispatch.c.lease_until > now_real + longest)
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
    ended = await end(conn, verdicts, now_real, longest=longest)
    again = await conn.execute(
        update(dispatch)
        .where(dispatch.c.state == _FROZEN, expired, dispatch.c.retry_key.is_not(None), ~old)
        .values(lease_until=None, lease_owner=None)
    )
    return Recovered(again.rowcount, ended)


async def oldest_due(
    conn: AsyncConnection, real: datetime, platforms: Collection[Way] = ORDER
) -> datetime | None:
    """Since when the dispatch that is to go first on one of these platforms could have been sent, the
    earliest of its lanes; None when none waits. What stands behind a postponed one of its own chat is not
    due. Only those that go first are looked at (ix_dispatch_due): where they have not waited, nothing stalls,
    however many wait behind them."""
    found: list[datetime | None] = [
        await conn.scalar(first_due(lane), {"platform": platform, "now": real})
        for platform in platforms
        for lane in (0, 1)
    ]
    return min((since for since in found if since is not None), default=None)


async def mark_carried(conn: AsyncConnection, accounts: Collection[int], at: datetime) -> None:
    """The receipts these accounts had not received open the reply that this transaction freezes."""
    if accounts:
        await conn.execute(
            update(outbox)
            .where(literal_column("unreceived"), outbox.c.account_id.in_(accounts))
            .values(unreceived=False, carried_at=at)
        )
