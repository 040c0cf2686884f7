"""The same report said in another way reads the same: order, separators, width, courtesies, numerals, lines.

Parts are put together anew in many ways; each way must give the day, the length and the title of the parts.
"""

import re
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guideline.course_names import name_key
from guideline.hours_text import HoursPhrase, read_hours
from tests.guideline.corpus.scoring import DEVELOPMENT, SEEN, SEEN_2, UNKNOWN, Case, cases
from tests.guideline.facts import TODAY, edition

DAYS = {
    "昨天": date(2026, 11, 17),
    "大前天": date(2026, 11, 15),
    "上週五": date(2026, 11, 13),
    "禮拜一": date(2026, 11, 16),
    "三天前": date(2026, 11, 15),
    "上個月15號": date(2026, 10, 15),
    "11/3": date(2026, 11, 3),
    "11 / 3": date(2026, 11, 3),
    "11月3號": date(2026, 11, 3),
    "十一月三日": date(2026, 11, 3),
    "115/11/3": date(2026, 11, 3),
    "115.11.03": date(2026, 11, 3),
    "2026-11-03": date(2026, 11, 3),
    "1151103": date(2026, 11, 3),
    "去年12/30": date(2025, 12, 30),
    "11/3（二）": date(2026, 11, 3),
    "昨天下午": date(2026, 11, 17),
}
LENGTHS = {
    "2小時": 120,
    "兩個小時": 120,
    "2.5小時": 150,
    "兩個半小時": 150,
    "半小時": 30,
    "1小時30分": 90,
    "一小時三十分鐘": 90,
    "90分鐘": 90,
    "3h": 180,
    "1.5hr": 90,
    "十二小時": 720,
    "認證時數2小時": 120,
    "共3小時": 180,
}
TITLES = (
    "AI素養",
    "資料治理",
    "AI 101",
    "AI 900認證",
    "Python 3.12 入門",
    "GPT-4o 應用",
    "24/7 客服AI",
    "115年度資安教育訓練",
    "AI素養（進階班）",
    "C++ 入門",
    "上雲服務入門",
    "生活中的AI",
    "三天AI營隊",
    "ISO 27001 稽核",
    "Office 365 Copilot",
    "AI公文寫作第2期",
    "母親節AI賀卡設計",
    "5分鐘學AI",
    "我的第一個AI助理",
    "人工智慧與一般公務",
    "AI 2.0 新趨勢",
    "從0到1學AI",
    "3D列印與AI",
    "5G與AI應用",
    "10大AI工具",
    "108課綱與AI",
    "1999專線AI客服",
    "零基礎學AI",
    "一週學會AI",
    "365天AI挑戰",
    "七夕AI詩詞",
    "完成度預測",
    "小時候的AI夢",
    "二十一世紀的AI",
    "【必修】AI",
    "去識別化資料平台上的應用",
    "我們與AI的距離",
    "跟AI聊天",
    "把關AI",
)
SEPARATORS = (" ", "，", "、", " / ", "｜", "\n", "　", "；", " - ", "  ", ", ", " | ", "。", "・", " ~ ")
COURTESIES = (
    ("", ""),
    ("您好，", "，謝謝"),
    ("回報 ", ""),
    ("我要回報：", ""),
    ("欸 ", " 喔"),
    ("不好意思現在才報，", "，麻煩您了"),
    ("幫我登錄一下 ", " 感謝"),
    ("我跟你說，", "。"),
    ("", " 👍"),
    ("各位好，補報一筆：", "，再請協助登錄"),
    ("【回報】", ""),
    ("就是 ", " 這樣"),
    ("還有一筆 ", "，以上"),
)


def read(text: str, today: date = TODAY) -> HoursPhrase:
    return read_hours(text, today, edition())


def meaning(phrase: HoursPhrase) -> tuple[object, ...]:
    return phrase.began_on, phrase.learned_on, phrase.minutes, name_key(phrase.title)


def wide(text: str) -> str:
    """Full-width forms of what has one."""
    return "".join("　" if c == " " else chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@settings(deadline=None, max_examples=600)
@given(
    st.sampled_from(sorted(DAYS)),
    st.sampled_from(sorted(LENGTHS)),
    st.sampled_from(TITLES),
    st.sampled_from(list(permutations(range(3)))),
    st.sampled_from(SEPARATORS),
    st.sampled_from(COURTESIES),
    st.booleans(),
)
def test_order_separators_courtesies_and_width_change_nothing(
    day: str,
    length: str,
    title: str,
    order: tuple[int, ...],
    separator: str,
    courtesy: tuple[str, str],
    widened: bool,
) -> None:
    """Whatever way a day, a length and a title are put together, exactly they are heard, without a doubt."""
    said = separator.join([day, length, title][n] for n in order)
    text = f"{courtesy[0]}{said}{courtesy[1]}"
    found = read(wide(text) if widened else text)
    assert meaning(found) == (None, DAYS[day], LENGTHS[length], name_key(title)), text
    assert not [doubt for doubt in found.doubts if doubt.kind != "course"], text


def plain(case: Case) -> bool:
    return all(part not in UNKNOWN for part in case.parts.values())


PLAIN = [case for file in (DEVELOPMENT, SEEN, SEEN_2) for case in cases(file) if plain(case)]


def otherwise(phrase: str) -> dict[str, str]:
    """The phrase said in other ways that mean the same."""
    return {
        "wide": wide(phrase),
        "loud": phrase.upper(),
        "in lines": phrase.replace(" ", "\n"),
        "spaced out": phrase.replace(" ", "   "),
        "greeted": f"您好，{phrase}",
        "thanked": f"{phrase}，謝謝您",
        "reported": f"回報 {phrase}",
        "sighed": f"欸 {phrase} 喔",
        "emoji": f"📚{phrase}🙏",
        "quoted": f" {phrase}。",
        "in figures": re.sub("兩(?=個?半?小時|個?鐘頭)", "2", phrase),
        "in words": re.sub(r"(?<![\d.])2(?=小時(?!0))", "兩", phrase),
        "with commas": re.sub(r"(?<!\d) | (?!小時)", "，", phrase) if phrase.count(" ") == 2 else phrase,
    }


@pytest.mark.parametrize("how", sorted(otherwise("")))
def test_a_plain_phrase_of_the_corpora_reads_the_same_when_said_otherwise(how: str) -> None:
    """Every plain phrase, transformed: the same day, length and title, and no new doubt about them."""
    assert len(PLAIN) > 300
    wrong = []
    for case in PLAIN:
        text = otherwise(case.phrase)[how]
        before, after = read(case.phrase, case.spoken_on), read(text, case.spoken_on)
        if (meaning(before), [d.kind for d in before.doubts]) != (
            meaning(after),
            [d.kind for d in after.doubts],
        ):
            wrong.append(f"{text!r}: {meaning(after)} instead of {meaning(before)}")
    assert not wrong, "\n".join(wrong)
