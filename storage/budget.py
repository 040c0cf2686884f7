"""LINE's pushes of a month: what they may cost, and what they have cost so far (design §5).

What we sent stands in `dispatch.charge`: reserved by the transaction that freezes a call, released by the
definite refusal that settles it, so that no counter can drift. LINE's own count, asked for every hour,
also holds what was sent by hand in its console.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import budget, dispatch
from storage.statements import upsert

CHARGED: Final = ("push", "multicast")  # methods that cost one message for each recipient (platforms.md §1.3)
_LOCK: Final = 0x11E_B0D6E7  # of ours in the database


@dataclass(frozen=True, slots=True)
class Budget:
    """`limit` None: the plan has none, or nobody has told us. `used` is the greater of our count and
    LINE's."""

    month: str
    limit: int | None
    used: int

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)


def month_of(day: date) -> str:
    """2026-11."""
    return f"{day.year}-{day.month:02d}"


async def stands(conn: AsyncConnection, month: str, cap: int | None) -> Budget:
    """What this month may still cost; `cap` is the agency's own limit (line.monthly_budget)."""
    ours = await sent(conn, month)
    told = (await conn.execute(select(budget).where(budget.c.month == month))).first()
    if told is None:
        return Budget(month, cap, ours)
    limits = [limit for limit in (cap, told.quota) if limit is not None]
    return Budget(month, min(limits, default=None), max(ours, told.counted + max(0, ours - told.ours)))


async def sent(conn: AsyncConnection, month: str) -> int:
    """Messages that our calls of this month cost, those not yet answered included."""
    found = await conn.scalar(
        select(func.sum(dispatch.c.charge)).where(
            literal_column("charge > 0"), dispatch.c.charge_month == month, dispatch.c.state != "refused"
        )
    )
    return int(found or 0)


async def hold(conn: AsyncConnection) -> None:
    """Until this transaction ends nobody else reserves messages. On SQLite nobody else writes anyway."""
    if conn.dialect.name == "postgresql":
        await conn.execute(select(func.pg_advisory_xact_lock(_LOCK)))


async def tell(conn: AsyncConnection, month: str, quota: int | None, counted: int, real: datetime) -> None:
    """Notes what LINE says of this month now."""
    row = {"quota": quota, "counted": counted, "ours": await sent(conn, month), "asked_at": real}
    inserted = upsert(conn, budget).values(month=month, **row)
    await conn.execute(
        inserted.on_conflict_do_update(
            index_elements=["month"], set_={name: inserted.excluded[name] for name in row}
        )
    )
