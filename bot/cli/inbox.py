"""`inbox`: what came in and failed."""

from typing import Annotated

import typer

from bot.cli.common import Config, finished, opened, say, settings_for
from bot.settings import Settings
from guideline.ways import WAYS
from storage.inbox import Failed, failed, revive

app = typer.Typer(help="處理失敗的來訊。", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def listing(context: typer.Context, config: Config = None) -> None:
    """列出處理失敗的來訊：序號、時間、平臺與原因。"""
    if context.invoked_subcommand is not None:
        context.find_root().obj = config or context.find_root().obj
        return
    settings = settings_for(context, config)
    found = finished(lambda: _failed(settings))
    for one in found:
        say(_line(one, settings))
    if not found:
        say("沒有處理失敗的來訊。")
        return
    say(f"處理失敗：{len(found)} 則。排除原因後請執行 talentbot inbox retry，由執行中的服務再處理。")


def _line(one: Failed, settings: Settings) -> str:
    at = one.received_at.astimezone(settings.zone)
    return f"{one.seq}　{at.year - 1911}/{at:%m/%d %H:%M}　{WAYS[one.platform]}　{one.error}"


async def _failed(settings: Settings) -> list[Failed]:
    async with opened(settings) as database:
        return await database.read(failed)


@app.command()
def retry(
    context: typer.Context,
    numbers: Annotated[
        list[int] | None, typer.Argument(help="來訊序號（見 talentbot inbox）；不填即全部。")
    ] = None,
    config: Config = None,
) -> None:
    """讓處理失敗的來訊重新排隊，由執行中的服務再處理一次。"""
    settings = settings_for(context, config)
    again = finished(lambda: _revive(settings, numbers))
    say(f"{again} 則來訊重新排隊。" if again else "沒有符合的失敗來訊。")


async def _revive(settings: Settings, numbers: list[int] | None) -> int:
    async with opened(settings) as database:
        return await database.write(lambda conn: revive(conn, numbers or None))
