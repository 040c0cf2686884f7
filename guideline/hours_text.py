"""Hours in a person's own words: 「昨天 AI簡報設計 兩個半小時」.

Known course names are taken out first (their figures are not dates), then days, then lengths; what
remains is the title. Whatever may be read in two ways is asked about.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final, Literal

from guideline.course_names import match_course
from guideline.edition import Edition
from guideline.numerals import view
from guideline.spoken_dates import find_days
from guideline.spoken_durations import find_lengths
from guideline.spoken_spans import BLANK, NAMED, Reading, SpokenDay, SpokenLength
from guideline.spoken_titles import blanked, find_names, title_of
from guideline.words import hours_words, roc_date, roc_span

LONGEST: Final = 600  # letters that are read; a report is a line
# A comma after a title's own figure (AI 101，2小時) divides; in 3,5小時 it may be a decimal one.
_DIVIDES: Final = re.compile(r"(?:(?<=[^\W\d共數計為是約有了]\d)|(?<=\d{3}))[,，](?=[\d.])")

_WHITE: Final = re.compile(r"\s+")
_BREAK: Final = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_LINE_END: Final = re.compile(r"\n(?=以上(?:[\s,，。!！~]|$))")  # that closes a letter; 2小時以上 is a length

_WHICH_COURSE: Final = "請問是哪一門課？"
_WHICH_DAY: Final = "請問是哪一天上的課？"
_HOW_LONG: Final = "請問認證時數是多少？例如 2 小時、90 分鐘。"
MISSING: Final = frozenset({_WHICH_COURSE, _WHICH_DAY, _HOW_LONG})  # what is asked where nothing was said


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to ask instead of guessing. `options` are readings of what was said, as the person would
    type them (a date 115/11/20, hours 2.5 小時, a course's name); empty: ask openly."""

    kind: Literal["date", "duration", "course", "title"]
    sentence: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoursPhrase:
    """What was understood; None or "" where nothing was, always with a doubt that says so.

    `minutes` and `learned_on` may be impossible (-60, tomorrow) where they were plainly said:
    `hours_rules.examine` refuses them with the reason."""

    learned_on: date | None  # the last day of a class of several
    minutes: int | None
    title: str
    course_id: str | None
    doubts: tuple[Doubt, ...] = ()
    began_on: date | None = None  # the first day of a class of several; None with learned_on


def read_hours(text: str, today: date, edition: Edition) -> HoursPhrase:
    """Reads a report of hours; relative days count from `today`, the event's own date. Never raises."""
    lines = _DIVIDES.sub(r"\g<0> ", _LINE_END.sub("。", _in_lines(text))[:LONGEST])
    original = lines.replace("\n", " ")
    said = view(original)
    said = blanked(said, find_names(said, edition.courses.values()), NAMED)
    days, said = find_days(said, today)
    lengths, _ = find_lengths(said)
    days, same_days = _heard_days(days)
    words = blanked(view(original), [(day.start, day.end) for day in (*days, *same_days)])
    lengths, asides = _heard_lengths(_without_titles(lengths, words))
    began_on, learned_on, date_doubt = _day(days)
    minutes, length_doubt = _minutes(lengths, words)
    heard = [(day.start, day.end) for day in (*days, *same_days)]
    heard += [(length.start, length.end) for length in (*lengths, *asides)]
    named = title_of(lines, heard)
    title = named.text
    found = match_course(title, edition.courses)
    doubts = [date_doubt, length_doubt]
    if not title:
        doubts.append(Doubt("title", _WHICH_COURSE))
    elif found.course_id is None and found.near:
        doubts.append(Doubt("course", f"「{title[:40]}」是下面的課程嗎？", found.near))
    elif found.course_id is None and named.readings:
        doubts.append(Doubt("course", "課程名稱是下面這樣嗎？也可以直接輸入。", named.readings))
    return HoursPhrase(
        learned_on,
        minutes,
        title,
        found.course_id,
        tuple(doubt for doubt in doubts if doubt is not None),
        began_on,
    )


def _in_lines(text: str) -> str:
    """With one space for any white space, or one line break where there was one."""
    said = text.replace(BLANK, " ").strip()
    return _WHITE.sub(lambda white: "\n" if _BREAK.search(white[0]) else " ", said)


def read_day(text: str, today: date) -> tuple[date | None, Doubt | None]:
    """The day that a text speaks of (of several days in a row the last), or the doubt about it; None, None
    where it speaks of none."""
    days, _ = find_days(view(" ".join(text.replace(BLANK, " ").split())[:LONGEST]), today)
    if not days:
        return None, None
    _, day, doubt = _day(_heard_days(days)[0])
    return day, doubt


# Days and lengths ------------------------------------------------------------------------------------


def _heard_days(days: list[SpokenDay]) -> tuple[list[SpokenDay], list[SpokenDay]]:
    """What may be part of a title is heard only where nothing plainer was said; what only repeats the
    plain day, 上週五（13號）, is none of the title either."""
    plain = [day for day in days if not day.weak]
    known = {day.day for day in plain if day.day is not None}
    same = [day for day in days if plain and day.weak and day.day is not None and day.day in known]
    same += [day for day in plain if day.named and _is_one_of(day, known)]
    certain = [day for day in days if day.day is not None and not day.named]  # 15號 beside 母親節AI賀卡
    return [day for day in plain if day not in same] or certain or days, same


def _is_one_of(named: SpokenDay, known: set[date]) -> bool:
    """Whether a holiday may only name a day that was said as a date too: 10/10（國慶日）."""
    if named.yearless is None:
        return bool(known)
    return any((day.month, day.day) == named.yearless for day in known)


def _without_titles(lengths: list[SpokenLength], said: str) -> list[SpokenLength]:
    """「三小時AI實作班 3小時」: of the same length said twice, one that a word follows at once while
    none follows the other is the title's."""
    plain = [length for length in lengths if not (length.weak or length.aside)]
    if len(plain) != 2 or plain[0].minutes != plain[1].minutes:
        return lengths
    first, last = plain
    glued = said[first.end : first.end + 1].isalpha() and not said[: first.start][-1:].isalpha()
    if not glued or said[last.end : last.end + 1].isalpha() or _SAME.fullmatch(said, first.end, last.start):
        return lengths
    return [replace(length, weak=True) if length is first else length for length in lengths]


def _heard_lengths(lengths: list[SpokenLength]) -> tuple[list[SpokenLength], list[SpokenLength]]:
    """The lengths that count, and those that yield to them without being part of the title."""
    strong = [length for length in lengths if not length.weak and not length.aside]
    longest = max((length.minutes for length in strong if length.minutes is not None), default=None)
    # 「AI 12堂課 2小時」: too many lessons for the length are the title's.
    asides = [length for length in lengths if length.aside and (longest is None or length.least <= longest)]
    if strong:
        return strong, asides
    if asides:
        return asides, []
    known = [length for length in lengths if length.minutes is not None]  # 365天AI 45分
    return known or lengths, []


def _day(days: list[SpokenDay]) -> tuple[date | None, date | None, Doubt | None]:
    """The first day of a class of several, the day, and what is asked where it is not plain."""
    plain = list(dict.fromkeys((spoken.began, spoken.day) for spoken in days if spoken.day is not None))
    unsure = [spoken for spoken in days if spoken.day is None]
    if len(plain) == 1 and not unsure:
        return *plain[0], None
    readings = [roc_span(began, day) for began, day in plain if day is not None]
    readings += [_reading(option) for spoken in unsure for option in spoken.options]
    options = tuple(dict.fromkeys(readings))
    if len(plain) + len(unsure) > 1:
        return None, None, Doubt("date", "提到了不只一個日期，要記在哪一天？", options)
    if unsure:
        return None, None, Doubt("date", unsure[0].sentence, options)
    return None, None, Doubt("date", _WHICH_DAY)


def _reading(option: Reading) -> str:
    return roc_date(option) if isinstance(option, date) else roc_span(*option)


# Between two lengths that are the same one in other words: 2小時（120分鐘）.
_SAME: Final = re.compile(r"(?:[\s\0\W]|共計?|總共|合計|即|也?就是|等於|認證|學習|核發|時數|為|是)*")


def _minutes(lengths: list[SpokenLength], said: str) -> tuple[int | None, Doubt | None]:
    plain = list(dict.fromkeys(length.minutes for length in lengths if length.minutes is not None))
    unsure = [length for length in lengths if length.minutes is None]
    twice = [
        length
        for before, length in pairwise(lengths)
        if length.parted or not _SAME.fullmatch(said, before.end, length.start)
    ]
    if len(plain) == 1 and not unsure and twice:  # 「AI素養1小時 AI倫理1小時」
        options = tuple(hours_words(m) for m in (plain[0], plain[0] * (len(twice) + 1)) if m > 0)
        return None, Doubt("duration", "提到了不只一個時數，認證時數一共是多少？", options)
    if len(plain) == 1 and not unsure:
        return plain[0], None
    if len(plain) > 1:
        several = [*plain, sum(plain)] if len(plain) == 2 else plain
        options = tuple(hours_words(minutes) for minutes in several if minutes > 0)
        return None, Doubt("duration", "提到了不只一個時數，認證時數是多少？", options)
    if unsure:
        readings = tuple(hours_words(minutes) for minutes in unsure[0].options if minutes > 0)
        return None, Doubt("duration", unsure[0].sentence, readings)
    return None, Doubt("duration", _HOW_LONG)
