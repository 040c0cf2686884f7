"""The one way to learn the time (design §7): business time can be moved, real time cannot."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Two times, both timezone-aware UTC."""

    def now(self) -> datetime:
        """Business time: dates, deadlines, office hours. Tests and the demo may move it."""
        ...

    def real(self) -> datetime:
        """Real time: ages of tokens, time-outs, leases. Never moved."""
        ...


class SystemClock:
    """The machine's clock, with business time shifted by `offset` (zero outside demo and tests)."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self.offset = offset

    def now(self) -> datetime:
        return self.real() + self.offset

    def real(self) -> datetime:
        return datetime.now(UTC)
