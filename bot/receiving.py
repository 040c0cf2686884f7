"""The door in: what a platform hands over is stored and committed, and only then acknowledged."""

from collections.abc import Callable, Sequence

from bot.metrics import Metrics
from guideline.records import Platform
from storage.clock import Clock
from storage.database import Database
from storage.errors import Conflict
from storage.inbox import Received, receive

TRIES = 3  # to store events while another transaction changes what they refer to


class Receiving:
    """Stores events; once they are committed, wakes whoever works on them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        metrics: Metrics,
        stored: Callable[[Platform, Sequence[Received]], None],
    ) -> None:
        """`stored(platform, rows)` is called after the commit; it must return at once."""
        self._database = database
        self._clock = clock
        self._metrics = metrics
        self._stored = stored

    async def take(self, platform: Platform, rows: Sequence[Received]) -> None:
        """Returns when `rows` are durable. Raises `storage.errors.Unavailable` when they are not: the
        platform must then be told so, that it keeps them."""
        if not rows:
            return
        real = self._clock.real()
        for tries_left in reversed(range(TRIES)):
            try:
                await self._database.write(lambda conn: receive(conn, rows, real))
                break
            except Conflict:  # the account of a stranger was purged meanwhile: it is made again
                if not tries_left:
                    raise
        self._metrics.received(platform, len(rows))
        self._stored(platform, rows)
