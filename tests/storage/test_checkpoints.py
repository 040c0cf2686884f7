"""How large the log of an SQLite file may stay."""

import asyncio

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.checkpoints import LARGEST
from storage.database import Database
from storage.inbox import Received, receive
from storage.schema import inbox
from tests.storage.agency import NOW

MIB = 2**20


async def test_the_log_shrinks_after_a_long_reader(sqlite_database: Database) -> None:
    """It grows while somebody reads and it cannot begin anew; what it took of the disk it gives back."""
    if sqlite_database.single_connection or sqlite_database.file is None:
        pytest.skip("this SQLite writes no log that two connections may share")
    log = sqlite_database.file.with_name(f"{sqlite_database.file.name}-wal")
    reading, read = asyncio.Event(), asyncio.Event()

    async def long(conn: AsyncConnection) -> None:
        await conn.scalar(select(func.count(inbox.c.seq)))
        reading.set()
        await read.wait()

    async def put(number: int) -> None:
        body = Received("telegram", str(number), "7", number, bytes(MIB))
        await sqlite_database.write(lambda conn: receive(conn, [body], NOW))

    reader = asyncio.create_task(sqlite_database.read(long))
    await reading.wait()
    for number in range(LARGEST // MIB + 8):
        await put(number)
    assert log.stat().st_size > LARGEST + 4 * MIB
    read.set()
    await reader
    async with asyncio.timeout(20):
        while log.stat().st_size > LARGEST:
            number += 1
            await put(number)
            await asyncio.sleep(0.05)
