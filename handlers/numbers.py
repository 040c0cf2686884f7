"""Numbers of options as people type them: 1、3 · ３ · 第2個 · 一和三."""

import re

from guideline.script import traditional

_HAN = {"一": 1, "二": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_FILLER = re.compile(r"(?:選項|以及|還有|[第選我項個號及與和跟或\s,、，;./&+()])+")


def numbers_in(tidied: str) -> tuple[int, ...]:
    """The numbers of a text that says nothing but numbers; empty for any other text. The text is as
    `commands.tidy` leaves it."""
    if len(tidied) > 60:
        return ()
    words = [word for word in _FILLER.split(traditional(tidied)) if word]
    found = [_number(word) for word in words]
    return tuple(dict.fromkeys(n for n in found if n is not None)) if None not in found else ()


def _number(word: str) -> int | None:
    if word.isascii() and word.isdigit() and len(word) < 3:
        return int(word)
    return _HAN.get(word)
