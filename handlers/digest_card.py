"""The week's digest as HR reads it (words.md E): a card for the chats, a letter with tables for a mailbox."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from guideline.coverage import Cover
from guideline.digest import Count, Figures, Met, permille
from guideline.scope import AGENCY
from guideline.ways import ORDER, WAYS
from guideline.weekly import Digest
from guideline.words import beside, hours_words, roc_date, short_date
from handlers.commands import Name
from handlers.message import Bar, Card, Field, Line, Message, Row, Text
from handlers.wording import do, listed, mark, pc

CAREFUL: Final = "名單含個人資料，請勿轉傳群組。"
# Where the spreadsheets are, for a letter.
ATTACHED: Final = "附件是名單與各單位數字，Excel 與 ODS 內容相同。"
TOO_LARGE: Final = (
    "名單與各單位數字的檔案較大，未附在信中：請在 LINE 或 Telegram 輸入「下載週報」，或請系統維運人員提供。"
)
ELSEWHERE: Final = "名單與各單位數字：請在 LINE 或 Telegram 輸入「下載週報」。"
_THIS_MONTH: Final = "本月"
_COVERS: Final[tuple[tuple[Cover, str], ...]] = (
    ("away", "不列計期間"),
    ("exempt", "非適用類別等"),
    ("undecided", "待認定"),
)


def card(digest: Digest) -> Card:
    """One card, the same on both platforms."""
    rows: list[Row] = [Line(f"列計 {digest.figures.counted:,} 人", "heading"), Line(covered(digest.figures))]
    for place, met in enumerate(digest.figures.met):
        rows += _requirement(place, met, digest)
    if overall := everywhere(digest):
        rows.append(Line(overall, "note"))
    rows += [Line("待您處理", "heading"), *(Field(*one) for one in waiting(digest))]
    rows += [Line("本週提醒", "heading"), *map(Line, planned(digest))]
    rows.append(Line(CAREFUL, "note"))
    return Card(
        title="AI 學習週報",
        subtitle=heading(digest),
        rows=tuple(rows),
        buttons=(
            do("下載 Excel／ODS", Name.DIGEST, "primary"),
            do("看名單", Name.REMIND_LIST),
            do("提醒作業", Name.REMINDING, "quiet"),
        ),
        typed=pc("下載週報", "看名單", "提醒作業"),
    )


def letter(digest: Digest, sheets: str = ELSEWHERE) -> tuple[Message, ...]:
    """The same for a mailbox, with every part in a table; columns align in a typeface of equal widths.
    `sheets`: where the spreadsheets are."""
    found = digest.figures
    table = [("項目", "官方", "待上傳", "尚缺", "達成率", "較上週")]
    for place, met in enumerate(found.met):
        told = met.gained is not None and met.whole.permille is not None and known(met.whole, digest)
        gained = signed(met.gained or 0) if told else "－"
        table.append((f"{mark(place)} {met.requirement.name}", *_cells(met.whole, digest), gained))
        if len(met.parts) > 1:
            table += [(f"　{part.name}", *_cells(count, digest), "") for part, count in met.parts]
    lacking = [
        f"{mark(place)} {missing}" for place, met in enumerate(found.met) if (missing := combined(met))
    ]
    paragraphs = [
        [f"AI 學習週報　{heading(digest)}", f"列計 {found.counted:,} 人。{covered(found)}"],
        _aligned(table),
        [*lacking, *filter(None, (helpful(found), everywhere(digest)))],
        ["待您處理：", *(f"・{label}：{value}" for label, value in waiting(digest))],
        ["本週提醒：", *(f"・{one}" for one in planned(digest))],
        [sheets, "要調整或暫停提醒，請在 LINE 或 Telegram 輸入「提醒作業」。", CAREFUL],
    ]
    return (Text("\n\n".join("\n".join(lines) for lines in paragraphs if lines)),)


def heading(digest: Digest) -> str:
    """115/11/23（一）　教育局　官方資料 11/18."""
    day, scope = digest.figures.day, digest.figures.scope
    where = "全機關" if scope == AGENCY else scope
    official = digest.official_on
    source = "尚無官方資料" if official is None else f"官方資料 {_day(official, day)}"
    return f"{roc_date(day)}{short_date(day)[-3:]}　{where}　{source}"


def covered(found: Figures) -> str:
    """Who serves, and who of them does not count and why; rates are of those who count."""
    why = [f"{name} {many:,}" for cover, name in _COVERS if (many := found.covers.get(cover, 0))]
    excluded = f"不列計 {found.excluded:,}（{listed(why)}）" if why else "沒有不列計的人員"
    coming = found.covers.get("coming", 0)
    return f"在職 {found.serving:,}；{excluded}。" + (f"尚未到職 {coming:,} 人另計。" if coming else "")


def official(met: Met, digest: Digest) -> str:
    """官方 1,421 人（76.3%），較上週 +64; no figure before there are official data."""
    if not known(met.whole, digest):
        return ""
    said = f"官方 {met.whole.official:,} 人（{percent(met.whole.permille)}）"
    if met.gained is None:
        return said
    since = _since(digest)
    return (
        f"{said}，較{since} {signed(met.gained)}" if met.gained else f"{said}，{beside(f'與{since}', '持平')}"
    )


def others(count: Count) -> str:
    """待上傳 163、尚缺 278."""
    said = [f"待上傳 {count.waiting:,}", f"尚缺 {count.missing:,}"]
    if count.unknown:
        said.append(f"尚無官方資料 {count.unknown:,}")
    return listed(said)


def known(count: Count, digest: Digest) -> bool:
    """Whether there are official figures of the year; without any import 0 would be a wrong one."""
    imported = digest.official_on is not None and digest.official_on.year >= digest.figures.day.year
    return bool(count.official) or imported


def combined(met: Met) -> str:
    """只缺進階 402、只缺基礎 38、兩者皆缺 117; empty where nothing is missing, or there is one part only."""
    names = {part.id: part.name for part, _ in met.parts}
    return listed(f"{lacks(one.parts, names)} {one.people:,}" for one in met.lacking)


def helpful(found: Figures) -> str:
    """The kind of class that helps most; empty where nobody misses anything."""
    useful = found.useful
    if useful is None:
        return ""
    course = beside("的", useful.part.name.removesuffix("課程").strip())
    what = f"開一班 {hours_words(useful.part.minutes)}{course}課程最有效：{useful.helps:,} 人用得上"
    return f"{what}，其中 {useful.completes:,} 人上完即補足。" if useful.completes else f"{what}。"


def everywhere(digest: Digest) -> str:
    """The whole agency's rates beside those of a part of it, where they tell of no small group."""
    row = digest.everywhere
    if row is None or not row.people:
        return ""
    rates = [
        f"{mark(place)} {percent(permille(row.met[met.requirement.id], row.people))}"
        for place, met in enumerate(digest.figures.met)
        if met.requirement.id in row.met and known(met.whole, digest) and met.whole.permille is not None
    ]
    return f"全機關官方達成率：{listed(rates)}" if rates else ""


def waiting(digest: Digest) -> tuple[tuple[str, str], ...]:
    """What waits for HR, by name; what is nothing is left out."""
    waits = digest.waits
    oldest = f"（最久 {waits.oldest} 個工作天）" if waits.oldest else ""
    found = [
        ("類別待確認", waits.confirm, f"{waits.confirm:,} 人"),
        ("類別待複核", waits.review, f"{waits.review:,} 人（單位異動）"),
        ("同仁提問", waits.questions, f"{waits.questions:,} 則{oldest}"),
        ("表51 待登錄", waits.certificates, f"{waits.certificates:,} 張"),
        ("列計待認定", digest.figures.covers.get("undecided", 0), ""),
        ("未送達訊息", waits.refused, f"近 7 天 {waits.refused:,} 則"),
        ("送達未確認", waits.undecided, f"近 7 天 {waits.undecided:,} 則，不會自動重送"),
    ]
    undecided = digest.figures.covers.get("undecided", 0)
    rows = tuple((name, said or f"{undecided:,} 人（認定前不提醒）") for name, many, said in found if many)
    return rows or (("待辦", "目前沒有"),)


def planned(digest: Digest) -> tuple[str, ...]:
    """This week's reminders, what they cost, and whether they go out at all."""
    plan = digest.planned
    said = []
    if plan.day is None:
        said.append("本週沒有預定的提醒。")
    elif not plan.told + plan.waiting + plan.unreached:
        said.append(f"{short_date(plan.day)}目前沒有需要提醒的同仁。")
    else:
        by_way = listed(f"{WAYS[way]} {plan.ways[way]:,}" for way in ORDER if plan.ways.get(way))
        said.append(f"{short_date(plan.day)}預定提醒 {plan.told:,} 人{f'：{by_way}' if by_way else ''}。")
        if plan.waiting:
            said.append(f"{_month(digest)} LINE 則數不足，{plan.waiting:,} 人改在下次對話時告知。")
        if plan.unreached:
            said.append(f"{plan.unreached:,} 人沒有可用的帳號或信箱，請另行通知。")
    if digest.line:
        said.append(_line(digest))
    if not digest.released:
        said.append("試行中：提醒只通知人事，不會發送給同仁。")
    if digest.paused:
        said.append("提醒暫停中：恢復發送前，不會發送給同仁。")
    return tuple(said)


def percent(thousandths: int | None) -> str:
    """76.3%; 100%."""
    if thousandths is None:
        return "－"
    whole, tenth = divmod(thousandths, 10)
    return f"{whole}%" if thousandths in (0, 1000) else f"{whole}.{tenth}%"


def signed(many: int) -> str:
    """+64, －3, 持平."""
    return "持平" if not many else f"{'+' if many > 0 else '－'}{abs(many):,}"


def _requirement(place: int, met: Met, digest: Digest) -> list[Row]:
    rows: list[Row] = [Line(f"{mark(place)} {met.requirement.name}", "heading")]
    count = met.whole
    if count.permille is None:
        return [*rows, Line("尚無官方資料" if count.people else "沒有列計的人員")]
    captions = [said for said in (official(met, digest), others(count)) if said]
    rows.append(Bar(count.official, count.waiting, count.people, captions[0]))
    rows += [Line(said, "detail") for said in (*captions[1:], combined(met)) if said]
    useful = digest.figures.useful
    if useful is not None and useful.requirement == met.requirement:
        rows.append(Line(helpful(digest.figures), "good"))
    return rows


def _since(digest: Digest) -> str:
    """上週; the day itself where weeks were left out."""
    since, day = digest.figures.since, digest.figures.day
    return "上週" if since is None or (day - since).days < 14 else f" {_day(since, day)}"


def lacks(parts: Sequence[str], names: dict[str, str]) -> str:
    """只缺進階, 兩者皆缺 …; `names` are those of all parts, by id."""
    if len(parts) == len(names):
        return "兩者皆缺" if len(names) == 2 else "全部尚缺"
    return f"{'只缺' if len(parts) == 1 else '缺'}{listed(names[part] for part in parts)}"


def _line(digest: Digest) -> str:
    if digest.line_limit is None:
        return f"LINE 本月已用 {digest.line_used:,} 則。"
    left = max(0, digest.line_limit - digest.line_used)
    ends = f"剩 {left:,}"
    if digest.planned.cost and _month(digest) == _THIS_MONTH:
        ends = f"發送後剩 {max(0, left - digest.planned.cost):,}"
    elif digest.planned.cost:
        ends += f"；這次提醒用 {_month(digest)}的則數"
    return f"LINE 本月已用 {digest.line_used:,}／{digest.line_limit:,} 則，{ends}。"


def _month(digest: Digest) -> str:
    """Whose LINE messages the reminders of this week use."""
    day = digest.planned.day
    return _THIS_MONTH if day is None or day.month == digest.figures.day.month else f"{day.month} 月"


def _cells(count: Count, digest: Digest) -> tuple[str, str, str, str]:
    if not count.people or count.unknown == count.people:
        return ("－", "－", "－", "尚無官方資料" if count.people else "－")
    official = known(count, digest)
    return (
        f"{count.official:,}" if official else "－",
        f"{count.waiting:,}",
        f"{count.missing:,}",
        percent(count.permille) if official else "尚無官方資料",
    )


def _day(day: date, today: date) -> str:
    """11/18; 114/12/30 of another year."""
    return f"{day.month}/{day.day}" if day.year == today.year else roc_date(day)


def _aligned(table: Iterable[Sequence[str]]) -> list[str]:
    rows = list(table)
    widths = [max(_width(row[n]) for row in rows) for n in range(len(rows[0]))]
    return [
        "  ".join(
            cell + " " * (width - _width(cell)) if not n else " " * (width - _width(cell)) + cell
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    """A Chinese character takes two."""
    return sum(1 if ord(character) < 0x1100 else 2 for character in text)
