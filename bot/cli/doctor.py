"""`doctor`: is everything right, and what to do about what is not."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from bot.cli import checks
from bot.cli.checks import Finding, Status
from bot.cli.common import Config, RefusedError, console, finished, settings_for
from bot.cli.database_checks import check_database
from bot.cli.mail_check import check_mail
from bot.cli.platform_checks import check_line, check_telegram
from bot.cli.start import FILE_NAME
from bot.platforms.session import open_session
from bot.settings import Settings

_COLOURS = {Status.OK: "green", Status.WARN: "yellow", Status.FAIL: "red"}


def register(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(
    context: typer.Context,
    fix: Annotated[bool, typer.Option("--fix", help="設定 webhook、圖文選單與指令選單。")] = False,
    config: Config = None,
) -> None:
    """檢查設定、資料庫、時鐘、指引、兩個平臺與寄信主機，並說明如何修正。"""
    settings = settings_for(context, config)
    root = context.find_root().obj
    file = config or (root if isinstance(root, Path) else Path(FILE_NAME))
    found = finished(lambda: _examine(settings, file, fix))
    out = console()
    for one in found:
        colour = _COLOURS[one.status]
        out.print(f"[{colour}]{one.status}[/{colour}]　{escape(one.name)}：{escape(one.found)}")
        if one.advice:
            out.print(f"　　　→ {escape(one.advice)}")
    warned, failed = (sum(one.status is kind for one in found) for kind in (Status.WARN, Status.FAIL))
    out.print(f"\n正常 {len(found) - warned - failed} 項，留意 {warned} 項，錯誤 {failed} 項。")
    if failed:
        raise RefusedError(f"有 {failed} 項需要處理，請依上列說明修正後再執行 talentbot doctor")
    out.print("可以啟動：talentbot run")


async def _examine(settings: Settings, file: Path, fix: bool) -> list[Finding]:
    found = [
        *checks.check_settings(settings),
        *checks.check_file(file),
        *checks.check_notice(settings),
        checks.check_zone(settings),
        *checks.check_alerts(settings),
        *checks.check_edition(settings),
        *await check_database(settings),
    ]
    if settings.line.enabled or settings.telegram.enabled:
        async with open_session() as session:
            found += await checks.check_clock(session, settings)
            found += await checks.check_public(session, settings)
            found += await check_line(settings, fix)
            found += await check_telegram(session, settings, fix)
    return found + await check_mail(settings)
