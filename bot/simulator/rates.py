"""Token buckets, by which both platforms limit how often they may be called."""

from collections.abc import Callable
from datetime import datetime


class TokenBucket:
    """Holds `capacity` tokens and gains `per_second`. Measured in real time."""

    def __init__(self, capacity: float, per_second: float, real: Callable[[], datetime]) -> None:
        self.capacity = capacity
        self.per_second = per_second
        self._real = real
        self._tokens = capacity
        self._at: datetime | None = None

    def take(self) -> float:
        """0 when a token was taken, else the seconds until there will be one (nothing is taken)."""
        now = self._real()
        if self._at is not None:
            gained = max((now - self._at).total_seconds(), 0) * self.per_second
            self._tokens = min(self.capacity, self._tokens + gained)
        self._at = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0
        return (1 - self._tokens) / self.per_second
