"""Scenes of certificates: which one to take, reporting one as held, taking it back, and HR's two lists."""

from dataclasses import replace
from datetime import date
from typing import Final

from bot.demo.gallery.acting import Says, Scene, Taps, TapsOld
from bot.demo.gallery.cast import (
    CHEN,
    DEVELOPER,
    FIELD,
    LIN,
    NOON,
    POLICY,
    RESEARCHER,
    TIE,
    officer,
    placed,
    scene,
    staff,
)
from guideline.records import CertificateEntry, Office, RoleStatus
from handlers.payload import Press

HELD: Final = CertificateEntry(
    1, "iii-office", "資訊工業策進會 生成式AI辦公室應用能力認證", date(2026, 9, 5), NOON, key="k1"
)
_REGISTERED: Final = replace(HELD, registered_at=NOON)
_RETURNED: Final = replace(HELD, returned_at=NOON)
_ENDED: Final = CertificateEntry(2, "ai-900", "微軟 AI-900", date(2025, 6, 30), NOON, key="k2")
_OTHER: Final = CertificateEntry(3, None, "TQC 人工智慧應用與技術", date(2024, 3, 9), NOON, key="k3")
_MANY: Final = (
    *(replace(_OTHER, id=10 + n, key=f"m{n}", name=f"TQC 雲端技術 第 {n} 級") for n in range(1, 4)),
    *(_OTHER, _ENDED, _REGISTERED),
)
_ASK: Final = Says("回報已取得")
_NAME: Final = Says("資訊工業策進會 生成式AI辦公室應用能力認證")
_OLD: Final = Press("certificate", "ok", "old")

CERTIFICATES: tuple[Scene, ...] = (
    scene("還沒有類別", staff(), Says("證照")),
    scene("應用人才", staff(role=placed()), Says("證照")),
    scene("政策人才", staff(role=placed(POLICY)), Says("證照")),
    scene("開發人才", staff(role=placed(DEVELOPER)), Says("證照")),
    scene("研究人才", staff(role=placed(RESEARCHER)), Says("證照")),
    scene("兩類相同", staff(role=placed(TIE)), Says("證照")),
    scene("以打底為主", staff(role=placed(FIELD)), Says("證照")),
    scene("單位異動，待複核", staff(role=placed(status=RoleStatus.REVIEW)), Says("證照")),
    scene("公部門證照已由人事開放", staff(role=placed(), opened=frozenset({"public-core"})), Says("證照")),
    scene("已回報，待人事登錄", staff(role=placed(), certificates=(HELD,)), Says("證照")),
    scene("已回報，人事請補件", staff(role=placed(), certificates=(_RETURNED,)), Says("證照")),
    scene("已登錄表51", staff(role=placed(), certificates=(_REGISTERED,)), Says("證照")),
    scene("持有已停考的證照", staff(role=placed(DEVELOPER), certificates=(_ENDED,)), Says("證照")),
    scene("持有很多張", staff(role=placed(), certificates=_MANY), Says("證照")),
)

HOLDING: tuple[Scene, ...] = (
    scene("哪一張", staff(role=placed()), _ASK),
    scene("相近的名稱", staff(), _ASK, Says("AI 應用規劃師")),
    scene("發證日期", staff(), _ASK, _NAME),
    scene("其他日期", staff(), _ASK, _NAME, Taps("其他日期")),
    scene("請確認", staff(), _ASK, _NAME, Says("115/9/5")),
    scene("請確認：已停考的", staff(), _ASK, Says("微軟 AI-900"), Says("114/6/30")),
    scene("請確認：不在指引清單", staff(), _ASK, Says("TQC 人工智慧應用與技術"), Says("113/3/9")),
    scene("已回報", staff(), _ASK, _NAME, Says("115/9/5"), Taps("確認回報")),
    scene("回報過同一張", staff(certificates=(HELD,)), _ASK, _NAME),
    scene("發證日期還沒到", staff(), _ASK, _NAME, Says("115/12/31")),
    scene("日期看不懂", staff(), _ASK, _NAME, Says("很久以前")),
    scene("日期有兩種可能", staff(), _ASK, _NAME, Says("83/7/1")),
    scene("名稱太長", staff(), _ASK, Says("證書" * 40)),
    scene("傳了身分證字號", staff(), _ASK, Says("A123456789")),
    scene("確認時說了別的", staff(), _ASK, _NAME, Says("115/9/5"), Says("嗯")),
    scene("改證照", staff(), _ASK, _NAME, Says("115/9/5"), Taps("改證照")),
    scene("按了舊的按鈕", staff(), TapsOld("確認回報", _OLD)),
    scene("按了上一題的按鈕", staff(), _ASK, _NAME, TapsOld("確認回報", _OLD)),
    scene("取消", staff(), _ASK, _NAME, Taps("取消")),
    scene("撤回", staff(certificates=(HELD,)), Says("撤回證照")),
    scene("撤回哪一張", staff(role=placed(), certificates=(HELD, _ENDED)), Says("撤回證照")),
    scene("撤回第幾張，先確認", staff(certificates=(HELD, _ENDED)), Says("撤回證照 2")),
    scene("確認後撤回", staff(certificates=(HELD, _ENDED)), Says("撤回證照 2"), Says("是")),
    scene("已登錄的不能撤回", staff(certificates=(_REGISTERED,)), Says("撤回證照 1")),
    scene("沒有可以撤回的", staff(), Says("撤回證照")),
)

_WAITING: Final = Office(
    certificates=((LIN, HELD), (CHEN, _ENDED), (LIN, _OTHER)),
    certificates_waiting=3,
)
_CROWD: Final = replace(
    _WAITING,
    certificates=tuple(
        (replace(LIN, id=50 + n, name=name), replace(HELD, id=50 + n))
        for n, name in enumerate(("林志明", "張雅婷", "歐陽明慧", "李建宏", "王美玲") * 3)
    ),
    certificates_waiting=15,
)
_FIRST: Final = Taps("第 1 張已登錄表51")

FORM_51: tuple[Scene, ...] = (
    scene("沒有待登錄的", officer(), Says("表51")),
    scene("待登錄清單", officer(_WAITING), Says("表51")),
    scene("待登錄清單：還有更多", officer(_CROWD), Says("表51")),
    scene("待登錄清單：第 2 頁", officer(_CROWD), Says("表51 第2頁")),
    scene("無法核對，請補件", officer(_WAITING), Says("表51 1"), Taps("無法核對，請補件")),
    scene(
        "已請補件，通知本人",
        officer(_WAITING),
        *(Says("表51 1"), Taps("無法核對，請補件"), Taps("是，請補件")),
    ),
    scene("已經登錄了嗎", officer(_WAITING), Says("表51"), _FIRST),
    scene("沒有回答是或取消", officer(_WAITING), Says("表51 1"), Says("等一下")),
    scene("已登錄，通知本人", officer(_WAITING), Says("表51"), _FIRST, Taps("是，已登錄")),
    scene("已登錄，本人選了精簡通知", officer(_WAITING), Says("表51 1"), Says("是"), brief=True),
    scene("自己的證照已登錄", officer(_WAITING), Says("表51 2"), Says("是")),
    scene("按了舊的按鈕", officer(_WAITING), TapsOld("是，已登錄", Press("form51", "yes", "old"))),
    scene("同仁輸入「表51」", staff(role=placed()), Says("表51")),
    scene("同仁按了人事的按鈕", staff(), TapsOld("第 1 張已登錄表51", Press("form51", "ask.1"))),
    scene("證照開放", officer(), Says("證照開放")),
    scene("證照開放：開放第 1 項", officer(), Says("證照開放"), Taps("開放第 1 項")),
    scene("證照開放：輸入文字開放", officer(), Says("證照開放 1")),
    scene(
        "證照開放：收回第 1 項",
        officer(opened=frozenset({"public-core"})),
        Says("證照開放"),
        Taps("收回第 1 項"),
    ),
    scene("證照開放：已經開放", officer(opened=frozenset({"public-core"})), Says("證照開放 1")),
)
