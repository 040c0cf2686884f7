"""Scenes of hours: reporting them in every step and doubt, taking back, progress."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.demo.gallery.acting import Says, Scene, Taps, TapsOld
from bot.demo.gallery.cast import (
    NOON,
    TAIPEI,
    imported,
    official,
    placed,
    reported,
    scene,
    staff,
)
from handlers.payload import Press

_ASK = Says("回報")
_SENTENCE = Says("回報 昨天 AI簡報設計 兩個半小時")
_TWO = reported(2, "slides-class", day="2026-11-17")

REPORT: tuple[Scene, ...] = (
    scene("哪一天", staff(), _ASK),
    scene("其他日期", staff(), _ASK, Taps("其他日期")),
    scene("幾小時", staff(), _ASK, Taps("昨天 11/17")),
    scene("哪一門課", staff(), _ASK, Taps("昨天 11/17"), Taps("1.5 小時")),
    scene("一句話說完：請確認", staff(), _SENTENCE),
    scene("不在課程清單的課", staff(), Says("回報 11/3 採購法規研習 3小時")),
    scene("基礎課程", staff(), Says("回報 昨天 AI素養 2小時")),
    scene("沒說「回報」也聽得懂", staff(), Says("昨天上了 AI素養 2小時")),
    scene("修改哪一項", staff(), _SENTENCE, Taps("修改")),
    scene("改時數", staff(), _SENTENCE, Taps("修改"), Taps("改時數")),
    scene("改課程", staff(), _SENTENCE, Taps("修改"), Taps("改課程")),
    scene("已回報", imported(official(1, "map-literacy")), _SENTENCE, Taps("確認回報")),
    scene(
        "已回報：剛好補足",
        imported(official(1, "map-literacy"), official(14, title="採購法規研習")),
        Says("回報 昨天 AI法規 2小時"),
        Taps("確認回報"),
    ),
    scene("已回報：還沒有官方資料", staff(), Says("回報 11/3 採購法規研習 3小時"), Taps("確認回報")),
    scene("去年的課", staff(), Says("回報 114/12/1 AI素養 2小時"), Taps("確認回報")),
    scene("確認時說了別的話", staff(), _SENTENCE, Says("好像不對")),
    scene("按了舊的按鈕", staff(), TapsOld("確認回報", Press("hours", "ok", "old"))),
    scene("按了上一題的按鈕", staff(), _ASK, Taps("昨天 11/17"), Taps("前天 11/16")),
    scene("取消回報", staff(), _SENTENCE, Taps("取消")),
    scene("好幾天的課", staff(), Says("回報 11/10～11/12 資安研習 6小時")),
    scene("像是提問的課名", staff(), Says("回報 昨天 2小時"), Says("AI素養是什麼？")),
    scene("像是提問的課名：是課名", staff(), Says("回報 昨天 2小時"), Says("AI素養是什麼？"), Taps("是課名")),
    scene("像是提問的課名：是提問", staff(), Says("回報 昨天 2小時"), Says("AI素養是什麼？"), Taps("是提問")),
)

DOUBT: tuple[Scene, ...] = (
    scene("還沒到的日期", staff(), Says("回報 12月1日 AI素養 2小時")),
    scene("沒有這一天", staff(), Says("回報 2/30 AI素養 2小時")),
    scene("明天的課", staff(), Says("回報 明天 AI素養 2小時")),
    scene("只說了幾點到幾點", staff(), Says("回報 昨天 上午9點到12點 AI素養")),
    scene("相近的課程", staff(), Says("回報 昨天 生成式AI 2小時")),
    scene("零小時", staff(), Says("回報 昨天 AI素養 0小時")),
    scene("超過 24 小時", staff(), Says("回報 昨天 AI素養 30小時")),
    scene(
        "一天合計超過 24 小時",
        staff(entries=(reported(20, title="新進人員訓練", day="2026-11-17"),)),
        Says("回報 昨天 AI素養 5小時"),
    ),
    scene("超過 12 小時", staff(), Says("回報 昨天 AI簡報設計 13小時")),
    scene("同一門課回報過", staff(entries=(_TWO,)), _SENTENCE),
    scene("官方紀錄已有", imported(official(2, "slides-class")), _SENTENCE),
    scene("前年以前的課", staff(), Says("回報 113/5/6 AI素養 2小時")),
    scene("課名太長", staff(), Says("回報 昨天 2小時"), Says("研習" * 40)),
    scene("聽不懂日期", staff(), _ASK, Says("前陣子")),
    scene("聽不懂時數", staff(), _ASK, Taps("昨天 11/17"), Says("很久")),
    scene("不尋常時答非所問", staff(), Says("回報 昨天 AI簡報設計 13小時"), Says("大概吧")),
)

UNDO: tuple[Scene, ...] = (
    scene("復原剛才那一筆", staff(entries=(_TWO,)), Says("復原")),
    scene("一天內沒有回報", staff(), Says("復原")),
    scene(
        "更正過的不能直接復原",
        staff(entries=(replace(_TWO, replaces=_TWO.id - 1),)),
        Says("復原"),
    ),
    scene(
        "已結算的年度",
        staff(entries=(reported(2, title="採購法規研習", day="2025-11-06"),), closed_years=frozenset({2025})),
        Says("復原"),
    ),
    scene("按了復原過的按鈕", staff(), TapsOld("復原", Press("undo", "entry", "gone"))),
    scene(
        "回報超過一天",
        staff(entries=(_TWO,)),
        Says("復原"),
        at=NOON + timedelta(days=3),
    ),
)

_BASIC = official(3, "map-literacy")
_ADVANCED = official(3, "map-genai-advanced")


def _on(month: int, day: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, 10, 0, tzinfo=TAIPEI)


PROGRESS: tuple[Scene, ...] = (
    scene("還沒有官方資料", staff(), Says("進度")),
    scene("只有自行回報", staff(entries=(reported(2, "map-literacy"), _TWO)), Says("進度")),
    scene(
        "官方資料，還有缺口",
        imported(official(1, "map-literacy"), official(9, title="採購法規研習")),
        Says("進度"),
    ),
    scene(
        "官方與待上傳都有",
        imported(_BASIC, reported(1, "map-genai-advanced"), official(13.5, title="採購法規研習")),
        Says("進度"),
    ),
    scene(
        "回報足夠，待官方登錄",
        imported(_BASIC, reported(3, "map-genai-advanced"), official(14, title="採購法規研習")),
        Says("進度"),
    ),
    scene("都已達成", imported(_BASIC, _ADVANCED, official(14, title="採購法規研習")), Says("進度")),
    scene(
        "超過很多",
        imported(official(12, "map-literacy"), official(90, title="採購法規研習"), _ADVANCED),
        Says("進度"),
    ),
    scene("只差幾分鐘", imported(official(2.75, "map-literacy"), _ADVANCED), Says("進度")),
    scene("去年的官方資料", staff(official_as_of=_on(12, 20, 2025)), Says("進度")),
    scene("過了安全日", imported(official(1, "map-literacy")), Says("進度"), at=_on(12, 21)),
    scene("統計截止當天", imported(official(1, "map-literacy")), Says("進度"), at=_on(12, 24)),
    scene("統計已截止", imported(official(1, "map-literacy")), Says("進度"), at=_on(12, 28)),
    scene("116 年：暫沿用 115 年規定", staff(role=placed()), Says("進度"), at=_on(1, 5, 2027)),
)
