"""What `doctor` looks at in the database and around its file."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alone import runs
from bot.cli.checks import Finding, Status
from bot.cli.common import sqlite_file
from bot.cli.sentences import sentence_of
from bot.settings import Settings
from storage import officers, restored
from storage.backup import BACKED_UP
from storage.clock import SystemClock
from storage.database import Database
from storage.errors import NewerSchema, StorageError
from storage.inbox import oldest_waiting
from storage.migrate import current, head, known
from storage.schema import account, dispatch, inbox, person
from storage.settings import instant
from storage.writable import prove_writable

ROOM: Final = 512 * 1024**2  # bytes that should be free, beside a copy of the database
LOW: Final = 64 * 1024**2  # bytes below which the next day may not end well
BACKUP: Final = timedelta(days=7)
RECENT: Final = timedelta(days=7)
WAITS: Final = timedelta(minutes=5)
_NAME: Final = "資料庫"
_NETWORK: Final = ("nfs", "cifs", "smb", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs")


async def check_database(settings: Settings) -> list[Finding]:
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        advice = "請執行 talentbot init（第一次使用）或 talentbot migrate"
        return [Finding(_NAME, Status.FAIL, f"找不到 {file}", advice)]
    beside = list(_around(file, settings)) if file is not None else []
    try:
        database = await Database.open(settings.database_url)
    except (StorageError, ValueError) as error:
        return [*beside, _fails(_NAME, error, "請檢查 database_url 與檔案權限")]
    try:
        here = await current(database)
        if here != head():
            return [*beside, _version(here)]
        return [*beside, _library(database), *await _inside(database), *await _work(database, settings)]
    except StorageError as error:
        return [*beside, _fails(_NAME, error, "請檢查資料庫，必要時由備份還原")]
    finally:
        await database.close()


def _fails(name: str, error: Exception, advice: str) -> Finding:
    words, _, known = (sentence_of(error) or str(error)).partition("；")
    return Finding(name, Status.FAIL, words, known or advice)


def _version(here: str | None) -> Finding:
    if here is None:
        return Finding(_NAME, Status.FAIL, "尚未建立", "請執行 talentbot migrate")
    if here not in known():
        return Finding(_NAME, Status.FAIL, NewerSchema.sentence, "請改用該版本，或還原較早的備份")
    return Finding(_NAME, Status.FAIL, "版本不符", "請停止服務，再執行 talentbot migrate（會先備份）")


def _library(database: Database) -> Finding:
    if database.single_connection:
        found = f"SQLite {database.sqlite_version} 較舊，改以單一連線執行"
        advice = "可用，但查詢會排隊；升級到 3.51.3 以上即可多線讀取"
        return Finding(_NAME, Status.WARN, found, advice)
    version = f"SQLite {database.sqlite_version}" if database.sqlite_version else "PostgreSQL"
    return Finding(_NAME, Status.OK, f"{version}，結構為最新版本")


def _around(file: Path, settings: Settings) -> Iterator[Finding]:
    """The SQLite file, its folder and its disk."""
    files = [
        one for one in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))) if one.exists()
    ]
    open_to_others = [
        one for one in files if stat.S_IMODE(one.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    name = "資料庫檔案"
    if any(one.stat().st_uid != os.geteuid() for one in files):
        advice = "請改以執行服務的帳號執行 doctor；若服務也無法寫入，請以 chown 更正擁有者"
        yield Finding(name, Status.WARN, f"{file} 屬於其他帳號", advice)
    elif open_to_others:
        listed = " ".join(str(one) for one in open_to_others)
        yield Finding(name, Status.WARN, "其他帳號也能讀取", f"請執行 chmod 600 {listed}")
    else:
        yield Finding(name, Status.OK, f"{file}，只有擁有者能讀取")
    if (kind := _filesystem(file)).startswith(_NETWORK):
        advice = "請把資料庫移到本機磁碟並更改 database_url；網路磁碟上的 SQLite 可能損壞"
        yield Finding("磁碟", Status.FAIL, f"資料庫在網路磁碟（{kind}）", advice)
    yield _room(file)
    try:
        found = "執行中；這個資料庫只由它使用" if runs(settings.database_url) else "沒有執行中的服務"
        yield Finding("服務", Status.OK, found)
    except OSError as error:
        advice = "請以執行服務的帳號執行，並確認資料夾可寫入"
        yield Finding("服務", Status.WARN, f"無法確認是否執行中（{error.strerror}）", advice)


def _room(file: Path) -> Finding:
    free, size = shutil.disk_usage(file.parent).free, file.stat().st_size
    found = f"剩餘 {_size(free)}，資料庫 {_size(size)}"
    if free < LOW:
        return Finding("磁碟", Status.FAIL, found, "即將無法收訊；請立即清出空間，或移到較大的磁碟")
    if free < size + ROOM:
        return Finding("磁碟", Status.WARN, found, "不足以備份與更新；請清出空間，或移到較大的磁碟")
    return Finding("磁碟", Status.OK, found)


def _size(count: float) -> str:
    mib = count / 1024**2
    return f"{mib / 1024:.1f} GiB" if mib >= 1024 else f"{mib:.1f} MiB"


def _filesystem(file: Path) -> str:
    """The kind of file system it is on; empty where the system does not say."""
    try:
        mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    except OSError:
        return ""
    where = file.resolve()
    under = [(len(parts[1]), parts[2]) for parts in mounts if where.is_relative_to(parts[1])]
    return max(under, default=(0, ""))[1]


async def _inside(database: Database) -> list[Finding]:
    """Whether it can be written, and is sound."""
    found = []
    try:
        await prove_writable(database)
    except StorageError as error:
        found.append(_fails("寫入", error, "請檢查擁有者、權限與磁碟空間"))
    else:
        found.append(Finding("寫入", Status.OK, "可以寫入"))
    if not database.single_program:
        return found
    journal, synchronous, verdict = await database.read(_pragmas)
    if journal.lower() == ("delete" if database.single_connection else "wal") and synchronous >= 2:
        found.append(Finding("耐久", Status.OK, f"journal_mode={journal}，synchronous=FULL"))
    else:
        words = f"journal_mode={journal}，synchronous={synchronous}"
        found.append(Finding("耐久", Status.FAIL, words, "請回報；斷電時可能遺失已收下的訊息"))
    if verdict == "ok":
        found.append(Finding("完整性", Status.OK, "快速檢查無誤"))
    else:
        advice = "請停止服務，另存資料庫檔案後以 talentbot restore 還原最近的備份"
        found.append(Finding("完整性", Status.FAIL, "資料庫檔案已損壞", advice))
    return found


async def _pragmas(conn: AsyncConnection) -> tuple[str, int, str]:
    return (
        str(await conn.scalar(text("PRAGMA journal_mode"))),
        int(await conn.scalar(text("PRAGMA synchronous")) or 0),
        str(await conn.scalar(text("PRAGMA quick_check(1)"))),
    )


async def _work(database: Database, settings: Settings) -> list[Finding]:
    """What waits for the operator."""
    clock = SystemClock()
    real, today = clock.real(), clock.now().astimezone(settings.zone).date()
    since = await database.read(restored.taken_at)
    failed = await database.read(lambda conn: _count(conn, inbox.c.seq, inbox.c.state == "failed"))
    waits = await database.read(oldest_waiting)
    recently = dispatch.c.settled_at > real - RECENT
    undecided = dispatch.c.state == "undecided"
    unsure = await database.read(lambda conn: _count(conn, dispatch.c.id, undecided, recently))
    serving = officers.serving(today), account.c.person_id == person.c.id
    hr = await database.read(lambda conn: _count(conn, person.c.id.distinct(), *serving))
    found = [_copied(database, await database.read(lambda conn: instant(conn, BACKED_UP)), real)]
    if since is not None:
        words = "由備份還原，尚未啟動；啟動時，備份之後可能已送出的不會再送"
        found.append(Finding("還原", Status.WARN, words, "請啟動服務，再以 talentbot outbox 查看"))
    if failed:
        advice = "請以 talentbot inbox 逐一查看，排除原因後執行 talentbot inbox retry"
        found.append(Finding("來訊", Status.WARN, f"{failed} 則處理失敗", advice))
    elif waits is not None and real - waits > WAITS:
        minutes = int((real - waits).total_seconds() // 60)
        found.append(
            Finding("來訊", Status.WARN, f"最久的一則已等候 {minutes} 分鐘", "請確認服務執行中，並查看紀錄")
        )
    else:
        found.append(Finding("來訊", Status.OK, "沒有處理失敗的來訊"))
    if unsure:
        advice = "請以 talentbot outbox 查看對象，由人事以其他方式確認"
        found.append(Finding("送出", Status.WARN, f"七天內有 {unsure} 次送出不確定是否送達", advice))
    else:
        found.append(Finding("送出", Status.OK, "七天內沒有不確定是否送達的訊息"))
    if hr:
        found.append(Finding("人事", Status.OK, f"{hr} 人已啟用"))
    else:
        advice = "請在名冊設定系統權限「人事」並核發啟用碼；提問、週報與正式發送都需要人事"
        found.append(Finding("人事", Status.WARN, "還沒有人事人員啟用", advice))
    return found


def _copied(database: Database, at: datetime | None, real: datetime) -> Finding:
    if not database.single_program:
        advice = "請確認每日以 pg_dump 備份，並定期演練還原"
        return Finding("備份", Status.WARN, "PostgreSQL 的備份不由本程式製作，無法查詢", advice)
    advice = "請排定每日執行 talentbot backup，並定期演練還原"
    if at is None:
        return Finding("備份", Status.WARN, "還沒有以 talentbot backup 備份過", advice)
    days = (real - at).days
    if real - at > BACKUP:
        return Finding("備份", Status.WARN, f"上次備份在 {days} 天前", advice)
    return Finding("備份", Status.OK, f"上次備份在 {days} 天前" if days else "一天內備份過")


async def _count(conn: AsyncConnection, what: Any, *where: Any) -> int:
    return int(await conn.scalar(select(func.count(what)).where(*where)) or 0)
