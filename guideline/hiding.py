"""Figures of other units, with small groups hidden (design §9).

What is shown across scopes is, for each unit, how many count, and of each requirement how many have met it
and how many have not. A unit where any of these is a group of 1 to 4 people is hidden whole, and as many
others with it as it takes that nothing hidden follows from the totals by subtraction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SMALL: Final = 5  # groups of fewer people are hidden


@dataclass(frozen=True, slots=True)
class Row:
    """One unit, or all. `met` are those of the `people` who have met each requirement, by its id."""

    people: int
    met: Mapping[str, int]

    def cells(self) -> dict[tuple[str, bool], int]:
        """All that is shown of it: everybody, and by requirement those who have met it and those who have
        not."""
        found = {("", True): self.people}
        for name, many in self.met.items():
            found |= {(name, True): many, (name, False): self.people - many}
        return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """`shown` and `hidden` name other units. `total`, of the whole agency, lacks the requirements that would
    tell of hidden ones; None where its people would."""

    shown: Mapping[str, Row]
    hidden: frozenset[str]
    total: Row | None


def compared(others: Mapping[str, Row], own: Row | None = None) -> Comparison:
    """`others` are the units outside somebody's scope, `own` all inside it, whose figures they know."""
    names = sorted(others, key=lambda name: (others[name].people, name))
    requirements = sorted({name for row in others.values() for name in row.met} | set(own.met if own else ()))
    everybody = [*others.values(), *([own] if own else [])]
    total = Row(
        sum(row.people for row in everybody),
        {name: sum(row.met.get(name, 0) for row in everybody) for name in requirements},
    )
    hidden = {name for name in names if any(0 < many < SMALL for many in others[name].cells().values())}
    while hidden and (telling := _telling(hidden, others, total)):
        more = next(
            (n for n in names if n not in hidden and any(others[n].cells()[cell] for cell in telling)), None
        )
        if more is None:
            break
        hidden.add(more)
    telling = _telling(hidden, others, total) if hidden else set()
    told = {name for name, _ in telling}
    kept = Row(total.people, {name: many for name, many in total.met.items() if name not in told})
    return Comparison(
        {name: row for name, row in others.items() if name not in hidden},
        frozenset(hidden),
        None if "" in told else kept,
    )


def _telling(hidden: set[str], others: Mapping[str, Row], total: Row) -> set[tuple[str, bool]]:
    """The cells that would give something away if the agency's total of them were shown: the hidden units'
    sum of it is then known. It tells nothing only where at least `SMALL` people are in it, in such a way
    that each unit could have one more or fewer of them (somebody could have been in another of the hidden
    units, and each still have people). Where the whole agency has none, that is no secret of anybody's."""
    rows = {name: others[name].cells() for name in hidden}
    found = set()
    for cell, all_of_it in total.cells().items():
        if not all_of_it:
            continue
        givers = {name for name, cells in rows.items() if cells[cell] and cells["", True] > 1}
        movable = len(hidden) > 1 and all(name in givers or givers - {name} for name in hidden)
        if not movable or sum(cells[cell] for cells in rows.values()) < SMALL:
            found.add(cell)
    return found
