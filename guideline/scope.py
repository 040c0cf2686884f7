"""For which people an officer of HR answers.

Provisional: the roster says who is of HR and not for which units, so the first part of the path (教育局 of
教育局/體育科) is taken for the scope, and 人事 in it for the department that serves everybody.
"""

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


def within(unit: str, of: str) -> bool:
    """Whether the unit lies in the scope."""
    return of in (AGENCY, unit) or unit.startswith(f"{of}/")
