"""Scenes of certificates, reminders, one's own data, questions, and HR's desk."""

from dataclasses import replace
from datetime import date, timedelta

from bot.demo.gallery.acting import Says, Scene
from bot.demo.gallery.cast import CHEN, DEVELOPER, NOON, placed, scene, staff
from guideline.records import (
    Access,
    Account,
    AskedQuestion,
    CertificateEntry,
    Office,
    Person,
    Preference,
    Snapshot,
)

_TELEGRAM = Account(2, "telegram", "7001", person_id=CHEN.id, consented_at=NOON)
_HELD = CertificateEntry(1, "iii-office", "資訊工業策進會 生成式AI辦公室應用能力認證", date(2026, 9, 5), NOON)
_LIN = Person(2, "D00200002", "林志明", "研考處/計畫科", "股長")
_ASKED = AskedQuestion(1, CHEN, "我 5 月上的課還沒有出現在進度裡，請問怎麼辦？", NOON - timedelta(days=3))
_ANSWERED = replace(_ASKED, answer="平臺已補傳，下週匯入後就會看到。", answered_at=NOON - timedelta(days=1))


def _reached(**preference: object) -> Snapshot:
    chosen = replace(Preference(), **preference)  # type: ignore[arg-type]
    known = staff(preference=chosen)
    return replace(known, accounts=(known.account, _TELEGRAM))


def _hr(**waiting: object) -> Snapshot:
    return staff(person=replace(CHEN, access=Access.HR), office=replace(Office(), **waiting))  # type: ignore[arg-type]


_FULL = _hr(
    questions=(_ASKED, AskedQuestion(2, _LIN, "類別可以改成政策人才嗎？", NOON - timedelta(days=1))),
    questions_open=2,
    certificates=((_LIN, _HELD),),
    certificates_waiting=1,
)

CERTIFICATES: tuple[Scene, ...] = (
    scene("我該考哪張：還沒有類別", staff(), Says("證照")),
    scene("我該考哪張：應用人才", staff(role=placed()), Says("證照")),
    scene("我該考哪張：開發人才", staff(role=placed(DEVELOPER)), Says("證照")),
    scene("已回報一張", staff(role=placed(), certificates=(_HELD,)), Says("證照")),
    scene("回報已取得", staff(role=placed()), Says("回報已取得")),
)

REMINDERS: tuple[Scene, ...] = (
    scene("提醒設定", _reached(), Says("提醒")),
    scene("提醒設定：已停止", _reached(stopped_at=NOON), Says("提醒")),
    scene("停止提醒", _reached(), Says("停止提醒")),
    scene("恢復提醒", _reached(stopped_at=NOON), Says("恢復提醒")),
    scene("下週再提醒", _reached(), Says("下週再提醒")),
    scene("下個月再提醒", _reached(), Says("下個月再提醒")),
)

MY_DATA: tuple[Scene, ...] = (
    scene("我的資料", _reached(), Says("我的資料")),
    scene("索取複本", _reached(), Says("索取複本")),
    scene("解除綁定", _reached(), Says("解除綁定")),
    scene("刪除我的資料", _reached(), Says("刪除我的資料")),
)

QUESTIONS: tuple[Scene, ...] = (
    scene("常見問題", staff(), Says("常見問題")),
    scene("問人事", staff(), Says("問人事")),
    scene("問人事：一句話", staff(), Says("問人事 我 5 月上的課還沒有出現在進度裡")),
    scene("問人事：暫不收提問", staff(accepting=False), Says("問人事")),
    scene("我的提問：還沒有", staff(), Says("我的提問")),
    scene("我的提問：已答覆", staff(questions=(_ANSWERED, replace(_ASKED, id=2))), Says("我的提問")),
)

OFFICE: tuple[Scene, ...] = (
    scene("待辦：沒有", _hr(), Says("人事")),
    scene("待辦：提問與證照", _FULL, Says("人事")),
    scene("同仁輸入「人事」", staff(), Says("人事")),
)
