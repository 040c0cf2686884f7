"""By which way a person is written to unasked: the one they chose, else the best of those that answer."""

from collections.abc import Collection, Mapping
from typing import Final

from guideline.records import Way

# A chat before mail; Telegram costs the agency nothing.
ORDER: Final[tuple[Way, ...]] = ("telegram", "line", "email")
# As people read them.
WAYS: Final[Mapping[str, str]] = {"line": "LINE", "telegram": "Telegram", "email": "電子郵件"}


def best(chosen: str, answering: Collection[Way]) -> Way | None:
    """`chosen` as in `Preference.channel`; `answering` are the ways that lead to the person now."""
    for way in ORDER:
        if way == chosen and way in answering:
            return way
    return next((way for way in ORDER if way in answering), None)
