"""The cards of 紀錄: a year's entries, those withdrawn, and one entry with its history."""

from collections.abc import Sequence

from guideline.records import HoursEntry, Source
from guideline.words import hours_words, roc_span, roc_year
from handlers import closed
from handlers.commands import Name
from handlers.desk import Desk
from handlers.message import Button, Card, Field, Line, Row
from handlers.payload import Press
from handlers.shelf import Shelf, paged
from handlers.wording import do, pc, short

TASK = "records"
_YEARS = 3  # other years offered as buttons


def of_year(shelf: Shelf, desk: Desk, year: int, page: int = 0, before: str = "") -> Card:
    """The year's entries that count, newest first. `before` is said above them, in place of
    the sums."""
    active, gone = shelf.active(year), shelf.withdrawn(year)
    shown, page, last = paged(active, page)
    turns = _turns(page, last)
    rows: list[Row] = []
    for entry in shown:
        rows.append(Line(_line(entry, shelf)))
        rows.append(Line(desk.editions.credit(entry, active).why, "detail"))
    if not active:
        rows.append(Line(f"{roc_year(year)} 年還沒有時數紀錄。上過課了嗎？輸入「回報」就可以記下來。"))
    changes = shown and year not in shelf.closed
    if changes and not before:
        rows.append(Line("要更正或撤回，請選一筆，或輸入「更正」「撤回」加上編號。", "note"))
    elif year in shelf.closed:
        rows.append(Line(closed.sentence(year), "note"))
    buttons = [
        *(_opening(entry, shelf) for entry in shown),
        *(_turning(label, year, other) for label, other in turns),
        *(_turning(f"{roc_year(other)} 年", other) for other in _near(shelf, year)),
    ]
    typed = [f"{word} {shelf.number(shown[0])}" for word in ("更正", "撤回")] if changes else []
    typed += [f"紀錄 {roc_year(year)} 第{other + 1}頁" for _, other in turns]
    typed += [f"紀錄 {roc_year(other)}" for other in _near(shelf, year)]
    if gone:
        buttons.append(Button("看已撤回的", Press(TASK, f"gone.{year}.0"), style="quiet"))
        typed.append(f"紀錄 {roc_year(year)} 已撤回")
    return Card(
        title=f"{roc_year(year)} 年時數紀錄" + _place(page, last),
        subtitle=before or _sums(active),
        rows=tuple(rows),
        buttons=(*buttons, do("回報時數", Name.HOURS)),
        typed=pc(*typed, "回報"),
    )


def withdrawn(shelf: Shelf, year: int, page: int = 0) -> Card:
    """The year's entries that no longer count, and what became of each."""
    shown, page, last = paged(shelf.withdrawn(year), page)
    turns = _turns(page, last)
    rows: list[Row] = []
    for entry in shown:
        rows += [Line(_line(entry, shelf)), Line(_end(entry, shelf), "detail")]
    return Card(
        title=f"{roc_year(year)} 年已撤回的紀錄" + _place(page, last),
        subtitle="以下各筆都不列計。" if shown else f"{roc_year(year)} 年沒有已撤回的紀錄。",
        rows=tuple(rows),
        buttons=(
            *(_opening(entry, shelf) for entry in shown),
            *(Button(label, Press(TASK, f"gone.{year}.{other}")) for label, other in turns),
            _turning("回到清單", year),
        ),
        typed=pc(
            *(f"紀錄 {roc_year(year)} 已撤回 第{other + 1}頁" for _, other in turns),
            f"紀錄 {roc_year(year)}",
        ),
    )


def one(entry: HoursEntry, shelf: Shelf, desk: Desk) -> Card:
    """One entry: what it is, what it counts toward or why not, its history, what can be done with it."""
    year = entry.learned_on.year
    rows: list[Row] = [
        Field("日期", days(entry)),
        Field("時數", hours_words(entry.minutes)),
        Field("課程", entry.title or "（未填）"),
        Field("來源", source(entry)),
        Line(desk.editions.credit(entry, shelf.entries).why),
        Line("歷程", "heading"),
        *(Line(f"・{said}") for said in _history(entry, shelf)),
    ]
    buttons: list[Button] = []
    typed: list[str] = []
    if entry.withdrawn_at is not None:
        later = shelf.successor(entry)
        buttons = [_opening(later, shelf)] if later is not None else []
        typed = [f"紀錄 編號{shelf.number(later)}"] if later is not None else []
    elif refused := unchangeable(entry, shelf):
        rows.append(Line(refused, "note"))
        buttons, typed = [do("問人事", Name.ASK_HR)], ["問人事"]
    else:
        seen = f"{entry.id}.{entry.version}"
        buttons = [
            Button("更正", Press(TASK, f"fix.{seen}"), style="primary"),
            Button("撤回", Press(TASK, f"take.{seen}")),
        ]
        typed = [f"{word} {shelf.number(entry)}" for word in ("更正", "撤回")]
    return Card(
        title=f"編號 {shelf.number(entry)} 的紀錄",
        rows=tuple(rows),
        buttons=(*buttons, _turning("回到清單", year, shelf.page_of(entry))),
        typed=pc(*typed, f"紀錄 {roc_year(year)}"),
    )


def unchangeable(entry: HoursEntry, shelf: Shelf) -> str:
    """Why the person cannot change an entry that counts, and what to do; empty where they can."""
    if entry.learned_on.year in shelf.closed:
        return closed.sentence(entry.learned_on.year)
    if entry.source is Source.OFFICIAL:
        return "官方紀錄由人事更正；內容有誤時，請輸入「問人事」。"
    return ""


def days(entry: HoursEntry) -> str:
    """115/11/17, or 115/11/16～11/17."""
    return roc_span(entry.began_on, entry.learned_on)


def source(entry: HoursEntry) -> str:
    if entry.source is Source.OFFICIAL:
        return "官方"
    return "自行回報，非官方時數" if entry.withdrawn_at is not None else "自行回報，待官方登錄"


def _line(entry: HoursEntry, shelf: Shelf) -> str:
    title = short(entry.title) or "（未填課程）"
    said = f"編號 {shelf.number(entry)}　{days(entry)}　{hours_words(entry.minutes)}"
    return f"{said}　{title}（{source(entry)}）"


def _sums(active: Sequence[HoursEntry]) -> str:
    """Official and reported hours apart: the one may be the upload of the other."""
    if not active:
        return ""
    official = sum(entry.minutes for entry in active if entry.source is Source.OFFICIAL)
    reported = sum(entry.minutes for entry in active if entry.source is Source.SELF)
    figures = [f"官方 {hours_words(official)}"] if official else []
    figures += [f"自行回報 {hours_words(reported)}"] if reported else []
    return f"共 {len(active)} 筆：{'、'.join(figures)}"


def _history(entry: HoursEntry, shelf: Shelf) -> list[str]:
    """Every step of this entry, oldest first, with its day and by whom."""
    at, before = shelf.day(entry.reported_at), shelf.known(entry.replaces)
    if before is not None:
        was = f"編號 {shelf.number(before)}（{days(before)}，{hours_words(before.minutes)}）"
        said = [f"{at} 更正自{was}：{_by(before)}"]
    elif entry.source is Source.OFFICIAL:
        said = [f"{at} 匯入官方紀錄：人事"]
    else:
        said = [f"{at} 回報：您本人"]
    return said if entry.withdrawn_at is None else [*said, _end(entry, shelf)]


def _end(entry: HoursEntry, shelf: Shelf) -> str:
    """How an entry came to count no more."""
    later = shelf.successor(entry)
    became = f"更正為編號 {shelf.number(later)}" if later is not None else "撤回"
    return f"{shelf.day(entry.withdrawn_at)} {became}：{_by(entry)}"


def _by(gone: HoursEntry) -> str:
    """Who withdrew it: `account:` is one of the person's own chats."""
    return "您本人" if gone.withdrawn_by.startswith("account:") else "人事"


def _near(shelf: Shelf, year: int) -> list[int]:
    """The years nearest to this one, newest first: any year is reached step by step."""
    nearest = sorted(shelf.other_years(year), key=lambda other: abs(other - year))[:_YEARS]
    return sorted(nearest, reverse=True)


def _turns(page: int, last: int) -> list[tuple[str, int]]:
    """Labels of the pages beside this one, and their numbers from 0."""
    return [
        (label, other) for label, other in (("上一頁", page - 1), ("下一頁", page + 1)) if 0 <= other <= last
    ]


def _place(page: int, last: int) -> str:
    return f"（第 {page + 1}／{last + 1} 頁）" if last else ""


def _opening(entry: HoursEntry, shelf: Shelf) -> Button:
    return Button(f"編號 {shelf.number(entry)}", Press(TASK, f"open.{entry.id}.{entry.version}"))


def _turning(label: str, year: int, page: int = 0) -> Button:
    return Button(
        label, Press(TASK, f"year.{year}.{page}"), style="quiet" if label == "回到清單" else "normal"
    )
