"""What a run that ended left under way."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from reminders import delivery
from storage import runs
from storage.clock import Clock
from storage.database import Database
from storage.dispatches import Recovered, recover
from storage.errors import Locked
from storage.thawing import FRESH, thaw


async def recover_leases(database: Database, clock: Clock, *, starting: bool) -> Recovered:
    """What a run that ended left under way is claimable again or listed as undecided.

    A SQLite file belongs to one program: when it is `starting`, every lease in it is of a run that has
    ended, however long it runs by a clock that was set back. On PostgreSQL, and later on, it may be a living
    neighbour's and is left until it runs out, unless none that is given now could run as long.
    Reminders that it had frozen and surely not sent are decided again, before anything is sent. Nor does a
    start wait for a neighbour that holds what it would settle: the first tick asks again.
    """
    alone = starting and database.single_program
    longest = timedelta(0) if alone else 2 * delivery.LEASE  # a neighbour's clock may be ahead of ours
    real = clock.real()

    async def unit(conn: AsyncConnection) -> Recovered:
        if starting:
            await thaw(conn, real - FRESH, real)
        if alone:
            await runs.let_go(conn, real)
        return await recover(conn, real, longest)

    try:
        return await database.write(unit)
    except Locked:
        if alone or not starting:
            raise
        return Recovered(0, 0)
