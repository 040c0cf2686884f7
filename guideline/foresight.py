"""What one occasion comes to, counted before anything is sent: for HR, who decides about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from guideline.records import Way
from guideline.reminding import Due, Facts, NotDue
from guideline.rhythm import Occasion


@dataclass(frozen=True, slots=True)
class Foresight:
    """`texts`: what would be read, and by how many, the commonest first. `ways`: how many are written to, by
    which way. `waiting`: how many hear of it on their next reply, since the month's LINE messages do not
    reach that far; `unreached`: how many no way leads to. `left`: LINE messages of the month before this one
    (None: no limit known); `month`: which one that is, 1 to 12."""

    occasion: Occasion
    texts: tuple[tuple[Due, int], ...] = ()
    ways: Mapping[Way, int] = field(default_factory=dict)
    waiting: int = 0
    unreached: int = 0
    left: int | None = None
    month: int | None = None

    @property
    def told(self) -> int:
        """Everybody who is written to."""
        return sum(self.ways.values())

    @property
    def cost(self) -> int:
        """LINE messages: one for each recipient (platforms.md §1.3)."""
        return self.ways.get("line", 0)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What one person who misses something, or has something to be asked, would hear: `way` None and not
    `waiting`: no way leads there, or nothing is due. `facts` are what it was decided from."""

    facts: Facts
    said: Due | NotDue
    way: Way | None = None
    waiting: bool = False
