"""Days by the name of a holiday: 國慶日, 中秋節前一天, 端午連假.

A day was said, so it is asked about. Only holidays of a fixed date offer one; the days of the others (農曆,
連假) are decided anew each year and no list of them is kept here.
"""

import re
from datetime import date
from typing import Final

from guideline.spoken_spans import SpokenDay, month_day

# 紀念日及節日實施條例 and custom; month and day.
_FIXED: Final = {
    **dict.fromkeys(("元旦", "開國紀念日"), (1, 1)),
    **dict.fromkeys(("二二八", "和平紀念日", "228紀念日"), (2, 28)),
    "婦女節": (3, 8),
    "兒童節": (4, 4),
    "勞動節": (5, 1),
    "軍人節": (9, 3),
    "教師節": (9, 28),
    **dict.fromkeys(("雙十國慶", "雙十節", "雙十", "國慶日", "國慶"), (10, 10)),
    "光復節": (10, 25),
    **dict.fromkeys(("聖誕節", "耶誕節", "聖誕", "耶誕", "行憲紀念日"), (12, 25)),
    **dict.fromkeys(("平安夜", "聖誕夜", "耶誕夜"), (12, 24)),
    "跨年": (12, 31),
}
_MOVING: Final = (  # of two that begin alike the longer one first
    r"農曆新年|農曆年|春節|過年|新年|小年夜|除夕|元宵節?|清明節?|母親節|父親節|端午節?|七夕|中元節?|中秋節?|重陽節?"
    r"|冬至|萬聖節|228連假|228(?=\s*[那當紀])|(?:[上這]次)?放假日?(?!班)|連續假期|連假|[颱台臺]風[假天]|補班日|補假日?"
)
_NAMES: Final = "|".join((*sorted(_FIXED, key=len, reverse=True), _MOVING))
_TAIL: Final = (
    r"(?:\s*的?(?:那一?天|那幾天|當[天日]|前[一二兩三]?天|後[一二兩三]天|隔天|前夕|前後|連假|連續假期|假期|期間"
    r"|放假|時候|[前後](?=\s|$|[上看聽參])))"
)

HOLIDAY: Final = re.compile(
    r"(?P<which>(?:去年|今年|前年|[上這]一?[次個]|剛過的|剛結束的)\s*的?)?"
    rf"(?<![0-9經度中])(?P<name>{_NAMES})(?![度齡一])(?P<tail>{_TAIL}*)"
)
# Days that only the person knows.
THAT_DAY: Final = (
    r"(?:生日|開學|報到|開訓|結訓|發薪水?|放假|休假|請假|出差|值班|停電|地震|開會|考試)日?的?[那當]一?天"
)
LONG_AGO: Final = (
    r"(?:半年|(?:[一二兩三四五六七八九十幾數]|[0-9]{1,2})(?:個半?月|年)|好?幾(?:天|週|個?禮拜|個?星期))"
    r"多?[之以]?前"
)
# Verbs and persons after which no title begins, so that 國慶日上了AI倫理 speaks of the day.
_VERB: Final = re.compile(r"上|聽|看|學[了完]|修[了完]|參加|完成|去|有|我|還|也|在家")


def holiday(match: re.Match[str], today: date) -> SpokenDay:
    """Asked about, with the last such day where its date is fixed. Weak where a word touches it: it may be
    a title's (母親節AI賀卡設計)."""
    name, said = match["name"], match.string
    goes_on = said[match.end() : match.end() + 1].isalpha() and not _VERB.match(said, match.end())
    before = said[: match.start()][-1:]
    ends = before.isalpha() and before not in "天日號我在是的於"  # AI新年
    weak = (goes_on or ends) and not match["tail"]
    fixed = None if match["tail"].strip().removeprefix("的")[:1] not in {"", "那", "當"} else _FIXED.get(name)
    readings: tuple[date, ...] = ()
    sentence = f"「{match[0].strip()}」是哪一天？請輸入日期，例如 {today.month}/{today.day}。"
    if fixed is not None:
        back = {"去年": -1, "前年": -2}.get((match["which"] or "")[:2], 0)
        years = (today.year + back,) if match["which"] else (today.year, today.year - 1)
        days = (month_day(year, *fixed) for year in years)
        readings = tuple(day for day in days if day is not None and day <= today)[:1]
        sentence = f"「{match[0].strip()}」是 {fixed[0]}/{fixed[1]}，是這一天上的課嗎？"
    return SpokenDay(
        match.start(), match.end(), None, sentence, readings, weak=weak, named=True, yearless=fixed
    )
