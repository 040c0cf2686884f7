"""LINE's pushes of a month: what they may cost, and what they have cost so far (design §5).

What we sent stands in `dispatch.charge`: reserved by the transaction that freezes a call, released by the
definite refusal that settles it, so that no counter can drift. LINE's own count, asked for every hour,
also holds what was sent by hand in its console.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import budget, dispatch
from storage.statements import upsert
from storage.types import EPOCH
from storage.writing import month_of

__all__ = [
    "Budget",
    "arrived",
    "available",
    "exhausted",
    "held",
    "known",
    "month_of",
    "sent",
    "stands",
    "tell",
]


@dataclass(frozen=True, slots=True)
class Budget:
    """`limit` None: the plan has none, or nobody has ever told us. `used` is the greater of our count and
    LINE's."""

    month: str
    limit: int | None
    used: int

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)


async def available(conn: AsyncConnection, month: str, cap: int | None) -> int | None:
    """What may still be frozen in this transaction, at least 0; None: as much as one likes."""
    return (await held(conn, month, cap)).left


async def held(conn: AsyncConnection, month: str, cap: int | None) -> Budget:
    """As `stands`; nobody else is told until this transaction ends, so that two waves never share the same
    messages."""
    if conn.dialect.name == "postgresql":  # SQLite has one writer
        first = upsert(conn, budget).values(month=month, quota=None, counted=0, ours=0, asked_at=EPOCH)
        await conn.execute(first.on_conflict_do_nothing(index_elements=["month"]))
        await conn.execute(select(budget.c.month).where(budget.c.month == month).with_for_update())
    return await stands(conn, month, cap)


async def stands(conn: AsyncConnection, month: str, cap: int | None) -> Budget:
    """What this month may still cost; `cap` is the agency's own limit (line.monthly_budget). Until LINE has
    told of it, the agency's plan is taken to be that of the month before."""
    ours = await sent(conn, month)
    told = (
        await conn.execute(
            select(budget)
            .where(budget.c.month <= month, or_(budget.c.asked_at > EPOCH, budget.c.quota.is_not(None)))
            .order_by(budget.c.month.desc())
            .limit(1)
        )
    ).first()
    if told is None:
        return Budget(month, cap, ours)
    limit = min((one for one in (cap, told.quota) if one is not None), default=None)
    if told.month != month:
        return Budget(month, limit, ours)
    # What had not arrived when LINE counted comes on top of it.
    return Budget(month, limit, max(ours, told.counted + max(0, ours - told.ours)))


async def sent(conn: AsyncConnection, month: str) -> int:
    """Messages that our calls of this month cost, those not yet answered included."""
    return int(await conn.scalar(select(_sum(month, dispatch.c.state != "refused"))) or 0)


async def arrived(conn: AsyncConnection, month: str) -> int:
    """Those of them that LINE has taken, and so has counted."""
    return int(await conn.scalar(select(_sum(month, dispatch.c.state == "accepted"))) or 0)


async def known(conn: AsyncConnection, month: str) -> tuple[datetime, int]:
    """When LINE was last asked about this month (real time; the epoch: never, or it is due again), and what
    has `arrived`."""
    asked_at: datetime | None = await conn.scalar(select(budget.c.asked_at).where(budget.c.month == month))
    return asked_at or EPOCH, await arrived(conn, month)


async def tell(
    conn: AsyncConnection,
    month: str,
    quota: int | None,
    counted: int,
    real: datetime,
    ours: int | None = None,
) -> None:
    """Notes what LINE says of this month at `real`. `ours` is what had `arrived` when it was asked (None:
    what has by now)."""
    known = await arrived(conn, month) if ours is None else ours
    row = {"quota": quota, "counted": counted, "ours": known, "asked_at": real}
    inserted = upsert(conn, budget).values(month=month, **row)
    await conn.execute(
        inserted.on_conflict_do_update(
            index_elements=["month"], set_={name: inserted.excluded[name] for name in row}
        )
    )


async def exhausted(conn: AsyncConnection, month: str) -> None:
    """LINE refused a message because the month is used up: nothing is left, until it is asked again, which
    is due at once."""
    known = await arrived(conn, month)
    told = (await conn.execute(select(budget).where(budget.c.month == month))).first()
    quota = told.quota if told is not None and told.quota is not None else known
    counted = max(quota, told.counted if told is not None else 0)
    await tell(conn, month, quota, counted, EPOCH, known)


def _sum(month: str, which: ColumnElement[bool]) -> Any:
    # As ix_dispatch_charge has them.
    return (
        select(func.sum(dispatch.c.charge))
        .where(literal_column("charge > 0"), dispatch.c.charge_month == month, which)
        .scalar_subquery()
    )
