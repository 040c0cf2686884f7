"""What is due and not yet done: one row for a job and its day (design §5)."""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.schema import run
from storage.statements import upsert

_TICK = timedelta(milliseconds=1)  # the grain of an instant in a row


async def begin(
    conn: AsyncConnection, job: str, logical_date: date, real: datetime, lease: timedelta
) -> str | None:
    """How far the run has got (empty: it begins), when this caller now holds it; None when it is done, or
    somebody's lease on it is alive. One that ends later than any could was given before the machine's clock
    was set back, and holds nobody up."""
    row = {"state": "running", "lease_until": real + lease, "started_at": real}
    taken = (
        upsert(conn, run)
        .values(job=job, logical_date=logical_date, **row)
        .on_conflict_do_update(
            index_elements=["job", "logical_date"],
            set_={"lease_until": real + lease},
            where=(run.c.state != "done") & ~run.c.lease_until.between(real + _TICK, real + lease),
        )
        .returning(run.c.cursor)
    )
    cursor: str | None = await conn.scalar(taken)
    return cursor


async def advance(
    conn: AsyncConnection, job: str, logical_date: date, step: tuple[str, str], lease_until: datetime
) -> bool:
    """Notes that the run has come from the first cursor of `step` to the second; False: somebody else has
    gone on with it, and the caller's transaction must not hold."""
    moved = await conn.execute(
        update(run)
        .where(
            run.c.job == job,
            run.c.logical_date == logical_date,
            run.c.state != "done",
            run.c.cursor == step[0],
        )
        .values(cursor=step[1], lease_until=lease_until)
    )
    return moved.rowcount == 1


async def done(conn: AsyncConnection, job: str, logical_date: date, real: datetime) -> None:
    """The run is over and never begins again."""
    await conn.execute(
        update(run)
        .where(run.c.job == job, run.c.logical_date == logical_date)
        .values(state="done", finished_at=real)
    )


async def skip(conn: AsyncConnection, job: str, logical_date: date, real: datetime) -> None:
    """The run is over, whether it ever began or not."""
    row = {"state": "done", "lease_until": real, "finished_at": real}
    new = upsert(conn, run).values(job=job, logical_date=logical_date, started_at=real, **row)
    await conn.execute(new.on_conflict_do_update(index_elements=["job", "logical_date"], set_=row))


async def let_go(conn: AsyncConnection, real: datetime) -> None:
    """Whoever held a run has ended: it goes on at the next tick. Only for a database of one program."""
    await conn.execute(
        update(run).where(run.c.state != "done", run.c.lease_until > real).values(lease_until=real)
    )


async def is_done(conn: AsyncConnection, job: str, logical_date: date) -> bool:
    """Whether the run is over."""
    state = select(run.c.state).where(run.c.job == job, run.c.logical_date == logical_date)
    return await conn.scalar(state) == "done"
