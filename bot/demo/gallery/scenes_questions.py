"""Scenes of questions: the guideline's own answers, 問人事 and 我的提問, and HR's side of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.demo.gallery.acting import Says, Scene, Taps, TapsOld
from bot.demo.gallery.cast import CHEN, LIN, NOON, TAIPEI, desk, officer, scene, staff
from guideline.records import OPEN_QUESTIONS, AskedQuestion, Office
from handlers.payload import Press

_ASKED: Final = AskedQuestion(
    1, CHEN, "我 5 月上的課還沒有出現在進度裡，請問怎麼辦？", NOON - timedelta(days=5)
)
_ANSWERED: Final = replace(
    _ASKED, answer="平臺已補傳，下次匯入後就會看到。", answered_at=NOON - timedelta(days=1)
)
_EARLIER: Final = tuple(
    replace(_ANSWERED, id=10 + n, text=text, asked_at=NOON - timedelta(days=60 - n))
    for n, text in enumerate(("外部研習可以回報嗎？", "留職停薪期間的時數怎麼算？證明要交給誰？"))
)
_FULL: Final = tuple(replace(_ASKED, id=n) for n in range(1, OPEN_QUESTIONS + 1))
_EVENING: Final = datetime(2026, 11, 20, 20, 30, tzinfo=TAIPEI)  # a Friday
_UNSAID: Final = Says("請問可以補休嗎？")
_ONE: Final = Says("問人事 我 5 月上的課還沒有出現在進度裡")
_MINE: Final = "我的時數還缺多少？"

FAQ: tuple[Scene, ...] = (
    scene("選單", staff(), Says("常見問題")),
    *(scene(f"{q} 全文", staff(), Says(q)) for q in desk().edition.passages),
    scene("從選單選一題", staff(), Says("常見問題"), Taps("Q2　每個人都要是AI人才？")),
    scene("直接提問：指引有答案", staff(), Says("要去哪裡學 AI 課程？")),
    scene("直接提問：問到一段", staff(), Says("證照費用有補助嗎？")),
    scene("直接提問：最接近的兩題", staff(), Says("主管需要上哪些課？")),
    scene("關鍵詞", staff(), Says("證照補助")),
    scene("指引沒有寫到", staff(), _UNSAID),
    scene("指引沒有寫到，人事暫不收提問", staff(accepting=False), _UNSAID),
    scene("問自己的時數", staff(), Says(_MINE)),
    scene("轉給人事：請確認", staff(), _UNSAID, Taps("轉給人事詢問")),
    scene("轉給人事：已送出", staff(), _UNSAID, Taps("轉給人事詢問"), Taps("送出")),
    scene("沒按按鈕，接著輸入「問人事」", staff(), _UNSAID, Says("問人事")),
    scene("填問卷時提問", staff(), Says("職務問卷"), Says("機關裡每個人都要是AI人才嗎？")),
)

ASKING: tuple[Scene, ...] = (
    scene("請寫下要問的事", staff(), Says("問人事")),
    scene("請再看一次", staff(), _ONE),
    scene("已送出", staff(), _ONE, Taps("送出")),
    scene("下班後送出", staff(), _ONE, Taps("送出"), at=_EVENING),
    scene("已送出，人事選了精簡通知", staff(), _ONE, Taps("送出"), brief=True),
    scene("修改", staff(), _ONE, Taps("修改")),
    scene("內容太長", staff(), Says("問人事"), Says("請問" * 260)),
    scene("確認時說了別的", staff(), _ONE, Says("嗯嗯")),
    scene("取消提問", staff(), Says("問人事"), Taps("取消提問")),
    scene("確認時取消", staff(), _ONE, Taps("取消")),
    scene("提問已達上限", staff(questions=_FULL), Says("問人事")),
    scene("暫不收提問", staff(accepting=False), Says("問人事")),
    scene("按了舊的按鈕", staff(), TapsOld("送出", Press("ask", "send", "old"))),
    scene("我的提問：還沒有", staff(), Says("我的提問")),
    scene("我的提問：等候回覆", staff(questions=(_ASKED,)), Says("我的提問")),
    scene("我的提問：都已回覆", staff(questions=(_ANSWERED,)), Says("我的提問")),
    scene("我的提問：很多則", staff(questions=(*_EARLIER, _ANSWERED, *_FULL[1:3])), Says("我的提問")),
)

_OF_LIN: Final = AskedQuestion(
    2, LIN, "類別可以改成政策人才嗎？我今年調到計畫科主責導入規劃。", NOON - timedelta(days=1)
)
_TWO: Final = Office(questions=(replace(_ASKED, person=LIN), _OF_LIN), questions_open=2)
_TODAY: Final = Office(questions=(replace(_OF_LIN, asked_at=NOON),), questions_open=1)
_MANY: Final = Office(
    questions=tuple(
        replace(_OF_LIN, id=20 + n, person=replace(LIN, name=name), asked_at=NOON - timedelta(days=9 - n))
        for n, name in enumerate(
            ("林志明", "張雅婷", "歐陽明慧", "李建宏", "王美玲", "黃國華", "吳佩珊", "趙家豪")
        )
    ),
    questions_open=11,
    certificates_waiting=14,
)
_LIST: Final = Says("看提問")
_REPLY: Final = Says("可以。請先重填職務問卷，\n再由主管確認。")

OFFICE: tuple[Scene, ...] = (
    scene("待辦：沒有", officer(), Says("人事")),
    scene("待辦：提問與證照", officer(_MANY), Says("人事")),
    scene("待辦：今天收到一則", officer(_TODAY), Says("人事")),
    scene("待辦：暫停收提問", officer(replace(_TWO, accepting=False)), Says("人事")),
    scene("同仁輸入「人事」", staff(), Says("人事")),
    scene("同仁輸入「看提問」", staff(), _LIST),
    scene("看提問：沒有", officer(), _LIST),
    scene("看提問：兩則", officer(_TWO), _LIST),
    scene("看提問：很多則", officer(_MANY), _LIST),
    scene("看提問：號碼看不懂", officer(_TWO), _LIST, Says("那一則")),
    scene("一則提問", officer(_TWO), _LIST, Says("2")),
    scene("回覆太長", officer(_TWO), _LIST, Says("2"), Says("說明" * 501)),
    scene("送出前再看一次", officer(_TWO), _LIST, Says("2"), _REPLY),
    scene("確認時說了別的", officer(_TWO), _LIST, Says("2"), _REPLY, Says("再想想")),
    scene("已送出，通知同仁", officer(_TWO), _LIST, Says("2"), _REPLY, Taps("送出回覆")),
    scene("已送出，同仁選了精簡通知", officer(_TWO), _LIST, Says("2"), _REPLY, Taps("送出回覆"), brief=True),
    scene("下班後送出", officer(_TODAY), _LIST, Says("1"), _REPLY, Taps("送出回覆"), at=_EVENING),
    scene("別人已回覆", officer(_TWO), TapsOld("回覆", Press("office", "key.gone"))),
    scene("暫停收提問", officer(_TWO), Says("暫停收提問")),
    scene("恢復收提問", officer(replace(_TWO, accepting=False)), Says("恢復收提問")),
)
