"""For which people an officer of HR answers.

Provisional: the roster says who is of HR and not for which units, so the first part of the path (教育局 of
教育局/體育科) is taken for the scope, and 人事 in it for the department that serves everybody.
"""

from collections.abc import Iterable
from typing import Final

AGENCY: Final = ""  # the scope of the whole agency
_HR: Final = "人事"


def top(unit: str) -> str:
    """教育局 of 教育局/體育科."""
    return unit.partition("/")[0].strip()


def serves_all(unit: str) -> bool:
    """Whether an officer of this unit serves the whole agency."""
    return _HR in top(unit)


def scope(unit: str) -> str:
    """The path whose people an officer of `unit` answers for, those of the units below it included."""
    return AGENCY if serves_all(unit) else top(unit)


def decides(unit: str, officers: Iterable[str]) -> bool:
    """Whether an officer of this unit decides what holds for everybody (reminders released, paused, stopped,
    the agency closed); `officers` are the units of all who serve. Where none of them serves the whole agency,
    each may."""
    return serves_all(unit) or not any(map(serves_all, officers))


def within(unit: str, of: str) -> bool:
    """Whether the unit lies in the scope."""
    return of in (AGENCY, unit) or unit.startswith(f"{of}/")
