"""Numbers of options as people type them: 1、3 · ３ · 第2個 · 一和三."""

import re

_HAN = {"一": 1, "二": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_NUMBER = re.compile(r"\d{1,2}(?!\d)|[一二兩三四五六七八九十]")
_FILLER = re.compile(r"(選項|第|選|我|項|個|號|及|與|和|跟|或|[\s,、，;./&+()]|以及|還有)+")


def numbers_in(tidied: str) -> tuple[int, ...]:
    """The numbers of a text that says nothing but numbers; empty for any other text. The text is as
    `commands.tidy` leaves it."""
    if len(tidied) > 60 or _NUMBER.sub("", _FILLER.sub("", tidied)):
        return ()
    found = [_HAN.get(n) or int(n) for n in _NUMBER.findall(tidied)]
    return tuple(dict.fromkeys(found))
