"""Scenes of 提醒: every form of a reminder and the answers to one, what holds, and every change of it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.demo.gallery.acting import Act, Hears, Says, Scene, Taps, TapsOld
from bot.demo.gallery.cast import (
    CHEN,
    NOON,
    ON_TELEGRAM,
    TAIPEI,
    desk,
    placed,
    reached,
    scene,
    staff,
    stranger,
)
from guideline.records import Preference
from guideline.reminding import Due, Gap, binding
from guideline.rhythm import Tone
from guideline.words import short_date
from handlers.payload import Press
from handlers.reminder import message

_STOPPED: Final = Preference(stopped_at=NOON - timedelta(days=2))
_PUT_OFF: Final = Preference(snoozed_until=date(2026, 11, 24))
_MAILED: Final = replace(CHEN, email="chen.yijun@example.gov.tw")
_BLOCKED: Final = replace(ON_TELEGRAM, reachable=False)
_THERE_BLOCKED: Final = replace(
    reached(Preference(channel="telegram")), accounts=(reached().account, _BLOCKED)
)
_LAST_WEEK: Final = datetime(2026, 12, 21, 10, 0, tzinfo=TAIPEI)
_CLOSED: Final = datetime(2026, 12, 28, 10, 0, tzinfo=TAIPEI)
_DECEMBER: Final = datetime(2026, 12, 14, 10, 0, tzinfo=TAIPEI)

_IMPORTED: Final = {9: date(2026, 9, 1), 10: date(2026, 10, 12), 12: date(2026, 12, 1)}


def _missing(ai: float = 0, basic: float = 0, advanced: float = 0) -> tuple[Gap, ...]:
    """In hours."""
    hours = {"ai": ai, "basic": basic, "advanced": advanced}
    return tuple(
        Gap(requirement.id, part.id, part.name, part.minutes, int(60 * hours[part.id]))
        for requirement in desk().edition.requirements.values()
        for part in requirement.parts
        if (requirement.id, part.id) in binding(desk().edition) and hours[part.id]
    )


def _told(
    title: str,
    tone: Tone,
    gaps: tuple[Gap, ...],
    *acts: Act,
    on: str,
    reported: tuple[int, int] = (0, 0),
    official: bool = True,
    brief: bool = False,
) -> Scene:
    """What somebody hears on that day who misses this; `reported`: entries and minutes not yet uploaded."""
    day = date.fromisoformat(on)
    said = message(Due(tone, gaps, *reported, brief), desk(), day, _IMPORTED[day.month] if official else None)
    heard = Hears((said,), f"{short_date(day)} 09:00 收到提醒")
    at = datetime.combine(day, time(9, 5), TAIPEI)
    return scene(title, reached(role=placed()), heard, *acts, at=at)


_ALL: Final = _missing(3, 3, 3)
_SEPTEMBER, _EARLY, _FRIDAY, _MONDAY = "2026-09-02", "2026-12-02", "2026-12-18", "2026-12-21"

REMINDED: tuple[Scene, ...] = (
    _told("9 月：全部尚缺", "information", _ALL, on=_SEPTEMBER),
    _told("9 月：缺一部分", "information", _missing(1, 1, 3), on=_SEPTEMBER),
    _told("9 月：只缺考核目標", "information", _missing(advanced=3), on=_SEPTEMBER),
    _told("9 月：尚無官方資料", "information", _missing(1, 1, 3), on=_SEPTEMBER, official=False),
    _told("12 月初", "dated", _missing(ai=1), on=_EARLY),
    _told("12 月初：只缺考核目標", "dated", _missing(basic=0.5, advanced=1.5), on=_EARLY),
    _told("12 月初：另有待確認上傳", "dated", _missing(1, 0, 3), on=_EARLY, reported=(2, 90)),
    _told("12 月初：尚無官方資料", "dated", _missing(1, 1), on=_EARLY, reported=(1, 60), official=False),
    _told("已過安全日", "dated", _missing(1, 1), on=_FRIDAY),
    _told("最後一週", "last", _missing(ai=1), on=_MONDAY),
    _told("最後一週：全部尚缺、另有待確認上傳", "last", _ALL, on=_MONDAY, reported=(3, 225)),
    _told("請確認是否已上傳", "upload", (), on="2026-10-14", reported=(2, 90)),
    _told("請確認是否已上傳：尚無官方資料", "upload", (), on="2026-10-14", reported=(1, 60), official=False),
    _told("精簡通知", "dated", _missing(ai=1), on=_EARLY, brief=True),
    _told("按「看課程」", "dated", _ALL, Taps("看課程"), on=_EARLY),
    _told("按「我已上過」", "dated", _missing(ai=1), Taps("我已上過"), on=_EARLY),
    _told("按「下週再提醒」", "dated", _missing(ai=1), Taps("下週再提醒"), on=_EARLY),
    _told("按「下個月再提醒」", "information", _missing(ai=1), Taps("下個月再提醒"), on=_SEPTEMBER),
    _told("按「停止提醒」", "dated", _missing(ai=1), Taps("停止提醒"), on=_EARLY),
    _told("最後一週按「我已上過」", "last", _missing(ai=1), Taps("我已上過"), on=_MONDAY),
    _told("最後一週按「本週無法完成」", "last", _missing(ai=1), Taps("本週無法完成"), on=_MONDAY),
    scene("已停止提醒時說本週無法完成", reached(_STOPPED), Says("本週無法完成"), at=_LAST_WEEK),
    scene("統計截止後說本週無法完成", reached(), Says("本週無法完成"), at=_CLOSED),
    scene("按了舊的「本週無法完成」", reached(), TapsOld("本週無法完成", Press("do", "cannot"))),
)

REMINDERS: tuple[Scene, ...] = (
    scene("設定", reached(), Says("提醒")),
    scene("設定：只用一個帳號", staff(), Says("提醒")),
    scene("設定：有公務信箱", reached(person=_MAILED), Says("提醒")),
    scene("設定：已停止", reached(_STOPPED), Says("提醒")),
    scene("設定：下週再提醒", reached(_PUT_OFF), Says("提醒")),
    scene("設定：精簡通知、指定 LINE", reached(Preference(channel="line", low_detail=True)), Says("提醒")),
    scene("設定：指定的方式送不到", _THERE_BLOCKED, Says("提醒")),
    scene("停止提醒", reached(), Says("停止提醒")),
    scene("停止提醒：已經停止", reached(_STOPPED), Says("停止提醒")),
    scene("恢復提醒", reached(_STOPPED), Says("恢復提醒")),
    scene("恢復提醒：沒有停過", reached(), Says("恢復提醒")),
    scene("下週再提醒", reached(), Says("下週再提醒")),
    scene("下週再提醒：期間有安全日", reached(), Says("下週再提醒"), at=_DECEMBER),
    scene("下個月再提醒", reached(), Says("下個月再提醒")),
    scene("已停止的人說下週再提醒", reached(_STOPPED), Says("下週再提醒")),
    scene("提醒改用 LINE", reached(), Says("提醒"), Taps("提醒改用 LINE")),
    scene("提醒改用公務信箱", reached(person=_MAILED), Says("提醒改用信箱")),
    scene("提醒改用：自動", reached(Preference(channel="line")), Says("提醒改用自動")),
    scene("提醒改用：停止提醒時", reached(_STOPPED), Says("提醒改用 LINE")),
    scene("提醒改用：沒有信箱", reached(), Says("提醒改用信箱")),
    scene("提醒改用：還沒在 Telegram 啟用", staff(), Says("提醒改用 Telegram")),
    scene("提醒改用：對方封鎖了", _THERE_BLOCKED, Says("提醒改用 Telegram")),
    scene("提醒改用：聽不懂", reached(), Says("提醒改用鴿子")),
    scene("精簡通知", reached(), Says("精簡通知")),
    scene("精簡通知：已經是", reached(Preference(low_detail=True)), Says("精簡通知")),
    scene("完整通知", reached(Preference(low_detail=True)), Says("完整通知")),
    scene("進度：已停止提醒", reached(_STOPPED, role=placed()), Says("進度")),
    scene("進度：下週再提醒", reached(_PUT_OFF, role=placed()), Says("進度")),
    scene("按了舊的按鈕", reached(), TapsOld("提醒改用", Press("remind", "to.fax"))),
    scene("還沒啟用就說停止提醒", stranger(consented_at=NOON), Says("停止提醒")),
)
