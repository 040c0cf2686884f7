"""Whether what was read of people a moment ago still holds, found without reading it again.

On SQLite one program writes, by one connection. Whatever it changes of what decides about a person (hours,
preferences, chats bound or released, data removed) leaves an audit row about them (`storage.apply`,
`storage.opt_outs`), and reckoning everybody again moves its run. What else may come between (a reply that
tells a reminder, a chat that stops to answer) `storage.planned.freeze` sees itself. Another program, such as
an import from the command line, is seen by the file's version.

On PostgreSQL anybody may write, in any order, so that nobody can know: there the same transaction reads and
writes.
"""

from dataclasses import dataclass

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.reckoning import JOB
from storage.schema import audit, run


@dataclass(frozen=True, slots=True)
class Moment:
    """The last thing done, in this program and by the run that reckons everybody; `version` is the file's,
    for the connection that asked, and moves when another one has written."""

    audited: int
    reckoned: str
    version: int


async def moment(conn: AsyncConnection) -> Moment:
    """Of this transaction, on SQLite; before it reads anything else."""
    stands = func.aggregate_strings(run.c.job + run.c.state + func.coalesce(run.c.cursor, ""), ",")
    reckoned = select(func.coalesce(stands, "")).where(run.c.job.startswith(JOB, autoescape=True))
    asked = select(
        select(func.coalesce(func.max(audit.c.id), 0)).scalar_subquery(),
        reckoned.scalar_subquery(),
        literal_column("(SELECT data_version FROM pragma_data_version)"),
    )
    return Moment(*(await conn.execute(asked)).one())


async def touched(conn: AsyncConnection, then: Moment, now: Moment) -> frozenset[int]:
    """The people of whom this program has changed anything between."""
    if now.audited == then.audited:
        return frozenset()
    people = (await conn.scalars(select(audit.c.person_id).where(audit.c.id > then.audited))).all()
    return frozenset(number for number in people if number is not None)
