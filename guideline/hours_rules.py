"""What a report of hours must satisfy before it is recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from guideline.course_names import name_key
from guideline.records import HoursEntry, HoursLogged, Source
from guideline.words import hours_words, roc_date, roc_year, short_date

DAY: Final = 24 * 60
LONG_DAY: Final = 12 * 60


@dataclass(frozen=True, slots=True)
class Finding:
    """`refuse` is final; `ask` may be confirmed by the person. `code` is stable (not_positive, future,
    over_24; over_12, same_course, old), `sentence` is shown."""

    kind: Literal["refuse", "ask"]
    code: str
    sentence: str


def examine(draft: HoursLogged, entries: Iterable[HoursEntry], today: date) -> tuple[Finding, ...]:
    """Refusals first; none: it may be recorded as it is.

    Hours are 認證時數, not clock minutes: a class of three days may carry one date, so a long day asks and
    only more than a day has is refused. `entries`: the person's entries; withdrawn ones are passed over.
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
    if draft.minutes > DAY:
        yield Finding("refuse", "over_24", "一天的時數不會超過 24 小時；連續多天的課，請按日分次回報。")
    elif draft.minutes > 0 and total > DAY:
        yield Finding(
            "refuse",
            "over_24",
            f"{short_date(draft.learned_on)}連同已回報的共 {hours_words(total)}，一天不會超過 24 小時。"
            "請確認日期，或輸入「紀錄」更正原來的回報。",
        )


def _questions(draft: HoursLogged, entries: list[HoursEntry], today: date) -> Iterable[Finding]:
    total = _day_total(draft, entries)
    if total > LONG_DAY:
        yield Finding(
            "ask",
            "over_12",
            f"{short_date(draft.learned_on)}共 {hours_words(total)}，超過 12 小時，是否正確？",
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
    """Minutes of the draft's day. The official record of the same course is the same learning."""
    return draft.minutes + sum(
        entry.minutes
        for entry in entries
        if entry.learned_on == draft.learned_on
        and not (entry.source is Source.OFFICIAL and _same_course(draft, entry))
    )


def _same_course(draft: HoursLogged, entry: HoursEntry) -> bool:
    if draft.course_id is not None or entry.course_id is not None:
        return draft.course_id == entry.course_id
    return bool(name_key(draft.title)) and name_key(draft.title) == name_key(entry.title)
