"""Small words that every reply needs: buttons for commands, the typed line for LINE on a PC, masks."""

import unicodedata
from collections.abc import Iterable

from handlers.commands import Name
from handlers.message import Button, Choices, Style
from handlers.payload import Press

_MARKS = "①②③④⑤⑥⑦⑧⑨⑩"
LABEL = 20  # LINE's quick replies: grapheme clusters; code points are never fewer


def do(label: str, name: Name, style: Style = "normal") -> Button:
    """A button that stands for a typed command and holds at any time."""
    return Button(label, Press("do", str(name)), style=style)


def pc(*words: str) -> str:
    """What to type where buttons do not show: （電腦版請輸入：下一步　或　不符）."""
    return f"（電腦版請輸入：{'　或　'.join(words) if len(words) < 3 else '／'.join(words)}）"


def news(what: str, label: str, name: Name, typed: str) -> Choices:
    """All that is told unasked to who wants no details: that there is news, and how to read it."""
    return Choices(prompt=f"{what}有更新。", options=(do(label, name),), typed=pc(typed))


def short(text: str, limit: int = 40) -> str:
    """At most `limit` characters, the cut shown by …; never cuts between a letter and its marks."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 1 and (unicodedata.combining(text[end]) or text[end] in "\u200d\ufe0f"):
        end -= 1
    return text[:end].rstrip("\u200d") + "…"


def mark(place: int) -> str:
    """①, ② … of a list, counted from 0."""
    return _MARKS[place] if place < len(_MARKS) else f"{place + 1}."


def listed(words: Iterable[str]) -> str:
    return "、".join(words)


def masked_name(name: str) -> str:
    """王小明 → 王○明, 王明 → 王○: enough for its owner to know it, too little for a finder of the code."""
    letters = name.strip()
    if len(letters) <= 1:
        return "○"
    if len(letters) == 2:
        return letters[0] + "○"
    return letters[0] + "○" * (len(letters) - 2) + letters[-1]


def masked_email(address: str) -> str:
    """wang.hm@example.gov.tw → w***@example.gov.tw: enough for its owner to know it."""
    name, at, domain = address.strip().rpartition("@")
    return f"{name[:1]}***{at}{domain}" if name else "***"


def masked_number(number: str) -> str:
    """A10234567 → 末 3 碼 567; of short numbers one digit at most."""
    shown = min(3, len(number) // 3)
    return f"末 {shown} 碼 {number[-shown:]}" if shown else "（不顯示）"
