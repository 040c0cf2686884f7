"""A backup of the running database is whole, and only a sound one is restored."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import restored, settings, sqlite
from storage.backup import BACKED_UP, backup, restore
from storage.database import Database
from storage.errors import BackupRefused, Damaged, NewerSchema
from storage.schema import person
from tests.storage.agency import count, join


async def test_what_was_backed_up_comes_back(sqlite_database: Database, tmp_path: Path) -> None:
    """A copy made beside open connections holds every committed row, even those still in the log."""
    copy, other = tmp_path / "copy.db", tmp_path / "other.db"
    await join(sqlite_database, "A1", "A2")
    await backup(sqlite_database, copy)
    await join(sqlite_database, "A3")
    assert _names(tmp_path) == ["copy.db", "talentbot.db"]
    await restore(copy, f"sqlite+aiosqlite:///{other}")
    restored = await Database.open(f"sqlite+aiosqlite:///{other}")
    try:
        assert await count(restored, person) == 2
    finally:
        await restored.close()


async def test_restoring_over_an_older_file(sqlite_url: str, tmp_path: Path) -> None:
    """The file in place is replaced with its log, so that nothing of it mixes with the backup."""
    database = await Database.open(sqlite_url)
    await join(database, "A1")
    await backup(database, tmp_path / "copy.db")
    await join(database, "A2")
    with pytest.raises(BackupRefused, match="stop the program"):
        await restore(tmp_path / "copy.db", sqlite_url)
    assert await count(database, person) == 2
    await database.close()
    await restore(tmp_path / "copy.db", sqlite_url)
    database = await Database.open(sqlite_url)
    try:
        assert await count(database, person) == 1
    finally:
        await database.close()


async def test_a_damaged_backup_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    """Neither a file with overwritten pages nor one that is no database takes the place of a good one."""
    copy, target = tmp_path / "copy.db", tmp_path / "target.db"
    target.write_bytes(b"before")
    await join(sqlite_database, *[f"A{n}" for n in range(200)])
    await backup(sqlite_database, copy)
    content = bytearray(copy.read_bytes())
    content[4096:-4096] = b"\x5a" * (len(content) - 8192)
    copy.write_bytes(content)
    for bad in (bytes(content), b"not a database at all" * 300, b""):
        copy.write_bytes(bad)
        with pytest.raises(Damaged):
            await restore(copy, f"sqlite+aiosqlite:///{target}")
    assert target.read_bytes() == b"before"
    assert _names(tmp_path) == ["copy.db", "talentbot.db", "target.db"]


async def test_what_is_no_backup_of_ours_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    """A copy that was cut off, by much or by little, and the database of another program."""
    copy, target = tmp_path / "copy.db", tmp_path / "target.db"
    await join(sqlite_database, *[f"A{n}" for n in range(200)])
    await backup(sqlite_database, copy)
    content = copy.read_bytes()
    other = tmp_path / "other.db"
    with closing(sqlite.library().connect(other)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
        connection.commit()
    for bad in (content[: len(content) // 2], content[:-4096], content[:100], other.read_bytes()):
        copy.write_bytes(bad)
        with pytest.raises(Damaged):
            await restore(copy, f"sqlite+aiosqlite:///{target}")
    assert not target.exists()


async def test_a_copy_says_when_it_was_made(sqlite_database: Database, tmp_path: Path) -> None:
    """The copy, and not the database it is of, is marked as restored; a copy of a copy keeps the first time.
    The database knows when it was last copied."""
    at = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
    await backup(sqlite_database, tmp_path / "copy.db", at)
    assert await sqlite_database.read(restored.taken_at) is None
    assert await sqlite_database.read(lambda conn: settings.instant(conn, BACKED_UP)) == at
    url = f"sqlite+aiosqlite:///{tmp_path}/there.db"
    assert await restore(tmp_path / "copy.db", url) == at
    there = await Database.open(url)
    try:
        await backup(there, tmp_path / "again.db", at + timedelta(days=1))
    finally:
        await there.close()
    assert await restore(tmp_path / "again.db", url) == at


async def test_a_backup_of_a_newer_version_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    """What a later version wrote is not put under this one."""
    copy = tmp_path / "copy.db"
    await backup(sqlite_database, copy)
    with closing(sqlite.library().connect(copy)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(NewerSchema):
        await restore(copy, f"sqlite+aiosqlite:///{tmp_path}/target.db")
    assert not (tmp_path / "target.db").exists()


async def test_a_damaged_database_is_replaced(sqlite_database: Database, tmp_path: Path) -> None:
    """The case backups are for: what lies there is no database any more."""
    copy, target = tmp_path / "copy.db", tmp_path / "target.db"
    await backup(sqlite_database, copy)
    target.write_bytes(b"ruined" * 1000)
    target.with_name("target.db-wal").write_bytes(b"log" * 100)
    await restore(copy, f"sqlite+aiosqlite:///{target}")
    restored = await Database.open(f"sqlite+aiosqlite:///{target}")
    try:
        assert await count(restored, person) == 0
    finally:
        await restored.close()


async def test_a_backup_overwrites_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    """An existing file, a missing directory and a missing backup are refused with a reason."""
    (tmp_path / "kept.db").write_bytes(b"kept")
    with pytest.raises(BackupRefused, match="exists"):
        await backup(sqlite_database, tmp_path / "kept.db")
    with pytest.raises(BackupRefused, match="No such file"):
        await backup(sqlite_database, tmp_path / "missing" / "copy.db")
    with pytest.raises(BackupRefused, match="not a file"):
        await restore(tmp_path / "nothing.db", f"sqlite+aiosqlite:///{tmp_path}/t.db")
    assert (tmp_path / "kept.db").read_bytes() == b"kept"


async def test_postgresql_has_its_own_tools(postgres_database: Database, tmp_path: Path) -> None:
    """The refusal names them."""
    with pytest.raises(BackupRefused, match="pg_dump"):
        await backup(postgres_database, tmp_path / "copy")
    with pytest.raises(BackupRefused, match="pg_dump"):
        await restore(tmp_path / "copy", str(postgres_database.url))
    assert await postgres_database.read(lambda conn: conn.scalar(text("SELECT 1"))) == 1


def _names(directory: Path) -> list[str]:
    """The files there, but for the logs of the open database."""
    return sorted(file.name for file in directory.iterdir() if not file.name.endswith(("-wal", "-shm")))
