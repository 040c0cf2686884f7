"""Dates and hours as people here read them."""

from datetime import date
from typing import Final

WEEKDAYS: Final = "一二三四五六日"


def roc_year(year: int) -> int:
    """2026 → 115."""
    return year - 1911


def roc_date(day: date) -> str:
    """115/11/18."""
    return f"{roc_year(day.year)}/{day.month}/{day.day}"


def roc_span(begins: date | None, ends: date) -> str:
    """115/11/10～11/12; the later year only where it is another, 114/12/29～115/1/2; one day as roc_date."""
    if begins is None or begins == ends:
        return roc_date(ends)
    last = f"{ends.month}/{ends.day}" if begins.year == ends.year else roc_date(ends)
    return f"{roc_date(begins)}～{last}"


def short_date(day: date) -> str:
    """12/17（四）."""
    return f"{day.month}/{day.day}（{WEEKDAYS[day.weekday()]}）"


def hours_words(minutes: int) -> str:
    """150 → 2.5 小時, 80 → 1 小時 20 分, 45 → 45 分鐘, 0 → 0 小時. Never rounded."""
    if minutes < 0:
        raise ValueError(f"negative minutes: {minutes}")
    hours, rest = divmod(minutes, 60)
    if rest == 0:
        return f"{hours} 小時"
    if rest == 30:
        return f"{hours}.5 小時"
    return f"{hours} 小時 {rest} 分" if hours else f"{rest} 分鐘"


def hours_number(minutes: int) -> str:
    """The bare figure of a table, e.g. 3／3: 150 → 2.5, 180 → 3, 80 → 1:20. Never rounded."""
    hours, rest = divmod(minutes, 60)
    if rest == 0:
        return str(hours)
    return f"{hours}.5" if rest == 30 else f"{hours}:{rest:02d}"


def beside(before: str, after: str) -> str:
    """Both together, with a space before Latin letters or figures: 計入 AI 課程, but 計入學習時數."""
    return f"{before} {after}" if after[:1].isascii() else before + after


def listed(words: list[str] | tuple[str, ...]) -> str:
    """文書、摘要與簡報."""
    if len(words) < 2:
        return "".join(words)
    return "、".join(words[:-1]) + "與" + words[-1]
