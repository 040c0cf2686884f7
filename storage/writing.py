"""What is to be said is frozen in the transaction that decided it; only then may it be sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Platform
from storage.schema import dispatch, outbox

NOTICE: Final = "notice"  # the kind of what somebody is told unasked
OFFICE: Final = "office"  # and of what HR is told so: for as long as they are of HR


@dataclass(frozen=True, slots=True)
class NewDispatch:
    """One call to a platform. `body` is the exact serialised JSON; `retry_key` is given where the platform
    can tell a repeated call (LINE push and multicast) or repeating it changes nothing (an edit, a menu).
    `cause` is the inbox event it answers, `ordinal` its place among the answers, `receipt` one sentence of
    what was recorded. Lane 0 is a conversation, 1 a wave. Of a `fleeting` one the body is kept until it is
    settled and no longer. `person_id` is for whom a notice is: it goes out while the chat is theirs.
    """

    platform: Platform
    method: str
    body: str
    account_id: int
    cause: int | None
    ordinal: int
    receipt: str
    kind: str
    retry_key: str | None = None
    lane: int = 0
    not_before: datetime | None = None
    fleeting: bool = False
    person_id: int | None = None


async def freeze(conn: AsyncConnection, new: Sequence[NewDispatch], at: datetime) -> None:
    """Writes them in this order, which is the order in which each chat gets them: two statements."""
    if not new:
        return
    # SQLite numbers the rows of one INSERT in their order; asked to prove it, SQLAlchemy would send one
    # statement for each row there.
    ordered = conn.dialect.name == "postgresql"
    numbers = await conn.scalars(
        insert(dispatch).returning(dispatch.c.id, sort_by_parameter_order=ordered),
        [dispatch_row(one, at) for one in new],
    )
    rows = [
        {
            "account_id": one.account_id,
            "dispatch_id": number,
            "cause": one.cause,
            "ordinal": one.ordinal,
            "kind": one.kind,
            "receipt": one.receipt,
            "created_at": at,
            "person_id": one.person_id,
        }
        for one, number in zip(new, sorted(numbers), strict=True)
    ]
    await conn.execute(insert(outbox), rows)


def dispatch_row(new: NewDispatch, at: datetime, turn: int | None = None) -> dict[str, Any]:
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
    }
