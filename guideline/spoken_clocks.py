"""Times of the day where a length is looked for: 14:00-16:50, 0900-1200, 下午2點到4點, 2:30.

認證時數 are no clock minutes: they are asked about, with what they would amount to.
"""

import re
from typing import Final

from guideline.numerals import number
from guideline.spoken_spans import SpokenLength

TO: Final = r"\s*(?:-|~|–|—|上?到|至|或)\s*"
_CLOCK_PART: Final = r"(?P<{0}part>早上|上午|中午|下午|傍晚|晚上|晚間)?\s*"
CLOCK: Final = (
    _CLOCK_PART + r"(?<![0-9])(?P<{0}h>[0-9]{{1,2}}|" + "[一二兩三四五六七八九十]{{1,3}})"
    r"\s*(?::(?P<{0}m>[0-5][0-9])(?![0-9])|[點時](?:(?P<{0}half>半)|(?P<{0}w>[0-5]?[0-9])分?)?)"
)


def clock_range(match: re.Match[str]) -> SpokenLength | None:
    start = _clock(match, "a", None)
    end = _clock(match, "b", match["apart"])
    if start is None or end is None:
        return None
    if end <= start and not match["bpart"]:
        end += 12 * 60
    lasted = end - start
    sentence = f"「{match[0].strip()}」的認證時數是多少？"
    options = (lasted,) if 0 < lasted <= 12 * 60 else ()
    return SpokenLength(match.start(), match.end(), None, sentence, options, aside=True)


def bare_clocks(match: re.Match[str]) -> SpokenLength | None:
    """0900-1200."""
    lasted = int(match["b"][:2]) * 60 + int(match["b"][2:]) - int(match["a"][:2]) * 60 - int(match["a"][2:])
    sentence = f"「{match[0]}」的認證時數是多少？"
    options = (lasted,) if 0 < lasted <= 12 * 60 else ()
    return SpokenLength(match.start(), match.end(), None, sentence, options, aside=True)


def hour_word(match: re.Match[str]) -> SpokenLength | None:
    """2時30分: half past two, or two hours and a half."""
    value = number(match["n"])
    lasted = () if value is None or value > 12 else (int(value * 60) + int(match["m"]),)
    return SpokenLength(match.start(), match.end(), None, f"「{match[0].strip()}」是幾小時？", lasted)


def hour_alone(match: re.Match[str]) -> SpokenLength | None:
    """3時: three o'clock, or three hours."""
    value = number(match["n"])
    lasted = () if value is None or value.denominator != 1 else (int(value) * 60,)
    return SpokenLength(
        match.start(), match.end(), None, f"「{match[0].strip()}」是幾小時？", lasted, aside=True
    )


def clock_alone(match: re.Match[str]) -> SpokenLength | None:
    """2:30 with no word touching it: a time of the day, or two hours and a half."""
    lasted = int(match["h"]) * 60 + int(match["m"])
    options = (lasted,) if 0 < lasted <= 12 * 60 else ()
    return SpokenLength(match.start(), match.end(), None, f"「{match[0]}」是幾小時？", options, aside=True)


def labelled_clock(match: re.Match[str]) -> SpokenLength | None:
    """時數 01:30."""
    return SpokenLength(match.start(), match.end(), int(match["h"]) * 60 + int(match["m"]))


def _clock(match: re.Match[str], which: str, inherited: str | None) -> int | None:
    """Minutes since midnight; the second time takes the first one's 下午."""
    hour = number(match[f"{which}h"])
    if hour is None or hour > 24:
        return None
    part = match[f"{which}part"] or inherited
    if part in {"下午", "傍晚", "晚上", "晚間"} and hour < 12:
        hour += 12
    minutes = 30 if match[f"{which}half"] else int(match[f"{which}m"] or match[f"{which}w"] or 0)
    return int(hour) * 60 + minutes
