"""Days in a person's own words: 昨天, 上週五, 上個月15號, 11/20, 115.11.18, 十一月三日.

Every pattern gives a `SpokenDay`: a day, or readings to ask about. A date without its year is this year's;
one that would lie in the future is asked about and moved only where it begins a class that is over
(12/30～1/2, said in January). Weeks begin on Monday.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from guideline.numerals import WHOLE, whole
from guideline.spoken_holidays import HOLIDAY, LONG_AGO, THAT_DAY, holiday
from guideline.spoken_spans import BLANK, Reading, SpokenDay, joined, month_day
from guideline.spoken_tails import DAY_ENDS, UNIT, WEEK, spread, weekday, with_tail
from guideline.words import roc_date, short_date


def find_days(said: str, today: date) -> tuple[list[SpokenDay], str]:
    """All days of a `numerals.view`, and the view with their places blanked."""
    found: list[SpokenDay] = []
    for pattern, read in _PATTERNS:
        place = 0
        while match := pattern.search(said, place):
            place = match.end()
            spoken = read(match, today)
            if spoken is None:
                continue
            spoken = with_tail(spoken, said, today)
            found.append(spoken)
            said = said[: spoken.start] + BLANK * (spoken.end - spoken.start) + said[spoken.end :]
            place = spoken.end
    return joined(sorted(found, key=lambda spoken: spoken.start), said, today)


_NO_DIGIT: Final = r"(?<![0-9/.])(?<![0-9]-)"
_YEAR_WORD: Final = {"今年": 0, "本年": 0, "去年": -1, "前年": -2, "明年": 1}


def _spoken(match: re.Match[str], day: date | None, sentence: str = "", *options: Reading) -> SpokenDay:
    return SpokenDay(match.start(), match.end(), day, sentence, options)


def _impossible(match: re.Match[str]) -> SpokenDay:
    return replace(
        _spoken(match, None, f"找不到「{match[0].strip()}」這一天，請再輸入日期，例如 11/20。"), weak=True
    )


def _yearless(match: re.Match[str], today: date, month: int | None, day: int | None) -> SpokenDay:
    """This year's day; a future one is asked about: last year's, or a slip?"""
    this = month_day(today.year, month, day)
    said = (month or 0, day or 0)
    if this is not None and this <= today:
        return replace(_spoken(match, this), yearless=said)
    last = month_day(today.year - 1, month, day)
    if this is None:
        return replace(_impossible(match), yearless=said if said[0] > 12 else None)
    sentence = f"{short_date(this)}還沒到，請問是哪一天？"
    return replace(_spoken(match, None, sentence, *([last] if last else [])), yearless=said)


# Readers ---------------------------------------------------------------------------------------------


def _full(match: re.Match[str], today: date) -> SpokenDay | None:
    """Year, month and day; a year of three figures is ROC, of four western, of fewer asked about."""
    year = whole(match["y"])
    month, day = whole(match["m"]), whole(match["d"])
    if year is None:
        return _impossible(match)
    if (match["era"] or "").endswith("民國") or 100 <= year < 200:
        year += 1911
    elif year < 100:
        readings = (month_day(year + 1911, month, day), month_day(year + 2000, month, day))
        sentence = f"「{match[0].strip()}」的年份不確定，請輸入完整日期，例如 {roc_date(today)}。"
        known = (reading for reading in readings if reading is not None)
        return _spoken(match, None, sentence, *(r for r in known if r.year >= 2011 and r <= today))
    found = month_day(year, month, day) if 1912 <= year < 2200 else None
    return replace(_spoken(match, found), dated=True) if found else _impossible(match)


def _compact(match: re.Match[str], today: date) -> SpokenDay | None:
    digits = match[0]
    year = int(digits[:-4]) + (1911 if len(digits) == 7 else 0)
    found = month_day(year, int(digits[-4:-2]), int(digits[-2:]))
    return _spoken(match, found) if found else _impossible(match)


def _year_word(match: re.Match[str], today: date) -> SpokenDay | None:
    found = month_day(today.year + _YEAR_WORD[match["y"]], whole(match["m"]), whole(match["d"]))
    return _spoken(match, found) if found else _impossible(match)


def _month_and_day(match: re.Match[str], today: date) -> SpokenDay | None:
    month = 1 if match["m"] == "元" else whole(match["m"])
    return _yearless(match, today, month, whole(match["d"]))


def _month_word(match: re.Match[str], today: date) -> SpokenDay | None:
    """上個月15號; 上上個月; 本月."""
    back = match["which"].count("上") - match["which"].count("下")
    month = today.year * 12 + today.month - 1 - back
    found = month_day(month // 12, month % 12 + 1, whole(match["d"]))
    return _spoken(match, found) if found else _impossible(match)


def _week_word(match: re.Match[str], today: date) -> SpokenDay | None:
    """上週五, 這週一, 下週二; 週三 alone is the last one, today included."""
    which = match["which"] or ""
    monday = today - timedelta(days=today.weekday())
    if match["d"] == "末":
        saturday = monday + timedelta(days=5 - 7 * which.count("上") + 7 * which.count("下"))
        if not which and saturday > today:
            saturday -= timedelta(days=7)
        return _spoken(match, None, "是週六還是週日？", saturday, saturday + timedelta(days=1))
    day = monday + timedelta(days=weekday(match["d"]) - 7 * which.count("上") + 7 * which.count("下"))
    if not which and day > today:
        day -= timedelta(days=7)
    return replace(_spoken(match, day), weak=not which and match.start() > 0 and _goes_on(match))


def _days_ago(match: re.Match[str], today: date) -> SpokenDay | None:
    back = whole(match["n"])
    if match["weeks"] and back is not None:
        back *= 7
    if back is None or back > 400 or match["few"]:
        return _impossible(match)
    return _spoken(match, today - timedelta(days=back))


_NEAR: Final = {
    "大大前天": -4,
    **dict.fromkeys(("大前天", "大前日"), -3),
    **dict.fromkeys(("前天", "前日", "前晚"), -2),
    **dict.fromkeys(("昨天", "昨日", "昨晚", "昨早", "昨夜", "昨午", "昨兒個", "昨兒"), -1),
    **dict.fromkeys(("今天", "今日", "今早", "今晨", "今晚", "今午", "今兒個", "今兒", "剛剛", "剛才"), 0),
    "剛": 0,
    **dict.fromkeys(("明天", "明日", "明早", "明晚"), 1),
    "後天": 2,
    "大後天": 3,
}


def _near(match: re.Match[str], today: date) -> SpokenDay | None:
    word = "".join(match[0].split())
    found = _spoken(match, today + timedelta(days=_NEAR[word]))
    return replace(found, weak=word in {"今日", "剛"} and _goes_on(match))


def _goes_on(match: re.Match[str]) -> bool:
    """Whether a letter follows at once: it may be a title's word (今日AI新知, 週三AI沙龍)."""
    return match.string[match.end() : match.end() + 1].isalpha()


def _vague(match: re.Match[str], today: date) -> SpokenDay | None:
    vague = _spoken(match, None, f"「{match[0]}」是哪一天？請輸入日期，例如 {today.month}/{today.day}。")
    return replace(vague, weak=match[0] in {"暑假", "寒假"} and _goes_on(match))


def _month_only(match: re.Match[str], today: date) -> SpokenDay | None:
    """10月: not which day; weak, since titles name months too."""
    vague = _vague(match, today)
    return replace(vague, weak=True) if vague else None


def _month_digits(match: re.Match[str], today: date) -> SpokenDay | None:
    """1103 at the very beginning may be a day or a number: only offered."""
    return _perhaps(match, today, int(match[0][:2]), int(match[0][2:]))


def _day_alone(match: re.Match[str], today: date) -> SpokenDay | None:
    """15號: this month's, if it has come; weak, since it may be a room or a line."""
    day = whole(match["d"])
    this = month_day(today.year, today.month, day)
    if match["sign"] == "號" and this is not None and this <= today:
        return replace(_spoken(match, this), weak=True)
    last = today.replace(day=1) - timedelta(days=1)
    before = month_day(last.year, last.month, day)
    options = [reading for reading in (this, before) if reading is not None and reading <= today]
    if not options:
        return None
    return replace(_spoken(match, None, f"「{match[0]}」是哪一天？", *options), weak=True)


def _dotted(match: re.Match[str], today: date) -> SpokenDay | None:
    """11.20 may be a day or hours, after a Latin word a version (Python 3.12): only offered."""
    return _perhaps(match, today, whole(match["m"]), whole(match["d"]))


def _perhaps(match: re.Match[str], today: date, month: int | None, day: int | None) -> SpokenDay | None:
    """The last day of this month and number, to be offered; None where it is none and begins no report."""
    years = (today.year, today.year - 1)
    found = next((d for year in years if (d := month_day(year, month, day)) and d <= today), None)
    if found is not None:
        return replace(_spoken(match, None, f"「{match[0]}」是日期嗎？", found), weak=True)
    begins = match.start() == 0 and 1 <= (month or 0) <= 12 and 1 <= (day or 0) <= 31
    return _impossible(match) if begins else None


_M: Final = rf"(?P<m>{WHOLE})"
_D: Final = rf"(?P<d>{WHOLE})"
_Reader = Callable[[re.Match[str], date], SpokenDay | None]


def _patterns() -> Iterator[tuple[re.Pattern[str], _Reader]]:
    """In this order; what one has read the next does not see."""
    era = r"(?P<era>(?:中華)?民國|西元|公元)?\s*"
    two = "[0-9]{1,2}"
    yield re.compile(rf"{era}(?P<y>{WHOLE})\s*年\s*{_M}\s*月\s*{_D}{DAY_ENDS}"), _full
    yield (
        re.compile(
            rf"{era}{_NO_DIGIT}(?P<y>[0-9]{{2,4}})(?P<sep>[/.\-])\s?(?P<m>{two})(?P=sep)\s?(?P<d>{two})(?![0-9/])"
        ),
        _full,
    )
    yield (
        re.compile(
            rf"{era}{_NO_DIGIT}(?<![a-z]\s)(?P<y>1[0-4][0-9]|20[0-9]{{2}})(?P<sep>\s[/.\-]\s)(?P<m>{two})(?P=sep)(?P<d>{two})(?![0-9/.])(?!{UNIT})"
        ),
        _full,
    )
    yield (
        re.compile(r"(?<![0-9a-z.])(?:1[0-4][0-9]|(?:19|20)[0-9]{2})[01][0-9][0-3][0-9](?![0-9])"),
        _compact,
    )
    words = "|".join(_YEAR_WORD)
    yield re.compile(rf"(?P<y>{words})\s*(?:的\s*)?{_M}\s*(?:月|/)\s*{_D}{DAY_ENDS}"), _year_word
    yield (
        re.compile(rf"(?P<which>上上個?|上個?|這個?|本|下下個?|下個?)月\s*(?:的\s*)?{_D}{DAY_ENDS}"),
        _month_word,
    )
    yield re.compile(rf"{_M}\s*月份?\s*{_D}{DAY_ENDS}"), _month_and_day
    yield re.compile(rf"(?P<m>元)月\s*{_D}{DAY_ENDS}"), _month_and_day
    yield (
        re.compile(rf"{_NO_DIGIT}(?P<m>{two})/(?P<d>{two})(?![0-9/x])(?!{UNIT})"),
        _month_and_day,
    )
    month, day = "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
    yield (  # 11 / 3; in 「Python 3 / 11/3」 the first figure is none of it
        re.compile(
            rf"{_NO_DIGIT}(?P<m>{month})(?:\s?/\s|\s/)(?P<d>{day})(?![0-9/月年日號.\-]|[a-z](?![a-z]))(?!{UNIT})(?!\s/\s{two}(?![^\W_]|\.)(?!{UNIT}))"
        ),
        _month_and_day,
    )
    yield (
        re.compile(rf"(?<![\w/.\-~:])(?P<m>{two})-(?P<d>{two})(?=[\s(,、;|謝感麻拜]|$)(?!{UNIT})"),
        _month_and_day,
    )
    yield re.compile(rf"(?:前一?個|上一個|上次的?|那個|某個?){WEEK}[一二三四五六日天末]?"), _vague
    yield (
        re.compile(
            rf"(?P<which>上上個?|上個?|這個?|本|下個?)?{WEEK}(?P<d>[一二三四五六日天末1-7])(?!{UNIT})"
        ),
        _week_word,
    )
    yield (  # a space between all letters; an adverb's or a title's word may not follow at once
        re.compile(
            r"(?P<which>上\s上(?:\s個)?\s|[上這下](?:\s個)?\s|本\s)?(?:週|星\s期|禮\s拜)\s(?P<d>[一二三四五六日天末])(?=[\s\0]|$)"
        ),
        _week_word,
    )
    yield (
        re.compile(
            rf"(?P<n>(?P<few>[一二兩三四五六七八九]{{2}}(?![十百]))|{WHOLE})"
            rf"\s*(?:[天日]|個?\s*(?P<weeks>{WEEK}))\s*(?:之|以)?前"
        ),
        _days_ago,
    )
    yield HOLIDAY, holiday
    near = spread(*(_NEAR.keys() - {"剛"}))
    yield (
        re.compile(rf"(?<![當證]){near}|(?<![^\W我才])剛(?=[上看聽學修完結參])"),
        _near,
    )  # 金剛, 剛性 are words of titles
    yield (
        re.compile(
            rf"(?:忘了|忘記|不記得|不確定|不知道|不曉得)(?:是)?(?:哪一?天|日期|什麼時候)了?|前幾天|前一天|前陣子|前些日子|最近|日前|[暑寒]假|{THAT_DAY}|{LONG_AGO}|那天|某天|(?:上上個?|上個?|這個?|本){WEEK}|去年底?"
            rf"|(?:上個?|這個?|本)月(?:底|初|中旬?|上旬|下旬)?|(?:{WHOLE}\s*)?月[底初中](?:的?最後一天)?"
        ),
        _vague,
    )
    yield (
        re.compile(rf"(?:{era}{WHOLE}\s*年\s*)?{WHOLE}\s*月(?:份|底|初|中旬?|上旬|下旬)?(?:最後一天)?"),
        _month_only,
    )
    yield re.compile(r"今年[初底]?|(?<![去今明])年[初底]"), _month_only
    yield re.compile(rf"{_D}(?P<sign>[號日])(?![館樓室教線廳會機])"), _day_alone
    yield re.compile(rf"(?:(?<=[^a-z\s]\s)|^)(?P<m>{two})\.(?P<d>{two})(?=\s|$)(?!{UNIT})"), _dotted
    yield re.compile(r"\A[0-9]{4}(?=\s)"), _month_digits


_PATTERNS: Final = tuple(_patterns())
