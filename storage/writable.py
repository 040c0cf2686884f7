"""Whether the database takes a commit: reading alone says nothing about a full or read-only disk."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database


async def prove_writable(database: Database) -> None:
    """Writes what stands there already and commits it; a program that runs beside it notices nothing. Raises
    `Unavailable`."""
    await database.write(_rewrite)


async def _rewrite(conn: AsyncConnection) -> None:
    if conn.dialect.name == "sqlite":  # where an UPDATE to the same value writes no page
        version = int((await conn.exec_driver_sql("PRAGMA user_version")).scalar_one())
        await conn.exec_driver_sql(f"PRAGMA user_version = {version}")
    else:
        await conn.execute(text("UPDATE alembic_version SET version_num = version_num"))
