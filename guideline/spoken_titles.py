"""The course's title: what remains of a report when days and lengths are taken out."""

import re
from collections.abc import Iterable
from typing import Final

from guideline.course_names import names_of
from guideline.edition import Course
from guideline.numerals import view
from guideline.script import traditional
from guideline.spoken_dates import BLANK

Span = tuple[int, int]

_EDGE: Final = " \t,，、。;；:：.．-–—~～!！?？/／|+＋＝=()（）*·•…"
_QUOTES: Final = {"「": "」", "『": "』", "《": "》", "〈": "〉", "【": "】", '"': '"', "“": "”"}
# Words round a title that are none of it. Only whole ones that no title begins or ends with.
_LEADING: Final = re.compile(
    r"(?:/log\b|回報|登錄|登記|我(?=在|有|去|上|參|完|學|聽|看|修|$|\s)|有(?=上|去|參)|去(?=上|參|聽|$)|在(?=\s|$)"
    r"|上了|上完|上過|上課|修了|修完|學了|學完|聽了|聽完|看了|看完|參加了|參加|完成了|完成|一共|總共|總計|合計|共計"
    r"|花了|時數|課程名稱|課名|日期|的)\s*"
)
_TRAILING: Final = re.compile(
    r"\s*(?:上了|上完了?|上過了?|看完了?|聽完了?|學完了?|修完了?|完成了?|結束了?|一共|總共|總計|合計|共計|共|花了|時數|了)$"
)


def find_names(said: str, courses: Iterable[Course]) -> list[Span]:
    """Places of known course names in a view, longest names first: 「AI 101」 holds no date and no hours."""
    names = {view(name) for course in courses for name in names_of(course)}
    found: list[Span] = []
    for name in sorted(names, key=len, reverse=True):
        place = said.find(name)
        while place >= 0:
            end = place + len(name)
            if _whole(said, place, end):
                found.append((place, end))
                said = blanked(said, [(place, end)])
            place = said.find(name, end)
    return found


def blanked(said: str, spans: Iterable[Span]) -> str:
    """The same text with these places blanked; every other letter keeps its place."""
    for start, end in spans:
        said = said[:start] + BLANK * (end - start) + said[end:]
    return said


def title_of(original: str, spans: Iterable[Span]) -> str:
    """What remains of the text without these places, tidied; "" where nothing does."""
    rest = blanked(original, spans)
    pieces = [piece for piece in (_tidied(part) for part in rest.split(BLANK)) if piece]
    return _tidied(" ".join(pieces))


def _whole(said: str, start: int, end: int) -> bool:
    """Whether a name stands alone: 「AI 101」 is not in 「AI 1012」."""
    before = said[start - 1] if start else " "
    after = said[end] if end < len(said) else " "
    return not (_joins(before, said[start]) or _joins(said[end - 1], after))


def _joins(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalnum() and right.isalnum()


def _tidied(piece: str) -> str:
    previous = None
    while piece != previous:
        previous = piece
        piece = _unquoted(_trimmed(piece))
        if leading := _LEADING.match(traditional(piece)):
            piece = piece[leading.end() :]
        if trailing := _TRAILING.search(traditional(piece)):
            piece = piece[: trailing.start()]
    return piece


def _trimmed(piece: str) -> str:
    """Without punctuation at its ends; a bracket stays where its other half is inside."""
    start, end = 0, len(piece)
    while start < end and piece[start] in _EDGE and not _closed(piece[start:end], "(（", ")）"):
        start += 1
    while start < end and piece[end - 1] in _EDGE and not _closed(piece[start:end][::-1], ")）", "(（"):
        end -= 1
    return piece[start:end]


def _closed(text: str, opening: str, closing: str) -> bool:
    return text[0] in opening and any(letter in closing for letter in text[1:]) and len(text) > 2


def _unquoted(piece: str) -> str:
    """「AI素養」課程 → AI素養; other words beside the quotes keep them."""
    closing = _QUOTES.get(piece[:1])
    if closing is None:
        return piece
    inside, found, after = piece[1:].partition(closing)
    return inside if found and inside and after in {"", "課", "課程", "這門課", "的課", "的課程"} else piece
