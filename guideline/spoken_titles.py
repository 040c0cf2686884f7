"""The course's title: what remains of a report when days and lengths are taken out."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from guideline.course_names import names_of
from guideline.edition import Course
from guideline.numerals import view
from guideline.spoken_named import labelled, quoted
from guideline.spoken_sentences import (
    MARK,
    doubtful,
    doubtful_among,
    is_personal,
    is_talk,
    late_verb,
    says_nothing,
    without_talk,
    without_talking_lines,
)
from guideline.spoken_spans import BLANK
from guideline.spoken_talk import GLUED, LEADING, TRAILING

Span = tuple[int, int]

_EDGE: Final = " \t,，、。;；:：.．-－﹣−–—~～!！?？/／|+＋_｜∣＝=&＆()（）*·•‧・･…"
_QUOTES: Final = {"「": "」", "『": "』", "《": "》", "〈": "〉", "【": "】", '"': '"', "“": "”"}
# Pieces that say nothing by themselves.
_NOTHING: Final = re.compile(
    r"(?:每|請|跟|和|或|或是|還是|是|及|與|到|至|不對是?|不對|忘了?|忘記了?|不確定|通過|日期|時間|期間|課程?|一?[門堂場]課"
    r"|研習|學習|上課|凌晨|早上|上午|中午|下午|傍晚|晚上|晚間|(?:認證|學習|研習)?時數(?:認證)?|認證|[ㄉ嗎呢啊喔有]|已經?|我已經?|起|止"
    r"|[補報登記職計為共即考得]|合計|共計|也?就是|等於?|相當於|成績|分數|測驗|考試|的?時候|當時|主旨|公假|有關|關於|(?:本人|我|職)?已於?|累|更正|e等公務園\+?(?:學習)?(?:平[臺台])?|有?(?:一[場堂門個])?(?:演講|講座|課|研習|講習|訓練|工作坊)|好?[多幾]門?課|報[名到])"
)
_BOPOMOFO: Final = re.compile(r"^[ㄅ-ㄩ](?=[^ㄅ-ㄩ])")
_BEGINS: Final = "]】」』》〉］①②③④⑤⑥⑦⑧⑨⑩"  # no title begins with them, though one may end so
_ENDS: Final = "[【「『《〈［"
_AROUND: Final = ("So", "Sk", "Mn", "Cf", "Me")  # emoji and their joiners


def find_names(said: str, courses: Iterable[Course]) -> list[Span]:
    """Places of known course names in a view, longest names first: 「AI 101」 holds no date and no hours."""
    names = tuple(name for course in courses for name in names_of(course))
    found: list[Span] = []
    for name in _longest_first(names):
        place = said.find(name)
        while place >= 0:
            end = place + len(name)
            if _whole(said, place, end):
                found.append((place, end))
                said = blanked(said, [(place, end)])
            place = said.find(name, end)
    return found


@lru_cache(maxsize=8)
def _longest_first(names: tuple[str, ...]) -> tuple[str, ...]:
    """A catalogue's names as views; it changes with its edition only."""
    return tuple(sorted({view(name) for name in names}, key=len, reverse=True))


def blanked(said: str, spans: Iterable[Span], letter: str = BLANK) -> str:
    """The same text with these places blanked; every other letter keeps its place."""
    for start, end in spans:
        said = said[:start] + letter * (end - start) + said[end:]
    return said


@dataclass(frozen=True, slots=True)
class Title:
    """The title, "" where there is none; `readings` to ask about where talk may be left in it."""

    text: str
    readings: tuple[str, ...] = ()


def title_of(original: str, spans: Iterable[Span]) -> Title:
    """What a label or quotes name, or what remains of the text without these places and without talk."""
    rest = blanked(original, spans)
    if (label := labelled(rest)) and (named := _remaining(_pieces(label))):
        return Title(named, doubtful(named))
    inside, certain = quoted(rest)
    pieces = _pieces(rest)
    remaining = _remaining(pieces)
    if inside and (certain or not remaining or _same_but_talk(remaining, inside)):
        return Title(_tidied(inside))
    among = doubtful_among([piece.text for piece in pieces if not piece.talk])
    return Title(remaining, (among or doubtful(remaining)) if remaining else ())


def _same_but_talk(remaining: str, inside: str) -> bool:
    """Whether only the piece with the quotes remains."""
    if inside not in remaining:
        return False
    return all(piece.talk for piece in _pieces(blanked(remaining, [_place(remaining, inside)])))


def _place(text: str, inside: str) -> Span:
    start = text.index(inside)
    return start, start + len(inside)


def _remaining(pieces: list["_Piece"]) -> str:
    """Those that may be the title, in their order; talk among them only where nothing else is."""
    named = [piece for piece in pieces if not piece.talk] or pieces
    text = ""
    for before, piece in zip([None, *named], named, strict=False):
        whole = before is not None and before.end == piece.start and before.whole and piece.whole
        text += (piece.mark if whole else " " if text else "") + piece.text
    title = _tidied(text)
    return "" if _NOTHING.fullmatch(view(title)) else title


@dataclass(frozen=True, slots=True)
class _Piece:
    """A tidied piece between two marks; `mark` stands before it, `whole`: nothing was taken from it."""

    text: str
    mark: str
    start: int
    end: int
    whole: bool
    talk: bool


def _pieces(rest: str) -> list[_Piece]:
    found: list[_Piece] = []
    marks = [*MARK.finditer(rest)]
    starts = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(rest)]
    for mark, start, end in zip(["", *(m[0] for m in marks)], starts, ends, strict=True):
        raw = rest[start:end]
        verb = GLUED.match(view(raw)) if mark == BLANK else None
        text = _tidied(without_talking_lines(raw[verb.end() :] if verb else raw))
        if not text or _NOTHING.fullmatch(view(text)):
            continue
        talk = says_nothing(raw) or is_talk(text) or is_personal(text)
        found.append(_Piece(text, mark, start, end + 1, text == raw.strip(" "), talk))
    return found


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
        if place := late_verb(piece):
            piece = piece[place:]
            continue
        piece = _BOPOMOFO.sub("", piece)
        if trailing := TRAILING.search(view(piece)):
            piece = piece[: trailing.start()]
        words = piece.split(" ")
        if len(kept := without_talk(words)) < len(words):
            piece = " ".join(kept)
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
