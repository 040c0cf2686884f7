"""What both databases say alike and SQLAlchemy says by dialect.

Statements of every batch are built once, with parameters: building one anew takes several times as long as
running it.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Boolean,
    ColumnElement,
    Dialect,
    Integer,
    Subquery,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

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


def at_most(name: str) -> ColumnElement[int]:
    """A parameter for LIMIT. Not the parameter alone: SQLite looks at the value of that, and prepares the
    statement anew each time it is run, which takes many times as long as running it."""
    return bindparam(name, type_=Integer()) + 0


class Numbers(TypeDecorator[Collection[int]]):
    """Whole numbers as one parameter, however many there are."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        arrays = dialect.name == "postgresql"
        return dialect.type_descriptor(postgresql.ARRAY(BigInteger()) if arrays else Text())

    def process_bind_param(self, value: Collection[int] | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return None if value is None else list(value)
        return json.dumps(list(value))


class _Listed(FunctionElement[int]):
    """The rows of a `Numbers` parameter."""

    inherit_cache = True
    type = BigInteger()


@compiles(_Listed)
def _listed(element: Any, compiler: Any, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **options)}))"  # noqa: S608


@compiles(_Listed, "postgresql")
def _listed_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"(SELECT unnest({compiler.process(element.clauses, **options)}))"


def among(which: ColumnElement[int], numbers: Collection[int] | str) -> ColumnElement[bool]:
    """Whether it is one of these; a name: that of a parameter to come. As `in_`, but that the
    statement is the same for any number of them and is not put together anew each time."""
    name, held = (numbers, None) if isinstance(numbers, str) else (None, numbers)
    parameter: Any = (
        bindparam(name, type_=Numbers()) if name is not None else bindparam(None, held, type_=Numbers())
    )
    return which.op("IN", is_comparison=True, return_type=Boolean())(_Listed(parameter))


def rows_of(dialect: str, kinds: Mapping[str, type[int | str]]) -> Subquery:
    """The parameter "rows", which is `as_rows`, as one table of these columns, and `place`, which counts
    them. What one statement takes for many rows lets go of Python's lock once, and not between any two."""
    held = bindparam("rows", type_=Text())
    columns = []
    if dialect == "postgresql":
        rows: Any = func.json_array_elements(cast(held, postgresql.JSON)).table_valued(
            column("value", postgresql.JSON), with_ordinality="place"
        )
        each = rows.render_derived()
        for number, (name, kind) in enumerate(kinds.items()):
            said = each.c.value.op("->>", return_type=Text())(literal(number, Integer()))
            columns.append((cast(said, BigInteger) if kind is int else said).label(name))
        return select(each.c.place, *columns).subquery("new")
    each = func.json_each(held).table_valued("key", "value")
    for number, (name, kind) in enumerate(kinds.items()):
        one = func.json_extract(each.c.value, f"$[{number}]", type_=BigInteger() if kind is int else Text())
        columns.append(one.label(name))
    return select(each.c.key.label("place"), *columns).subquery("new")


def as_rows(rows: Sequence[Sequence[int | str | None]]) -> str:
    """For `rows_of`."""
    return json.dumps(rows)
