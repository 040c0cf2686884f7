"""Dates as rosters write them: ROC or Gregorian, with separators or without."""

import re
from datetime import date

_MIDNIGHT = re.compile(r"\s+(?:上午\s*12|0?0):00(?::00)?$")
_PARTS = re.compile(r"(?:民國)?\s*(\d{2,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_DIGITS = re.compile(r"(\d{2,4})(\d{2})(\d{2})")


def read_date(text: str) -> date:
    """115/1/5, 115.01.05, 1150105, 民國115年1月5日, 2026-01-05 and 20260105 all name one day.

    A year below 1912 is an ROC year. Raises ValueError for no such day, or one outside 1945-2100.
    """
    plain = _MIDNIGHT.sub("", text.strip())
    match = _PARTS.fullmatch(plain) or _DIGITS.fullmatch(plain)
    if match is None:
        raise ValueError(text)
    year, month, day = (int(part) for part in match.groups())
    if year < 1912:
        year += 1911
    if not 1945 <= year <= 2100:
        raise ValueError(text)
    return date(year, month, day)
