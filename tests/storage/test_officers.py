"""Who is of HR is asked in the transaction of a message: found by an index, however many people there are."""

import re

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Platform
from storage import needed, officers, reach
from storage.database import Database
from storage.schema import opt_out
from tests.storage.agency import TODAY
from tests.storage.plans import crowd, plans, read_whole

WAYS: tuple[Platform, ...] = ("line", "telegram")


async def asked(conn: AsyncConnection) -> None:
    """What 人事 and 問人事 ask."""
    await needed.office(conn, TODAY)
    await needed.office(conn, TODAY, ())
    await reach.hr_reached(conn, TODAY, WAYS)
    await reach.of_hr(conn, TODAY)


async def people(database: Database) -> None:
    """Some 20 000, five of HR."""
    await crowd(
        database,
        "person",
        id="n",
        employee_no="'A' || n",
        name="'同仁' || n",
        unit="'教育局/第' || (n % 40) || '科'",
        access="CASE WHEN n < 105 THEN '人事' ELSE '同仁' END",
        created_at="1",
        changed_at="1",
    )
    await crowd(
        database, "account", id="n", platform="'line'", user_id="'U' || n", person_id="n", created_at="1"
    )
    rows = {"certificate_id": "NULL", "name": "'x'", "obtained_on": "'2026-01-01'"}
    await crowd(database, "certificate", id="n", person_id="n", reported_at="1", registered_at="2", **rows)
    times = {"asked_at": "1", "answered_at": "2"}
    await crowd(database, "question", id="n", person_id="n", text="'x'", **times)


async def test_officers_are_found_and_nobody_else_is_looked_at(database: Database) -> None:
    """With a database's statistics, as PostgreSQL keeps them: no table is read whole."""
    await people(database)
    hr = await database.read(lambda conn: reach.of_hr(conn, TODAY))
    assert list(hr) == [100, 101, 102, 103, 104]
    units = await database.read(lambda conn: officers.units(conn, TODAY))
    assert units == {f"教育局/第{n}科" for n in (20, 21, 22, 23, 24)}
    assert await read_whole(database, asked) <= {"closure", "setting", "wave"}


async def test_sqlite_finds_them_without_statistics(sqlite_database: Database) -> None:
    """As in service, where nobody gathers any: those of HR by the index of them alone."""
    found = await plans(sqlite_database, asked)
    people = [line for line in found if re.search(r"(SCAN|SEARCH) person", line)]
    chats = [line for line in found if "account" in line]
    assert set(people) == {
        "SCAN person USING INDEX ix_person_officer",
        "SEARCH person USING INTEGER PRIMARY KEY (rowid=?)",
    }
    assert chats == ["SEARCH account USING INDEX uq_account_person (person_id=? AND platform=?)"]


async def test_the_links_of_who_is_erased_are_found(sqlite_database: Database) -> None:
    """A year's mails to all of an agency are not looked through for one of them."""

    async def erased(conn: AsyncConnection) -> None:
        await conn.execute(delete(opt_out).where(opt_out.c.person_id == 7))

    assert await plans(sqlite_database, erased) == [
        "SEARCH opt_out USING COVERING INDEX ix_opt_out_person_id (person_id=?)"
    ]
