"""Scenes of 紀錄: a year's entries, one entry, and putting it right."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot.demo.gallery.acting import Says, Scene, Taps, TapsOld
from bot.demo.gallery.cast import IMPORTED, NOON, imported, official, reported, scene, staff
from guideline.records import HoursEntry, Snapshot
from handlers.payload import Press

_LAST_YEAR: Final = (
    official(3, title="AI素養", day="2025-05-06"),
    reported(2, title="採購法規研習", day="2025-11-06"),
)
_LITERACY: Final = official(1, "map-literacy")
_GONE: Final = replace(
    reported(3, "map-genai"), withdrawn_at=NOON - timedelta(hours=1), withdrawn_by="account:1", version=2
)
_BY_HR: Final = replace(reported(1, title="新進人員訓練"), withdrawn_at=NOON, withdrawn_by="cli", version=2)
_WRONG: Final = replace(
    reported(5, "map-law", day="2026-10-20"), withdrawn_at=NOON, withdrawn_by="account:1", version=2
)
_RIGHT: Final = replace(reported(2, "map-law", day="2026-10-20"), replaces=_WRONG.id)
_TWO: Final = reported(2, "slides-class", day="2026-11-17")
_SPAN: Final = replace(reported(6, title="資通安全研習", day="2026-11-12"), began_on=date(2026, 11, 10))
_MANY: Final = tuple(
    (official if number % 3 else reported)(
        1 + number % 3, course, title, f"2026-{number:02}-0{1 + number % 8}"
    )
    for number, (course, title) in enumerate(
        (
            ("map-literacy", ""),
            ("map-law", ""),
            (None, "採購法規研習"),
            ("slides-class", ""),
            ("map-genai-advanced", ""),
            (None, "公文製作與檔案管理實務進階研習班（第三期）暨成果發表與業務座談會"),
            ("map-genai", ""),
            ("project-workshop", ""),
            (None, "性別主流化"),
            (None, "資通安全通識"),
        ),
        start=1,
    )
)


def _kept(*entries: HoursEntry, closed: frozenset[int] = frozenset()) -> Snapshot:
    """陳怡君 with these entries, those withdrawn in the history only."""
    counting = tuple(entry for entry in entries if entry.withdrawn_at is None)
    return staff(entries=counting, history=entries, official_as_of=IMPORTED, closed_years=closed)


_MIXED: Final = _kept(*_LAST_YEAR, _LITERACY, _GONE, _BY_HR, _WRONG, _RIGHT, _TWO)
_CLOSED: Final = frozenset({2025})

RECORDS: tuple[Scene, ...] = (
    scene("還沒有紀錄", staff(), Says("紀錄")),
    scene("一筆自行回報", _kept(_TWO), Says("紀錄")),
    scene("跨好幾天的課", _kept(_SPAN), Says("紀錄")),
    scene("很多筆：第 1 頁", imported(*_MANY), Says("紀錄")),
    scene("很多筆：下一頁", imported(*_MANY), Says("紀錄"), Taps("下一頁")),
    scene("官方、自行回報、已撤回都有", _MIXED, Says("紀錄")),
    scene("去年", _MIXED, Says("紀錄"), Taps("114 年")),
    scene("去年：已結算", _kept(*_LAST_YEAR, closed=_CLOSED), Says("紀錄 114")),
    scene("已撤回的", _MIXED, Says("紀錄"), Taps("看已撤回的")),
    scene("一筆：自行回報", _MIXED, Says("紀錄 編號8")),
    scene("一筆：官方", _MIXED, Says("紀錄 編號3")),
    scene("一筆：更正過的", _MIXED, Says("紀錄 編號7")),
    scene("一筆：已由別筆取代", _MIXED, Says("紀錄 編號6")),
    scene("一筆：人事撤回", _MIXED, Says("紀錄 編號5")),
    scene("一筆：已結算的年度", _kept(*_LAST_YEAR, closed=_CLOSED), Says("紀錄 編號2")),
    scene("沒有這個編號", _MIXED, Says("紀錄 編號99")),
    scene("按了舊的按鈕", _MIXED, TapsOld("編號 6", Press("records", f"open.{_WRONG.id}.1"))),
)

_FIX: Final = Says("更正 8")
_TAKE: Final = Says("撤回 8")

CORRECTION: tuple[Scene, ...] = (
    scene("更正哪一筆", _MIXED, Says("更正")),
    scene("要改哪一項", _MIXED, _FIX),
    scene("改時數", _MIXED, _FIX, Taps("改時數")),
    scene("請確認更正內容", _MIXED, _FIX, Taps("改時數"), Says("3 小時")),
    scene("已更正", _MIXED, _FIX, Taps("改時數"), Says("3 小時"), Taps("確認更正")),
    scene("和原來一樣", _MIXED, _FIX, Taps("改時數"), Says("2 小時"), Taps("確認更正")),
    scene("取消更正", _MIXED, _FIX, Taps("取消")),
    scene("官方紀錄不能自行更正", _MIXED, Says("更正 3")),
    scene("已結算的年度不能更正", _kept(*_LAST_YEAR, closed=_CLOSED), Says("更正 2")),
    scene("撤回哪一筆", _MIXED, Says("撤回紀錄")),
    scene("撤回：請確認", _MIXED, _TAKE),
    scene("撤回：說了別的", _MIXED, _TAKE, Says("嗯")),
    scene("已撤回", _MIXED, _TAKE, Taps("確認撤回")),
    scene("不撤回了", _MIXED, _TAKE, Taps("取消")),
    scene("早就撤回了", _MIXED, Says("撤回 4")),
)
