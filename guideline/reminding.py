"""Who is reminded of what: the plan, decided in one place, twice (when a wave is planned, and again when its
message is frozen). Nothing here does I/O.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from guideline.coverage import cover
from guideline.deadlines import Deadlines
from guideline.edition import Edition, Part, Requirement
from guideline.records import Person, Preference, Way
from guideline.rhythm import Occasion, Tone, too_soon
from guideline.standing import PartStanding

HALF: Final = 30  # minutes: what is missing is told in half hours, so that equal texts are equal

Why = Literal[
    "met",
    "undecided",
    "exempt",
    "away",
    "left",
    "coming",
    "stopped",
    "snoozed",
    "lately",
    "closed",
    "unknown",
]


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides about one person. `parts` is their standing of the year (`storage.standings`).
    `uploads` counts what they reported, and no official record holds though the provider's lag has passed;
    `upload_minutes` is the sum of it. `told_on`: when they were last reminded, by any way. `answering`: the
    ways that lead to them now."""

    person: Person
    parts: tuple[PartStanding, ...] = ()
    preference: Preference = field(default_factory=Preference)
    told_on: date | None = None
    uploads: int = 0
    upload_minutes: int = 0
    answering: frozenset[Way] = frozenset()


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing of one part, in minutes, rounded up to half hours."""

    requirement: str
    part: str
    name: str
    needed: int
    missing: int


@dataclass(frozen=True, slots=True)
class Due:
    """What one person is told. Two that are equal read the same, word for word, so nothing of a person is in
    here. `brief`: no figures (精簡通知)."""

    tone: Tone
    gaps: tuple[Gap, ...]
    uploads: int = 0
    upload_minutes: int = 0
    brief: bool = False

    @property
    def bucket(self) -> str:
        """A short name for all that read the same."""
        if self.brief:
            return f"{self.tone}|brief"
        gaps = ",".join(f"{gap.part}={gap.missing}" for gap in self.gaps)
        return f"{self.tone}|{gaps}|{self.uploads}:{self.upload_minutes}"


@dataclass(frozen=True, slots=True)
class NotDue:
    """Why somebody hears nothing; for HR's list and the tests. unknown: their standing does not say yet
    whether anything is missing. closed: the effective deadline has passed."""

    why: Why


def decide(
    occasion: Occasion, facts: Facts, edition: Edition, deadlines: Deadlines, today: date
) -> Due | NotDue:
    """What this person is told on this occasion, or why nothing. `edition` is the year's own."""
    if (silent := _silent(occasion, facts, edition, deadlines, today)) is not None:
        return NotDue(silent)
    gaps = () if occasion.tone == "upload" else missing(edition, facts.parts)
    late = today > deadlines.effective(occasion.day.year)
    if gaps and late and not facts.uploads:
        return NotDue("closed")
    if not gaps and not facts.uploads:
        return NotDue("met" if _known(edition, facts.parts) else "unknown")
    told = () if late else gaps
    tone: Tone = occasion.tone if told else "upload"
    return Due(tone, told, facts.uploads, facts.upload_minutes, facts.preference.low_detail)


def _silent(
    occasion: Occasion, facts: Facts, edition: Edition, deadlines: Deadlines, today: date
) -> Why | None:
    """Why this person is not to be written to at all now; None: they may be."""
    kept = facts.preference
    state = cover(edition.coverage, facts.person, today)
    if state != "counted":
        return state
    if facts.person.left_on == today:  # still of the service, but not to be told to learn (hr-year 21)
        return "left"
    if kept.stopped_at is not None:
        return "stopped"
    if kept.snoozed_until is not None and today <= kept.snoozed_until:
        return "snoozed"
    until = deadlines.effective(occasion.day.year)
    return "lately" if facts.told_on is not None and too_soon(facts.told_on, today, until) else None


def missing(edition: Edition, parts: Sequence[PartStanding]) -> tuple[Gap, ...]:
    """The AI hours that bind this person and are neither official nor reported (design §5: reminders speak
    of AI hours only). Names and order are the edition's, whatever a stored standing calls them."""
    lacking = {(one.requirement, one.part): one.missing for one in parts}
    return tuple(
        Gap(requirement.id, part.id, part.name, part.minutes, -(-minutes // HALF) * HALF)
        for requirement, part in _binding(edition)
        if (minutes := lacking.get((requirement.id, part.id), 0))
    )


def _known(edition: Edition, parts: Sequence[PartStanding]) -> bool:
    """Whether the standing speaks of everything that binds the person."""
    said = {(one.requirement, one.part) for one in parts if one.state != "unknown"}
    return binding(edition) <= said


def binding(edition: Edition) -> frozenset[tuple[str, str]]:
    """(requirement, part) of the AI hours that bind each person, and not the agency's own rate."""
    return frozenset((requirement.id, part.id) for requirement, part in _binding(edition))


def _binding(edition: Edition) -> Iterable[tuple[Requirement, Part]]:
    for requirement in edition.requirements.values():
        if requirement.binding == "person":
            for part in requirement.parts:
                if "other" not in part.counts:
                    yield requirement, part
