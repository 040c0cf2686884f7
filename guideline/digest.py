"""The week's figures for HR (words.md E): who counts, what is official, waiting or missing, and which kind of
class would help most. Pure: counts in, counts out; no name and no person in here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from guideline.coverage import Cover
from guideline.edition import Edition, Part, Requirement
from guideline.reminding import binding
from guideline.scope import AGENCY
from guideline.standing import State

# One state for each part of each requirement, in the edition's order.
Pattern = tuple[State, ...]
EXCLUDED: Final[tuple[Cover, ...]] = ("away", "exempt", "undecided")  # of those who serve


@dataclass(slots=True)
class Tally:
    """How many people stand how: by cover everybody, by pattern those who count."""

    covers: Counter[Cover] = field(default_factory=Counter)
    patterns: Counter[Pattern] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.covers.update(other.covers)
        self.patterns.update(other.patterns)


def permille(some: int, people: int) -> int:
    """In thousandths, rounded; 100 % is said of everybody only, and 0 % of nobody only."""
    if some in (0, people):
        return 1000 if some else 0
    return min(max((some * 2000 + people) // (2 * people), 1), 999)


@dataclass(frozen=True, slots=True)
class Count:
    """People who count, by how they stand to one part, or to a whole requirement."""

    official: int = 0
    waiting: int = 0
    missing: int = 0
    unknown: int = 0

    @property
    def people(self) -> int:
        return self.official + self.waiting + self.missing + self.unknown

    @property
    def permille(self) -> int | None:
        """Official of all, as `permille`; None where nobody counts or nothing is known."""
        return permille(self.official, self.people) if self.unknown < self.people else None


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many people miss exactly these parts of a requirement."""

    parts: tuple[str, ...]  # ids
    people: int


@dataclass(frozen=True, slots=True)
class Met:
    """One requirement. `gained`: official ones more than a week ago; None where nothing is known of then.
    `lacking` names each combination of missing parts once, where the requirement has several."""

    requirement: Requirement
    whole: Count
    parts: tuple[tuple[Part, Count], ...]
    lacking: tuple[Lacking, ...] = ()
    gained: int | None = None


@dataclass(frozen=True, slots=True)
class Useful:
    """The kind of class that would help most: one that counts toward `part`. It `helps` so many people, and
    of those `completes` all that is missing to so many."""

    requirement: Requirement
    part: Part
    helps: int
    completes: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one scope on one day. `since` is the day of the earlier snapshot that changes are counted from."""

    day: date
    scope: str
    covers: Mapping[Cover, int]
    met: tuple[Met, ...]
    useful: Useful | None = None
    since: date | None = None

    @property
    def counted(self) -> int:
        return self.covers.get("counted", 0)

    @property
    def excluded(self) -> int:
        return sum(self.covers.get(cover, 0) for cover in EXCLUDED)

    @property
    def serving(self) -> int:
        """在職: who counts and who does not; neither who has left nor who is still to come."""
        return self.counted + self.excluded


def parts_of(edition: Edition) -> tuple[tuple[Requirement, Part], ...]:
    """What the places of a `Pattern` stand for."""
    return tuple((one, part) for one in edition.requirements.values() for part in one.parts)


def figures(
    edition: Edition,
    scope: str,
    day: date,
    tally: Tally,
    before: Mapping[str, int] | None = None,
    since: date | None = None,
) -> Figures:
    """`before` is an earlier `snapshot` of the same scope, of the day `since`; None: there is none."""
    places = parts_of(edition)
    met = []
    for requirement in edition.requirements.values():
        own = [n for n, (one, _) in enumerate(places) if one.id == requirement.id]
        whole = _count((_whole([pattern[n] for n in own]), many) for pattern, many in tally.patterns.items())
        parts = tuple(
            (places[n][1], _count((pattern[n], many) for pattern, many in tally.patterns.items()))
            for n in own
        )
        gained = None if before is None else _gained(before, requirement.id, whole.official)
        met.append(Met(requirement, whole, parts, _lacking(own, requirement, tally.patterns), gained))
    useful = most_useful(edition, tally.patterns)
    return Figures(day, scope, dict(tally.covers), tuple(met), useful, since if before is not None else None)


def _gained(before: Mapping[str, int], requirement: str, official: int) -> int | None:
    """None where nothing official was known then: the first import is no gain of a week."""
    if not any(value for name, value in before.items() if name.startswith("official:")):
        return None
    return official - before.get(f"official:{requirement}", 0)


def snapshot(found: Figures) -> dict[str, int]:
    """The figures that are kept of a week, by name; what is 0 is left out."""
    kept = {f"cover:{cover}": many for cover, many in found.covers.items() if cover != "left"}
    for met in found.met:
        counts = [(met.requirement.id, met.whole)]
        counts += [(f"{met.requirement.id}/{part.id}", count) for part, count in met.parts]
        for name, count in counts:
            kept |= {
                f"official:{name}": count.official,
                f"waiting:{name}": count.waiting,
                f"missing:{name}": count.missing,
                f"unknown:{name}": count.unknown,
            }
    return {name: value for name, value in kept.items() if value}


def most_useful(edition: Edition, patterns: Mapping[Pattern, int]) -> Useful | None:
    """Of the AI hours that bind each person, the part whose class would help most of those who count: it
    helps whoever misses any part to which everything of its kind counts. Of two that help as many, the one
    that leaves fewer with something missing, then the one that counts toward more, then the earlier in the
    edition. None where nothing is missing."""
    wanted = binding(edition)
    places = [
        (n, requirement, part)
        for n, (requirement, part) in enumerate(parts_of(edition))
        if (requirement.id, part.id) in wanted
    ]
    best: Useful | None = None
    score = (0, 0, 0)
    for _, requirement, part in places:
        served = {n for n, _, other in places if set(part.counts) <= set(other.counts)}
        helps = completes = 0
        for pattern, many in patterns.items():
            lacks = {n for n, _, _ in places if pattern[n] == "missing"}
            helps += many if lacks & served else 0
            completes += many if lacks and lacks <= served else 0
        if helps and (helps, completes, len(served)) > score:
            score = (helps, completes, len(served))
            best = Useful(requirement, part, helps, completes)
    return best


def rolled_up(tallies: Mapping[str, Tally]) -> dict[str, Tally]:
    """By every unit that is named or lies above one, from those of the units themselves; the whole agency's
    is under `scope.AGENCY`."""
    found: dict[str, Tally] = {AGENCY: Tally()}
    for unit, tally in tallies.items():
        found[AGENCY].add(tally)
        steps = unit.split("/") if unit else []
        for depth in range(1, len(steps) + 1):
            found.setdefault("/".join(steps[:depth]), Tally()).add(tally)
    return found


def _whole(states: Iterable[State]) -> State:
    """A requirement with its parts: missing while any part is, official once all are."""
    found = set(states)
    return next((state for state in _WORST_FIRST if state in found), "official")


_WORST_FIRST: Final[tuple[State, ...]] = ("missing", "unknown", "waiting")


def _count(states: Iterable[tuple[State, int]]) -> Count:
    found: Counter[State] = Counter()
    for state, many in states:
        found[state] += many
    return Count(found["official"], found["waiting"], found["missing"], found["unknown"])


def _lacking(
    own: list[int], requirement: Requirement, patterns: Mapping[Pattern, int]
) -> tuple[Lacking, ...]:
    """The most frequent first, what lacks everything last."""
    if len(own) < 2:
        return ()
    found: Counter[tuple[str, ...]] = Counter()
    for pattern, many in patterns.items():
        lacks = tuple(
            part.id for n, part in zip(own, requirement.parts, strict=True) if pattern[n] == "missing"
        )
        if lacks:
            found[lacks] += many
    ordered = sorted(found.items(), key=lambda one: (len(one[0]) == len(own), -one[1], one[0]))
    return tuple(Lacking(parts, many) for parts, many in ordered)
