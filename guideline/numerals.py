"""Numbers as people write them: 2.5, ２, 兩, 十一, 一一五, 一點五."""

import unicodedata
from fractions import Fraction
from typing import Final

from guideline.script import traditional

_DIGITS: Final = {"零": 0, "〇": 0} | {c: n for n, c in enumerate("一二三四五六七八九", start=1)} | {"兩": 2}
_UNITS: Final = {"十": 10, "百": 100}
CHINESE: Final = "零〇一二兩三四五六七八九十廿卅百"

# As pieces of a pattern. A number never begins or ends inside a longer one.
WHOLE: Final = rf"(?:(?<![0-9.])[0-9]{{1,6}}(?![0-9])|(?<![{CHINESE}])[{CHINESE}]{{1,8}}(?![{CHINESE}]))"
NUMBER: Final = (
    r"(?:(?<![0-9.點])(?<![0-9][/,])(?:[0-9]{1,6}(?:\.[0-9]{1,4})?|\.[0-9]{1,4})(?![0-9])"
    rf"|(?<![{CHINESE}])[{CHINESE}]{{1,8}}(?:點[零〇一二三四五六七八九]{{1,4}})?(?![{CHINESE}]))"
)


class _Folded(dict[int, str]):
    """How each letter is seen; found out when it is first met, and kept for the usual planes."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        plain = unicodedata.normalize("NFKC", letter).lower()
        seen = traditional(plain if len(plain) == 1 else letter)
        if code <= _USUAL:
            self[code] = seen
        return seen


_USUAL: Final = 0xFFFF
_FOLDED: Final = _Folded({ord("ㄧ"): "一"})  # the key beside it


def view(text: str) -> str:
    """The text in one width, case and script, letter for letter, so that a place found here is the same
    place there."""
    return text.translate(_FOLDED)


def number(text: str) -> Fraction | None:
    """The value of what NUMBER found; None for letters that are no number (十百)."""
    if text[:1].isdigit() or text[:1] == ".":
        return Fraction(text)
    whole, _, decimals = text.partition("點")
    value = _chinese(whole)
    if value is None or not decimals:
        return None if value is None else Fraction(value)
    return value + Fraction(
        sum(_DIGITS[c] * 10**n for n, c in enumerate(reversed(decimals))), 10 ** len(decimals)
    )


def whole(text: str) -> int | None:
    """The value of what WHOLE found."""
    value = number(text)
    return int(value) if value is not None and value.denominator == 1 else None


def _chinese(text: str) -> int | None:
    if all(letter in _DIGITS for letter in text):
        return int("".join(str(_DIGITS[letter]) for letter in text))
    total, digit, smallest = 0, None, 1000
    for letter in text:
        if letter in _DIGITS:
            if digit:  # two digits in a row among units: 二三十
                return None
            digit = _DIGITS[letter]
            continue
        if letter in "廿卅":
            unit, digit, times = 10, None, 2 if letter == "廿" else 3
        else:
            unit, times, digit = _UNITS[letter], 1 if digit is None else digit, None
        if unit >= smallest:  # units only grow smaller: 十百
            return None
        total, smallest = total + times * unit, unit
    return total + (digit or 0)
