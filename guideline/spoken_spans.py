"""Classes of several days in a person's own words, 11/10～11/12: two spoken days with 到 or the like between
them. Also what makes a spoken day unsure: 好像是昨天; and the places that days and lengths have.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

BLANK: Final = "\0"  # stands where something was understood already
NAMED: Final = "\1"  # stands where a known course is named
Reading = date | tuple[date, date]  # a day, or the first and the last of a class


@dataclass(frozen=True, slots=True)
class SpokenDay:
    """A place in the text that speaks of a day. `day` None: `sentence` asks for it and `options` are its
    readings. `weak`: it may as well be part of a title (15號, 24/7) and yields to any other day."""

    start: int
    end: int
    day: date | None
    sentence: str = ""
    options: tuple[Reading, ...] = ()
    weak: bool = False
    dated: bool = False  # said with its year
    yearless: tuple[int, int] | None = None  # month and day, where no year was said
    began: date | None = None  # the first day of a class of several days; `day` is its last
    named: bool = False  # by the name of a holiday; `yearless` where it is always the same day


@dataclass(frozen=True, slots=True)
class SpokenLength:
    """A place in the text that speaks of a length. `minutes` None: `sentence` asks, `options` (minutes) are
    its readings. `weak`: it yields to any plain length and then stays in the title (三天, 90分)."""

    start: int
    end: int
    minutes: int | None
    sentence: str = ""
    options: tuple[int, ...] = ()
    weak: bool = False
    aside: bool = False  # yields to any plain length, but is none of the title (14:00-16:50, 三天 alone)
    parted: bool = False  # with its part of the day: 上午2小時
    least: int = 0  # minutes below which it can be no length (12堂課)


# Between the first and the last day of a class.
_BETWEEN: Final = re.compile(
    r"\s*(?:起|開始日?|開課)?\s*(?:開始上到|上到|[-~–—至到]|,?\s*(?:迄|訖|最後一天|結束(?:日期?)?|結訓(?:日期?)?)\s*:?|(?<=開始)[\s,]*)\s*"
)
_FROM: Final = re.compile(
    r"(?:自|從|由|第一天|(?:研習|上課|課程|開課)?(?:起訖|起迄|開始|起始|開課)(?:日期?|時間)?\s*:?|起\s*:)\s*\Z"
)
_ENDED: Final = re.compile(r"\s*(?:止|結束|結訓)")
_AFTER: Final = re.compile(r"\s*(?:左右|前後|以前|之前|以後|之後|附近|上下(?![文游層載學])|那幾天|吧)")
_FOR: Final = re.compile(
    r"\s*(?:起|開始)?\s*,?\s*(?:連續|共|一共|為期|連上)\s*[一二兩三四五六七八九十0-9]{1,2}\s*[天日]"
)
_HEDGE: Final = re.compile(
    r"(?:好像|差不多|印象中|估計|應該|可能|大概|大約|似乎|約|約莫|不是|每)\s*(?:是)?(?:在)?\s*\Z"
)


def joined(found: list[SpokenDay], said: str, today: date) -> tuple[list[SpokenDay], str]:
    """Two days with 到 or the like between them are the beginning and the end of one class; a day with
    好像 before it, or 還是 between, is asked about."""
    together: list[SpokenDay] = []
    for spoken in found:
        last = together[-1] if together else None
        between = _BETWEEN.fullmatch(said[last.end : spoken.start]) if last else None
        if last is not None and between and _joins(last, spoken):
            together[-1] = spanned(_begun_last_year(last, spoken, today), _in_year_of(last, spoken))
        else:
            together.append(spoken)
    for place, spoken in enumerate(together):
        kept = spoken
        if hedge := _HEDGE.search(said, max(0, spoken.start - 6), spoken.start):
            options: tuple[Reading, ...] = (spoken.day,) if spoken.day else spoken.options
            if spoken.day and spoken.began:
                options = ((spoken.began, spoken.day),)
            sentence = "日期不太確定，請確認是哪一天。"
            kept = SpokenDay(hedge.start(), spoken.end, None, sentence, options, spoken.weak)
        elif spoken.day and (after := _AFTER.match(said, spoken.end) or _lasts(spoken, said)):
            sentence = "日期不太確定，請確認是哪一天；多天的課請輸入起訖，如 11/10～11/12。"
            kept = replace(
                spoken, end=after.end(), day=None, began=None, sentence=sentence, options=(spoken.day,)
            )
        elif (kept.began or kept.options) and (
            origin := _FROM.search(said, max(0, spoken.start - 12), spoken.start)
        ):
            kept = replace(spoken, start=origin.start())
        if kept.began and (ended := _ENDED.match(said, kept.end)):
            kept = replace(kept, end=ended.end())
        together[place] = kept
        start, end = kept.start, kept.end
        said = said[:start] + BLANK * (end - start) + said[end:]
    return together, said


def _joins(first: SpokenDay, last: SpokenDay) -> bool:
    """Not where it rather begins a title: 昨天 - 24/7 客服AI, 昨天 - 母親節AI賀卡設計."""
    title = last.weak and (last.named or (last.yearless is not None and last.yearless[0] > 12))
    return first.began is None and last.began is None and not title


def _lasts(spoken: SpokenDay, said: str) -> re.Match[str] | None:
    """11/10起連續三天: its end is not said."""
    return None if spoken.began else _FOR.match(said, spoken.end)


def _in_year_of(first: SpokenDay, last: SpokenDay) -> SpokenDay:
    """114/12/1～12/5: the end is of the year that the beginning names; one before it is asked about."""
    if not first.dated or first.day is None or last.yearless is None:
        return last
    same = month_day(first.day.year, *last.yearless)
    if same is None or same >= first.day:
        return replace(last, day=same)
    following = month_day(first.day.year + 1, *last.yearless)
    options = (following,) if following else ()
    return replace(last, day=None, sentence="結束日是哪一年？請確認是哪幾天上的課。", options=options)


def _begun_last_year(first: SpokenDay, last: SpokenDay, today: date) -> SpokenDay:
    """12/30～1/2, said in January of a class that is over: it began in the year before. Where this year's
    12/30 is the nearer one it stays asked about."""
    begins = next((day for day in first.options if isinstance(day, date)), None)
    to_come = month_day(today.year, *first.yearless) if first.yearless else None
    if first.day is not None or begins is None or to_come is None or last.day is None:
        return first
    over = begins < last.day <= today < to_come and today - begins < to_come - today
    return replace(first, day=begins, sentence="", options=()) if over else first


def spanned(first: SpokenDay, last: SpokenDay) -> SpokenDay:
    """From one day to another. What is unknown about either is asked about the class as a whole."""
    start, end = first.start, last.end
    if first.day is not None and last.day is not None:
        if first.day < last.day:
            return SpokenDay(start, end, last.day, began=first.day)
        if first.day == last.day:
            return SpokenDay(start, end, last.day)
        sentence = "結束日在開始日之前，請問是哪幾天？"
        return SpokenDay(start, end, None, sentence, ((last.day, first.day),))
    begins = first.day or next((o for o in first.options if isinstance(o, date)), None)
    ends = last.day or next((o for o in last.options if isinstance(o, date)), None)
    options: tuple[Reading, ...] = ((begins, ends),) if begins and ends and begins < ends else ()
    unknown = last if first.day is not None else first
    return SpokenDay(start, end, None, unknown.sentence or "請問是哪幾天上的課？", options)


def month_day(year: int, month: int | None, day: int | None) -> date | None:
    try:
        return date(year, month or 0, day or 0)
    except (ValueError, OverflowError):
        return None
