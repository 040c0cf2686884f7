"""How the platforms count characters. Written anew here, so that a renderer's mistake is not repeated."""

import unicodedata

_ZWJ = "\u200d"
_EXTENDING = frozenset({"Mn", "Me", "Mc"})


def utf16_units(text: str) -> int:
    """Length in UTF-16 code units, as LINE counts a text message: 🍎 is 2."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """Length in grapheme clusters, as LINE counts labels; knows marks, joiners, skin tones and flags."""
    count = 0
    joined = False
    flag_open = False
    for char in text:
        if char == _ZWJ:
            joined = True
            continue
        flag = 0x1F1E6 <= ord(char) <= 0x1F1FF
        if _extends(char) or joined or (flag and flag_open):
            joined = False
            flag_open = False
            continue
        count += 1
        flag_open = flag
    return count


def _extends(char: str) -> bool:
    return unicodedata.category(char) in _EXTENDING or 0x1F3FB <= ord(char) <= 0x1F3FF
