"""Scenes of the duty questionnaire, its result and what can be said to it, and the next step."""

from dataclasses import replace
from datetime import datetime

from bot.demo.gallery.acting import Says, Scene, Taps, TapsOld
from bot.demo.gallery.cast import (
    DEVELOPER,
    FIELD,
    POLICY,
    RESEARCHER,
    TAIPEI,
    TIE,
    answered,
    desk,
    imported,
    official,
    placed,
    reported,
    scene,
    staff,
)
from guideline.records import Conversation, RoleStatus
from handlers.payload import Press

_OLD = Conversation("questionnaire", "main", "old", "114-01", {"answers": {"main": ["admin"]}})
_WHOLE = replace(_OLD, draft={"answers": {asked: list(given) for asked, given in answered(POLICY).items()}})
_BEGIN = Says("職務問卷")
_CONTESTED = replace(placed(FIELD, RoleStatus.CONTESTED), note="我主要負責資訊系統委外採購")


def _typed(*answers: str) -> tuple[Says, ...]:
    return (_BEGIN, *map(Says, answers))


QUESTIONNAIRE: tuple[Scene, ...] = (
    scene("第 1 題", staff(), _BEGIN),
    scene("第 2 題", staff(), *_typed("1")),
    scene("第 3 題", staff(), *_typed("1", "3")),
    scene("第 4 題：複選", staff(), *_typed("1", "3", "3")),
    scene("複選：已選兩項", staff(), *_typed("1", "3", "3"), Taps("☐ 1 文書作業"), Taps("☐ 3 圖卡或簡報")),
    scene("複選：一項也沒選就按選好了", staff(), *_typed("1", "3", "3"), Taps("選好了")),
    scene("複選：「目前沒有」和別的一起選", staff(), *_typed("1", "3", "3", "1、5")),
    scene("第 5 題：選項較長", staff(), *_typed("1", "3", "3", "1、2")),
    scene("第 6 題", staff(), *_typed("1", "3", "3", "1、2", "4")),
    scene("第 7 題", staff(), *_typed("1", "3", "3", "1、2", "4", "3")),
    scene("上一題：看得到先前的答案", staff(), *_typed("1", "3"), Taps("上一題")),
    scene("第 1 題再按上一題", staff(), _BEGIN, Says("上一題")),
    scene("答案看不懂", staff(), _BEGIN, Says("都有一點")),
    scene("接著填上次的問卷", staff(), *_typed("1", "3"), Says("職務問卷")),
    scene("題目改版：接著答還沒答的", staff(conversation=_OLD), Says("繼續")),
    scene("題目改版：答案都還有效", staff(conversation=_WHOLE), Says("繼續")),
    scene("按了舊問卷的按鈕", staff(), TapsOld("1 日常行政業務", Press("questionnaire", "1.1", "old"))),
)

RESULT: tuple[Scene, ...] = (
    scene("AI 應用人才", staff(), *_typed("1", "3", "3", "1、2", "4", "3", "3")),
    scene("AI 政策人才", staff(), *_typed("3", "1", "1", "1", "4", "3", "1")),
    scene("AI 開發人才", staff(), *_typed("4", "3", "3", "4", "1", "3", "2")),
    scene("AI 研究人才：待人事確認", staff(), *_typed("5", "3", "3", "5", "4", "1", "2")),
    scene("兩類相同", staff(), *_typed("1", "1", "3", "5", "1", "3", "3")),
    scene("沒有特別對應：先打底", staff(), *_typed("6", "3", "3", "5", "4", "3", "3")),
)

MY_ROLE: tuple[Scene, ...] = (
    scene("還沒有建議類別", staff(), Says("我的類別")),
    scene("建議", staff(role=placed()), Says("我的類別")),
    scene("已確認", staff(role=placed(status=RoleStatus.CONFIRMED)), Says("我的類別")),
    scene("已反映不符", staff(role=placed(POLICY, RoleStatus.CONTESTED)), Says("我的類別")),
    scene("調動後待複核", staff(role=placed(status=RoleStatus.REVIEW)), Says("我的類別")),
    scene(
        "由人事改為別的類別",
        staff(role=replace(placed(status=RoleStatus.CONFIRMED), roles=("development",))),
        Says("我的類別"),
    ),
    scene("舊版問卷的結果", staff(role=replace(placed(), edition="114-01")), Says("我的類別")),
    scene("兩類相同", staff(role=placed(TIE)), Says("我的類別")),
    scene("類別紀錄：還沒有", staff(), Says("類別紀錄")),
    scene(
        "類別紀錄",
        staff(role=placed(), roles=(placed(FIELD), _CONTESTED, placed(status=RoleStatus.CONFIRMED))),
        Says("類別紀錄"),
    ),
    scene(
        "類別紀錄：調動後待複核",
        staff(
            role=placed(status=RoleStatus.REVIEW),
            roles=(*(placed(POLICY),) * 8, placed(status=RoleStatus.REVIEW)),
        ),
        Says("類別紀錄"),
    ),
    scene("待複核的人問下一步", imported(role=placed(status=RoleStatus.REVIEW)), Says("下一步")),
    scene("待複核的人看進度", imported(role=placed(status=RoleStatus.REVIEW)), Says("進度")),
)

CONTEST: tuple[Scene, ...] = (
    scene("請說明實際工作", staff(role=placed()), Says("不符")),
    scene("說明太長", staff(role=placed()), Says("不符"), Says("採購" * 101)),
    scene("已記下", staff(role=placed()), Says("不符"), Says("我主要負責資訊系統委外採購")),
    scene("略過說明", staff(role=placed()), Says("不符"), Taps("略過說明")),
    scene("已經反映過", staff(role=placed(status=RoleStatus.CONTESTED)), Says("不符")),
    scene("還沒有類別", staff(), Says("不符")),
    scene("按了舊的略過", staff(role=placed()), TapsOld("略過說明", Press("contest", "skip", "old"))),
    scene("取消反映", staff(role=placed()), Says("不符"), Says("取消")),
)

_BASIC = official(3, "map-literacy")
_ADVANCED = official(3, "map-genai-advanced")
_MET = (_BASIC, _ADVANCED, official(15, title="採購法規研習"))


_EVERYTHING = tuple(official(3, course) for course in desk().edition.courses)

NEXT: tuple[Scene, ...] = (
    scene("先填職務問卷", staff(), Says("下一步")),
    scene("時數有缺口", imported(role=placed()), Says("下一步")),
    scene("基礎已足，進階有缺口", imported(_BASIC, role=placed()), Says("下一步")),
    scene("政策人才：進階有缺口", imported(_BASIC, role=placed(POLICY)), Says("下一步")),
    scene("只缺年度時數", imported(_BASIC, _ADVANCED, role=placed()), Says("下一步")),
    scene("時數足夠：接著上課", imported(*_MET, role=placed()), Says("下一步")),
    scene(
        "已自行回報，待官方登錄", staff(entries=(reported(3, "map-literacy"),), role=placed()), Says("下一步")
    ),
    scene("開發人才：課都上過，考證照", imported(*_EVERYTHING, role=placed(DEVELOPER)), Says("下一步")),
    scene("研究人才：課都上過", imported(*_EVERYTHING, role=placed(RESEARCHER)), Says("下一步")),
    scene("打底即可：沒有要補的", imported(*_EVERYTHING, role=placed()), Says("下一步")),
    scene(
        "過了安全日",
        imported(_BASIC, role=placed()),
        Says("下一步"),
        at=datetime(2026, 12, 21, 10, 0, tzinfo=TAIPEI),
    ),
    scene(
        "統計已截止",
        imported(_BASIC, role=placed()),
        Says("下一步"),
        at=datetime(2026, 12, 28, 10, 0, tzinfo=TAIPEI),
    ),
)
