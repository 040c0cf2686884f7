"""What was not delivered, by name (`talentbot outbox`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Platform
from storage.schema import account, dispatch, outbox, person
from storage.settling import MENU


@dataclass(frozen=True, slots=True)
class Undelivered:
    """`name`, `employee_no` and `unit` are empty for a chat that is nobody's yet."""

    dispatch_id: int
    platform: Platform
    method: str
    kind: str
    state: str
    reason: str
    receipt: str
    attempts: int
    created_at: datetime
    settled_at: datetime | None
    account_id: int
    user_id: str
    employee_no: str
    name: str
    unit: str


async def undelivered(
    conn: AsyncConnection, state: Literal["frozen", "refused", "undecided"]
) -> list[Undelivered]:
    """Messages, oldest first; what was replaced (a reply that became a push) counts as its replacement. A
    menu is none, and is given again by itself."""
    rows = await conn.execute(
        select(
            dispatch.c.id,
            dispatch.c.platform,
            dispatch.c.method,
            outbox.c.kind,
            dispatch.c.state,
            dispatch.c.reason,
            outbox.c.receipt,
            dispatch.c.attempts,
            dispatch.c.created_at,
            dispatch.c.settled_at,
            account.c.id,
            account.c.user_id,
            person.c.employee_no,
            person.c.name,
            person.c.unit,
        )
        .join(outbox, outbox.c.dispatch_id == dispatch.c.id)
        .join(account, account.c.id == outbox.c.account_id)
        .outerjoin(person, person.c.id == account.c.person_id)
        .where(dispatch.c.state == state, outbox.c.kind != MENU)
        .order_by(dispatch.c.id)
    )
    return [Undelivered(*row[:-3], *(text or "" for text in row[-3:])) for row in rows]
