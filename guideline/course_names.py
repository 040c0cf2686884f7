"""Courses by the names people type: spaces, punctuation, width, case and script do not matter."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
    """`course_id` where the title is a course's name; otherwise the names it may have meant, nearest
    first (none: it resembles nothing in the catalogue)."""

    course_id: str | None
    near: tuple[str, ...] = ()


def name_key(text: str) -> str:
    """A name without what people vary: letters, digits and signs such as + and # only, folded, in
    one script."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = (c for c in folded if c.isalnum() or c in "+#" or unicodedata.category(c) == "Mn")
    return alike("".join(kept))


def match_course(title: str, courses: Mapping[str, Course]) -> Match:
    """The course of this title. Takes a course only for its name or alias, with nothing but filler
    beside it (課程, 線上…); anything less is offered."""
    key = name_key(title)
    if not key:
        return Match(None)
    contained: dict[str, int] = {}
    for course in courses.values():
        for name in names_of(course):
            known = name_key(name)
            if known == key:
                return Match(course.id)
            if len(known) >= _SHORT and known in key:
                contained[course.id] = max(contained.get(course.id, 0), len(known))
                before, _, after = key.partition(known)
                if _FILLER.fullmatch(before) and _FILLER.fullmatch(after):
                    return Match(course.id)
    if contained:
        ranked = sorted(contained, key=lambda course_id: -contained[course_id])
        return Match(None, tuple(courses[course_id].name for course_id in ranked[:_OFFERED]))
    return Match(None, tuple(_near(key, courses.values())))


def names_of(course: Course) -> tuple[str, ...]:
    return (course.name, *course.aliases)


def _near(key: str, courses: Iterable[Course]) -> Iterable[str]:
    if len(key) < _SHORT:
        return []
    likeness: dict[str, float] = {}
    matcher = difflib.SequenceMatcher(autojunk=False)
    matcher.set_seq2(key[:_COMPARED])
    for course in courses:
        for name in names_of(course):
            known = name_key(name)
            matcher.set_seq1(known[:_COMPARED])
            if key in known or (matcher.quick_ratio() >= _NEAR and matcher.ratio() >= _NEAR):
                likeness[course.name] = max(likeness.get(course.name, 0.0), matcher.ratio())
    return sorted(likeness, key=lambda name: -likeness[name])[:_OFFERED]
