"""When no event is too few: a webhook that is silent although people usually write (no I/O).

What is usual is learned from the five working days before the silence began: of each, how many people wrote
in office hours; the quietest of them counts, so that a busy day after a reminder teaches nothing. A silence
is one when, at that pace, at least seven people would have written in the office hours that it has lasted,
and when it has lasted one of them at least. Where people wrote at random, that happens by chance about once
in a thousand times. An agency of three messages a week is never alarmed: on its quietest day nobody writes.

The days before the silence are looked at, not the last five: a silence of a week must not become usual.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

DAYS: Final = 5  # working days that are looked back at
MISSED: Final = 7  # people who would have written by now
SHORTEST: Final = timedelta(hours=1)  # of office hours


def silent(people: Sequence[int], lasted: timedelta, office_day: timedelta) -> bool:
    """`people`: how many wrote on each of the working days before; `lasted`: office hours without an event;
    `office_day`: how long the office is open in a day."""
    if len(people) < DAYS or lasted < SHORTEST:
        return False
    return min(people) * lasted >= MISSED * office_day
