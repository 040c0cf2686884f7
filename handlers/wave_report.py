"""What HR reads of a day's reminders: who would be told by which way, what it costs, and the words."""

from datetime import date
from typing import Final

from guideline.foresight import Foresight
from guideline.rhythm import Tone
from guideline.scope import AGENCY
from guideline.ways import ORDER, WAYS
from guideline.words import short_date
from handlers import reminder
from handlers.commands import Name
from handlers.desk import Desk
from handlers.message import Card, Field, Line, Message, Text, plain
from handlers.wording import do, listed, pc

TONES: Final[dict[Tone, str]] = {
    "information": "進度通知",
    "dated": "期限提醒",
    "last": "統計前最後一次提醒",
    "upload": "確認是否已上傳",
}
_SAMPLES: Final = 3  # texts shown word for word: with the card, within the five messages of one LINE reply


def report(seen: Foresight, desk: Desk, today: date, official_on: date | None) -> tuple[Message, ...]:
    """What HR alone hears while staff are not written to yet (試行). `official_on`: the day of the last
    import of official records."""
    card = Card(
        title=f"試行：今天原本會提醒 {seen.told + seen.waiting:,} 人",
        subtitle="試行期間只通知人事，沒有發送給同仁。",
        rows=(*counts(seen), Line("核對無誤後，輸入「正式發送」就會從下一次起提醒同仁。", "note")),
        buttons=(
            do("提醒名單", Name.REMIND_LIST),
            do("正式發送", Name.RELEASE),
            do("提醒作業", Name.REMINDING, "quiet"),
        ),
        typed=pc("提醒名單", "正式發送", "提醒作業"),
    )
    return (card, *samples(seen, desk, today, official_on))


def preview(
    seen: Foresight, desk: Desk, official_on: date | None, scope: str = AGENCY
) -> tuple[Message, ...]:
    """提醒預覽: the next occasion as things are now, for the people of this scope. Nothing is sent by it."""
    day = seen.occasion.day
    card = Card(
        title=f"提醒預覽：{short_date(day)}",
        subtitle=of_scope(scope, "依目前資料試算，發送前會再逐人確認。"),
        rows=(Field("內容", TONES[seen.occasion.tone]), *counts(seen)),
        buttons=(do("提醒名單", Name.REMIND_LIST), do("提醒作業", Name.REMINDING, "quiet")),
        typed=pc("提醒名單", "提醒作業"),
    )
    return (card, *samples(seen, desk, day, official_on))


def of_scope(scope: str, *said: str) -> str:
    """A subtitle that names the part of the agency, where it is one."""
    return "　".join([*([] if scope == AGENCY else [f"範圍：{scope}（含所屬單位）"]), *said])


def counts(seen: Foresight) -> tuple[Field, ...]:
    """How many by which way, what it costs, and who is not written to."""
    if not seen.told + seen.waiting + seen.unreached:
        return (Field("對象", "目前沒有需要提醒的同仁"),)
    by_way = listed([f"{WAYS[way]} {seen.ways[way]:,}" for way in ORDER if seen.ways.get(way)])
    rows = [Field("對象", f"{seen.told:,} 人（{by_way}）" if by_way else "0 人")]
    rows.append(Field("LINE 用量", _cost(seen)))
    if seen.waiting:
        rows.append(Field("下次對話時告知", f"{seen.waiting:,} 人（{_month(seen)} LINE 則數不足）"))
    if seen.unreached:
        rows.append(Field("聯絡不到", f"{seen.unreached:,} 人（沒有可用的帳號或信箱），請另行通知"))
    return tuple(rows)


def samples(seen: Foresight, desk: Desk, day: date, official_on: date | None) -> tuple[Message, ...]:
    """The commonest texts, as words alone: a button of theirs would act for whoever reads them here."""
    shown = seen.texts[:_SAMPLES]
    found: list[Message] = []
    for number, (due, people) in enumerate(shown, start=1):
        which = f"第 {number} 種，共 {len(seen.texts)} 種" if len(seen.texts) > 1 else "全部相同"
        body = plain(reminder.message(due, desk, day, official_on))
        found.append(Text(f"〈提醒內容範例〉{people:,} 人（{which}）\n{body}"))
    return tuple(found)


def _cost(seen: Foresight) -> str:
    if seen.left is None:
        return f"{seen.cost:,} 則"
    after = max(0, seen.left - seen.cost)
    return f"{seen.cost:,} 則（{_month(seen)}剩 {seen.left:,} 則，發送後剩 {after:,} 則）"


def _month(seen: Foresight) -> str:
    """A preview may be of a day of the next one."""
    return "本月" if seen.month is None else f"{seen.month} 月"
