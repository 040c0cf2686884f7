"""The next step (Q1, Q4, Q7): first what is missing for the hours, then 通識 → 實務 → certificate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from guideline.deadlines import Deadlines
from guideline.edition import Certificate, Cite, Course, Edition, Module
from guideline.records import HoursEntry, RoleAssignment
from guideline.standing import Standing


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do, always with why and a link.

    questionnaire: no role yet · hours: hours are missing and no course of the catalogue fits (the learning
    map stands in, without invented hours) or none can count in time any more · course · certificate ·
    rest: nothing is missing and nothing more is asked. `last_safe_day` is set where hours are missing.
    """

    kind: Literal["questionnaire", "hours", "course", "certificate", "rest"]
    title: str
    why: tuple[str, ...]
    url: str
    cite: Cite
    course: Course | None = None
    certificate: Certificate | None = None
    module: Module | None = None
    level: str = ""
    last_safe_day: date | None = None


def next_step(
    edition: Edition,
    standing: Standing,
    role: RoleAssignment | None,
    entries: Sequence[HoursEntry],
    today: date,
    deadlines: Deadlines,
) -> NextStep:
    """What this person does next."""
    raise NotImplementedError
