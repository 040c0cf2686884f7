"""Whom the requirements bind on a day: data of the edition, and what HR decided (hr-year 5, 6).

The Q&A says 公務人員 and no more (Q8). Everything else is provisional, and whoever is 待認定 is told nothing
until HR has decided: better a colleague less reminded than one reminded wrongly.
"""

from datetime import date
from typing import Literal

from guideline.edition import Coverage
from guideline.records import Person

# counted 列計 · undecided 待認定 · exempt 不列計 · away 不列計 for a time, e.g. 留職停薪 · left · coming
Cover = Literal["counted", "undecided", "exempt", "away", "left", "coming"]

COUNTED, EXEMPT, UNDECIDED = "列計", "不列計", "待認定"  # as HR writes them in the roster's column 列計
DECISIONS = (COUNTED, EXEMPT, UNDECIDED)


def cover(rules: Coverage, person: Person, on: date) -> Cover:  # noqa: PLR0911 - one line a rule
    """How the person stands on this day. Who came, or came back, within the year waits for HR's decision
    (full, pro rata or exempt)."""
    if person.left_on is not None and person.left_on < on:
        return "left"
    if person.joined_on is not None and person.joined_on > on:
        return "coming"
    if person.exempt_from is not None and person.exempt_from <= on:
        until = person.exempt_until
        if until is None or on <= until:
            return "away"
        if until.year == on.year and not person.counted:
            return "undecided"
    if person.counted in DECISIONS:
        return {COUNTED: "counted", EXEMPT: "exempt", UNDECIDED: "undecided"}[person.counted]  # type: ignore[return-value]
    if person.joined_on is not None and person.joined_on > date(on.year, 1, 1):
        return "undecided"
    category = person.category.strip()
    if category in rules.exempt:
        return "exempt"
    return "counted" if not category or category in rules.counted else "undecided"
