"""What both databases say alike and SQLAlchemy says by dialect."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

# Parameters one statement may carry on both databases (32 766 and 32 767), with room for the others.
CHUNK = 5_000


def upsert(conn: AsyncConnection, table: Table) -> Any:
    """An INSERT that can say ON CONFLICT."""
    return (postgresql if conn.dialect.name == "postgresql" else sqlite).insert(table)
