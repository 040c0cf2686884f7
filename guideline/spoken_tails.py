"""What belongs to a spoken day: its weekday 11/20（五）, its end 11/20～22, further days 11/3、4, the part
of the day 昨天下午. Also the pieces that patterns of days share.
"""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from guideline.numerals import CHINESE, WHOLE, whole
from guideline.spoken_spans import SpokenDay, month_day, spanned
from guideline.words import WEEKDAYS, roc_date, short_date


def spread(*words: str) -> str:
    """A pattern of any of these words, also with a space between letters (昨 天); longer words first."""
    known = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(r"\s?".join(word) for word in known) + ")"


DAYPART: Final = spread(
    "一早", "早上", "上午", "中午", "下午", "傍晚", "晚上", "晚間", "凌晨", "清晨", "深夜", "半夜"
)
WEEK: Final = r"(?:週|星期|禮拜|(?<![禮崇])拜(?=[一二三四五六]))"
# After a blank only what no word begins with is a unit: 11/17 個人資料, 11/3 節能.
UNIT: Final = (
    r"(?:\s*(?:小時(?!候)|鐘頭|分鐘|個\s*(?:半|多|整|小時|鐘頭|月|禮拜|星期)|h(?![a-z])|hrs?(?![a-z])|hours?(?![a-z])|mins?(?![a-z]))"
    r"|(?:個(?![人案別資體])|分(?![享析類眾群局])|點(?![雲數])|天(?![氣然文])|堂|節(?![能日目])|門(?![禁診票市]))"
    r"|\s+(?:個|分|點|天|堂|節|門)(?![^\W_]))"
)
# A day's number has its 日 or 號, or nothing after it that makes it another number.
DAY_ENDS: Final = rf"(?:\s*(?:日|號)|(?![0-9{CHINESE}幾x])(?!{UNIT}))"

_TAIL: Final = re.compile(
    rf"\s*(?:[(〔【\[]\s*{WEEK}?(?P<short>[一二三四五六日天])\s*[)〕】\]]|{WEEK}(?P<long>[一二三四五六日天])|,\s?{WEEK}(?P<apart>[一二三四五六日天])(?![^\W_]))"
)
# A figure that a word follows is rather a title's: 昨天 - 3D列印, 11/3-5G與AI; but 11/10-12AI營隊.
_NO_TITLE: Final = r"(?![a-z](?![a-z])|[大對世零夕週])"
_UNTIL: Final = re.compile(
    rf"\s*起?\s*[-~–—至到]\s*(?:(?P<day>{WHOLE})(?:\s*[日號]|{_NO_TITLE}{DAY_ENDS}|(?=[一二兩三四五六七八九十]{{1,2}}天))(?![/.\-:年月0-9])|{WEEK}(?P<week>[一二三四五六日天]))"
)
_WEEK_WORD: Final = re.compile(rf"{WEEK}[一二三四五六日天]\Z")
_WEEKDAYS: Final = re.compile(
    rf"(?:(?:[、,&]|和|及|跟|與|或)?{WEEK}?[一二三四五六日])+(?!{UNIT})(?![個整十百點刻月週])"
)
_ALSO: Final = re.compile(
    rf"(?:\s*(?:[、,&]|和|及|跟|與|或)\s*(?!\d{{3}}){WHOLE}(?:\s*[日號]|(?![^\W_]){DAY_ENDS})(?![/.\-:年月])"
    rf"|(?<=[日號])\s*(?!\d{{3}}){WHOLE}\s*[日號](?![館樓室教線廳會機]))+"
)
_PART_OF_DAY: Final = re.compile(
    rf"\s*(?:的\s*)?(?:那|當)一?[天日](?![氣])|\s*(?:的\s*)?{DAYPART}(?!茶)(?:場(?![^\W_]))?|\s*[ap]m(?![a-z])|\s*(?:[0-9]{{1,2}}|[一二兩三四五六七八九十]{{1,3}})點(?:半|[0-5]?[0-9]分)?(?:(?![^\W_])|(?=[上去聽看參在有我]|開始))(?!\s*[-~–—至到])|(?:[\s,]+|t|(?<=[午上間晨]))[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?!\s*[-~–—至到:0-9])"
)


def with_tail(spoken: SpokenDay, said: str, today: date) -> SpokenDay:
    """Takes in what belongs to the day: 11/20～22, 11/20（五）, 昨天下午."""
    spoken = _with_weekday(spoken, said)
    if spoken.day and _WEEK_WORD.search(said, spoken.start, spoken.end) and _WEEKDAYS.match(said, spoken.end):
        sentence = "提到了不只一天，請問要記在哪一天？"
        end = _WEEKDAYS.match(said, spoken.end)
        spoken = SpokenDay(spoken.start, end.end() if end else spoken.end, None, sentence, (spoken.day,))
    elif spoken.day and (also := _ALSO.match(said, spoken.end)):
        sentence = "提到了不只一天，請問要記在哪一天？"
        spoken = SpokenDay(spoken.start, also.end(), None, sentence, (spoken.day,))
    elif spoken.day and (until := _until(spoken.end, said)):
        spoken = _with_weekday(_lasting(spoken, spoken.day, until, today), said)
    while part := _PART_OF_DAY.match(said, spoken.end):
        spoken = replace(spoken, end=part.end())
    return spoken


def _until(place: int, said: str) -> re.Match[str] | None:
    """The end of a class, 11/10-12 or 11/10 - 12; 「11/10 - 3D列印」 begins a title instead."""
    until = _UNTIL.match(said, place)
    if until is None or until["week"] or until[0][-1] in "日號":
        return until
    goes_on = said[until.end() : until.end() + 1]
    return None if " " in until[0] and goes_on.isalpha() and goes_on != "天" else until


def _lasting(spoken: SpokenDay, first: date, until: re.Match[str], today: date) -> SpokenDay:
    """11/10-12, 上週一到週三: the end is a day of the same month, or of the same week."""
    if until["week"]:
        monday = first - timedelta(days=first.weekday())
        last: date | None = monday + timedelta(days=weekday(until["week"]))
    else:
        last = month_day(first.year, first.month, whole(until["day"]))
    if last is None:
        sentence = f"找不到「{until[0].strip()}」這一天，請再輸入開始與結束的日期。"
        return SpokenDay(spoken.start, until.end(), None, sentence, (first,))
    if first <= today < last and not spoken.dated:
        sentence = f"{short_date(last)}還沒到，請問是哪幾天？"
        return SpokenDay(spoken.start, until.end(), None, sentence, (first,))
    return spanned(spoken, SpokenDay(spoken.start, until.end(), last))


def _with_weekday(spoken: SpokenDay, said: str) -> SpokenDay:
    """Takes in 11/20（五）, and asks where that day is another weekday."""
    if tail := _TAIL.match(said, spoken.end):
        number = weekday(tail["short"] or tail["long"] or tail["apart"])
        if spoken.day and number != spoken.day.weekday():
            real = WEEKDAYS[spoken.day.weekday()]
            sentence = f"{roc_date(spoken.day)} 是週{real}，日期是否正確？"
            spoken = replace(spoken, day=None, sentence=sentence, options=(spoken.day,))
        spoken = replace(spoken, end=tail.end())
    return spoken


def weekday(letter: str) -> int:
    return 6 if letter in "天日末7" else "123456".find(letter) if letter.isdigit() else WEEKDAYS.index(letter)
