"""A statement of every batch, handed to SQLite as it is.

SQLAlchemy takes several times as long around such a statement as SQLite takes to answer it. In a quick
transaction (`Database.write`, `read`) one that was met before is therefore put together only once: its text,
how each parameter is bound and how each column is read, all by SQLAlchemy's own compiler and types.
Everything else takes the usual road.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast
from weakref import WeakSet

from sqlalchemy import Delete, Dialect, Insert, Select, Update
from sqlalchemy import exc as sql
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler

LONGEST: Final = 128  # values of an IN; with more of them a statement takes the usual road
_Statement = Select[Any] | Insert | Update | Delete
_Values = Mapping[str, Any]
_Process = Callable[[Any], Any] | None


class Quick(AsyncConnection):
    """The connection of a quick transaction on SQLite."""

    __slots__ = ("_raw",)

    def __init__(self, connection: AsyncConnection, raw: Any) -> None:
        """`raw` is the DB-API connection under `connection`."""
        super().__init__(connection.engine, connection.sync_connection)
        self._raw = raw

    async def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        prepared = _met(statement, self.dialect) if execution_options is None else None
        done: Any = None if prepared is None else prepared.run(self._raw, parameters)
        if done is None:
            done = await super().execute(statement, parameters, execution_options=execution_options)
        return done


class Rows(IteratorResult[Any]):
    """The rows that a statement gave, and how many it changed (of several that give rows: unknown). What has
    no name of its own is found by its place."""

    def __init__(self, columns: SimpleResultMetaData, rows: Sequence[Any], rowcount: int) -> None:
        super().__init__(columns, iter(rows))
        self.rowcount = rowcount


@dataclass(frozen=True, slots=True)
class _Shape:
    """The text for parameters of one kind: `marks` are what its question marks stand for, in their order, and
    how each is bound; `spread` names those of each list; `constants` are the statement's own, bound."""

    text: str
    marks: Sequence[tuple[str, _Process]]
    spread: Mapping[str, Sequence[str]]
    constants: _Values

    def bound(self, values: _Values) -> list[Any]:
        if self.constants or self.spread:
            values = {**self.constants, **values}
            for name, marks in self.spread.items():
                values.update(zip(marks, _flat(values[name]), strict=True))
        return [values[mark] if process is None else process(values[mark]) for mark, process in self.marks]


class Prepared:
    """One statement, in each shape that its parameters have had: which there are, and how long each list."""

    def __init__(self, statement: _Statement, dialect: Dialect) -> None:
        self._statement = statement
        self._dialect = dialect
        self._error: type[Exception] = cast("Any", dialect).dbapi.Error
        self._compiled: dict[tuple[str, ...], tuple[SQLCompiler, Sequence[str]]] = {}
        self._shapes: dict[tuple[Any, ...], _Shape] = {}
        columns = statement.exported_columns
        self._gives = bool(columns)
        self._columns = SimpleResultMetaData(
            [str(name) for name in columns.keys()],  # noqa: SIM118 - not a mapping: it iterates columns
            _processors=[
                column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
            ],
        )

    def run(self, raw: Any, parameters: _Values | Sequence[_Values] | None) -> Rows | None:
        """Runs it on this DB-API connection, of several parameters for each in turn. None: it was not run,
        it is for the usual road (a list too long, parameters that differ in kind, defaults made in Python).
        A database's errors are raised as SQLAlchemy raises them."""
        each = (parameters,) if isinstance(parameters, Mapping) else parameters or ({},)
        texts: set[str] = set()
        calls: list[list[Any]] = []
        for given in each:
            shape, values = self._shaped(given)
            if shape is None:
                return None
            texts.add(shape.text)
            calls.append(shape.bound(values))
        if len(texts) > 1:
            return None
        text = texts.pop()
        rows: list[Any] = []
        changed = 0
        try:
            if len(calls) > 1 and not self._gives:
                changed = raw.executemany(text, calls).rowcount
            else:
                for bound in calls:
                    cursor = raw.execute(text, bound)
                    rows += cursor.fetchall()
                    changed += cursor.rowcount
        except self._error as error:
            raise sql.DBAPIError.instance(
                text, None, error, self._error, hide_parameters=True, dialect=self._dialect
            ) from error
        return Rows(self._columns, rows, changed)

    def _shaped(self, values: _Values) -> tuple[_Shape | None, _Values]:
        """With the lists as long as the shape has them; None: not by this road."""
        keys = tuple(values)
        compiled, lists = self._compiled.get(keys) or self._compile(keys)
        if lists:
            values = {**values, **{name: _padded(values[name]) for name in lists}}
        lengths = tuple(len(values[name]) for name in lists)
        if max(lengths, default=0) > LONGEST or compiled.insert_prefetch or compiled.update_prefetch:
            return None, values
        shape = self._shapes.get((keys, lengths))
        if shape is None:
            shape = self._shapes[keys, lengths] = _shape(compiled, values)
        return shape, values

    def _compile(self, keys: tuple[str, ...]) -> tuple[SQLCompiler, Sequence[str]]:
        compiled = self._statement.compile(dialect=self._dialect, column_keys=list(keys))
        lists = [name for name, parameter in compiled.binds.items() if parameter.expanding and name in keys]
        self._compiled[keys] = compiled, lists
        return compiled, lists


_seen: WeakSet[Any] = WeakSet()
_prepared = lru_cache(maxsize=256)(Prepared)
_dialects: dict[type[Exception], Dialect] = {}  # one for each DB-API module: its own compile alike


def _met(statement: Any, dialect: Any) -> Prepared | None:
    """Prepared, if it is met again: one that is built anew each time is met but once."""
    if not isinstance(statement, _Statement):
        return None
    if statement in _seen:
        return _prepared(statement, _dialects.setdefault(dialect.dbapi.Error, dialect))
    _seen.add(statement)
    return None


def _shape(compiled: SQLCompiler, values: _Values) -> _Shape:
    state = compiled.construct_expanded_state(values)
    listed = {mark: name for name, marks in state.parameter_expansion.items() for mark in marks}
    constants: dict[str, Any] = {}
    marks: list[tuple[str, _Process]] = []
    for mark in state.positiontup or ():
        process: Any  # SQLAlchemy's own protocols of these differ by the sign of their argument
        if mark in listed:
            process = state.processors.get(mark)
        else:
            process = (
                compiled.binds[mark].type.dialect_impl(compiled.dialect).bind_processor(compiled.dialect)
            )
        if listed.get(mark, mark) not in values:
            own = state.parameters[mark]
            constants[mark] = own if process is None else process(own)
            process = None
        marks.append((mark, process))
    spread = {name: marks for name, marks in state.parameter_expansion.items() if name in values}
    return _Shape(state.statement, marks, spread, constants)


def _padded(values: Collection[Any]) -> list[Any]:
    """The last one repeated up to a power of two, which means the same in an IN: so there are few shapes."""
    held = list(values)
    if held:
        held += held[-1:] * ((1 << (len(held) - 1).bit_length()) - len(held))
    return held


def _flat(values: list[Any]) -> list[Any]:
    """Pairs one after the other, as their question marks stand."""
    return [part for pair in values for part in pair] if values and isinstance(values[0], tuple) else values
