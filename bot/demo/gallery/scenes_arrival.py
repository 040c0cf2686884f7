"""Scenes of the first minutes: welcome, notice, code, confirmation, refusal."""

from datetime import timedelta

from bot.demo.gallery.acting import Does, Says, Scene, Taps, TapsOld
from bot.demo.gallery.cast import CODE, NOON, holder, scene, staff, stranger
from bot.demo.town import AGENCY
from handlers.desk import Agency
from handlers.event import Kind
from handlers.payload import Press

_JOINS = Does(Kind.JOINED, "加入好友")
_OLD_NOTICE = Press("welcome", "agree", "114-01")

WELCOME: tuple[Scene, ...] = (
    scene("第一次見面：歡迎與個資告知", stranger(), _JOINS),
    scene("機關只填了名稱時的告知", stranger(), _JOINS, agency=Agency(AGENCY)),
    scene("看過告知，說了別的話", stranger(), _JOINS, Says("進度")),
    scene("不是同仁：婉拒", stranger(), _JOINS, Says("請問垃圾車幾點來")),
    scene("告知之前先傳啟用碼", holder(), Says(f"啟用 {CODE}")),
    scene("同意告知，還沒有啟用碼", stranger(), _JOINS, Taps("我已閱讀，開始啟用")),
    scene("輸入「開始啟用」，啟用碼先前已傳", holder(), Says(f"啟用 {CODE}"), Says("開始啟用")),
    scene("按了舊版告知事項的按鈕", stranger(), TapsOld("我已閱讀，開始啟用", _OLD_NOTICE)),
    scene("先不使用", stranger(), _JOINS, Taps("先不使用")),
    scene("加入前先傳照片", stranger(), Does(Kind.MEDIA, "傳一張照片", "photo")),
    scene("不需要提醒：還不是同仁", stranger(), Says("停止提醒")),
    scene("啟用前問人事", stranger(), _JOINS, Says("問人事")),
    scene("再看一次告知事項", staff(), Says("告知事項")),
    scene("已啟用的人說先不使用", staff(), Says("先不使用")),
)

ACTIVATION: tuple[Scene, ...] = (
    scene("同意之後問啟用碼", stranger(consented_at=NOON), Says("啟用")),
    scene("同意之後說了別的話", stranger(consented_at=NOON), Says("進度")),
    scene("啟用碼不對", stranger(consented_at=NOON), Says("啟用 AAAA-2222")),
    scene("第五次不對：暫時鎖住", stranger(consented_at=NOON, code_failures=4), Says("啟用 AAAA-2222")),
    scene(
        "鎖住時再試",
        holder(consented_at=NOON, code_failures=5, code_locked_until=NOON + timedelta(minutes=9)),
        Says(f"啟用 {CODE}"),
    ),
    scene("請確認是不是您本人", holder(consented_at=NOON), Says(f"啟用 {CODE}")),
    scene("確認時答非所問", holder(consented_at=NOON), Says(f"啟用 {CODE}"), Says("嗯")),
    scene("不是我", holder(consented_at=NOON), Says(f"啟用 {CODE}"), Taps("不是我")),
    scene("啟用完成", holder(consented_at=NOON), Says(f"啟用 {CODE}"), Taps("是我本人，確認啟用")),
    scene("取消啟用", holder(consented_at=NOON), Says(f"啟用 {CODE}"), Says("取消")),
    scene("已啟用又輸入啟用碼", staff(), Says(f"啟用 {CODE}")),
)
