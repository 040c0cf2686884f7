"""What `doctor` looks at. Each check answers with what it found and, where something is amiss, what to do."""

import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from pathlib import Path

import aiohttp

from bot.cli.sentences import sentence_of
from bot.settings import Settings
from guideline.editions import load_editions
from guideline.loading import EditionError, provisional
from storage.database import Database
from storage.errors import StorageError
from storage.migrate import current, head
from storage.writable import prove_writable

SKEW = 30.0  # seconds: reply tokens live for one minute


class Status(StrEnum):
    OK = "正常"
    WARN = "留意"
    FAIL = "錯誤"


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` is empty when all is well."""

    name: str
    status: Status
    found: str
    advice: str = ""


def check_settings(settings: Settings) -> list[Finding]:
    on = [
        name
        for name, enabled in (("LINE", settings.line.enabled), ("Telegram", settings.telegram.enabled))
        if enabled
    ]
    found = []
    if on:
        found.append(Finding("平臺", Status.OK, "已啟用 " + "、".join(on)))
    else:
        advice = "請填 line.channel_secret 與 line.channel_access_token，或 telegram.token"
        found.append(Finding("平臺", Status.FAIL, "尚未設定任何平臺", advice))
    if settings.line.enabled and not settings.public_url:
        found.append(
            Finding("公開網址", Status.WARN, "未填 public_url", "LINE 只能送到 https 網址；請填 public_url")
        )
    return found


def check_file(config: Path) -> list[Finding]:
    """The file with the secrets is its owner's alone."""
    if not config.exists():
        return []
    mode = stat.S_IMODE(config.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return [
            Finding("設定檔權限", Status.WARN, f"{config} 其他帳號也能讀取", f"請執行 chmod 600 {config}")
        ]
    return [Finding("設定檔權限", Status.OK, "只有擁有者能讀取")]


def check_notice(settings: Settings) -> list[Finding]:
    """個資法第8條: the notice must name the agency, its contact, the period and the region."""
    named = {
        "agency": settings.agency,
        "notice.contact": settings.notice.contact,
        "notice.retention": settings.notice.retention,
        "notice.region": settings.notice.region,
    }
    empty = [key for key, value in named.items() if not value]
    if empty:
        return [Finding("個資告知", Status.WARN, "未填 " + "、".join(empty), "上線前請填妥（個資法第 8 條）")]
    return [Finding("個資告知", Status.OK, "告知事項所需的欄位均已填寫")]


def check_edition(settings: Settings) -> list[Finding]:
    try:
        edition = load_editions(settings.edition, settings.edition_overlay).in_force
    except EditionError as error:
        return [Finding("指引", Status.FAIL, str(error), "請修正該檔後執行 talentbot guideline check")]
    pending = len(provisional(edition))
    return [Finding("指引", Status.OK, f"{edition.id} 版；{pending} 項指引未載明、暫列供參")]


async def check_database(settings: Settings) -> list[Finding]:
    try:
        database = await Database.open(settings.database_url)
    except StorageError as error:
        return [_database_fails(error)]
    except ValueError as error:
        return [Finding("資料庫", Status.FAIL, str(error), "請檢查 database_url")]
    try:
        here = await current(database)
        if here != head():
            found = "尚未建立" if here is None else "版本不符"
            return [Finding("資料庫", Status.FAIL, found, "請執行 talentbot migrate")]
        await prove_writable(database)
        if database.single_connection:
            return [
                Finding(
                    "資料庫",
                    Status.WARN,
                    f"SQLite {database.sqlite_version} 較舊，改以單一連線執行",
                    "可用，但查詢會排隊；升級到 3.51.3 以上即可多線讀取",
                )
            ]
        version = f"SQLite {database.sqlite_version}" if database.sqlite_version else "PostgreSQL"
        return [Finding("資料庫", Status.OK, f"{version}，結構為最新版本")]
    except StorageError as error:
        return [_database_fails(error)]
    finally:
        await database.close()


def _database_fails(error: StorageError) -> Finding:
    found, _, advice = (sentence_of(error) or str(error)).partition("；")
    return Finding("資料庫", Status.FAIL, found, advice)


async def check_clock(session: aiohttp.ClientSession, settings: Settings) -> list[Finding]:
    """Against the Date of a platform's answer; silent when none can be reached (its own check says so)."""
    base = settings.line.api_base if settings.line.enabled else settings.telegram.api_base
    try:
        async with session.head(base, allow_redirects=False) as response:
            theirs = parsedate_to_datetime(response.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, OSError, KeyError, ValueError):
        return []
    skew = abs((datetime.now(UTC) - theirs.astimezone(UTC)).total_seconds())
    if skew > SKEW:
        return [
            Finding("時鐘", Status.FAIL, f"與平臺相差 {skew:.0f} 秒", "請啟用系統校時（systemd-timesyncd）")
        ]
    return [Finding("時鐘", Status.OK, "與平臺一致")]
