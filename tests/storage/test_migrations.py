"""A migrated database is the same as a fresh one, and a later one is left alone."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from storage.database import Database
from storage.errors import NewerSchema
from storage.migrate import current, head, known, migrate
from storage.schema import metadata
from tests.conftest import Server


def _differences(connection: Connection) -> list[Any]:
    return list(
        compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    )


async def test_the_migrated_schema_is_what_the_code_says(database: Database) -> None:
    """Alembic itself finds nothing to do after the last migration."""
    assert await current(database) == head()
    assert await database.read(lambda conn: conn.run_sync(_differences)) == []


async def test_migrated_equals_fresh_on_sqlite(sqlite_database: Database, tmp_path: Path) -> None:
    """Every table and index reads the same, word for word, in a file made from the schema alone."""
    fresh = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/fresh.db")
    try:
        await fresh.write(lambda conn: conn.run_sync(metadata.create_all))
        assert await _sqlite_ddl(fresh) == await _sqlite_ddl(sqlite_database)
    finally:
        await fresh.close()


async def test_migrated_equals_fresh_on_postgresql(postgres_database: Database, postgres: Server) -> None:
    """Columns, constraints and indexes, with their conditions, are the same in the server's catalogue."""
    await postgres.run("CREATE DATABASE fresh")
    fresh = await Database.open(postgres.url("fresh"))
    try:
        await fresh.write(lambda conn: conn.run_sync(metadata.create_all))
        assert await _catalogue(fresh) == await _catalogue(postgres_database)
    finally:
        await fresh.close()
        await postgres.run("DROP DATABASE fresh")


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    """An up-to-date database is left as it is, by URL as by object."""
    await migrate(database)
    assert await current(database) == head()


async def test_two_programs_may_migrate_at_once(postgres: Server, tmp_path: Path) -> None:
    """They queue: one does the work, the others find it done."""
    await postgres.run("CREATE DATABASE raced")
    try:
        await asyncio.gather(*(migrate(postgres.url("raced")) for _ in range(3)))
    finally:
        await postgres.run("DROP DATABASE raced WITH (FORCE)")
    for number in range(8):  # the race for a new file's journal mode is not lost every time
        url = f"sqlite+aiosqlite:///{tmp_path}/raced-{number}.db"
        await asyncio.gather(*(migrate(url) for _ in range(4)))


async def test_a_newer_database_is_refused(database: Database) -> None:
    """A database of a later version is not touched, and the error says what to do."""
    await database.write(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(NewerSchema, match="newer version"):
        await migrate(database)
    assert await current(database) == "9999"


async def test_an_empty_database_has_no_revision(tmp_path: Path) -> None:
    """Nothing is at no revision; the head is one of those known."""
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/new.db")
    try:
        assert await current(database) is None
    finally:
        await database.close()
    assert head() in known()


async def _sqlite_ddl(database: Database) -> dict[str, list[str]]:
    """What stands between the commas of each statement; columns and constraints may stand in any order. A
    table that SQLite had to make anew has its name in quotes and its defaults in brackets."""
    rows = await database.read(
        lambda conn: conn.execute(
            text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'")
        )
    )
    plain = {name: ddl.replace('"', "").replace("DEFAULT ('')", "DEFAULT ''") for name, ddl in rows}
    return {name: sorted(_parts(" ".join(ddl.split()))) for name, ddl in plain.items()}


def _parts(ddl: str) -> list[str]:
    """The statement cut at its outermost commas: a column added later stands behind the constraints."""
    head, _, rest = ddl.partition("(")
    inside, _, tail = rest.rpartition(")")
    parts, depth = [head.strip(), tail.strip(), ""], 0
    for letter in inside:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


_COLUMNS = """
    SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name <> 'alembic_version'
    ORDER BY 1, ordinal_position"""
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
    ORDER BY 1, 2"""
_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1"""


async def _catalogue(database: Database) -> list[Any]:
    async def ask(conn: Any) -> list[Any]:
        questions = (_COLUMNS, _CONSTRAINTS, _INDEXES)
        return [[tuple(row) for row in await conn.execute(text(question))] for question in questions]

    return await database.read(ask)
