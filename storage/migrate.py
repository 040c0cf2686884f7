"""Brings a database to this version, in one transaction that either happens or does not."""

from functools import partial
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.errors import NewerSchema

_LOCK: Final = 0x7461_6C65_6E74  # "talent": the advisory lock of PostgreSQL that migrations queue for


async def migrate(target: Database | str) -> None:
    """Applies what is missing; nothing when nothing is. Two programs may call it at once.

    `target` is an open database or its URL. Raises `NewerSchema` and leaves the database alone when it
    is of a later version, `Unavailable` when it cannot be written.
    """
    if isinstance(target, Database):
        await target.exclusively(_upgrade)
        return
    database = await Database.open(target)
    try:
        await database.exclusively(_upgrade)
    finally:
        await database.close()


async def current(database: Database) -> str | None:
    """The revision the database is at; None when it is empty."""
    return await database.read(lambda conn: conn.run_sync(revision_of))


def head() -> str:
    """The revision this version of the program works with."""
    found = ScriptDirectory.from_config(_config()).get_current_head()
    assert found is not None  # noqa: S101 - the package ships its migrations
    return found


def known() -> frozenset[str]:
    """Every revision this version can migrate from, and its own."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def _upgrade(connection: AsyncConnection) -> None:
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SET LOCAL lock_timeout = 0"))  # the queue may be long
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    here = await connection.run_sync(revision_of)
    if here is not None and here not in known():
        raise NewerSchema(f"revision {here}")
    if here != head():
        await connection.run_sync(partial(_run, config=_config()))


def _run(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    # Said once here, or Alembic warns about how it splits a list of version folders.
    config.set_main_option("path_separator", "os")
    return config
