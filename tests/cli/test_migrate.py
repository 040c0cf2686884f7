"""`migrate` copies first, and what goes wrong on the way leaves the old database as it was."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from storage.database import Database
from storage.errors import Full
from storage.migrate import current, head, migrate
from storage.restored import taken_at
from tests.cli.program import ROOT, Done, Program
from tests.conftest import Server

OLD = "0002"
_CODE = "INSERT INTO setting (key, value, changed_at, changed_by) VALUES ('kept', '1', 1, 'test')"


def _upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "storage" / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def _old(url: str, *more: str) -> None:
    """A database as the version before left it, with a row in it."""
    database = await Database.open(url)
    try:
        await database.exclusively(lambda conn: conn.run_sync(partial(_upgrade, revision=OLD)))
        for statement in (_CODE, *more):
            await database.write(lambda conn, said=statement: conn.execute(text(said)))  # type: ignore[misc]
    finally:
        await database.close()


def _url(program: Program) -> str:
    return f"sqlite+aiosqlite:///{program.folder / 'talentbot.db'}"


def _stands(file: Path) -> tuple[str, int]:
    """The revision of a file, and whether its row is there."""
    with closing(sqlite3.connect(file)) as connection:
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        kept = connection.execute("SELECT count(*) FROM setting WHERE key = 'kept'").fetchone()[0]
    return revision, kept


def _copies(program: Program) -> list[Path]:
    return sorted(program.folder.glob("talentbot-*"))


def test_a_copy_is_made_checked_and_named(program: Program) -> None:
    """It holds the old version, says so in its name, is its owner's alone, and stays."""
    asyncio.run(_old(_url(program)))
    done = program("migrate")
    assert done.status == 0, done.err
    (copy,) = _copies(program)
    assert copy.name.startswith(f"talentbot-{OLD}-")
    assert str(copy) in done.out
    assert _stands(copy) == (OLD, 1)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert _stands(program.folder / "talentbot.db") == (head(), 1)
    assert "沒有變更" in program("migrate").out
    assert _copies(program) == [copy]


def test_a_migration_that_fails_leaves_the_old_database_and_the_copy(program: Program) -> None:
    """Something stands in the way of the new schema: one line says where the copy is; nothing changed."""
    asyncio.run(_old(_url(program), "CREATE TABLE wave (id INTEGER)"))
    done = program("migrate")
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert "資料庫維持原狀" in done.err
    (copy,) = _copies(program)
    assert str(copy) in done.err
    assert _stands(copy) == _stands(program.folder / "talentbot.db") == (OLD, 1)
    with closing(sqlite3.connect(program.folder / "talentbot.db")) as connection:
        connection.execute("DROP TABLE wave")
    copy.rename(copy.with_name("kept.bak"))  # the next one may bear the same second in its name
    assert program("migrate").status == 0
    assert _stands(program.folder / "talentbot.db") == (head(), 1)


def test_without_room_for_the_copy_nothing_is_changed(program: Program) -> None:
    """The copy cannot be written in full: none is left half made, and the database is not touched."""
    asyncio.run(_old(_url(program)))
    file = program.folder / "talentbot.db"
    done = _limited(program, file.stat().st_size // 2, "migrate")
    assert (done.status, done.err.count("\n")) == (1, 1)
    assert "更新前的備份沒有完成" in done.err
    assert [one.name for one in program.folder.iterdir() if one.suffix in (".bak", ".part")] == []
    assert _stands(file) == (OLD, 1)


async def test_without_room_for_the_new_schema_nothing_is_changed(tmp_path: Path) -> None:
    """A disk that fills up in the middle of the migration itself."""
    url = f"sqlite+aiosqlite:///{tmp_path}/talentbot.db"
    await _old(url)
    database = await Database.open(url)
    try:
        pages = await database.read(lambda conn: conn.scalar(text("PRAGMA page_count")))
        await database.write(lambda conn: conn.execute(text(f"PRAGMA max_page_count = {pages + 4}")))
        with pytest.raises(Full):
            await migrate(database)
        assert await current(database) == OLD
        await database.write(lambda conn: conn.execute(text("PRAGMA max_page_count = 1000000")))
        await migrate(database)
        assert await current(database) == head()
    finally:
        await database.close()


@pytest.fixture
def old_postgres(postgres: Server) -> Iterator[str]:
    name = f"t{uuid4().hex}"
    asyncio.run(postgres.run(f"CREATE DATABASE {name}"))
    asyncio.run(_old(postgres.url(name)))
    yield postgres.url(name)
    asyncio.run(postgres.run(f"DROP DATABASE {name} WITH (FORCE)"))


async def _revision(url: str, *before: str) -> str | None:
    database = await Database.open(url)
    try:
        for statement in before:
            await database.write(lambda conn, said=statement: conn.execute(text(said)))  # type: ignore[misc]
        return await current(database)
    finally:
        await database.close()


def test_postgresql_is_not_migrated_without_a_word_on_its_copy(program: Program, old_postgres: str) -> None:
    """Nobody copies it for the operator: refused until they say that they did. A migration that fails there
    changes nothing either."""
    env = {"TALENTBOT_DATABASE_URL": old_postgres}
    refused = program("migrate", env=env)
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    assert "pg_dump" in refused.err
    assert "--no-backup" in refused.err
    assert asyncio.run(_revision(old_postgres, "CREATE TABLE wave (id integer)")) == OLD
    failed = program("migrate", "--no-backup", env=env)
    assert (failed.status, failed.err.count("\n")) == (1, 1)
    assert "資料庫維持原狀" in failed.err
    assert asyncio.run(_revision(old_postgres, "DROP TABLE wave")) == OLD
    assert program("migrate", "--no-backup", env=env).status == 0
    assert asyncio.run(_revision(old_postgres)) == head()


def _limited(program: Program, size: int, *words: str) -> Done:
    """The program where no file can grow beyond `size` bytes."""
    script = (
        "import resource, runpy, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))\n"
        f"sys.argv = ['talentbot', *{words!r}]\n"
        "runpy.run_module('bot', run_name='__main__')\n"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", script],
        cwd=program.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def test_postgresql_is_told_that_it_was_restored(program: Program, postgres_url: str) -> None:
    """By when the dump was begun; not by a time to come."""
    env = {"TALENTBOT_DATABASE_URL": postgres_url}
    assert program("restored", "--taken", "2120-01-01T03:00", env=env).status == 1
    assert asyncio.run(_taken(postgres_url)) is None
    done = program.afresh("restored", "--taken", "2026-11-18T03:00", env=env)
    assert done.status == 0, done.err
    assert "talentbot outbox" in done.out
    assert asyncio.run(_taken(postgres_url)) == datetime(2026, 11, 17, 19, 0, tzinfo=UTC)


async def _taken(url: str) -> datetime | None:
    database = await Database.open(url)
    try:
        return await database.read(taken_at)
    finally:
        await database.close()
