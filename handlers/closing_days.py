"""停班 and 取消停班: days on which the agency is closed although the calendar says otherwise (typhoons)."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from guideline.changes import ClosureSet
from guideline.records import Reminding, Snapshot
from guideline.rhythm import Occasion, occasions
from guideline.words import short_date
from handlers.commands import Name, clean, tidy
from handlers.desk import Desk
from handlers.event import Event
from handlers.message import Choices
from handlers.office import deciding, left_to_others
from handlers.outcome import Outcome
from handlers.wording import do, listed, pc, short

_AHEAD: Final = {"昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1, "後天": 2, "後日": 2}
_DATE: Final = re.compile(r"(?:([0-9]{2,4})[/年.-] ?)?([0-9]{1,2})[/月.-] ?([0-9]{1,2}) ?[日號]?")
_NOTE: Final = 20  # characters of a reason that are kept
_ROC: Final = 1911


def present(event: Event, snapshot: Snapshot, desk: Desk, rest: str, *, closing: bool) -> Outcome:
    """「停班 11/25 颱風」, 「停班 明天」, 「取消停班 11/25」; without a day: which there are."""
    office = deciding(event, snapshot)
    if office is None:
        return left_to_others(event, snapshot, desk)
    day, note = read_day(rest, event.today)
    now = office.reminding
    if day is None:
        asked = _asked(event.today, now, closing=closing)
        if rest:
            return Outcome((_said(f"抱歉，看不懂這個日期。{asked}", _list(now), now),))
        return Outcome((_said(_list(now), asked, now),))
    if trouble := _trouble(day, event.today, desk, now, closing=closing):
        return Outcome((_said(trouble, _list(now), now),))
    kept = {**now.closures, day: note} if closing else {d: n for d, n in now.closures.items() if d != day}
    after = replace(now, closures=kept)
    prompt = f"已設定 {short_date(day)}停班。" if closing else f"已取消 {short_date(day)}停班。"
    said = _said(prompt, _moves(day, desk, event.today, closing=closing), after, day)
    return Outcome((said,), (ClosureSet(day, closing, note if closing else ""),), receipt=prompt.rstrip("。"))


def _asked(today: date, now: Reminding, *, closing: bool) -> str:
    """How a day is named, by an example that would do."""
    if closing:
        soon = today + timedelta(days=1)
        return f"請寫明日期，例如「停班 {soon.month}/{soon.day}」或「停班 明天」。"
    named = next(iter(now.closures), None)
    return f"請寫明日期，例如「{_back(named)}」。" if named is not None else "沒有可以取消的停班日。"


def _back(day: date) -> str:
    return f"取消停班 {day.month}/{day.day}"


def read_day(text: str, today: date) -> tuple[date | None, str]:
    """The day named, and what else was said. Without a year the nearest one: at most half a year ago, else
    the coming one."""
    words = tidy(text)
    for word, days in _AHEAD.items():
        if words.startswith(word):
            return today + timedelta(days=days), _note(words[len(word) :])
    found = _DATE.match(words)
    if found is None:
        return None, ""
    year, month, day = found.groups()
    try:
        if year is not None:
            number = int(year)
            named = date(number if number >= _ROC else number + _ROC, int(month), int(day))
        else:
            named = date(today.year, int(month), int(day))
            if named < today - timedelta(days=183):
                named = date(today.year + 1, int(month), int(day))
    except ValueError:
        return None, ""
    return named, _note(words[found.end() :])


def _note(text: str) -> str:
    return short(clean(text).strip(" ,、，()（）"), _NOTE)


def _trouble(day: date, today: date, desk: Desk, now: Reminding, *, closing: bool) -> str:
    """Why nothing changes; empty where it does."""
    if not closing:
        return "" if day in now.closures else f"{short_date(day)}沒有設定停班，沒有變動。"
    if day in now.closures:
        return f"{short_date(day)}已經設定停班，沒有再變動。"
    if day < today:
        return f"{short_date(day)}已經過了，請寫今天以後的日期。"
    if day > today + timedelta(days=366):
        return "只能設定一年內的日期。"
    return "" if desk.deadlines.is_workday(day) else f"{short_date(day)}本來就不上班，不必設定。"


def _moves(day: date, desk: Desk, today: date, *, closing: bool) -> str:
    """What becomes of the reminders of the year. The desk is closed on the days that HR has set so far."""
    closed = desk.deadlines.closed
    changed = closed | {day} if closing else closed - {day}
    then = {one.id: one for one in _coming(desk, closed, today)}
    now = {one.id: one for one in _coming(desk, changed, today)}
    said = []
    for key, one in then.items():
        if (other := now.get(key)) is None:
            said.append(f"{short_date(one.day)}的提醒當週不再發送")
        elif other.day != one.day:
            said.append(f"{short_date(one.day)}的提醒改到 {short_date(other.day)}")
    said += [f"{short_date(one.day)}的提醒照常發送" for key, one in now.items() if key not in then]
    return f"{'；'.join(said)}。" if said else "這一天沒有排定提醒，不影響提醒的日期。"


def _coming(desk: Desk, closed: frozenset[date], today: date) -> list[Occasion]:
    rules = desk.editions.of(today.year) or desk.edition
    deadlines = replace(desk.deadlines, closed=closed)
    return [one for one in occasions(rules.rhythm, deadlines, today.year) if one.day >= today]


def _list(now: Reminding) -> str:
    if not now.closures:
        return "目前沒有設定停班日。"
    return f"已設定停班：{listed(_named(day, note) for day, note in now.closures.items())}。"


def _named(day: date, note: str) -> str:
    return f"{short_date(day).rstrip('）')}，{note}）" if note else short_date(day)


def _said(prompt: str, hint: str, now: Reminding, changed: date | None = None) -> Choices:
    """What is typed next: to take back what was just set, else the first day there is."""
    typed = [_back(day) for day in sorted(now.closures, key=lambda one: one != changed)[:1]]
    return Choices(
        prompt=prompt,
        hint=hint,
        options=(do("提醒作業", Name.REMINDING), do("人事待辦", Name.OFFICE, "quiet")),
        typed=pc(*typed, "停班 明天", "提醒作業"),
    )
