"""Courses and certificates by the names people type: spaces, punctuation, width, case and script do not
matter."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from guideline.edition import Course
from guideline.script import alike

# What people add to a course's name without meaning another course.
# Possessive and without overlaps, so that no text makes it slow.
_FILLER: Final = re.compile(
    r"(?:這|那|一|門|堂|的|之|線上|實體|數位|課程|課|研習營|研習|班|工作坊|講座|訓練)*+"
)
_NEAR: Final = 0.6  # similarity from which a name is offered, never taken
_OFFERED: Final = 3
_COMPARED: Final = 80  # letters of a title that similarity looks at
_SHORT: Final = 3  # letters; a shorter alias matches only as a whole


@dataclass(frozen=True, slots=True)
class Match:
    """`course_id` is the id of the item whose name the title is; otherwise the names it may have meant,
    nearest first (none: it resembles nothing in the catalogue)."""

    course_id: str | None
    near: tuple[str, ...] = ()


def name_key(text: str) -> str:
    """A name without what people vary: letters, digits and signs such as + and # only, folded, in
    one script."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (c for c in folded if c.isalnum() or c in "+#" or unicodedata.category(c) == "Mn")
    return alike("".join(kept))


# Of the catalogue's names, which are asked for at every report: never of what people type.
_known_key: Final = lru_cache(maxsize=4_096)(name_key)


def match_course(title: str, courses: Mapping[str, Course]) -> Match:
    """The course of this title, by its name or alias."""
    return match_name(title, {course.id: names_of(course) for course in courses.values()})


def match_name(title: str, names: Mapping[str, tuple[str, ...]]) -> Match:
    """The item of this title, of items by id with their names, the first of which is shown. Takes one only
    for its name or alias, with nothing but filler beside it (課程, 線上…); anything less is offered."""
    key = name_key(title)
    if not key:
        return Match(None)
    contained: dict[str, int] = {}
    for ident, called in names.items():
        for name in called:
            known = _known_key(name)
            if known == key:
                return Match(ident)
            if len(known) >= _SHORT and known in key:
                contained[ident] = max(contained.get(ident, 0), len(known))
                before, _, after = key.partition(known)
                if _FILLER.fullmatch(before) and _FILLER.fullmatch(after):
                    return Match(ident)
    if contained:
        ranked = sorted(contained, key=lambda ident: -contained[ident])
        return Match(None, tuple(names[ident][0] for ident in ranked[:_OFFERED]))
    return Match(None, tuple(_near(key, names.values())))


def names_of(course: Course) -> tuple[str, ...]:
    return (course.name, *course.aliases)


def _near(key: str, names: Iterable[tuple[str, ...]]) -> Iterable[str]:
    if len(key) < _SHORT:
        return []
    likeness: dict[str, float] = {}
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(key[:_COMPARED])
    for called in names:
        for name in called:
            known = _known_key(name)
            matcher.set_seq1(known[:_COMPARED])
            if key in known or (matcher.quick_ratio() >= _NEAR and matcher.ratio() >= _NEAR):
                likeness[called[0]] = max(likeness.get(called[0], 0.0), matcher.ratio())
    return sorted(likeness, key=lambda name: -likeness[name])[:_OFFERED]
