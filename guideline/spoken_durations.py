"""Lengths of learning in a person's own words: 兩個半小時, 半小時, 1小時30分, 90分鐘, 3h, 2.5hr.

Hours are 認證時數 and not clock minutes: 14:00–16:50 or 三天 is asked about, with its reading if any.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final

from guideline.numerals import CHINESE, NUMBER, WHOLE, number
from guideline.spoken_clocks import (
    CLOCK,
    TO,
    bare_clocks,
    clock_alone,
    clock_range,
    hour_alone,
    hour_word,
    labelled_clock,
)
from guideline.spoken_sentences import says_nothing
from guideline.spoken_spans import BLANK, NAMED, SpokenLength
from guideline.spoken_tails import DAYPART


def find_lengths(said: str) -> tuple[list[SpokenLength], str]:
    """All lengths of a view without its days, and the view with their places blanked; what is weak and
    may be part of a title stays."""
    found: list[SpokenLength] = []
    for pattern, read in _PATTERNS:
        place = 0
        while match := pattern.search(said, place):
            place = match.end()
            length = read(match)
            if length is None:
                continue
            found.append(length)
            said = said[: length.start] + BLANK * (length.end - length.start) + said[length.end :]
    found = [_labelled_from(length, said) for length in found]
    return sorted(found, key=lambda length: length.start), said


def _labelled_from(length: SpokenLength, said: str) -> SpokenLength:
    """With 認證時數： or 核發 or 上午 before it."""
    if length.weak:
        return length
    before = max(0, length.start - 12)
    if part := _PART.search(said, before, length.start):
        return replace(length, start=part.start(), parted=True)
    label = _LABEL.search(said, before, length.start)
    return replace(length, start=label.start()) if label else length


_HOUR: Final = r"(?:小\s?時(?!候)|鐘\s?頭|(?:hours?|hrs?|h)(?![a-z]))"
_MINUTE: Final = r"(?:分\s?鐘|(?:minutes?|mins?)(?![a-z]))"
_LABEL: Final = re.compile(
    r"(?:(?:認證|學習|研習|上課|課程|核發|核給|總)?時數\s*(?:是|為|有|共)?|(?<![^\W_])(?:認證|核發|核給|核定)|(?<![^\W_])(?:獲得|取得|拿到|得到))\s*[:=]?\s*\Z"
)
# Glued to its length, or standing apart from the word before it.
_PART: Final = re.compile(rf"{DAYPART}\Z|(?<![^\W_]){DAYPART}\s*\Z")
_SCORE: Final = 60  # 分; from here on it may be what an examination was passed with
_LONG: Final = 300  # 分; beyond it nobody counts in minutes
_SINCE: Final = re.compile(rf"[^{BLANK}{NAMED}]*\Z")
_EXAMINED: Final = re.compile(r"考|成績|得分|得到|測驗|滿分|分數")
_LESSON: Final = 30  # minutes that no lesson is shorter than
_ABOUT: Final = (
    r"(?:大約|(?<![公合條契節簽預歲制])約|大概|差不多|將近|接近|不到|未滿|超過|快|好像|應該|可能|似乎|至少|最少|起碼|最多)"
    r"\s*(?:是|有)?\s*"
)
_GOES_ON: Final = (
    r"(?:學會|看懂|搞懂|弄懂|懂|認識|上手|掌握|搞定|精通|速成|學(?![了完習過到分校院者界期員生]))"
)
_TITLE_GOES_ON: Final = re.compile(rf"\s*{_GOES_ON}")
_APART: Final = re.compile(r"\s[-~–—]\s")
_OR_SO: Final = r"左右|上下(?!文)|以上|以內|不到|出頭|有餘|吧"
_EACH: Final = r"(?:各|每[次天堂門週場]?|一[堂門場次])\s*"


def _of(match: re.Match[str], minutes: Fraction | None) -> SpokenLength | None:
    """A plain length; one that is no whole minute is asked about."""
    if minutes is None:
        return None
    if minutes.denominator == 1:
        return SpokenLength(match.start(), match.end(), int(minutes))
    sentence = f"「{match[0].strip()}」不是整數分鐘，請問是幾小時幾分？"
    return SpokenLength(match.start(), match.end(), None, sentence, (round(minutes),))


def _hours(match: re.Match[str]) -> Fraction | None:
    """Minutes of 2, 個半小時 and so on; the tail is 半, 30分 or 一刻."""
    value = number(match["n"])
    if value is None:
        return None
    minutes = value * 60 + (30 if match["half"] else 0)
    if tail := match["tail"]:
        minutes += 30 if "半" in tail else (number(match["rest"]) or 0) * (15 if "刻" in tail else 1)
    return -minutes if match["sign"] else minutes


def _plain(match: re.Match[str]) -> SpokenLength | None:
    minutes = _hours(match)
    length = _of(match, minutes)
    if length is None or length.minutes is None:
        return length
    if match["rest"] and "刻" not in match["tail"] and (number(match["rest"]) or 0) >= _SCORE:
        return replace(length, minutes=None, sentence="請問認證時數一共是多少？")  # 2小時 90分
    about = match["about"] or match["more"]
    if about or match["each"]:
        sentence = (
            "請問認證時數一共是多少？" if match["each"] else f"「{match[0].strip()}」的認證時數是多少？"
        )
        options = () if match["each"] else (length.minutes,)
        return SpokenLength(length.start, length.end, None, sentence, options)
    after = match.string[match.end() :]
    around_the_clock = length.minutes == 24 * 60 and after[:1].isalpha()  # 24小時AI客服
    return replace(length, weak=around_the_clock or bool(_TITLE_GOES_ON.match(after)))


def _range(match: re.Match[str]) -> SpokenLength | None:
    ends = (number(match["a"]), number(match["b"]))
    if _APART.search(match[0]) and ends[0] is not None and ends[1] is not None and ends[0] >= ends[1]:
        return None  # a title's figure and a dash between the parts: AI 101 - 2小時
    options = tuple(int(end * 60) for end in ends if end is not None and (end * 60).denominator == 1)
    return SpokenLength(match.start(), match.end(), None, f"「{match[0].strip()}」是幾小時？", options)


def _half(match: re.Match[str]) -> SpokenLength | None:
    return _of(match, Fraction(90 if match[0].startswith("個") else 30))


def _minutes(match: re.Match[str]) -> SpokenLength | None:
    value = number(match["n"])
    if value is not None and match["sign"]:
        value = -value
    if match["each"]:
        return SpokenLength(match.start(), match.end(), None, "請問認證時數一共是多少？")
    if (match["about"] or match["more"]) and value is not None and value.denominator == 1:
        sentence = f"「{match[0].strip()}」的認證時數是多少？"
        return SpokenLength(match.start(), match.end(), None, sentence, (int(value),))
    length = _of(match, value)
    return length and replace(length, weak=bool(_TITLE_GOES_ON.match(match.string, match.end())))


def _reckoned(match: re.Match[str]) -> SpokenLength | None:
    """2+1小時, 2x3小時, 2小時*2, 1小時45: not reckoned for the person, asked."""
    options: tuple[int, ...] = ()
    if (tail := match["bare"]) and (value := number(match["n"])) is not None:
        options = (int(value * 60) + int(tail),)
    return SpokenLength(match.start(), match.end(), None, "請問認證時數一共是多少？", options)


def _quarters(match: re.Match[str]) -> SpokenLength | None:
    value = number(match["n"])
    return _of(match, None if value is None else value * 15)


def _labelled(match: re.Match[str]) -> SpokenLength | None:
    """時數：3, 時數：30分."""
    value = number(match["n"])
    if value is not None and match["sign"]:
        value = -value
    return _of(match, None if value is None else value * (1 if match["minutes"] else 60))


def _several(match: re.Match[str]) -> SpokenLength | None:
    return SpokenLength(match.start(), match.end(), None, f"「{match[0].strip()}」是幾小時？")


def _points(match: re.Match[str]) -> SpokenLength | None:
    """45分 apart from the title is a length; what may be a score is asked about."""
    value = number(match["n"])
    minutes = () if value is None or value.denominator != 1 else (int(value),)
    if minutes and _alone(match) and (0 < minutes[0] < _SCORE or _no_score(match, minutes[0])):
        return SpokenLength(match.start(), match.end(), minutes[0], weak=True)
    sentence = f"「{match[0].strip()}」是指分鐘嗎？請輸入時數，例如 1.5 小時。"
    return SpokenLength(match.start(), match.end(), None, sentence, minutes, weak=True)


def _no_score(match: re.Match[str], minutes: int) -> bool:
    """「資料治理 11/6 90分」: a round length that no word stands before. AI素養 90分 may be what its
    examination was passed with."""
    said = match.string
    before = _SINCE.search(said, 0, match.start())
    apart = (
        before is not None and says_nothing(before[0]) and said[before.start() - 1 : before.start()] != NAMED
    )
    return _SCORE <= minutes <= _LONG and minutes % 5 == 0 and apart and not _EXAMINED.search(said)


def _days(match: re.Match[str]) -> SpokenLength | None:
    sentence = f"「{match[0].strip()}」的認證時數是幾小時？"
    lessons = number(match["lessons"]) if match["lessons"] else None
    least = int((lessons or 0) * _LESSON)
    alone = _alone(match)
    return SpokenLength(match.start(), match.end(), None, sentence, weak=not alone, aside=alone, least=least)


def _alone(match: re.Match[str]) -> bool:
    """Whether no word touches it: 三天 is a length of its own, 三天AI營隊 a title."""
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return not (before.isalnum() or (after.isalnum() and after not in "共謝感麻拜"))


_Reader = Callable[[re.Match[str]], SpokenLength | None]


def _patterns() -> Iterator[tuple[re.Pattern[str], _Reader]]:
    """In this order; what one has read the next does not see."""
    sign = rf"(?P<sign>負|(?:(?<=[\s:=(,、;])|^)[-−](?=[0-9.{CHINESE}]))?\s*"
    rest = rf"\s*(?:又|零)?\s*(?P<rest>{NUMBER})\s*(?:{_MINUTE}|分(?!\s?鐘)|m(?![a-z])|刻鐘?)(?!{_GOES_ON})"
    yield re.compile(r"(?:從\s*)?" + CLOCK.format("a") + TO + CLOCK.format("b")), clock_range
    yield (
        re.compile(
            r"(?<![0-9])(?P<a>[0-2][0-9][0-5][0-9])\s*[-~–—至到]\s*(?P<b>[0-2][0-9][0-5][0-9])(?![0-9])"
        ),
        bare_clocks,
    )
    yield re.compile(r"時數\s*[:=為是]?\s*(?P<h>[0-9]{1,2}):(?P<m>[0-5][0-9])(?![:0-9])"), labelled_clock
    yield re.compile(rf"(?<![0-9:])(?P<h>[0-9]{{1,2}}):(?P<m>[0-5][0-9])\s*個?\s*{_HOUR}"), clock_alone
    # 三小時三十
    yield re.compile(rf"{NUMBER}\s*個?\s*{_HOUR}[二三四五]?十[一二三四五六七八九]?(?![^\W_])"), _several
    # 3點5小時, 3,5小時
    yield (
        re.compile(rf"(?<![0-9])[0-9]{{1,2}}[點,][0-9]{{1,2}}\s*個?\s*{_HOUR}"),
        _several,
    )
    # 2 . 5 小時, 2. 5小時; at the very beginning it is the number of a list
    yield re.compile(rf"(?<!^)(?<![0-9.])[0-9]{{1,2}}(?:\s\.\s?|\.\s)[0-9]\s*個?\s*{_HOUR}"), _several
    yield re.compile(rf"(?<![{CHINESE}])[一二兩三四五六七八九]{{2}}\s*個?\s*{_HOUR}"), _several
    yield re.compile(rf"(?P<a>{NUMBER})\s*(?:個\s*)?{_HOUR}?{TO}(?P<b>{NUMBER})\s*(?:個\s*)?{_HOUR}"), _range
    yield (
        re.compile(
            rf"(?P<n>{NUMBER})\s*(?:[+*×]\s*{NUMBER}\s*個?\s*{_HOUR}|x\s*[0-9.]+\s*個?\s*{_HOUR}"
            rf"|個?{_HOUR}(?:\s*[*×x]\s*{NUMBER}|(?P<bare>[0-5][0-9])(?![0-9.:年月分刻m/\-]|\s*{_MINUTE})))"
        ),
        _reckoned,
    )
    yield (
        re.compile(
            rf"(?P<about>{_ABOUT})?(?P<each>{_EACH})?{sign}(?P<n>{NUMBER})(?:\s*個\s*|(?=半)|\s*(?!半))(?P<half>半\s*)?{_HOUR}"
            rf"(?P<tail>又?半(?![天日小])|{rest})?(?:\s*[整正](?![天個]))?(?P<more>(?:多(?:一點)?點?|{_OR_SO})|\s(?:{_OR_SO})(?![^\W_]))?"
        ),
        _plain,
    )
    yield re.compile(rf"(?:{_ABOUT})?(?:{WHOLE}?[幾數多]|{WHOLE}\s*個?\s*多)\s*個?\s*{_HOUR}"), _several
    yield re.compile(rf"個半\s*{_HOUR}|半\s*個?\s*{_HOUR}"), _half
    yield (
        re.compile(
            rf"(?P<about>{_ABOUT})?(?P<each>{_EACH})?{sign}(?P<n>{NUMBER})\s*{_MINUTE}(?P<more>(?:多|{_OR_SO})(?![^\W_])|\s(?:{_OR_SO})(?![^\W_]))?"
        ),
        _minutes,
    )
    yield re.compile(rf"(?P<n>{NUMBER})\s*刻鐘"), _quarters
    yield (
        re.compile(
            rf"時數(?:\s*[:=為是]\s*|\s+)?(?P<sign>負|(?<=[\s:=為是])[-−])?(?P<n>{NUMBER})(?:(?P<minutes>\s*分)|(?!\s*[%:]|/))"
        ),
        _labelled,
    )
    yield re.compile(rf"(?P<n>{NUMBER})\s*(?:個\s?鐘|時)(?![^\W_])"), hour_alone
    yield re.compile(rf"(?:[0-9]*[½¼¾]|[0-9]{{1,2}}\s*又?\s*[0-9]/[0-9])\s*個?\s*{_HOUR}"), _several
    yield re.compile(rf"(?P<n>{NUMBER})\s*時\s*(?P<m>[0-5]?[0-9])\s*分鐘?"), hour_word
    yield re.compile(rf"(?P<n>{NUMBER})\s*分(?![之享類析])"), _points
    yield (
        re.compile(
            r"(?<![^\s\0(,、。;])(?P<h>[0-9]{1,2}):(?P<m>[0-5][0-9])(?::[0-5][0-9])?(?![^\s\0),、。;])"
        ),
        clock_alone,
    )
    yield (
        re.compile(
            rf"(?:{NUMBER}|半|一?整|全)\s*個?\s*(?:天|日(?![常報誌期])|學分)(?!前)|(?:整個?|一整?個)(?:早上|上午|下午|晚上)(?!茶)|(?<!第)(?P<lessons>{NUMBER})\s*個?\s*(?:堂課?|節課?)(?!前)"
        ),
        _days,
    )


_PATTERNS: Final = tuple(_patterns())
