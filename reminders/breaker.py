"""When a platform answers nothing that can be understood, waves wait until it does: of calls that cannot be
repeated each one made meanwhile would be one more of which nobody knows whether it arrived.

Conversations go on: somebody waits for their answer.
"""

import time
from collections.abc import Callable
from typing import Final

from reminders.verdicts import Answer, Later, Undecided

TRIES: Final = 3  # undecided answers in a row
FIRST, LONGEST = 5.0, 60.0  # seconds until the next call of a wave is tried, doubled each time


class Breaker:
    """Of one platform."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """`now()` is monotonic time in seconds."""
        self._now = now
        self._lost = 0  # undecided answers in a row
        self._wait = FIRST
        self._until = 0.0
        self._probing = False
        self._first = self._last = 0.0  # when the first and the last of the undecided ones in a row came

    def heard(self, answer: Answer) -> None:
        """Notes the answer to a call, of a wave or of a conversation."""
        if isinstance(answer, Later) and not answer.made:
            return
        if not isinstance(answer, Undecided):
            self._lost, self._wait, self._probing = 0, FIRST, False
            return
        self._last = self._now()
        self._first = self._first if self._lost else self._last
        self._lost += 1
        if self._probing:
            self._wait, self._probing = min(self._wait * 2, LONGEST), False
        elif self._lost != TRIES:
            return  # of calls that were under way when it began
        self._until = self._now() + self._wait

    @property
    def room(self) -> int | None:
        """How many calls of a wave may be made now: as many as one likes (None), one to try whether the
        platform is back, or none."""
        if self._lost < TRIES:
            return None
        return 1 if self._now() >= self._until else 0

    @property
    def lost_for(self) -> tuple[float, float] | None:
        """How many seconds ago the first of too many lost answers in a row came, and the last; None while the
        platform answers."""
        if self._lost < TRIES:
            return None
        now = self._now()
        return now - self._first, now - self._last

    def trying(self) -> None:
        """The one call is being made: no other until it is answered, or its time is over."""
        if self._lost >= TRIES:
            self._probing = True
            self._until = self._now() + LONGEST
