"""Scenes of 提醒: what holds, and every answer to a change of it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.demo.gallery.acting import Says, Scene, Taps, TapsOld
from bot.demo.gallery.cast import CHEN, NOON, ON_TELEGRAM, TAIPEI, placed, reached, scene, staff, stranger
from guideline.records import Preference
from handlers.payload import Press

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
    scene("我已上過", reached(role=placed()), Says("我已上過")),
    scene("看課程", reached(role=placed()), Says("看課程")),
    scene("本週無法完成", reached(), Says("本週無法完成"), at=_LAST_WEEK),
    scene("本週無法完成：已停止提醒", reached(_STOPPED), Says("本週無法完成"), at=_LAST_WEEK),
    scene("本週無法完成：統計已截止", reached(), Says("本週無法完成"), at=_CLOSED),
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
