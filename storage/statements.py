"""What both databases say alike and SQLAlchemy says by dialect.

Statements of every batch are built once, with parameters: building one anew takes several times as long as
running it.
"""

from typing import Any

from sqlalchemy import BindParameter, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

# Parameters one statement may carry on both databases (32 766 and 32 767), with room for the others.
CHUNK = 5_000


def locks_rows(conn: AsyncConnection) -> bool:
    """Whether a transaction holds rows (PostgreSQL), or the whole file, as the one writer (SQLite)."""
    return conn.dialect.name == "postgresql"


def upsert(conn: AsyncConnection, table: Table) -> Any:
    """An INSERT that can say ON CONFLICT."""
    return upsert_on(conn.dialect.name, table)


def upsert_on(dialect: str, table: Table) -> Any:
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def several(name: str) -> BindParameter[Any]:
    """A parameter that stands for any number of values, of `column.in_(…)`."""
    return bindparam(name, expanding=True)
