"""What every command needs: the settings, an open database, and how to speak."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO, TypeVar

import typer
from rich.console import Console

from bot.settings import Settings, load_settings
from storage.database import Database
from storage.errors import Unmigrated
from storage.migrate import current, head

T = TypeVar("T")

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="設定檔；預設為目前資料夾的 talentbot.toml。"),
]


class RefusedError(Exception):
    """The command was refused; the message is one line that says why and what to do."""


def settings_for(context: typer.Context, config: Path | None) -> Settings:
    """`--config` may stand before the command or after it. Raises SettingsError."""
    root = context.find_root().obj
    return load_settings(config or (root if isinstance(root, Path) else None))


def finished(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Runs the asynchronous part of a command to its end."""
    return asyncio.run(work())


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The database of this version. Raises Unmigrated instead of working on an older or an empty one,
    and does not create one by looking at it."""
    async with existing(settings) as database:
        if await current(database) != head():
            raise Unmigrated
        yield database


@asynccontextmanager
async def existing(settings: Settings) -> AsyncIterator[Database]:
    """The database as it is. A SQLite file that is not there is refused: opening would create it."""
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        raise RefusedError(f"找不到資料庫 {file}；第一次使用請執行 talentbot init 或 talentbot migrate")
    database = await Database.open(settings.database_url)
    try:
        yield database
    finally:
        await database.close()


def sqlite_file(settings: Settings) -> Path | None:
    """None on PostgreSQL."""
    _, found, path = settings.database_url.partition("sqlite+aiosqlite:///")
    return Path(path.partition("?")[0]) if found else None


def say(text: str) -> None:
    """A line for the person at the terminal; nothing in it is taken for markup."""
    typer.echo(text)


def console() -> Console:
    return Console(highlight=False, soft_wrap=True)


def write_private(path: Path, content: bytes) -> None:
    """A new file that only its owner may read. Raises RefusedError when it is there already."""
    with private(path) as file:
        file.write(content)


@contextmanager
def private(path: Path) -> Iterator[BinaryIO]:
    """The same, to be written piece by piece."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise RefusedError(f"{path} 已經存在；請換一個檔名，或先移走該檔") from None
    with os.fdopen(handle, "wb") as file:
        yield file
