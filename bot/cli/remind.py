"""`remind`: who would be reminded, of what, by which way and at what cost. Sends nothing."""

import csv
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import typer
from rich.table import Table

from bot.cli.common import Config, RefusedError, console, finished, opened, private, say, settings_for
from bot.codes.sheet import safe
from bot.desk import desk_for
from bot.foresight import next_day
from bot.settings import Settings
from bot.ways import ways_of
from guideline.edition import Edition
from guideline.foresight import Foreseen
from guideline.records import Reminding
from guideline.reminding import Due
from guideline.words import roc_date, short_date
from handlers import reminder, reminding_card, reminding_list, wave_report
from handlers.closing_days import read_day
from handlers.desk import Desk
from handlers.message import plain
from reminders.foreseen import Counted, Plan, foreseen
from storage import reminding
from storage.clock import SystemClock
from storage.database import Database
from storage.reckoning import Reckoner

_HEADINGS: Final = ("員工編號", "姓名", "單位", "尚缺", "方式或原因", "內容", "LINE 則數")
_TEXTS: Final = 12  # of which the words are printed
_TABLE: Final = 1000  # people, at most, in a table that is laid out as a whole


@dataclass(frozen=True, slots=True)
class Seen:
    """A preview: `coming` is the next day on which people are written to, `plan` that of the day asked for
    (None: nobody is written to on it), and what it comes to is `counted`. `current`: every standing is
    reckoned by today's rules."""

    now: Reminding
    coming: date | None
    plan: Plan | None
    counted: Counted | None
    desk: Desk
    current: bool


def register(app: typer.Typer) -> None:
    app.command("remind")(remind)


def remind(
    context: typer.Context,
    preview: Annotated[bool, typer.Option("--preview", help="只試算，不發送、不變更任何資料。")] = False,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="日期，例如 115/12/2；預設為下一次。")] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="另存名單（.csv）。")] = None,
    config: Config = None,
) -> None:
    """試算提醒：通知誰、什麼內容、以何種方式、費用多少，以及聯絡不到誰。"""
    if not preview:
        raise typer.BadParameter("請加上 --preview；這個指令只試算，提醒由服務在排定的日子發送")
    settings = settings_for(context, config)
    today = SystemClock().now().astimezone(settings.zone).date()
    day, rest = read_day(on, today) if on else (None, "")
    if on and (day is None or rest):
        raise typer.BadParameter(f"看不懂日期 {on}；請輸入例如 115/12/2")
    if out is not None and out.suffix.lower() != ".csv":
        raise RefusedError(f"{out} 不是 .csv；名單只能存成 .csv")
    finished(lambda: _shown(settings, today, day, out))


async def _shown(settings: Settings, today: date, day: date | None, out: Path | None) -> None:
    """All of it, on the terminal and into the file. People are passed through, and never held together."""
    async with opened(settings) as database:
        seen = await previewed(database, settings, today, day)
        for line in summary(seen, day):
            say(line)
        if seen.plan is None or seen.counted is None:
            return
        rules = seen.desk.editions.of(seen.plan.occasion.day.year) or seen.desk.edition
        with private(out) if out is not None else nullcontext() as file:
            await _people(seen.plan, seen.counted, rules, file)
        for line in texts(seen.plan, seen.counted, seen.desk):
            say(line)
        if out is not None:
            say(f"名單已存成 {out}；內含個人資料，用畢請刪除。")


async def previewed(database: Database, settings: Settings, today: date, day: date | None) -> Seen:
    """As things are now; nothing is written."""
    desk, zone, ways = desk_for(settings), settings.zone, ways_of(settings)
    coming = await next_day(database, desk, today, ways, zone)
    asked = day or (coming[0] if coming is not None else None)
    plan = None
    if asked is not None:
        plan = await foreseen(database, desk, asked, ways, zone, settings.line.monthly_budget)
    return Seen(
        now=await database.read(lambda conn: reminding.stands(conn, today)),
        coming=coming[0] if coming is not None else None,
        plan=plan,
        counted=await plan.counted() if plan is not None else None,
        desk=coming[1] if coming is not None else desk,
        current=await Reckoner(database, desk.editions).current((asked or today).year),
    )


def summary(seen: Seen, day: date | None) -> Iterator[str]:
    """The state, the day, how many by which way, the cost, and who is not reached."""
    yield f"狀態：{reminding_card.state(seen.now)}"
    if seen.plan is None or seen.counted is None:
        after = f"下一次是 {_named(seen.coming)}" if seen.coming is not None else "今年沒有排定的提醒了"
        yield f"{_named(day)}沒有排定的提醒；{after}。" if day is not None else f"{after}。"
        return
    occasion = seen.plan.occasion
    yield f"提醒日：{_named(occasion.day)}　{wave_report.TONES[occasion.tone]}"
    if not seen.current:
        yield "注意：時數尚未全部計算，以下人數不完整；服務啟動後一分鐘內會算好，請屆時再預覽。"
    for row in wave_report.counts(seen.counted.seen):
        yield f"{row.label}：{row.value}"
    if seen.counted.silent:
        yield f"有時數未完成但不提醒：{seen.counted.silent:,} 人（原因見名單）"


async def rows(plan: Plan, counted: Counted, rules: Edition) -> AsyncIterator[tuple[str, ...]]:
    """One person a row, under `_HEADINGS`."""
    number = {due: str(place) for place, (due, _) in enumerate(counted.seen.texts, start=1)}
    async for one in plan.people():
        who = one.facts.person
        yield (
            *(
                who.employee_no,
                who.name,
                who.unit,
                reminding_list.lacking(one, rules),
                reminding_list.fate(one),
            ),
            *(number.get(one.said, "") if isinstance(one.said, Due) else "", _cost(one)),
        )


def texts(plan: Plan, counted: Counted, desk: Desk) -> Iterator[str]:
    """The words, the commonest first, numbered as the rows name them."""
    for place, (due, people) in enumerate(counted.seen.texts[:_TEXTS], start=1):
        yield f"\n內容 {place}（{people:,} 人）"
        said = plain(reminder.message(due, desk, plan.occasion.day, plan.official_on))
        yield "\n".join(f"　{line}" for line in said.split("\n"))
    if len(counted.seen.texts) > _TEXTS:
        yield f"\n另有 {len(counted.seen.texts) - _TEXTS} 種較少見的內容。"


async def _people(plan: Plan, counted: Counted, rules: Edition, file: BinaryIO | None) -> None:
    """A table on a terminal where they are few, else plain lines; and a .csv that opens right in Excel and
    carries no formula."""
    shown, sheet = console(), None
    table = None
    if file is not None:
        sheet = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        csv.writer(sheet, lineterminator="\r\n").writerow(_HEADINGS)
    if shown.is_terminal and counted.people <= _TABLE:
        table = Table(*_HEADINGS, title="名單", title_justify="left")
    elif counted.people:
        say("　".join(_HEADINGS))
    async for row in rows(plan, counted, rules):
        if sheet is not None:
            csv.writer(sheet, lineterminator="\r\n").writerow([safe(cell) for cell in row])
        if table is not None:
            table.add_row(*map(_escaped, row))
        else:
            say("　".join(cell or "－" for cell in row))
    if sheet is not None:
        sheet.flush()
        sheet.detach()
    if table is not None and table.row_count:
        shown.print(table)


def _escaped(cell: str) -> str:
    return cell.replace("[", r"\[")


def _named(day: date | None) -> str:
    """115/12/2（三）."""
    return f"{roc_date(day)}{short_date(day)[-3:]}" if day is not None else ""


def _cost(one: Foreseen) -> str:
    return "1" if one.way == "line" else "0"
