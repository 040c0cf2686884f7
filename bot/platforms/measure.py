"""Counting and cutting text as the platforms count it (platforms.md §1.7, §2.2).

Texts are limited in UTF-16 code units (🍎 is 2), labels in grapheme clusters (👨‍👩‍👧 is 1). Nothing is ever
cut inside a cluster: clusters are found by the rules of UAX #29 that occur in what people type (marks,
joiners, skin tones, flags, Hangul syllables), with the standard library's character data.
"""

import unicodedata
from collections.abc import Callable, Iterator

_ZWJ = "\u200d"
_EXTENDING = frozenset({"Mn", "Me", "Mc"})
_UNSEEN = _EXTENDING | {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
_BREAKS = "。！？；!?;"


def utf16(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) + sum(char > "\uffff" for char in text)


def clusters(text: str) -> Iterator[str]:
    """The grapheme clusters of `text`, in order; joined they are `text`."""
    start = 0
    flags = 0  # regional indicators in the cluster so far: two make a flag
    for place in range(1, len(text)):
        before, char = text[place - 1], text[place]
        flags = flags + 1 if _is_flag(before) else 0
        if not _continues(before, char, flags):
            yield text[start:place]
            start = place
            flags = 0
    if text:
        yield text[start:]


def count(text: str) -> int:
    """Length in grapheme clusters."""
    return sum(1 for _ in clusters(text))


def is_blank(text: str) -> bool:
    """Whether there is nothing to see (spaces, joiners, marks without a letter): platforms refuse that."""
    return all(unicodedata.category(char) in _UNSEEN for char in text)


def width(text: str) -> int:
    """About how wide the text is, in half-width columns: 進度 is 4, next is 4."""
    return sum(2 if unicodedata.east_asian_width(cluster[0]) in "WF" else 1 for cluster in clusters(text))


def shorten(text: str, limit: int) -> str:
    """At most `limit` clusters, with … where something is left out."""
    if len(text) <= limit:  # a cluster has one character or more
        return text
    found = list(clusters(text))
    return text if len(found) <= limit else "".join(found[: limit - 1]) + "…"


def split(text: str, limit: int, weigh: Callable[[str], int] = utf16) -> list[str]:
    """`text` in parts of at most `limit` by `weigh`, which joined are `text` again.

    Cuts behind a line, else behind a sentence, else between two clusters, in the later half of a part
    where it can. A single cluster over the limit is cut between its characters.
    """
    parts: list[str] = []
    rest = text
    while weigh(rest) > limit:
        cut = _cut(rest, limit, weigh)
        parts.append(rest[:cut])
        rest = rest[cut:]
    return [*parts, rest] if rest else parts


def first_lines(text: str, limit: int) -> str:
    """The text within `limit` UTF-16 units: where it is longer, whole lines of it and a last line …; of a
    first line that alone is too long, as much as fits."""
    if utf16(text) <= limit:
        return text
    kept: list[str] = []
    room = limit - 1
    for line in text.split("\n"):
        room -= utf16(line) + 1
        if room < 0:
            break
        kept.append(line)
    if kept:
        return "\n".join([*kept, "…"])
    return text[: _fitting(text, limit - 1, utf16)] + "…"


def _cut(text: str, limit: int, weigh: Callable[[str], int]) -> int:
    most = _fitting(text, limit, weigh)
    line = text.rfind("\n", most // 2, most) + 1
    if line:
        return line
    sentence = max(text.rfind(mark, most // 2, most) for mark in _BREAKS) + 1
    return sentence or most


def _fitting(text: str, limit: int, weigh: Callable[[str], int]) -> int:
    """How many characters of `text` fit, in whole clusters; at least one character."""
    weight = length = 0
    for cluster in clusters(text):
        weight += weigh(cluster)
        if weight > limit:
            break
        length += len(cluster)
    if length:
        return length
    for char in text:
        weight = weigh(text[: length + 1])
        if weight > limit and length:
            break
        length += len(char)
    return length


def _continues(before: str, char: str, flags: int) -> bool:
    """Whether `char` belongs to the cluster in which `before` stands; `flags` counts that one's flags."""
    if before == "\r":
        return char == "\n"
    if before == "\n" or char == "\r":
        return False
    if char == _ZWJ or _extends(char):
        return True
    if before == _ZWJ:
        return unicodedata.category(char) == "So"
    return (_is_flag(char) and flags % 2 == 1) or _hangul(before, char)


def _extends(char: str) -> bool:
    if unicodedata.category(char) in _EXTENDING:
        return True
    point = ord(char)
    return point == 0x200C or 0x1F3FB <= point <= 0x1F3FF or 0xE0020 <= point <= 0xE007F


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _hangul(before: str, char: str) -> bool:
    """Conjoining jamo: leading, vowel, trailing."""
    if "\u1100" <= before <= "\u115f":
        return "\u1100" <= char <= "\u11a7" or "\uac00" <= char <= "\ud7a3"
    if "\u1160" <= before <= "\u11a7" or "\uac00" <= before <= "\ud7a3":
        return "\u1160" <= char <= "\u11ff"
    return "\u11a8" <= before <= "\u11ff" and "\u11a8" <= char <= "\u11ff"
