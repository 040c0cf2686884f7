"""A copy of the running database, and the way back. PostgreSQL has tools of its own for both."""

import asyncio
import os
import tempfile
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from sqlalchemy.engine import make_url

from storage import migrate, settings, sqlite
from storage.database import Database
from storage.errors import BackupRefused, Damaged, Locked, NewerSchema, StorageError, Unavailable
from storage.restored import TAKEN
from storage.types import EPOCH, milliseconds

BACKED_UP: Final = "backup.taken_at"  # the setting that says when the last copy was made
_OURS: Final = {"person", "inbox", "outbox", "setting"}  # tables of every version
_TO_POSTGRES = "on PostgreSQL use pg_dump and pg_restore"


async def backup(database: Database, target: Path, at: datetime | None = None) -> None:
    """Writes a consistent copy to `target`, whole or not at all, while the program runs on. It carries the
    mark of a restored database (`storage.restored`); `at` is real time (None: now).

    Raises `BackupRefused` (PostgreSQL; the target exists) or `Unavailable`.
    """
    source, module = database.file, database.module
    if source is None or module is None:
        raise BackupRefused(_TO_POSTGRES)
    taken = at or datetime.now(UTC)
    await asyncio.to_thread(_copy, module, source, target, taken)
    with suppress(Unavailable):  # the copy is good, whatever is noted of it
        noted = partial(settings.keep_instant, key=BACKED_UP, kept=taken, at=taken, actor="backup")
        await database.write(noted)


async def restore(copy: Path, url: str) -> datetime:
    """Puts a backup in the place of the SQLite file of `url`; the program must not be running. Returns when
    the backup was taken (`types.EPOCH`: an older version made it and did not say).

    Raises `Damaged` when the copy fails its integrity check, `NewerSchema` when a later version wrote
    it, `BackupRefused` (PostgreSQL, no such file, the database is in use). The database is then as it was.
    """
    parsed = make_url(url)
    if not parsed.drivername.startswith("sqlite") or not parsed.database:
        raise BackupRefused(_TO_POSTGRES)
    return await asyncio.to_thread(_restore, sqlite.library(), copy, Path(parsed.database))


def check(module: ModuleType, file: Path) -> None:
    """Raises `Damaged` or `NewerSchema` unless this version can work with the file."""
    with closing(module.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        try:
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        except module.DatabaseError as error:
            raise Damaged(f"{file}: {error}") from error
    if verdict != "ok" or broken is not None or found is None or not tables >= _OURS:
        raise Damaged(str(file))
    if found[0] not in migrate.known():
        raise NewerSchema(f"revision {found[0]}")


def _copy(module: ModuleType, source: Path, target: Path, taken: datetime) -> None:
    if target.exists():
        raise BackupRefused(f"{target} exists")
    part = _beside(target)
    try:
        with (
            closing(module.connect(source, timeout=30)) as reading,
            closing(module.connect(part)) as writing,
        ):
            reading.backup(writing)
            # One file, without a log beside it that a copy could forget.
            writing.execute("PRAGMA journal_mode=DELETE")
            _mark(writing, taken)
        check(module, part)
        _into_place(part, target)
    except module.Error as error:
        raise _meaning(error) from error
    finally:
        part.unlink(missing_ok=True)


def _mark(connection: Any, taken: datetime) -> int:
    """Says when the copy was made, unless it is said already: what was restored and copied again before the
    program ran is as old as it was. Returns the milliseconds that stand there."""
    row = (TAKEN, str(milliseconds(taken)), milliseconds(taken), "backup")
    connection.execute(
        "INSERT OR IGNORE INTO setting (key, value, changed_at, changed_by) VALUES (?, ?, ?, ?)", row
    )
    connection.commit()
    return int(connection.execute("SELECT value FROM setting WHERE key = ?", (TAKEN,)).fetchone()[0])


def _restore(module: ModuleType, copy: Path, target: Path) -> datetime:
    if not copy.is_file():
        raise BackupRefused(f"{copy} is not a file")
    check(module, copy)
    part = _beside(target)
    try:
        with closing(module.connect(copy)) as reading, closing(module.connect(part)) as writing:
            reading.backup(writing)
            writing.execute("PRAGMA journal_mode=DELETE")
            taken = EPOCH + timedelta(milliseconds=_mark(writing, EPOCH))
        check(module, part)
        _close_log(module, target)
        _into_place(part, target)
    except module.Error as error:
        raise _meaning(error) from error
    finally:
        part.unlink(missing_ok=True)
    return taken


def _close_log(module: ModuleType, target: Path) -> None:
    """Folds the old file's log into it, so that no log of another database lies beside the new one."""
    if not target.exists():
        return
    try:
        with closing(module.connect(target, timeout=0)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except module.DatabaseError as error:
        if isinstance(sqlite.translated(error), Locked):
            raise BackupRefused(f"{target} is in use; stop the program first") from error
        # It is damaged, which is why it is being replaced: its log is of no use either.
        for name in ("-wal", "-shm"):
            target.with_name(target.name + name).unlink(missing_ok=True)


def _beside(target: Path) -> Path:
    """An empty temporary file on the same disk, so that moving it into place is one step."""
    try:
        number, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise BackupRefused(f"{target.parent}: {error.strerror}") from error
    os.close(number)
    return Path(name)


def _into_place(part: Path, target: Path) -> None:
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _meaning(error: BaseException) -> StorageError:
    return sqlite.translated(error) or BackupRefused(str(error))
