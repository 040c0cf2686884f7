"""Scenes of 說明 from every standing, of what is no text, of words not understood, and of going on."""

from datetime import datetime, timedelta
from typing import Final

from bot.demo.gallery.acting import Does, Says, Scene, Stumbles, Taps, Waits
from bot.demo.gallery.cast import NOON, TAIPEI, imported, officer, official, placed, scene, staff, stranger
from handlers.event import Kind, Media

_DECEMBER: Final = datetime(2026, 12, 4, 10, 0, tzinfo=TAIPEI)
_SENT: Final[tuple[tuple[str, Media], ...]] = (
    ("貼圖", "sticker"),
    ("照片", "photo"),
    ("影片", "video"),
    ("檔案", "file"),
    ("語音", "voice"),
    ("位置", "location"),
    ("聯絡人", "contact"),
)
_OVERNIGHT: Final = Waits(timedelta(days=2), "過了兩天")
_FORM: Final = (Says("職務問卷"), Says("1"))

HELP: tuple[Scene, ...] = (
    scene("還沒填職務問卷", staff(), Says("說明")),
    scene("已有建議類別", staff(role=placed()), Says("說明")),
    scene(
        "快到安全日，時數有缺口",
        imported(official(1, "map-literacy"), role=placed()),
        Says("說明"),
        at=_DECEMBER,
    ),
    scene("人事同仁", officer(role=placed()), Says("說明")),
    scene("填到一半", staff(), *_FORM, Says("說明")),
    scene("再打一次招呼", staff(role=placed()), Says("開始")),
    scene("已同意、還沒啟用", stranger(consented_at=NOON), Says("說明")),
    scene("聽不懂", staff(), Says("今天天氣真好")),
    scene("打錯一個字", staff(), Says("近度")),
    scene("打錯，有兩種可能", staff(), Says("看進錄")),
    *(scene(f"傳了{name}", staff(), Does(Kind.MEDIA, f"傳一個{name}", media)) for name, media in _SENT),
    scene("傳了看不出是什麼的內容", staff(), Does(Kind.MEDIA, "傳一則特殊訊息")),
    scene("照片附上回報", staff(), Does(Kind.MEDIA, "傳照片並附文字", "photo", "回報 昨天 AI素養 2小時")),
    scene("填到一半傳照片", staff(), *_FORM, Does(Kind.MEDIA, "傳一張照片", "photo")),
    scene("被加進群組", stranger(), Does(Kind.JOINED, "加進群組", private=False)),
    scene("群組裡被問到", staff(), Says("進度", private=False)),
    scene("取消：沒有進行中的項目", staff(), Says("取消")),
    scene("繼續：沒有進行中的項目", staff(), Says("繼續")),
    scene("取消填到一半的問卷", staff(), *_FORM, Says("取消")),
    scene("填到一半問別的事：可以回來", staff(), *_FORM, Says("進度")),
    scene("繼續填", staff(), *_FORM, Says("進度"), Says("繼續")),
    scene("問別的事之後取消", staff(), *_FORM, Says("進度"), Taps("取消職務問卷")),
    scene(
        "兩件事：問卷填到一半，回報做完", staff(), *_FORM, Says("回報 昨天 AI素養 2小時"), Taps("確認回報")
    ),
    scene("兩件事：取消回報，問卷還在", staff(), *_FORM, Says("回報 昨天 AI素養 2小時"), Says("取消")),
    scene("隔了很久才回答", staff(), *_FORM, _OVERNIGHT, Says("3")),
    scene("隔了很久才提問", staff(), *_FORM, _OVERNIGHT, Says("要去哪裡學 AI 課程？")),
    scene(
        "前一則回覆可能沒送到",
        staff(unreceived=("已回報 2 小時「AI簡報設計與視覺圖表實作班」（115/11/17）",)),
        Says("進度"),
    ),
    scene(
        "前幾則回覆可能沒送到",
        staff(
            unreceived=(
                "帳號啟用完成",
                "職務問卷已完成，建議類別：AI 應用人才",
                "已反映類別不符",
                "已回報 1 小時",
            )
        ),
        Says("說明"),
    ),
    scene("程式出狀況：道歉", staff(), Stumbles("進度")),
)
