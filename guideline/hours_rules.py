"""What a report of hours must satisfy before it is recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from guideline.records import HoursEntry, HoursLogged


@dataclass(frozen=True, slots=True)
class Finding:
    """`refuse` is final; `ask` may be confirmed by the person. `code` is stable, `sentence` is shown."""

    kind: Literal["refuse", "ask"]
    code: str
    sentence: str


def examine(draft: HoursLogged, entries: Iterable[HoursEntry], today: date) -> tuple[Finding, ...]:
    """Refusals first; none: it may be recorded as it is."""
    raise NotImplementedError
