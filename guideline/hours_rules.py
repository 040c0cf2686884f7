"""What a report of hours must satisfy before it is recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from guideline.changes import HoursLogged
from guideline.course_names import name_key
from guideline.records import HoursEntry, Source
from guideline.words import hours_words, roc_date, roc_span, roc_year, short_date

DAY: Final = 24 * 60
LONG_DAY: Final = 12 * 60
LONG_CLASS: Final = 31  # days; a longer class may be a slip of the month


@dataclass(frozen=True, slots=True)
class Finding:
    """`refuse` is final; `ask` may be confirmed by the person. `code` is stable (not_positive, future,
    over_24; over_12, turn_of_year, long_class, same_course, old), `sentence` is shown."""

    kind: Literal["refuse", "ask"]
    code: str
    sentence: str


def examine(draft: HoursLogged, entries: Iterable[HoursEntry], today: date) -> tuple[Finding, ...]:
    """Refusals first; none: it may be recorded as it is.

    Hours are 認證時數, not clock minutes: a long day asks and only more than a day has is refused. Both
    limits count each day of a class of several days (`began_on`), whose last day decides the year.
    `entries`: the person's entries; withdrawn ones are passed over.
    """
    active = [entry for entry in entries if entry.withdrawn_at is None]
    refusals = tuple(_refusals(draft, active, today))
    return refusals or tuple(_questions(draft, active, today))


def _refusals(draft: HoursLogged, entries: list[HoursEntry], today: date) -> Iterable[Finding]:
    if draft.minutes <= 0:
        yield Finding("refuse", "not_positive", "時數須大於 0，請再輸入一次，例如「2 小時」。")
    if draft.learned_on > today:
        yield Finding(
            "refuse",
            "future",
            f"{roc_date(draft.learned_on)} 還沒到，上完課再回報就可以了。",
        )
    total = _day_total(draft, entries)
    days = _days(draft)
    limit = f"{days} 天的時數不會超過 {days * 24} 小時" if days > 1 else "一天的時數不會超過 24 小時"
    if draft.minutes > DAY * days:
        several = (
            "請確認起訖日期與時數。"
            if days > 1
            else "連續多天的課，請連同起訖日輸入，例如「11/10～11/12 18小時」。"
        )
        yield Finding("refuse", "over_24", f"{limit}；{several}")
    elif draft.minutes > 0 and total > DAY * days:
        yield Finding(
            "refuse",
            "over_24",
            f"{_when(draft)}連同已回報的共 {hours_words(total)}，{limit}。"
            "請確認日期，或輸入「紀錄」更正原來的回報。",
        )


def _questions(draft: HoursLogged, entries: list[HoursEntry], today: date) -> Iterable[Finding]:
    total = _day_total(draft, entries)
    if total > LONG_DAY * _days(draft):
        over = "平均每天超過 12 小時" if _days(draft) > 1 else "超過 12 小時"
        yield Finding("ask", "over_12", f"{_when(draft)}共 {hours_words(total)}，{over}，是否正確？")
    if draft.began_on is not None and draft.began_on.year != draft.learned_on.year:
        yield Finding(
            "ask",
            "turn_of_year",
            f"這門課跨了年度（{roc_span(draft.began_on, draft.learned_on)}），時數會列在證明日期的年度。"
            f"證明上的日期是 {roc_year(draft.learned_on.year)} 年嗎？不是的話請按「修改」，改成證明的日期。",
        )
    if _days(draft) > LONG_CLASS:
        yield Finding(
            "ask",
            "long_class",
            f"{roc_span(draft.began_on, draft.learned_on)} 共 {_days(draft)} 天，起訖日期是否正確？",
        )
    same = [
        entry
        for entry in entries
        if entry.learned_on.year == draft.learned_on.year and _same_course(draft, entry)
    ]
    if same:
        last = max(same, key=lambda entry: entry.learned_on)
        record = "官方紀錄已有" if last.source is Source.OFFICIAL else "您已回報過"
        yield Finding(
            "ask",
            "same_course",
            f"{record}「{last.title or draft.title}」（{roc_date(last.learned_on)}，"
            f"{hours_words(last.minutes)}），要再記一筆嗎？",
        )
    if draft.learned_on.year < today.year - 1:
        yield Finding(
            "ask",
            "old",
            f"{roc_date(draft.learned_on)} 的學習會列在 {roc_year(draft.learned_on.year)} 年，日期是否正確？",
        )


def _day_total(draft: HoursLogged, entries: list[HoursEntry]) -> int:
    """Minutes of the draft's days; of an entry of several days the share that falls on them, whole minutes.
    The official record of the same course is the same learning."""
    return draft.minutes + sum(
        entry.minutes * _shared(draft, entry) // _days(entry)
        for entry in entries
        if not (entry.source is Source.OFFICIAL and _same_course(draft, entry))
    )


def _days(of: HoursLogged | HoursEntry) -> int:
    """How many days from the first to the last."""
    return (of.learned_on - (of.began_on or of.learned_on)).days + 1


def _shared(draft: HoursLogged, entry: HoursEntry) -> int:
    """Days that both have."""
    begins = max(draft.began_on or draft.learned_on, entry.began_on or entry.learned_on)
    return max(0, (min(draft.learned_on, entry.learned_on) - begins).days + 1)


def _when(draft: HoursLogged) -> str:
    if draft.began_on is None:
        return short_date(draft.learned_on)
    return roc_span(draft.began_on, draft.learned_on)


def _same_course(draft: HoursLogged, entry: HoursEntry) -> bool:
    if draft.course_id is not None or entry.course_id is not None:
        return draft.course_id == entry.course_id
    return bool(name_key(draft.title)) and name_key(draft.title) == name_key(entry.title)
