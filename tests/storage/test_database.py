"""A unit of work happens whole or not at all, and its errors say what to do."""

import asyncio
import os
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import sqlite
from storage.checkpoints import CHANGES, WRITERS
from storage.database import Database
from storage.errors import (
    Conflict,
    Damaged,
    Disconnected,
    Full,
    Locked,
    ReadOnly,
    StorageError,
    Unavailable,
    Unmigrated,
)
from storage.schema import account, setting
from tests.storage.agency import NOW, count

ROOT = Path(__file__).parents[2]


def row(key: str) -> dict[str, Any]:
    return {"key": key, "value": None, "changed_at": NOW, "changed_by": "test"}


async def put(database: Database, key: str) -> None:
    await database.write(lambda conn: conn.execute(insert(setting).values(row(key) | {"value": 1})))


async def test_an_exception_rolls_everything_back(database: Database) -> None:
    """What a unit raises comes through unchanged, and nothing it wrote stays."""

    async def unit(conn: Any) -> None:
        await conn.execute(insert(setting).values(row("a") | {"value": 1}))
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await database.write(unit)
    assert await count(database, setting) == 0


async def test_a_cancelled_caller_leaves_the_unit_whole(database: Database) -> None:
    """The unit runs in its own task: cancelling whoever waits for it never leaves half of it."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def unit(conn: Any) -> None:
        await conn.execute(insert(setting).values(row("a") | {"value": 1}))
        begun.set()
        await go_on.wait()
        await conn.execute(insert(setting).values(row("b") | {"value": 1}))

    caller = asyncio.create_task(database.write(unit))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    await put(database, "c")
    async with asyncio.timeout(10):  # on PostgreSQL the unit ends on a connection of its own
        while (kept := await count(database, setting)) != 3:
            assert kept == 1  # c alone: never half of the unit
            await asyncio.sleep(0.01)


async def test_a_unit_that_is_killed_itself_leaves_nothing(database: Database) -> None:
    """When the program's loop ends in the middle of a unit, nothing of it stays and others go on."""
    begun = asyncio.Event()

    async def unit(conn: Any) -> None:
        await conn.execute(insert(setting).values(row("a") | {"value": 1}))
        begun.set()
        await asyncio.sleep(60)

    caller = asyncio.create_task(database.write(unit))
    await begun.wait()
    for task in asyncio.all_tasks():
        if task.get_name() == "storage.unit":
            task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await put(database, "b")
    assert await count(database, setting) == 1


async def test_many_writers_at_once_all_get_through(database: Database) -> None:
    """Units wait their turn; none is lost and none fails."""
    await asyncio.gather(*(put(database, str(n)) for n in range(40)))
    assert await count(database, setting) == 40


async def test_reading_cannot_write(database: Database) -> None:
    """A unit given to `read` that writes is refused."""
    with pytest.raises(ReadOnly):
        await database.read(lambda conn: conn.execute(insert(setting).values(row("a") | {"value": 1})))
    assert await count(database, setting) == 0


async def test_a_broken_constraint_is_a_conflict(database: Database) -> None:
    """A unique key already taken is a conflict, and its message holds no values."""
    await put(database, "secret-key")
    with pytest.raises(Conflict) as caught:
        await put(database, "secret-key")
    assert "secret-key" not in str(caught.value)


async def test_a_mistake_of_ours_is_not_disguised(database: Database) -> None:
    """A wrong statement is raised as it is, not as an unavailable database."""
    with pytest.raises(Exception, match="nonsense") as caught:
        await database.write(lambda conn: conn.execute(text("SELECT nonsense")))
    assert not isinstance(caught.value, StorageError)


async def test_every_error_says_what_to_do() -> None:
    """The docstring of an error is the line an operator reads, with what failed behind it."""
    assert str(Full("SQLITE_FULL")) == (
        "The disk or the database is full: free some space. Nothing was changed. (SQLITE_FULL)"
    )
    assert str(Unavailable()).endswith("Try again later.")


async def test_a_write_waits_for_the_lock_of_another_program(sqlite_database: Database) -> None:
    """BEGIN IMMEDIATE waits instead of failing at once, as an upgraded read would."""
    assert sqlite_database.file is not None
    with closing(sqlite.library().connect(sqlite_database.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(put(sqlite_database, "a"))
        await asyncio.sleep(0.2)
        assert not writing.done()
        other.execute("COMMIT")
        await writing
    assert await count(sqlite_database, setting) == 1


async def test_a_database_locked_for_too_long_is_unavailable(sqlite_url: str) -> None:
    """After the time-out the caller hears so, nothing is written, and the next try works."""
    database = await Database.open(sqlite_url, wait=0.1)
    assert database.file is not None
    try:
        with closing(sqlite.library().connect(database.file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            started = time.monotonic()
            with pytest.raises(Locked):
                await put(database, "a")
            assert 0.05 < time.monotonic() - started < 2
            assert await count(database, setting) == 0
            other.execute("ROLLBACK")
        await put(database, "a")
    finally:
        await database.close()


async def test_a_row_locked_for_too_long_is_unavailable(postgres_url: str) -> None:
    """On PostgreSQL the wait for a row ends as well."""
    first, second = await Database.open(postgres_url), await Database.open(postgres_url, wait=0.1)
    held, release = asyncio.Event(), asyncio.Event()

    async def hold(conn: Any) -> None:
        await conn.execute(text("LOCK TABLE setting IN EXCLUSIVE MODE"))
        held.set()
        await release.wait()

    holding = asyncio.create_task(first.write(hold))
    await held.wait()
    try:
        with pytest.raises(Locked):
            await put(second, "a")
    finally:
        release.set()
        await holding
        await first.close()
        await second.close()


async def test_a_full_disk_leaves_nothing_half_written(sqlite_database: Database) -> None:
    """The unit that met the end of the disk is gone whole; what was there stays; room again, it works."""
    await put(sqlite_database, "before")

    async def fill(conn: Any) -> None:
        pages = (await conn.exec_driver_sql("PRAGMA page_count")).scalar()
        await conn.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
        for n in range(1000):
            await conn.execute(insert(setting).values(row(str(n)) | {"value": "x" * 2000}))

    with pytest.raises(Full):
        await sqlite_database.write(fill)
    assert await count(sqlite_database, setting) == 1
    await sqlite_database.write(lambda conn: conn.exec_driver_sql("PRAGMA max_page_count=1000000"))
    await put(sqlite_database, "after")
    assert await count(sqlite_database, setting) == 2


async def test_a_lost_server_is_unavailable_and_found_again(postgres_database: Database) -> None:
    """A connection that the server dropped is an `Unavailable`; the next unit gets a new one."""

    async def dropped(conn: Any) -> None:
        await conn.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Unavailable):
        await postgres_database.write(dropped)
    await put(postgres_database, "a")


async def test_no_server_is_said_at_once(tmp_path: Path) -> None:
    """Opening proves that the database can be reached."""
    with pytest.raises(Disconnected):
        await Database.open(f"postgresql+asyncpg://postgres@/none?host={tmp_path}")
    with pytest.raises(Unavailable):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path}/missing/talentbot.db")


async def test_a_file_that_is_no_database_is_damaged(tmp_path: Path) -> None:
    """Opening it says so, and leaves no connection behind."""
    (tmp_path / "talentbot.db").write_bytes(b"no database" * 1000)
    with pytest.raises(Damaged):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path}/talentbot.db")


async def test_an_unknown_database_is_unavailable(postgres_url: str) -> None:
    """A name the server does not know is the operator's business, not a traceback."""
    with pytest.raises(Unavailable):
        await Database.open(postgres_url.replace("/t", "/no_such_", 1))


@pytest.mark.parametrize("url", ["sqlite+aiosqlite://", "sqlite:///x.db", "mysql://localhost/x"])
async def test_other_urls_are_refused(url: str) -> None:
    """Only a SQLite file or a PostgreSQL server holds a talentbot."""
    with pytest.raises(ValueError, match="database_url"):
        await Database.open(url)


async def test_an_empty_database_asks_for_migration(tmp_path: Path) -> None:
    """A file without tables names the command that makes them."""
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/new.db")
    try:
        with pytest.raises(Unmigrated, match="talentbot migrate"):
            await count(database, setting)
    finally:
        await database.close()


async def test_how_sqlite_is_set_up(sqlite_database: Database) -> None:
    """WAL, full synchronisation and foreign keys, on the writer and on the readers."""

    async def pragmas(conn: Any) -> list[Any]:
        names = ["journal_mode", "synchronous", "foreign_keys"]
        return [(await conn.exec_driver_sql(f"PRAGMA {name}")).scalar() for name in names]

    expected = ["delete" if sqlite_database.single_connection else "wal", 2, 1]
    assert await sqlite_database.write(pragmas) == expected
    assert await sqlite_database.read(pragmas) == expected
    assert sqlite_database.single_program
    assert sqlite_database.sqlite_version == sqlite.library().sqlite_version


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_which_libraries_may_share_a_wal(version: tuple[int, ...], safe: bool) -> None:
    """The fix of the WAL-reset bug is in 3.51.3 and was carried back to 3.50.7 and 3.44.6."""
    assert sqlite.shares_wal(version) is safe


@pytest.mark.skipif(sqlite.shares_wal(sqlite3.sqlite_version_info), reason="Python links a sound SQLite here")
async def test_an_old_library_gets_one_connection(sqlite_url: str) -> None:
    """With a library that may corrupt a shared WAL, one connection reads and writes, without a WAL."""
    database = await Database.open(sqlite_url, module=sqlite3)
    try:
        assert database.single_connection
        await asyncio.gather(*(put(database, str(n)) for n in range(5)))
        assert await count(database, setting) == 5
        mode = await database.read(lambda conn: conn.exec_driver_sql("PRAGMA journal_mode"))
        assert mode.scalar() == "delete"
    finally:
        await database.close()


@pytest.fixture
async def on_a_rollback_journal(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """As an old library has it, whichever is at hand: one connection, and no WAL."""
    monkeypatch.setattr(sqlite, "shares_wal", lambda _: False)
    database = await Database.open(sqlite_url, wait=0.1)
    yield database
    await database.close()


@pytest.mark.parametrize("write", [Database.write, partial(Database.write, quick=True), Database.exclusively])
async def test_a_reader_is_in_the_way_of_a_commit(on_a_rollback_journal: Database, write: Any) -> None:
    """Nothing is kept and nobody is locked out: other programs read on, and the next unit is written, with
    its references looked after."""
    database = on_a_rollback_journal
    assert database.file is not None
    assert database.single_connection

    async def unit(conn: AsyncConnection) -> None:
        await conn.execute(insert(setting).values(row("a") | {"value": 1}))

    with closing(sqlite.library().connect(database.file, isolation_level=None, timeout=0)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM setting").fetchall()
        for _ in range(2):
            with pytest.raises(Locked):
                await write(database, unit)
        other.execute("COMMIT")
        assert other.execute("SELECT count(*) FROM setting").fetchall() == [(0,)]
        await put(database, "b")
        assert other.execute("SELECT key FROM setting").fetchall() == [("b",)]
    with pytest.raises(Conflict):
        await database.write(astray)


@pytest.mark.parametrize("quick", [True, False])
async def test_a_reference_that_is_broken_in_the_end(sqlite_database: Database, quick: bool) -> None:
    """It is found by the COMMIT: nothing of the unit stays, and the next one begins as usual."""

    async def unit(conn: AsyncConnection) -> None:
        await conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        await astray(conn)

    for _ in range(2):
        with pytest.raises(Conflict):
            await sqlite_database.write(unit, quick=quick)
    await put(sqlite_database, "a")
    assert (await count(sqlite_database, account), await count(sqlite_database, setting)) == (0, 1)


async def astray(conn: AsyncConnection) -> None:
    """A chat of a person whom nobody knows."""
    await conn.execute(insert(account).values(platform="line", user_id="U1", person_id=404, created_at=NOW))


async def test_kill_9_in_the_middle_of_a_write(sqlite_url: str) -> None:
    """A process killed inside a unit leaves a sound file with whole units only."""
    script = (
        "import asyncio, sys\n"
        "from sqlalchemy import text\n"
        "from storage.database import Database\n"
        "put = 'INSERT INTO setting VALUES (:k, :v, 0, :k)'\n"
        "async def pair(c, n):\n"
        "    await c.execute(text(put), {'k': f'{n}a', 'v': '1'})\n"
        "    if n == 20:\n"
        "        await c.execute(text(put), [{'k': f'x{i}', 'v': 'x' * 5000} for i in range(2000)])\n"
        "        print('middle', flush=True)\n"
        "        await asyncio.sleep(60)\n"
        "    await c.execute(text(put), {'k': f'{n}b', 'v': '1'})\n"
        "async def main():\n"
        "    d = await Database.open(sys.argv[1])\n"
        "    for n in range(21):\n"
        "        await d.write(lambda c: pair(c, n))\n"
        "asyncio.run(main())\n"
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        script,
        sqlite_url,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    assert await asyncio.wait_for(child.stdout.readline(), 30) == b"middle\n"
    child.send_signal(signal.SIGKILL)
    await child.wait()
    database = await Database.open(sqlite_url)
    try:
        assert await count(database, setting) == 40
        verdict = await database.read(lambda conn: conn.exec_driver_sql("PRAGMA integrity_check"))
        assert verdict.scalar() == "ok"
        await put(database, "after")
    finally:
        await database.close()


async def test_units_that_queue_wait_together_for_the_lock_of_another_program(sqlite_url: str) -> None:
    """Those behind the one that waited in vain are told so at once, and do not wait as long again one after
    the other; who comes later tries anew, and reading goes on."""
    database = await Database.open(sqlite_url, wait=0.3)
    module = database.module
    assert module is not None
    other = module.connect(str(database.file), isolation_level=None, check_same_thread=False)
    try:
        other.execute("BEGIN IMMEDIATE")
        units = [asyncio.create_task(database.write(nothing)) for _ in range(6)]
        told = await asyncio.gather(*units, return_exceptions=True)
        assert [type(one) for one in told] == [Locked] * 6
        assert [str(one).count("as for the one before") for one in told] == [0, 1, 1, 1, 1, 1]
        await database.read(nothing)
        other.execute("ROLLBACK")
        await database.write(nothing)
    finally:
        other.close()
        await database.close()


async def nothing(_: AsyncConnection) -> None:
    """A unit that changes nothing."""


async def test_the_log_is_copied_back_beside_the_writer(sqlite_database: Database) -> None:
    """Without a commit that does it, without a pause of the writer, and the log begins anew all the same."""
    file = sqlite_database.file
    assert file is not None
    if sqlite_database.single_connection:
        pytest.skip("this SQLite writes no log that two connections may share")
    log, empty = file.with_name(f"{file.name}-wal"), file.stat().st_size
    page = {"value": "x" * 3000}

    async def put_some(first: int, most: int) -> None:
        rows = [row(str(number)) | page for number in range(first, first + most)]
        await sqlite_database.write(lambda conn: conn.execute(insert(setting), rows))

    await put_some(0, CHANGES)
    assert log.stat().st_size < WRITERS * 4096
    async with asyncio.timeout(10):
        while file.stat().st_size < empty + CHANGES * 3000:
            await asyncio.sleep(0.01)
    for number in range(CHANGES, 3 * WRITERS, 100):
        await put_some(number, 100)
    assert log.stat().st_size < 1.5 * WRITERS * 4096
    assert await count(sqlite_database, setting) == 3 * WRITERS
