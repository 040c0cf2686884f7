"""Which officers of HR a question is told to, of all who may read and answer it."""

from collections.abc import Mapping
from typing import Final

EVERYBODY: Final = 10  # officers that are all told: each one's LINE push costs one of the month's
_HR: Final = "人事"


def addressees(unit: str, officers: Mapping[int, str]) -> list[int]:
    """Of the officers who can be reached (their unit paths by id), those to tell of a question from somebody
    of `unit`: all where they are few, else those of the same top-level unit and those of the HR department.

    Provisional: the roster says who is of HR and not for which units, so the first part of the path (教育局
    of 教育局/體育科) is taken for the scope, and 人事 in it for the department that serves everybody. Where
    that names nobody, all are told; whoever is not told still finds the question under 看提問.
    """
    if len(officers) <= EVERYBODY:
        return list(officers)
    own = _top(unit)
    near = [number for number, path in officers.items() if _top(path) == own or _HR in _top(path)]
    return near or list(officers)


def _top(unit: str) -> str:
    return unit.partition("/")[0].strip()
