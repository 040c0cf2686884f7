"""Which officers of HR a question is told to, of all who may read and answer it."""

from collections.abc import Mapping
from typing import Final

from guideline.scope import serves_all, top

EVERYBODY: Final = 10  # officers that are all told: each one's LINE push costs one of the month's


def addressees(unit: str, officers: Mapping[int, str]) -> list[int]:
    """Of the officers who can be reached (their unit paths by id), those to tell of a question from somebody
    of `unit`: all where they are few, else those whose scope it is in (`guideline.scope`). Where that names
    nobody, all are told; whoever is not told still finds the question under 看提問.
    """
    if len(officers) <= EVERYBODY:
        return list(officers)
    near = [number for number, path in officers.items() if top(path) == top(unit) or serves_all(path)]
    return near or list(officers)
