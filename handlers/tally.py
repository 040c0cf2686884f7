"""Progress in words: one line for a part of a requirement."""

from guideline.standing import PartStanding
from guideline.words import hours_number, hours_words


def figures(part: PartStanding) -> str:
    """官方 1、待上傳 1／3 小時　尚缺 1 小時. Before the first official import no official figure is said,
    not even 0; a part that is known to the official records only says no more than that."""
    if part.state == "unknown":
        waiting = f"；自行回報 {hours_words(part.waiting)}" if part.waiting else ""
        return f"尚無官方資料{waiting}"
    if part.official is None:
        figure = f"待上傳 {_amount(part.waiting)}"
    elif part.waiting:
        figure = f"官方 {_amount(part.official)}、待上傳 {_amount(part.waiting)}"
    else:
        figure = f"官方 {_amount(part.official)}"
    return f"{figure}／{hours_words(part.needed)}　{ending(part)}"


def _amount(minutes: int) -> str:
    """2.5, but 2 小時 45 分: 2:45 would read as a time of day."""
    return hours_number(minutes) if minutes % 30 == 0 else hours_words(minutes)


def ending(part: PartStanding) -> str:
    """已達成 only by official hours; 待官方登錄 where self-reported ones fill the rest."""
    match part.state:
        case "official":
            return "已達成"
        case "waiting":
            return "已回報足夠，待官方登錄"
        case "unknown":
            return "尚無官方資料"
        case "missing":
            return f"尚缺 {hours_words(part.missing)}"
