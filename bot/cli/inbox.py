"""`inbox`: what came in and failed."""

from typing import Annotated

import typer

from bot.cli.common import Config, finished, opened, say, settings_for
from bot.settings import Settings
from storage.inbox import revive

app = typer.Typer(help="處理失敗的來訊。", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def retry(
    context: typer.Context,
    numbers: Annotated[list[int] | None, typer.Argument(help="來訊序號（見執行紀錄）；不填即全部。")] = None,
    config: Config = None,
) -> None:
    """讓處理失敗的來訊重新排隊，由執行中的服務再處理一次。"""
    settings = settings_for(context, config)
    again = finished(lambda: _revive(settings, numbers))
    say(f"{again} 則來訊重新排隊。" if again else "沒有符合的失敗來訊。")


async def _revive(settings: Settings, numbers: list[int] | None) -> int:
    async with opened(settings) as database:
        return await database.write(lambda conn: revive(conn, numbers or None))
