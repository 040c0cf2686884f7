"""Scenes of 提醒作業, for HR: how reminders stand, what a wave would come to, and every hand on it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot.demo.gallery.acting import Hears, Says, Scene, Taps
from bot.demo.gallery.cast import CHEN, LIN, NOON, desk, officer, scene, staff
from guideline.foresight import Foreseen, Foresight
from guideline.records import LatestWave, Office, Person, Reminding, Snapshot
from guideline.reminding import Due, Facts, Gap, NotDue
from guideline.rhythm import Occasion
from guideline.standing import PartStanding
from handlers import pages, reminding_card, reminding_list, wave_report
from handlers.message import Message

_TODAY: Final = NOON.date()
_OCCASION: Final = Occasion("2026-12-w1", date(2026, 12, 2), "dated")
_UPLOAD: Final = Occasion("2026-u47", _TODAY, "upload")
_IMPORTED: Final = date(2026, 11, 12)
_AI: Final = Gap("yearly-ai", "ai", "AI 課程", 180, 60)
_ONE: Final = Due("dated", (_AI,))
_TWO: Final = Due("dated", (replace(_AI, missing=180),))
_THREE: Final = Due("dated", (replace(_AI, missing=120),), uploads=1, upload_minutes=60)
_SEEN: Final = Foresight(
    _OCCASION,
    ((_ONE, 402), (_TWO, 117), (_THREE, 38)),
    {"telegram": 96, "line": 348, "email": 101},
    waiting=12,
    unreached=5,
    left=2388,
)
_SEEN_THERE: Final = Foresight(_OCCASION, ((_ONE, 21), (_TWO, 9)), {"line": 24, "email": 6})
_NOBODY: Final = Foresight(_UPLOAD, left=188)
_CLOSED: Final = Reminding(closures={date(2026, 11, 25): "颱風"})
_TRIAL: Final = Reminding()
_RELEASED: Final = Reminding(released=True)
_SENDING: Final = Reminding(
    released=True,
    wave=LatestWave(3, _TODAY, {"planned": 57, "frozen": 480, "waiting": 12, "dropped": 8, "unreached": 5}),
)
_PAUSED: Final = replace(_SENDING, paused=True)
_SENT: Final = Reminding(released=True, wave=LatestWave(3, _TODAY, {"frozen": 545, "unreached": 5}, "done"))
_STOPPED: Final = replace(_SENT, wave=LatestWave(3, _TODAY, {"frozen": 480, "dropped": 65}, "stopped"))
_PLANNING: Final = Reminding(released=True, wave=LatestWave(3, _TODAY))


def _hr(now: Reminding = _TRIAL) -> Snapshot:
    return officer(Office(reminding=now))


def _of_part(now: Reminding = _SENDING) -> Snapshot:
    """Of 教育局, where 人事處 serves the whole agency."""
    return officer(Office(reminding=now, officers=frozenset({CHEN.unit, "人事處/訓練科"})))


def _then(*messages: Message) -> Hears:
    return Hears(messages, "試算完成")


def _card(now: Reminding, seen: Foresight | None = _SEEN) -> Hears:
    return _then(reminding_card.card(now, seen, _TODAY))


def _known(who: Person, missing: int = 60, uploads: int = 0) -> Facts:
    parts = (PartStanding("yearly-ai", "ai", "AI 課程", 180, 180 - missing, 0),)
    return Facts(who, parts, uploads=uploads)


_PEOPLE: Final = (
    Foreseen(_known(LIN), _ONE, "line"),
    Foreseen(_known(CHEN, 180), _TWO, "email"),
    Foreseen(_known(replace(LIN, name="張雅婷"), 120, 1), _THREE, "telegram"),
    Foreseen(_known(replace(LIN, name="歐陽明慧")), _ONE, None, waiting=True),
    Foreseen(_known(replace(LIN, name="李建宏"), 180), _TWO),
    Foreseen(_known(replace(LIN, name="王美玲")), NotDue("stopped")),
    Foreseen(_known(replace(LIN, name="黃國華")), NotDue("undecided")),
    Foreseen(_known(replace(LIN, name="吳佩珊")), NotDue("lately")),
    Foreseen(_known(replace(LIN, name="趙家豪")), NotDue("snoozed")),
)


def _list(page: int) -> Hears:
    return _people(_PEOPLE, page)


def _people(everybody: Sequence[Foreseen], page: int) -> Hears:
    turned = pages.paged(everybody, page)
    return _then(reminding_list.page(_OCCASION, turned, len(everybody), desk().edition))


REMINDING: tuple[Scene, ...] = (
    scene("提醒作業：試行中", _hr(), Says("人事"), Taps("提醒作業"), _card(_TRIAL)),
    scene("提醒作業：正式發送", _hr(_RELEASED), Says("提醒作業"), _card(_RELEASED)),
    scene("提醒作業：發送中", _hr(_SENDING), Says("提醒作業"), _card(_SENDING)),
    scene("提醒作業：整理名單中", _hr(_PLANNING), Says("提醒作業"), _card(_PLANNING)),
    scene("提醒作業：這一批已送完", _hr(_SENT), Says("提醒作業"), _card(_SENT)),
    scene("提醒作業：這一批已停止", _hr(_STOPPED), Says("提醒作業"), _card(_STOPPED)),
    scene("提醒作業：暫停中", _hr(_PAUSED), Says("提醒作業"), _card(_PAUSED)),
    scene("提醒作業：沒有要提醒的人", _hr(_CLOSED), Says("提醒作業"), _card(_CLOSED, _NOBODY)),
    scene("提醒作業：今年沒有了", _hr(), Says("提醒作業"), _card(_TRIAL, None)),
    scene(
        "提醒作業：一個局處的人事",
        _of_part(),
        Says("提醒作業"),
        _then(reminding_card.card(_SENDING, _SEEN_THERE, _TODAY, "教育局", decides=False)),
    ),
    scene("停止這一批：一個局處的人事", _of_part(), Says("停止這一批")),
    scene("提醒預覽", _hr(), Says("提醒預覽"), _then(*wave_report.preview(_SEEN, desk(), _IMPORTED))),
    scene("提醒名單", _hr(), Says("提醒名單"), _list(0)),
    scene("提醒名單：第 2 頁", _hr(), Says("提醒名單 第2頁"), _list(1)),
    scene(
        "提醒名單：沒有人",
        _hr(),
        Says("提醒名單"),
        _people((), 0),
    ),
    scene("暫停發送", _hr(_SENDING), Says("暫停發送")),
    scene("恢復發送", _hr(_PAUSED), Says("恢復發送")),
    scene("停止這一批", _hr(_SENDING), Says("停止這一批")),
    scene("停止這一批：沒有發送中的", _hr(), Says("停止這一批")),
    scene("正式發送，先確認", _hr(), Says("正式發送"), _then(reminding_card.confirmation(_SEEN, desk()))),
    scene("正式發送：今年沒有了", _hr(), Says("正式發送"), _then(reminding_card.confirmation(None, desk()))),
    scene("已改為正式發送", _hr(), Says("確認正式發送")),
    scene("已經是正式發送", _hr(_RELEASED), Says("正式發送")),
    scene("改回試行", _hr(_SENDING), Says("改回試行")),
    scene(
        "試行報告（當天自動通知）",
        _hr(),
        Says("提醒作業"),
        Hears(wave_report.report(_SEEN, desk(), _TODAY, _IMPORTED), "提醒日上午，試行中"),
    ),
    scene("停班：改到隔天", _hr(), Says("停班 11/25 颱風")),
    scene("停班：明天", _hr(), Says("停班 明天")),
    scene("停班：沒有寫日期", _hr(), Says("停班")),
    scene("停班：日期看不懂", _hr(_CLOSED), Says("停班 下下週")),
    scene("停班：週末", _hr(), Says("停班 11/28")),
    scene("停班：已經過了", _hr(), Says("停班 11/2")),
    scene("停班：已經設定", _hr(_CLOSED), Says("停班 11/25")),
    scene("取消停班", _hr(_CLOSED), Says("取消停班 11/25")),
    scene("取消停班：沒有設定", _hr(), Says("取消停班 11/25")),
    scene("同仁輸入「提醒作業」", staff(), Says("提醒作業")),
    scene("同仁輸入「停班」", staff(), Says("停班 11/25")),
    scene(
        "離職後輸入「正式發送」",
        replace(_hr(), person=replace(CHEN, left_on=_TODAY - timedelta(days=3))),
        Says("正式發送"),
    ),
)
