"""What was not delivered, by name (`talentbot outbox`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from storage.schema import account, dispatch, outbox, person
from storage.settling import MENU
from storage.thawing import THAWED


@dataclass(frozen=True, slots=True)
class Undelivered:
    """`name`, `employee_no` and `unit` are empty for a chat that is nobody's yet; without an account it is
    the person's mailbox."""

    dispatch_id: int
    platform: Way
    method: str
    kind: str
    state: str
    reason: str
    receipt: str
    attempts: int
    created_at: datetime
    settled_at: datetime | None
    account_id: int | None
    user_id: str
    employee_no: str
    name: str
    unit: str


def counts() -> ColumnElement[bool]:
    """Of a dispatch and its outbox row: whether somebody lacks a message if it was not delivered. A reminder
    that was frozen again counts as the later one. A menu is none, and is given again by itself; nor is a
    reminder that was taken back to be decided again."""
    later = outbox.alias("later")
    again = (
        select(later.c.id)
        .where(later.c.reminder_id == outbox.c.reminder_id, later.c.created_at > outbox.c.created_at)
        .exists()
    )
    return and_(outbox.c.kind != MENU, dispatch.c.reason != THAWED, ~again)


async def undelivered(
    conn: AsyncConnection, state: Literal["frozen", "refused", "undecided"]
) -> list[Undelivered]:
    """Messages, oldest first, of a multicast one for each recipient; what was replaced (a reply that became
    a push) counts as its replacement."""
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
            func.coalesce(account.c.user_id, ""),
            person.c.employee_no,
            person.c.name,
            person.c.unit,
        )
        .join(outbox, outbox.c.dispatch_id == dispatch.c.id)
        .outerjoin(account, account.c.id == outbox.c.account_id)
        .outerjoin(person, person.c.id == func.coalesce(outbox.c.person_id, account.c.person_id))
        .where(dispatch.c.state == state, counts())
        .order_by(dispatch.c.id, outbox.c.id)
    )
    return [Undelivered(*row[:-3], *(text or "" for text in row[-3:])) for row in rows]
