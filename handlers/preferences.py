"""提醒: whether one is reminded, where, until when not, and how much a reminder shows.

Nothing is asked step by step: every choice is one word or one button, holds at any time and leaves whatever
else is running. A button says what shall be, it never turns over what is: one from an old card repeats
itself and no more.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from guideline.changes import PreferenceSet
from guideline.records import Preference, Snapshot
from guideline.rhythm import occasions
from guideline.words import beside, roc_date, roc_year, short_date
from handlers.channels import AUTO, EMAIL, NAMES, Channel, channels, first_choice
from handlers.commands import Name, bare
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Button, Card, Choices, Field, Line, Row
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.wording import do, listed, pc

TASK: Final = "remind"
NEWS: Final = "您的學習進度有更新，請輸入：進度"  # all that a low-detail reminder says (words.md)
STOPPED: Final = "已停止提醒；時數仍照常計算。"
_WORDS: Final = {
    "line": ("line", "賴"),
    "telegram": ("telegram", "tg", "電報"),
    EMAIL: ("信箱", "公務信箱", "電子郵件", "電郵", "郵件", "email", "mail"),
    AUTO: ("自動", "自動選擇", "都可以"),
}


def present(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """The card of what holds now."""
    return Outcome((_card(event, snapshot, desk),))


def press(event: Event, snapshot: Snapshot, desk: Desk, pressed: Press) -> Outcome:
    """A button of the card that no typed command stands for: where reminders go."""
    kind, _, channel = pressed.choice.partition(".")
    if kind == "to" and channel in NAMES:
        return _sent_to(event, snapshot, desk, channel)
    return present(event, snapshot, desk)


def stop(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """停止提醒: at once, and as often as it is said."""
    kept = snapshot.preference
    if kept.stopped_at is not None:
        since = roc_date(kept.stopped_at.astimezone(event.at.tzinfo).date())
        return Outcome((_said(f"{STOPPED.rstrip('。')}（{since} 起沒有再提醒您）。", Name.RESTART),))
    stopped = replace(kept, stopped_at=event.at, snoozed_until=None)
    said = _said(STOPPED, Name.RESTART, hint="想知道還缺多少，隨時可以輸入「進度」。")
    return Outcome((said,), (PreferenceSet(stopped),), receipt="已停止提醒")


def restart(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """恢復提醒: neither stopped nor put off any more."""
    kept = snapshot.preference
    said = _said("已恢復提醒。時數還不足時，會在上班時間提醒您。", Name.STOP)
    if kept.stopped_at is None and not _put_off(kept, event.today):
        return Outcome((replace(said, prompt="目前時數不足時就會提醒您，不必另外設定。"),))
    going = replace(kept, stopped_at=None, snoozed_until=None)
    return Outcome((said,), (PreferenceSet(going),), receipt="已恢復提醒")


def snooze(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """下週再提醒: nothing for the rest of this week. Not for seven days: they would take the next reminder
    away from whoever says so a day late, and the year's last one from all."""
    return _snoozed(event, snapshot, desk, event.today + timedelta(days=6 - event.today.weekday()))


def snooze_month(event: Event, snapshot: Snapshot, desk: Desk) -> Outcome:
    """下個月再提醒: nothing until this month has ended."""
    following = (event.today.replace(day=28) + timedelta(days=4)).replace(day=1)
    return _snoozed(event, snapshot, desk, following - timedelta(days=1))


def detail(event: Event, snapshot: Snapshot, desk: Desk, *, low: bool) -> Outcome:
    """精簡通知 and 完整通知: how much a reminder shows to whoever sees the screen."""
    changed = replace(snapshot.preference, low_detail=low)
    if low:
        prompt = f"已改為精簡通知，主動通知只會說有更新，例如「{NEWS}」。"
        said = _said(prompt, Name.FULL, hint="您主動查詢的內容，還是會完整顯示。")
    else:
        prompt = "已改為完整通知，提醒會寫出還缺的時數與建議的課程。"
        said = _said(prompt, Name.BRIEF, hint="旁人可能看到您的螢幕時，可以改用精簡通知。")
    if changed == snapshot.preference:
        return Outcome((replace(said, prompt=prompt.replace("已改為", "目前就是")),))
    return Outcome((said,), (PreferenceSet(changed),), receipt=prompt.partition("，")[0])


def channel(event: Event, snapshot: Snapshot, desk: Desk, text: str) -> Outcome:
    """提醒改用 LINE: by the words for a channel; any other words show what there is."""
    said = bare(text)
    found = next((name for name, words in _WORDS.items() if said in words), None)
    if found is None:
        names = listed(NAMES[one.id] for one in channels(snapshot))
        prompt = f"請說要用哪一個：{names}，或「自動」。例如：{_to(channels(snapshot)[0].id)}。"
        return Outcome((_with_channels(prompt, snapshot),))
    return _sent_to(event, snapshot, desk, found)


def nobody(*, consented: bool) -> str:
    """The first sentence to 停止提醒 of a chat that is nobody's: it is never reminded."""
    return "這個帳號還沒有啟用，不會收到任何提醒。" + ("時數仍照常計算。" if consented else "")


def quiet_line(snapshot: Snapshot, today: date) -> str:
    """What the 進度 card says of it; empty where reminders come as usual."""
    kept = snapshot.preference
    if kept.stopped_at is not None:
        return "您已停止提醒；想恢復請輸入「恢復提醒」。"
    if _put_off(kept, today) and kept.snoozed_until is not None:
        return f"{roc_date(kept.snoozed_until)} 以前不會提醒您。"
    return ""


# The card --------------------------------------------------------------------------------------------


def _card(event: Event, snapshot: Snapshot, desk: Desk) -> Card:
    kept, there = snapshot.preference, channels(snapshot)
    rows: list[Row] = [
        Field("目前", _state(event, kept, desk)),
        Field("送到", _where(kept, there)),
        *([Field("可以選", listed(one.shown for one in there))] if len(there) > 1 else []),
        Field("內容", _detail(kept)),
    ]
    notes = [
        "" if kept.low_detail else "旁人可能看到您的螢幕時，可以改用精簡通知。",
        "" if kept.stopped_at is not None else "停止提醒不影響時數，「進度」隨時可以查。",
    ]
    if any(notes):
        rows.append(Line("".join(notes), "note"))
    return Card(
        title="提醒設定",
        rows=tuple(rows),
        buttons=(*_when(event, kept), *_ways(kept, there), _other_detail(kept)),
        typed=pc(
            *(_words_for_when(event, kept)),
            *(way.label for way in _ways(kept, there)[:1]),
            "完整通知" if kept.low_detail else "精簡通知",
        ),
    )


def _state(event: Event, kept: Preference, desk: Desk) -> str:
    if kept.stopped_at is not None:
        since = roc_date(kept.stopped_at.astimezone(event.at.tzinfo).date())
        return f"已停止提醒（{since} 起）；時數仍照常計算"
    if _put_off(kept, event.today) and kept.snoozed_until is not None:
        following = _next_said(desk, kept.snoozed_until + timedelta(days=1), event.today)
        return f"{roc_date(kept.snoozed_until)} 以前不提醒" + (following or "，之後再提醒")
    return "時數不足時會提醒您" + _next_said(desk, event.today, event.today)


def _next_day(desk: Desk, since: date) -> date | None:
    """The next day of that year on which people are reminded."""
    rules = desk.editions.of(since.year) or desk.edition
    days = occasions(rules.rhythm, desk.deadlines, since.year)
    return next((one.day for one in days if one.day >= since and one.tone != "upload"), None)


def _next_said(desk: Desk, since: date, today: date) -> str:
    """Another year than this one is named; empty where there is no such day."""
    found = _next_day(desk, since)
    if found is None:
        return ""
    year = "" if found.year == today.year else f"{roc_year(found.year)}/"
    return f"，下次提醒日是 {year}{short_date(found)}"


def _where(kept: Preference, there: list[Channel]) -> str:
    """The channel chosen and, where it does not answer, the one that stands in for it."""
    best = first_choice(kept.channel, there)
    if kept.channel == AUTO:
        return f"自動選擇（目前是 {NAMES[best.id]}）"
    if best.id == kept.channel:
        return NAMES[kept.channel]
    return f"{NAMES.get(kept.channel, '')}（目前送不到，會先送到 {NAMES[best.id]}）"


def _detail(kept: Preference) -> str:
    return (
        "精簡（只說有更新，請您輸入「進度」查看）"
        if kept.low_detail
        else "完整（寫出還缺的時數與建議的課程）"
    )


def _when(event: Event, kept: Preference) -> tuple[Button, ...]:
    if kept.stopped_at is not None:
        return (do("恢復提醒", Name.RESTART, "primary"),)
    later = (do("下週再提醒", Name.SNOOZE), do("下個月再提醒", Name.SNOOZE_MONTH))
    back = (do("恢復提醒", Name.RESTART),) if _put_off(kept, event.today) else ()
    return (do("停止提醒", Name.STOP), *later, *back)


def _words_for_when(event: Event, kept: Preference) -> list[str]:
    return [button.label for button in _when(event, kept)]


def _ways(kept: Preference, there: list[Channel]) -> tuple[Button, ...]:
    """What reminders could go to instead; nothing to choose where there is only one channel."""
    others = [one.id for one in there if one.answers and one.id != kept.channel]
    if len(there) < 2 and kept.channel == AUTO:
        return ()
    ids = [*others, *([AUTO] if kept.channel != AUTO else [])]
    return tuple(Button(_to(one), Press(TASK, f"to.{one or 'auto'}")) for one in ids)


def _to(channel: str) -> str:
    """What is said, tapped or typed, to have reminders sent there."""
    return "提醒改用自動選擇" if channel in (AUTO, "auto") else beside("提醒改用", NAMES[channel])


def _other_detail(kept: Preference) -> Button:
    return do("完整通知", Name.FULL, "quiet") if kept.low_detail else do("精簡通知", Name.BRIEF, "quiet")


# Changes ---------------------------------------------------------------------------------------------


def _snoozed(event: Event, snapshot: Snapshot, desk: Desk, until: date) -> Outcome:
    kept = snapshot.preference
    if kept.stopped_at is not None:  # an old button must not start them again
        said = _said("您已停止提醒，不會再收到。想恢復請輸入「恢復提醒」。", Name.RESTART)
        return Outcome((said,))
    following = _next_day(desk, until + timedelta(days=1))
    prompt = f"好的，{roc_date(until)} 以前不再提醒您；今年也不會再有提醒了。"
    if following is not None and following.year == event.today.year:
        day = short_date(following)
        prompt = f"好的，{roc_date(until)} 以前不再提醒您；下次提醒日是 {day}，時數還不足才會提醒。"
    said = _said(prompt, Name.RESTART, hint=_before_it_is_late(event.today, until, desk))
    changed = replace(kept, snoozed_until=until)
    changes = () if changed == kept else (PreferenceSet(changed),)
    return Outcome((said,), changes, receipt=f"{roc_date(until)} 以前不提醒" if changes else "")


def _before_it_is_late(today: date, until: date, desk: Desk) -> str:
    """Where the last safe day lies in the time without reminders, it is said now."""
    safe = desk.deadlines.last_safe_day(today.year)
    if today <= safe <= until:
        return f"這段期間請留意：線上課程請於 {short_date(safe)}前完成，才來得及上傳列計。"
    return ""


def _sent_to(event: Event, snapshot: Snapshot, desk: Desk, chosen: str) -> Outcome:
    """Takes the channel where it exists and answers; otherwise says why not, and changes nothing."""
    chosen = AUTO if chosen == "auto" else chosen
    there = channels(snapshot)
    found = next((one for one in there if one.id == chosen), None)
    if chosen != AUTO and (found is None or not found.answers):
        return Outcome((_with_channels(_why_not(chosen, found, desk), snapshot),))
    changed = replace(snapshot.preference, channel=chosen)
    if chosen == AUTO:
        said = f"提醒會自動選擇送得到的方式，目前是 {NAMES[first_choice(AUTO, there).id]}。"
    else:
        said = f"{beside('好的，提醒會送到', found.shown if found else '')}。"
    if snapshot.preference.stopped_at is not None:
        said += "目前仍是停止提醒；想恢復請輸入「恢復提醒」。"
    changes = () if changed == snapshot.preference else (PreferenceSet(changed),)
    receipt = _to(chosen) if changes else ""
    return Outcome((_said(said, Name.REMINDERS),), changes, receipt=receipt)


def _why_not(chosen: str, found: Channel | None, desk: Desk) -> str:
    if found is not None:
        return f"目前 {NAMES[chosen]} 送不到您那裡，可能是封鎖了。請先在 {NAMES[chosen]} 解除封鎖，再選一次。"
    if chosen == EMAIL:
        return f"人事資料裡沒有您的公務信箱，所以還不能用信箱。要補上請洽{desk.agency.hr_reached}。"
    return (
        f"您還沒有用 {NAMES[chosen]} 啟用，所以還送不到。"
        f"請先在 {NAMES[chosen]} 加我好友並輸入啟用碼；需要啟用碼請洽{desk.agency.hr_reached}。"
    )


def _with_channels(prompt: str, snapshot: Snapshot) -> Choices:
    ways = _ways(snapshot.preference, channels(snapshot))
    return Choices(
        prompt=prompt,
        options=(*ways, do("提醒設定", Name.REMINDERS, "quiet")),
        typed=pc(*(way.label for way in ways), "提醒"),
    )


def _said(prompt: str, other: Name, *, hint: str = "") -> Choices:
    """A short answer, with the way to the opposite and to the rest. After a tap it stands where the setting
    or the reminder stood, which no longer holds."""
    buttons = (do(_LABEL[other], other), do("看進度", Name.PROGRESS, "quiet"))
    return Choices(prompt=prompt, options=buttons, hint=hint, typed=pc(_TYPED[other], "進度"), replaces=True)


_LABEL: Final = {
    Name.RESTART: "恢復提醒",
    Name.STOP: "停止提醒",
    Name.FULL: "完整通知",
    Name.BRIEF: "精簡通知",
    Name.REMINDERS: "提醒設定",
}
_TYPED: Final = {**_LABEL, Name.REMINDERS: "提醒"}


def _put_off(kept: Preference, today: date) -> bool:
    return kept.snoozed_until is not None and kept.snoozed_until >= today
