"""The course's title: what remains of a report when days and lengths are taken out."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from guideline.course_names import names_of
from guideline.edition import Course
from guideline.numerals import view
from guideline.spoken_spans import BLANK
from guideline.spoken_talk import GLUED, LEADING, TRAILING

Span = tuple[int, int]

_EDGE: Final = " \t,，、。;；:：.．-－﹣−–—~～!！?？/／|+＋_｜∣＝=&＆()（）*·•‧・･…"
_QUOTES: Final = {"「": "」", "『": "』", "《": "》", "〈": "〉", "【": "】", '"': '"', "“": "”"}
# Pieces that say nothing by themselves.
_NOTHING: Final = re.compile(
    r"(?:每|請|跟|和|或|或是|還是|是|及|與|到|至|不對是?|不對|忘了?|忘記了?|不確定|通過|日期|時間|期間|課程?|一?[門堂場]課"
    r"|研習|學習|上課|凌晨|早上|上午|中午|下午|傍晚|晚上|晚間|(?:認證|學習|研習)?時數(?:認證)?|認證|[ㄉ嗎呢啊喔有]|已經?|我已經?|起|止)"
)
_BOPOMOFO: Final = re.compile(r"^[ㄅ-ㄩ](?=[^ㄅ-ㄩ])")
_BEGINS: Final = "]】」』》〉］①②③④⑤⑥⑦⑧⑨⑩"  # no title begins with them, though one may end so
_ENDS: Final = "[【「『《〈［"
_AROUND: Final = ("So", "Sk", "Mn", "Cf", "Me")  # emoji and their joiners


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
    pieces = [
        piece for piece in (_tidied(part) for part in _parts(rest)) if piece and not _NOTHING.fullmatch(piece)
    ]
    title = _tidied(" ".join(pieces))
    return "" if _NOTHING.fullmatch(title) else title


def _parts(rest: str) -> Iterable[str]:
    """The pieces between what was understood, without a verb that is glued to it."""
    first, *others = rest.split(BLANK)
    yield first
    for part in others:
        verb = GLUED.match(view(part))
        yield part[verb.end() :] if verb else part


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
        if leading := LEADING.match(view(piece)):
            piece = piece[leading.end() :]
            continue
        piece = _BOPOMOFO.sub("", piece)
        if trailing := TRAILING.search(view(piece)):
            piece = piece[: trailing.start()]
    return piece


def _trimmed(piece: str) -> str:
    """Without punctuation at its ends; a bracket stays where its other half is inside."""
    start, end = 0, len(piece)
    while (
        start < end
        and (_edge(piece[start]) or piece[start] in _BEGINS)
        and not _closed(piece[start:end], "(（", ")）")
    ):
        start += 1
    while (
        start < end
        and (_edge(piece[end - 1]) or piece[end - 1] in _ENDS)
        and not _closed(piece[start:end][::-1], ")）", "(（")
    ):
        end -= 1
    return piece[start:end]


def _edge(letter: str) -> bool:
    return letter in _EDGE or unicodedata.category(letter) in _AROUND


def _closed(text: str, opening: str, closing: str) -> bool:
    return text[0] in opening and any(letter in closing for letter in text[1:]) and len(text) > 2


def _unquoted(piece: str) -> str:
    """「AI素養」課程 → AI素養; other words beside the quotes keep them."""
    closing = _QUOTES.get(piece[:1])
    if closing is None:
        return piece
    inside, found, after = piece[1:].partition(closing)
    return inside if found and inside and after in {"", "課", "課程", "這門課", "的課", "的課程"} else piece
