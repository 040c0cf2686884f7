"""Slow work (design §2): asked for in the transaction of a batch, done outside it, finished in one.

A job is held by a lease. Whoever finishes it names the try it was: a worker that was thought lost and
comes back late finds that its try is over, and nothing of what it made is kept.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Account, Platform
from storage.errors import Conflict
from storage.rows import ACCOUNT, to_account
from storage.schema import account, job
from storage.statements import several

COPY: Final = "copy"  # a copy of everything that is kept of a person; payload {"person": id}
FORESIGHT: Final = "foresight"  # reminders to come, for HR; payload {"person": id, "view": …, "page": n}
DIGEST: Final = "digest"  # HR's spreadsheets of the week; payload {"person": id}
LETTER: Final = "file"  # the kind of a dispatch that hands over what a job made
WAITING, DONE, FAILED = "waiting", "done", "failed"

_OPEN: Final = (
    select(job.c.kind)
    .join(account, account.c.id == job.c.account_id)
    .where(
        job.c.state == literal_column(f"'{WAITING}'"),  # a partial index serves what it can see
        (account.c.platform + "").in_(several("platforms")),  # nor does SQLite begin with all chats of these
        or_(
            job.c.lease_until.is_(None), job.c.lease_until <= bindparam("real", type_=job.c.lease_until.type)
        ),
    )
)
_CLAIM: Final = (
    _OPEN.with_only_columns(job.c.id)
    .where(job.c.kind == bindparam("kind"))
    .order_by(job.c.id)
    .limit(literal_column("1"))
    .with_for_update(of=job, skip_locked=True)
)


@dataclass(frozen=True, slots=True)
class Job:
    """A job that is ours while the lease lasts. `attempts` counts this try; `account` is the chat that
    asked, as it stands now."""

    id: int
    kind: str
    cause: int
    payload: dict[str, Any]
    attempts: int
    account: Account


async def waiting(conn: AsyncConnection, platforms: Collection[Platform], real: datetime) -> set[str]:
    """The kinds of which `claim` would find one: asked by reading, since almost always there are none."""
    return set(await conn.scalars(_OPEN, {"platforms": platforms, "real": real}))


async def claim(
    conn: AsyncConnection, kind: str, platforms: Collection[Platform], real: datetime, lease: timedelta
) -> Job | None:
    """The job of this kind that waits longest, for a chat of one of these platforms; `real` is real time."""
    number = await conn.scalar(_CLAIM, {"kind": kind, "platforms": platforms, "real": real})
    if number is None:
        return None
    await conn.execute(
        update(job).where(job.c.id == number).values(attempts=job.c.attempts + 1, lease_until=real + lease)
    )
    row = (
        await conn.execute(
            select(*ACCOUNT, job).join(account, account.c.id == job.c.account_id).where(job.c.id == number)
        )
    ).one()
    _, kept, _, cause, payload, _, attempts, *_ = row[len(ACCOUNT) :]
    return Job(number, kept, cause, payload, attempts, to_account(row))


async def finish(conn: AsyncConnection, mine: Job, real: datetime) -> None:
    """Done, once. Raises `Conflict` when this try is no longer the job's."""
    await _end(conn, mine, state=DONE, finished_at=real, lease_until=None)


async def fail(conn: AsyncConnection, mine: Job, error: str, real: datetime) -> None:
    """Given up. `error` must not hold a person's words. Raises `Conflict` as `finish`."""
    await _end(conn, mine, state=FAILED, error=error, finished_at=real, lease_until=None)


async def hold(conn: AsyncConnection, mine: Job, until: datetime) -> None:
    """Ours until then: it takes longer than was thought. Raises `Conflict` as `finish`."""
    await _end(conn, mine, lease_until=until)


async def postpone(conn: AsyncConnection, mine: Job, error: str, until: datetime) -> None:
    """Again from `until` on. Raises `Conflict` as `finish`."""
    await _end(conn, mine, state=WAITING, error=error, lease_until=until)


async def _end(conn: AsyncConnection, mine: Job, **values: Any) -> None:
    ended = await conn.execute(
        update(job)
        .where(job.c.id == mine.id, job.c.state == WAITING, job.c.attempts == mine.attempts)
        .values(**values)
    )
    if ended.rowcount != 1:
        raise Conflict(f"job {mine.id} is somebody else's now, or gone")
