"""`migrate`, `backup` and `restore`: looking after the database."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.alone import AlreadyRunningError, alone
from bot.cli.common import Config, RefusedError, existing, finished, say, settings_for, sqlite_file
from bot.cli.sentences import sentence_of
from bot.settings import Settings
from storage import backup as copies
from storage.clock import SystemClock
from storage.database import Database
from storage.errors import BackupRefused, Damaged, NewerSchema, StorageError
from storage.migrate import current, head, known, migrate
from storage.restored import mark
from storage.types import EPOCH

_MOMENT = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
_NOT_SENT = (
    "備份之後的對話與變更不在其中。備份時還沒送出的訊息與提醒可能已經送出，服務啟動後不會自行再送，"
    "請以 talentbot outbox 查看。"
)


def register(app: typer.Typer) -> None:
    app.command("migrate")(migrate_)
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("restored")(restored)


def migrate_(
    context: typer.Context,
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="不先備份：PostgreSQL 已自行以 pg_dump 備份時使用。")
    ] = False,
    config: Config = None,
) -> None:
    """先備份，再將資料庫更新到這個版本。"""
    settings = settings_for(context, config)
    finished(lambda: _migrate(settings, no_backup))


async def _migrate(settings: Settings, no_backup: bool) -> None:
    database = await Database.open(settings.database_url)
    try:
        here = await current(database)
        if here == head():
            say("資料庫已是最新版本，沒有變更。")
            return
        if here is not None and here not in known():
            raise NewerSchema(f"revision {here}")
        kept = None if here is None or no_backup else await _copied(database, here, settings)
        try:
            await migrate(database)
        except Exception as error:
            raise RefusedError(_unmigrated(error, kept)) from error
    finally:
        await database.close()
    say("資料庫已更新到這個版本。")


async def _copied(database: Database, revision: str, settings: Settings) -> Path:
    """A copy of a database that is about to be changed, and where it is."""
    if database.file is None:
        raise RefusedError(
            "沒有更新，資料庫維持原狀：PostgreSQL 的備份須自行製作；"
            "請先以 pg_dump 備份並確認可還原，再執行 talentbot migrate --no-backup"
        )
    kept = _beside(database.file, revision, SystemClock().now().astimezone(settings.zone))
    try:
        await copies.backup(database, kept)
    except StorageError as error:
        raise RefusedError(
            f"沒有更新，資料庫維持原狀：更新前的備份沒有完成（{sentence_of(error)}）；"
            f"請排除後再試，或另行備份後以 --no-backup 更新"
        ) from error
    say(f"已備份到 {kept}，並檢查無誤。")
    return kept


def _unmigrated(error: Exception, kept: Path | None) -> str:
    why = sentence_of(error) or f"程式的錯誤 {type(error).__name__}，請回報"
    copy = f"更新前的備份在 {kept}；" if kept else ""
    return (
        f"更新沒有完成，資料庫維持原狀，舊版本仍可使用（{why}）；{copy}排除後請再執行一次 talentbot migrate"
    )


def _beside(file: Path, revision: str, now: datetime) -> Path:
    return file.with_name(f"{file.stem}-{revision}-{now:%Y%m%d-%H%M%S}.bak")


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="備份檔的路徑。")],
    config: Config = None,
) -> None:
    """在服務執行中也能做的完整備份。"""
    settings = settings_for(context, config)
    _refuse_postgres(settings)
    if file.exists():
        raise RefusedError(f"{file} 已經存在；請換一個檔名，或先移走該檔")
    if not file.parent.is_dir():
        raise RefusedError(f"找不到資料夾 {file.parent}；請先建立")
    finished(lambda: _backup(settings, file))
    say(f"已備份到 {file}。備份含個人資料，請妥善保管。")


async def _backup(settings: Settings, file: Path) -> None:
    async with existing(settings) as database:
        try:
            await copies.backup(database, file)
        except BackupRefused as error:
            raise RefusedError(f"無法備份到 {file}：{error.detail}") from None


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="要還原的備份檔。")],
    config: Config = None,
) -> None:
    """以備份取代資料庫；損壞或較新版本的檔案不會還原。"""
    settings = settings_for(context, config)
    _refuse_postgres(settings)
    if not file.is_file():
        raise RefusedError(f"找不到備份檔 {file}")
    try:
        with alone(settings.database_url):
            taken = finished(lambda: _restore(settings, file))
    except AlreadyRunningError:
        raise RefusedError("沒有還原，資料庫維持原狀；請先停止服務再試") from None
    say(f"已由 {file} 還原（{_said(taken, settings)}）。")
    say(_NOT_SENT)
    say("若備份來自較舊版本，請接著執行 talentbot migrate。")


def _said(taken: datetime, settings: Settings) -> str:
    if taken == EPOCH:
        return "備份時間不明"
    at = taken.astimezone(settings.zone)
    return f"備份時間 {at.year - 1911}/{at:%m/%d %H:%M}"


def restored(
    context: typer.Context,
    taken: Annotated[
        datetime,
        typer.Option(help="備份的時間（機關所在時區），例如 2026-11-29T03:00。", formats=_MOMENT),
    ],
    config: Config = None,
) -> None:
    """以 pg_restore 等其他工具還原後執行一次：還原前可能已送出的，不會再送一次。"""
    settings = settings_for(context, config)
    finished(lambda: _restored(settings, taken.replace(tzinfo=settings.zone)))
    say(_NOT_SENT)


async def _restored(settings: Settings, taken: datetime) -> None:
    real = SystemClock().real()
    if taken > real:
        raise RefusedError("--taken 晚於現在；請填備份開始的時間")
    async with existing(settings) as database:
        await database.write(lambda conn: mark(conn, taken, real))


async def _restore(settings: Settings, file: Path) -> datetime:
    try:
        return await copies.restore(file, settings.database_url)
    except BackupRefused as error:
        raise RefusedError(f"沒有還原，資料庫維持原狀；請先停止服務再試（{error.detail}）") from None
    except Damaged:
        raise RefusedError(
            f"沒有還原，資料庫維持原狀：{file} 已損壞，或不是 talentbot 的備份；請改用另一份備份"
        ) from None
    except NewerSchema:
        raise RefusedError(
            f"沒有還原，資料庫維持原狀：{file} 由較新版本的 talentbot 寫入；請改用該版本或較早的備份"
        ) from None


def _refuse_postgres(settings: Settings) -> None:
    if sqlite_file(settings) is None:
        raise RefusedError("PostgreSQL 請使用 pg_dump 備份、pg_restore 還原")
