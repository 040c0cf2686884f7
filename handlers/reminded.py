"""What staff answer to a reminder, typed or tapped, at any time: 我已上過, 本週無法完成."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from guideline.changes import PreferenceSet
from guideline.edition import PROVISIONAL
from guideline.records import Snapshot
from guideline.words import roc_date, roc_year, short_date
from handlers import hours
from handlers.commands import Name
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Choices, Text
from handlers.outcome import Outcome
from handlers.wording import do, pc

_LAST_MONTH: Final = timedelta(days=31)  # before the effective deadline


def done(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """我已上過: a report, and what it is good for."""
    begun = hours.begin(event, snapshot, desk, "")
    said = "謝謝您。請回報上過的課，讓我們知道還缺多少；完成證明請先留著，官方紀錄仍以平臺上傳為準。"
    return replace(begun, replies=(Text(said), *begun.replies))


def cannot(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """本週無法完成, the answer to the last reminder: none follows before the year's statistics are closed.
    Long before that the words come from an old button, and silence nothing."""
    kept, today = snapshot.preference, event.today
    until = desk.deadlines.effective(today.year)
    if today < min(until - _LAST_MONTH, desk.deadlines.last_safe_day(today.year)):
        return _not_yet(until)
    if today > until:
        lead = f"知道了，本機關的統計已於 {short_date(until)}截止。"
    elif kept.stopped_at is not None:
        lead = "知道了；您已停止提醒，不會再收到。"
    else:
        lead = f"知道了，謝謝您告訴我們。到 {short_date(until)}統計為止，不再提醒您。"
    ends = f"12/31 前完成仍屬 {roc_year(today.year)} 年時數（{PROVISIONAL}），但可能來不及列入本機關統計。"
    said = Choices(
        prompt=lead + ends,
        options=(do("問人事", Name.ASK_HR), do("看進度", Name.PROGRESS, "quiet")),
        hint=f"有特殊情形請輸入「問人事」，或洽{desk.agency.hr_reached}，不必說明私人原因。",
        typed=pc("問人事", "進度"),
    )
    quiet = max(until, kept.snoozed_until or until)
    if today > until or kept.stopped_at is not None or kept.snoozed_until == quiet:
        return Outcome((said,))
    changed = replace(kept, snoozed_until=quiet)
    return Outcome((said,), (PreferenceSet(changed),), receipt=f"{roc_date(quiet)} 以前不提醒")


def _not_yet(until: date) -> Outcome:
    said = Choices(
        prompt=f"沒關係，今年統計到 {short_date(until)}，時間還充裕。這陣子不方便的話，可以晚一點再提醒您。",
        options=(do("下個月再提醒", Name.SNOOZE_MONTH), do("看進度", Name.PROGRESS, "quiet")),
        typed=pc("下個月再提醒", "進度"),
    )
    return Outcome((said,))
