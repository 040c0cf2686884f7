"""How reminders stand, for HR in five seconds: on trial or not, who is told next, at what cost."""

from datetime import date

from guideline.foresight import Foresight
from guideline.records import LatestWave, Reminding
from guideline.scope import AGENCY
from guideline.words import short_date
from handlers.commands import Name
from handlers.desk import Desk
from handlers.message import Button, Card, Field, Line, Message, Row
from handlers.wave_report import TONES, counts, of_scope
from handlers.wording import do, listed, pc

_STATES = (  # of a reminder (storage.schema.reminders), in words
    ("planned", "待送"),
    ("frozen", "已送出"),
    ("told", "已在對話告知"),
    ("waiting", "待下次對話"),
    ("dropped", "已不需提醒"),
    ("unreached", "聯絡不到"),
)
_ENDED = {"": "", "done": "已完成；", "stopped": "已停止；"}


def state(now: Reminding) -> str:
    """試行中, 正式發送 or 暫停中."""
    if now.paused:
        return "暫停中"
    return "正式發送" if now.released else "試行中（只通知人事）"


def card(
    now: Reminding, seen: Foresight | None, today: date, scope: str = AGENCY, *, decides: bool = True
) -> Message:
    """提醒作業. `seen`: the next occasion of the year; None: there is none any more. `scope`: whose counts
    they are; `decides`: whoever reads it may change how things stand."""
    rows: list[Row] = [Field("狀態", state(now))]
    if now.wave is not None:
        rows += [Line(f"{short_date(now.wave.day)}這一批", "heading"), Line(_progress(now.wave))]
    if seen is None:
        rows.append(Line("下次提醒：今年沒有了", "heading"))
    else:
        when = "今天" if seen.occasion.day == today else short_date(seen.occasion.day)
        rows += [Line(f"下次提醒：{when}　{TONES[seen.occasion.tone]}", "heading"), *counts(seen)]
    if now.closures:
        rows.append(Field("停班", listed(short_date(day) for day in now.closures)))
    if seen is not None:
        rows.append(Line("人數依目前資料試算，發送前會再逐人確認。", "note"))
    buttons, typed = _ways(now, decides=decides)
    return Card(
        title="提醒作業", subtitle=of_scope(scope), rows=tuple(rows), buttons=buttons, typed=pc(*typed)
    )


def confirmation(seen: Foresight | None, desk: Desk) -> Message:
    """正式發送: asked once, with what the next occasion comes to."""
    rows: list[Row] = []
    if seen is not None:
        rows += [
            Field("下次提醒", f"{short_date(seen.occasion.day)}，{TONES[seen.occasion.tone]}"),
            *counts(seen),
        ]
    rows.append(Line("確認後，從下一次起會直接提醒同仁；隨時可以暫停或改回試行。", "note"))
    return Card(
        title="要開始正式發送提醒嗎？",
        rows=tuple(rows),
        buttons=(
            do("確認正式發送", Name.RELEASE_NOW, "primary"),
            do("提醒名單", Name.REMIND_LIST),
            do("先不要", Name.REMINDING, "quiet"),
        ),
        typed=pc("確認正式發送", "提醒名單", "提醒作業"),
    )


def _progress(wave: LatestWave) -> str:
    ending = _ENDED[wave.ended]
    said = [f"{words} {wave.counts[key]:,}" for key, words in _STATES if wave.counts.get(key)]
    return ending + (listed(said) or ("沒有需要提醒的同仁" if wave.ended else "整理名單中"))


def _ways(now: Reminding, *, decides: bool) -> tuple[tuple[Button, ...], list[str]]:
    """The buttons that help as things stand, and what to type for them."""
    found = [("提醒預覽", Name.FORESEE), ("提醒名單", Name.REMIND_LIST)]
    if decides:
        found.append(("恢復發送", Name.GO_ON) if now.paused else ("暫停發送", Name.HOLD))
        if now.wave is not None and not now.wave.ended:
            found.append(("停止這一批", Name.STOP_WAVE))
        found.append(("改回試行", Name.SHADOW) if now.released else ("正式發送", Name.RELEASE))
    buttons = tuple(do(label, name, "normal" if n < 2 else "quiet") for n, (label, name) in enumerate(found))
    typed = [*(label for label, _ in found), *(["停班 明天"] if decides else []), "人事"]
    return (*buttons, do("人事待辦", Name.OFFICE, "quiet")), typed
