"""`roster`: who works here, and the codes that let them in."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.common import Config, RefusedError, finished, opened, say, settings_for, write_private
from bot.codes import Bots, CodeRow, render_cards, render_csv
from bot.roster import Roster, read_roster
from bot.roster.headings import parse_map
from bot.settings import Settings
from storage.clock import SystemClock
from storage.people import IssuedCode, RosterResult, RosterRow, import_roster, issue_codes

app = typer.Typer(help="匯入名冊與製作啟用碼。", no_args_is_help=True, rich_markup_mode=None)

_MOST_SHOWN = 50


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="名冊 .csv（UTF-8 或 Big5）。")],
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="標題對應，例如 員工編號=人員代碼；可重複。")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只檢查，不匯入。")] = False,
    config: Config = None,
) -> None:
    """匯入名冊；有任何一列錯誤就全部不匯入。"""
    try:
        headings = parse_map(mapping or [])
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--map") from None
    settings = settings_for(context, config)
    found = read_roster(file.read_bytes(), headings)
    _refuse_problems(found)
    for note in found.notes:
        say(f"注意：{note}")
    if dry_run:
        say(f"檢查完成：{len(found.rows)} 人，編碼 {found.encoding}，沒有錯誤；未匯入。")
        return
    result = finished(lambda: _store(settings, found))
    say(
        f"已匯入 {len(found.rows)} 人（{found.encoding}）："
        f"新增 {result.added}、更新 {result.changed}、未變動 {result.unchanged}。"
    )
    if result.review:
        say(f"單位異動 {result.review} 人，類別改為「待複核」，請新單位主管或人事依實際工作確認。")


def _refuse_problems(found: Roster) -> None:
    if not found.problems:
        return
    for problem in found.problems[:_MOST_SHOWN]:
        say(str(problem))
    if len(found.problems) > _MOST_SHOWN:
        say(f"……其餘 {len(found.problems) - _MOST_SHOWN} 處未列出")
    raise RefusedError(f"名冊有 {len(found.problems)} 處錯誤，未匯入任何資料；請修正上列各列後再匯入")


async def _store(settings: Settings, found: Roster) -> RosterResult:
    rows = [
        RosterRow(
            employee_no=row.employee_no,
            name=row.name,
            unit=row.unit,
            title=row.title,
            email=row.email,
            access=row.access,
            category=row.category,
            joined_on=row.joined_on,
            left_on=row.left_on,
            exempt_from=row.exempt_from,
            exempt_until=row.exempt_until,
            counted=row.counted,
        )
        for row in found.rows
    ]
    at = SystemClock().now()
    async with opened(settings) as database:
        return await database.write(lambda conn: import_roster(conn, rows, at, given=found.given))


@app.command()
def codes(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help=".csv 或可列印的 .html。")],
    unit: Annotated[str | None, typer.Option("--unit", help="只發給這個單位及其下級單位。")] = None,
    config: Config = None,
) -> None:
    """核發一次性啟用碼，寫成 .csv 或可列印的 .html；舊碼隨即失效。"""
    kind = out.suffix.lower()
    if kind not in {".csv", ".html"}:
        raise RefusedError(f"{out.name} 的類型不支援；請用 .csv 或 .html 結尾")
    settings = settings_for(context, config)
    if not out.parent.is_dir():
        raise RefusedError(f"找不到資料夾 {out.parent}；請先建立")
    if out.exists():  # before the old codes lose their force
        raise RefusedError(f"{out} 已經存在；請換一個檔名，或先移走該檔")
    issued = finished(lambda: _issue(settings, unit))
    if not issued:
        raise RefusedError(
            f"「{unit}」沒有在職人員；單位名稱須與名冊相同" if unit else "名冊是空的；請先匯入名冊"
        )
    rows = [_row(code, settings.zone) for code in issued]
    bots = _bots(settings)
    if kind == ".csv":
        content = render_csv(rows, bots)
    else:
        content = render_cards(rows, bots, settings.agency, settings.notice.office).encode()
    write_private(out, content)
    say(f"已核發 {len(rows)} 組啟用碼，寫入 {out}；期限 {rows[0].valid_until}。發放後請刪除該檔。")
    if bots == Bots():
        say("注意：未填 line.basic_id 或 telegram.username，因此沒有連結與 QR Code。")


def _bots(settings: Settings) -> Bots:
    """Links only to platforms that are on and whose name is known."""
    bots = Bots(settings.line.basic_id, settings.telegram.username)
    if not settings.line.enabled:
        bots = replace(bots, line_basic_id="")
    return bots if settings.telegram.enabled else replace(bots, telegram_username="")


def _row(code: IssuedCode, zone: ZoneInfo) -> CodeRow:
    return CodeRow(code.employee_no, code.name, code.unit, code.code, code.expires_at.astimezone(zone))


async def _issue(settings: Settings, unit: str | None) -> list[IssuedCode]:
    at = SystemClock().now()
    async with opened(settings) as database:
        return await database.write(lambda conn: issue_codes(conn, at, unit=unit))
