"""How a database means to find the rows that our statements ask for, in tables as big as an agency's."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

LAST: Final = 20_000
_CROWD: Final = """
    INSERT INTO {table} ({columns})
    WITH RECURSIVE numbers(n) AS (SELECT 100 UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})
    SELECT {values} FROM numbers"""


async def crowd(database: Database, table: str, **values: str) -> None:
    """Rows numbered from 100 to 20 000: each column by its SQL expression of `n`. And the statistics."""

    async def fill(conn: AsyncConnection) -> None:
        columns, given = ", ".join(values), ", ".join(values.values())
        await conn.exec_driver_sql(_CROWD.format(table=table, columns=columns, values=given, last=LAST))
        await conn.exec_driver_sql(f"ANALYZE {table}")

    await database.write(fill)


async def plans(database: Database, unit: Callable[[AsyncConnection], Awaitable[Any]]) -> list[str]:
    """The lines in which the database says how it would answer the unit's statements."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if not many:
            asked.append((statement, parameters))

    explain = "EXPLAIN" if database.kind == "postgresql" else "EXPLAIN QUERY PLAN"

    async def plan(conn: AsyncConnection) -> list[str]:
        event.listen(conn.sync_connection, "before_cursor_execute", note)
        await unit(conn)
        event.remove(conn.sync_connection, "before_cursor_execute", note)
        assert asked
        said = [await conn.exec_driver_sql(f"{explain} {text}", values) for text, values in asked]
        return [str(row[-1]) for rows in said for row in rows]

    return await database.write(plan)


async def read_whole(database: Database, unit: Callable[[AsyncConnection], Awaitable[Any]]) -> set[str]:
    """The tables (or their aliases) of which one of the unit's statements would read every row."""
    # A partial index of few rows is read whole on purpose.
    few = r"ix_\w+_(released|officer|open|waiting)"
    whole = re.compile(rf"Seq Scan on (?P<table>\w+)|^SCAN (?P<name>\w+)\b(?! USING INDEX {few})")
    found = [whole.search(line) for line in await plans(database, unit)]
    return {one["table"] or one["name"] for one in found if one} - {"json_each"}  # a list that we gave it
