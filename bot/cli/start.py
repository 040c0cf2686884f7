"""`init`, `run` and `demo`: how an agency begins."""

from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated

import typer

from bot.cli.common import Config, RefusedError, finished, opened, say, settings_for, write_private
from bot.settings import load_settings, render
from storage.migrate import migrate
from storage.writable import prove_writable

FILE_NAME = "talentbot.toml"


def register(app: typer.Typer) -> None:
    app.command("init")(init)
    app.command("run")(run)
    app.command("demo")(demo)


def init(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="放設定檔與資料庫的資料夾。")] = Path(),
    agency: Annotated[str, typer.Option(help="機關全銜，直接寫進設定檔。")] = "",
) -> None:
    """建立含說明的 talentbot.toml 與空的資料庫。"""
    config = folder / FILE_NAME
    if config.exists():
        raise RefusedError(f"{config} 已經存在，未更動；如要建立或更新資料庫，請執行 talentbot migrate")
    folder.mkdir(parents=True, exist_ok=True)
    filled = {"agency": agency, "telegram.secret_token": token_urlsafe(32)}
    write_private(config, render(filled).encode())
    settings = load_settings(config)
    finished(lambda: migrate(settings.database_url))
    say(f"已建立 {config} 與資料庫。")
    say("接著請填寫設定檔中的 agency、[notice] 以及 [line] 或 [telegram]，再執行 talentbot doctor。")


def run(context: typer.Context, config: Config = None) -> None:
    """啟動服務：接收訊息、回覆、排程與網頁。"""
    settings = settings_for(context, config)
    if not (settings.line.enabled or settings.telegram.enabled):
        raise RefusedError(
            "尚未設定任何平臺：請填 line.channel_secret 與 line.channel_access_token，或 telegram.token"
        )
    finished(lambda: _ready(context, config))
    from bot.serving import serve  # noqa: PLC0415 - the web server is not loaded for every other command

    serve(settings)


async def _ready(context: typer.Context, config: Path | None) -> None:
    """Raises unless the database is there, of this version, and can be written."""
    async with opened(settings_for(context, config)) as database:
        await prove_writable(database)


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="網頁的連接埠；0 由系統挑選。")] = 8080,
    people: Annotated[int, typer.Option(min=1, max=2000, help="示範機關的人數。")] = 120,
) -> None:
    """啟動示範機關，不需帳號、token 或公開網址。"""
    from bot.demo import serve  # noqa: PLC0415 - the simulators are not loaded for every other command

    serve(port, people)
