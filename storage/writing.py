"""What is to be said is frozen in the transaction that decided it; only then may it be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Insert, bindparam, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from storage.schema import dispatch, outbox
from storage.statements import as_rows, rows_of
from storage.types import sound

REPLY: Final = "reply"  # the kind of what a chat is answered at once
NOTICE: Final = "notice"  # the kind of what somebody is told unasked
OFFICE: Final = "office"  # and of what HR is told so: for as long as they are of HR
REMINDER: Final = "reminder"  # of a wave
DIGEST: Final = "digest"  # HR's weekly one
_OUTBOX: Final[dict[str, type[int | str]]] = {
    "account_id": int,
    "dispatch_id": int,
    "cause": int,
    "ordinal": int,
    "kind": str,
    "receipt": str,
    "person_id": int,
    "reminder_id": int,
}
CHARGED: Final = ("push", "multicast")  # of LINE: one message for each recipient (platforms.md §1.3)


@dataclass(frozen=True, slots=True)
class To:
    """One of those who get a dispatch: a chat of the person's, or without one their mailbox. `address` is
    the chat's user id, or the e-mail address."""

    address: str
    account_id: int | None
    person_id: int | None = None
    reminder_id: int | None = None


@dataclass(frozen=True, slots=True)
class NewDispatch:
    """One call to a platform. `body` is the exact serialised JSON; `retry_key` is given where the platform
    can tell a repeated call (LINE push and multicast) or repeating it changes nothing (an edit, a menu).
    `cause` is the inbox event it answers, `ordinal` its place among the answers, `receipt` one sentence of
    what was recorded. Lane 0 is a conversation, 1 a wave. Of a `fleeting` one the body is kept until it is
    settled and no longer. `person_id` is for whom a notice is: it goes out while the chat is theirs.
    `to` are all who get it, where it is of a wave (a multicast has many); empty: the chat `account_id`.
    """

    platform: Way
    method: str
    body: str
    account_id: int | None
    cause: int | None
    ordinal: int
    receipt: str
    kind: str
    retry_key: str | None = None
    lane: int = 0
    not_before: datetime | None = None
    fleeting: bool = False
    person_id: int | None = None
    to: tuple[To, ...] = ()

    @property
    def addressed(self) -> tuple[To, ...]:
        """Everybody who gets it."""
        return self.to or (To("", self.account_id, self.person_id),)

    @property
    def charge(self) -> int:
        """Messages that it costs of LINE's monthly quota."""
        return len(self.addressed) if self.platform == "line" and self.method in CHARGED else 0


def month_of(day: date) -> str:
    """2026-11."""
    return f"{day.year}-{day.month:02d}"


async def freeze(
    conn: AsyncConnection, new: Sequence[NewDispatch], at: datetime, today: date | None = None
) -> None:
    """Writes them in this order, which is the order in which each chat gets them: two statements. `today`
    is the business date, whose month bears what they cost (None: that of `at`, which is real time)."""
    if not new:
        return
    # SQLite numbers the rows of one INSERT in their order; asked to prove it, SQLAlchemy would send one
    # statement for each row there.
    ordered = conn.dialect.name == "postgresql"
    numbers = await conn.scalars(_freeze(ordered), [dispatch_row(one, at, today) for one in new])
    rows = [
        (
            to.account_id,
            number,
            one.cause,
            one.ordinal,
            one.kind,
            sound(one.receipt),
            to.person_id,
            to.reminder_id,
        )
        for one, number in zip(new, sorted(numbers), strict=True)
        for to in one.addressed
    ]
    await conn.execute(_told(conn.dialect.name), {"rows": as_rows(rows), "at": at})


@cache
def _told(dialect: str) -> Insert:
    """One statement for all of them: a multicast has 500."""
    new = rows_of(dialect, _OUTBOX)
    at = bindparam("at", type_=outbox.c.created_at.type)
    written = select(*(new.c[name] for name in _OUTBOX), at).order_by(new.c.place)
    return insert(outbox).from_select([*_OUTBOX, "created_at"], written, include_defaults=False)


@cache
def _freeze(ordered: bool) -> Any:
    return insert(dispatch).returning(dispatch.c.id, sort_by_parameter_order=ordered)


def dispatch_row(
    new: NewDispatch, at: datetime, today: date | None = None, turn: int | None = None
) -> dict[str, Any]:
    return {
        "turn": turn,
        "account_id": new.account_id,
        "platform": new.platform,
        "method": new.method,
        "body": new.body,
        "retry_key": new.retry_key,
        "lane": new.lane,
        "not_before": new.not_before,
        "state": "frozen",
        "fleeting": new.fleeting,
        "created_at": at,
        "charge": new.charge,
        "charge_month": month_of(today or at.date()) if new.charge else None,
    }
