"""By the shortest road a statement does the same as by the usual one."""

import gc
import re
import shutil
import sqlite3
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, func, insert, select, tuple_, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import due, inbox, jobs, prepared, thawing
from storage.database import Database
from storage.errors import Conflict
from storage.prepared import LONGEST
from storage.schema import account, closure, setting
from storage.statements import several
from tests.storage.agency import NOW

MOVED = datetime(2026, 11, 29, 20, 15, 0, 123000, UTC)
PEOPLE = select(account.c.id, account.c.user_id, account.c.created_at, account.c.reachable)
SOME = PEOPLE.where(account.c.id.in_(several("ids"))).order_by(account.c.id)
BOTH = PEOPLE.where(
    account.c.platform == "line", account.c.id.in_(several("ids")), account.c.user_id.in_(several("users"))
)
PAIRS = PEOPLE.where(tuple_(account.c.platform, account.c.user_id).in_(several("pairs"))).order_by(
    account.c.id
)
NEW = insert(account).returning(account.c.id)
MOVE = update(account).where(account.c.id.in_(several("ids"))).values(reachable=bindparam("can"))
FORGET = delete(account).where(account.c.id.in_(several("ids"))).returning(account.c.user_id)
DAYS = select(closure.c.day, closure.c.note).where(
    closure.c.day >= bindparam("since", type_=closure.c.day.type)
)
PUT = insert(account)
KEPT = select(setting.c.value).where(setting.c.key == bindparam("key"))


async def fill(conn: AsyncConnection) -> None:
    await conn.execute(
        insert(account),
        [
            {"platform": "line", "user_id": f"U{number}", "created_at": MOVED, "reachable": number % 2 == 0}
            for number in range(1, 301)
        ],
    )
    await conn.execute(
        insert(closure),
        [
            {"day": date(2026, 9, day), "note": "颱風", "changed_at": NOW, "changed_by": "test"}
            for day in (1, 2)
        ],
    )
    await conn.execute(
        insert(setting),
        {"key": "k", "value": {"名": [1, None, "\0"]}, "changed_at": NOW, "changed_by": "test"},
    )


class UndoneError(Exception):
    pass


async def by_either(database: Database, statement: Any, *parameters: Any, gives: bool = True) -> list[Any]:
    """What comes of it for each of these parameters, which must be the same by either road; undone again.
    The very first is always run by the usual road, and comes by the other one in the third round."""
    seen = []
    for quick in (False, True, True):  # one that is met again takes the short road

        async def unit(conn: AsyncConnection, quick: bool = quick) -> None:
            assert isinstance(conn, prepared.Quick) is quick
            found = []
            for one in parameters:
                done = await conn.execute(statement, one)
                found.append(done.all() if gives else done.rowcount)
            raise UndoneError(found)

        with pytest.raises(UndoneError) as undone:
            await database.write(unit, quick=quick)
        seen.append(undone.value.args[0])
    assert seen[0] == seen[1] == seen[2]
    return list(seen[0])


async def test_rows_are_found_and_read_alike(sqlite_database: Database) -> None:
    """By lists of any length, longer ones than are prepared too, by several lists and by pairs; each value as
    its type reads it."""
    await sqlite_database.write(fill)
    lengths = (0, 1, 2, 3, 63, 64, 65, LONGEST, LONGEST + 1, 300)
    found = await by_either(sqlite_database, SOME, *({"ids": range(1, most + 1)} for most in lengths))
    assert [len(rows) for rows in found] == list(lengths)
    assert found[1] == [(1, "U1", MOVED, False)]
    assert found[1][0].user_id == "U1"
    users = [{"ids": [1, 2, 3], "users": ["U2"]}, {"ids": [], "users": ["U2"]}, {"ids": [9], "users": []}]
    assert await by_either(sqlite_database, BOTH, *users) == [[(2, "U2", MOVED, True)], [], []]
    pairs: list[list[tuple[str, str]]] = [[], [("line", "U7")], [("line", f"U{n}") for n in (1, 2, 3)]]
    found = await by_either(sqlite_database, PAIRS, *({"pairs": some} for some in pairs))
    assert [[row.id for row in rows] for rows in found] == [[], [7], [1, 2, 3]]
    assert await by_either(sqlite_database, DAYS, {"since": date(2026, 9, 2)}) == [
        [(date(2026, 9, 2), "颱風")]
    ]
    assert await by_either(sqlite_database, KEPT, {"key": "k"}, {"key": "none"}) == [
        [({"名": [1, None, "\0"]},)],
        [],
    ]
    names = await sqlite_database.write(lambda conn: conn.scalars(SOME, {"ids": [3, 4]}), quick=True)
    assert names.all() == [3, 4]


async def test_rows_are_changed_alike(sqlite_database: Database) -> None:
    """One, several at once, several that each give a row; and how many they were."""
    await sqlite_database.write(fill)
    new = {"platform": "telegram", "created_at": MOVED}
    some = [new | {"user_id": str(number)} for number in range(3)]
    assert await by_either(sqlite_database, NEW, some[0], some[1:]) == [[(301,)], [(302,), (303,)]]
    moves = ({"ids": [1, 2, 3], "can": True}, {"ids": [], "can": True}, {"ids": [999], "can": False})
    assert await by_either(sqlite_database, MOVE, *moves, gives=False) == [3, 0, 0]
    assert await by_either(sqlite_database, FORGET, {"ids": [5, 6]}) == [[("U5",), ("U6",)]]
    assert await by_either(sqlite_database, PUT, some[:2], some[2:], gives=False) == [2, 1]
    short = [
        some[0] | {"menu": "M"},
        some[1] | {"code_failures": 7},
    ]  # of several the first says what is given
    for quick in (False, True, True):
        with pytest.raises(StatementError):
            await sqlite_database.write(lambda conn: conn.execute(PUT, short), quick=quick)


async def test_errors_mean_the_same(sqlite_database: Database) -> None:
    """A constraint is a `Conflict`, and all of it is undone; a mistake of ours is raised as such."""
    await sqlite_database.write(fill)
    again = {"platform": "line", "user_id": "U1", "created_at": MOVED}
    for quick in (False, True, True):
        with pytest.raises(Conflict):
            await sqlite_database.write(lambda conn: conn.execute(NEW, again), quick=quick)
        with pytest.raises(OverflowError):
            await sqlite_database.write(lambda conn: conn.execute(SOME, {"ids": [2**70]}), quick=quick)
    count = await sqlite_database.read(lambda conn: conn.scalar(select(func.count()).select_from(account)))
    assert count == 300


async def test_what_is_built_anew_each_time_is_not_kept(sqlite_database: Database) -> None:
    """Only what is met again is prepared, and of that so many at most."""

    async def unit(conn: AsyncConnection) -> None:
        for number in range(50):
            await conn.execute(select(account.c.id).where(account.c.id == number))

    before, made = len(prepared._seen), prepared._prepared.cache_info().currsize
    await sqlite_database.write(unit, quick=True)
    gc.collect()
    assert len(prepared._seen) <= before + 1  # SQLAlchemy keeps the first of those that read alike
    assert prepared._prepared.cache_info().currsize == made
    assert prepared._prepared.cache_info().maxsize is not None


async def test_another_library_raises_its_own(
    sqlite_database: Database, sqlite_template: Path, tmp_path: Path
) -> None:
    """One statement on two DB-API modules in one process: each one's errors mean the same."""
    file = shutil.copy(sqlite_template, tmp_path / "other.db")
    other = await Database.open(f"sqlite+aiosqlite:///{file}", module=sqlite3)
    again = {"platform": "line", "user_id": "U1", "created_at": MOVED}
    try:
        for database in (sqlite_database, other):
            await database.write(fill)
        for database in (sqlite_database, other, sqlite_database, other):
            with pytest.raises(Conflict):
                await database.write(lambda conn: conn.execute(NEW, again), quick=True)
    finally:
        await other.close()


def test_no_limit_is_looked_at() -> None:
    """SQLite prepares a statement anew each time it runs when its LIMIT is a parameter by itself."""
    often = [due.due(True), due.due(False), due.first_due(0), due.first_due(1), inbox._ANY_WAITING]
    often += [
        make(*which) for make in (inbox._heads, inbox._strays) for which in product((True, False), repeat=2)
    ]
    often += [thawing._any_unsent(True), thawing._any_unsent(False), jobs._CLAIM]
    for statement in often:
        text = str(statement.compile(dialect=sqlite.dialect()))
        assert "LIMIT" in text
        assert not re.search(r"LIMIT \?(?! \+)", text), text
