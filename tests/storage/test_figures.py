"""The week's figures, counted from what is stored, on both databases."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert, update

from guideline.digest import figures, rolled_up
from guideline.editions import Editions
from guideline.records import Person
from storage import figures as counted
from storage import weekly
from storage.database import Database
from storage.people import RosterRow, by_number, import_roster
from storage.schema import certificate, question, role_assignment, standing
from storage.standings import reckon_again
from tests.guideline.facts import edition
from tests.storage.agency import NOW, TODAY

EDITIONS = Editions(edition())


async def roster(database: Database, *rows: RosterRow) -> list[Person]:
    """These people, in this order."""
    await database.write(lambda conn: import_roster(conn, rows, NOW))
    found = await database.read(lambda conn: by_number(conn, [row.employee_no for row in rows]))
    by = {one.employee_no: one for one in found}
    return [by[row.employee_no] for row in rows]


async def execute(database: Database, statement: Any, rows: Any = None) -> None:
    await database.write(lambda conn: conn.execute(statement, rows))


async def test_everybody_is_counted_once_by_unit_and_cover(database: Database) -> None:
    """Who counts, who does not and why, who is to come and who has left, each unit its own people only."""
    one = RosterRow("A1", "甲", "教育局/體育科")
    await roster(
        database,
        one,
        replace(one, employee_no="A2", unit="教育局"),
        replace(one, employee_no="A3", category="技工"),
        replace(one, employee_no="A4", exempt_from=date(2026, 3, 1)),
        replace(one, employee_no="A5", joined_on=date(2026, 12, 1)),
        replace(one, employee_no="A6", left_on=date(2026, 2, 1)),
        replace(one, employee_no="A7", unit="環保局"),
    )
    found = await counted.tallies(database, EDITIONS, TODAY)
    assert set(found) == {"教育局", "教育局/體育科", "環保局"}
    assert found["教育局/體育科"].covers == {
        "counted": 1,
        "undecided": 1,
        "away": 1,
        "coming": 1,
        "left": 1,
    }
    whole = rolled_up(found)
    assert whole[""].covers["counted"] == 3
    assert whole["教育局"].covers["counted"] == 2


async def test_states_are_those_that_are_stored(database: Database) -> None:
    """A standing is read as it stands; who has none stands as somebody who has reported nothing."""
    one = RosterRow("A1", "甲", "教育局")
    first, second, _ = await roster(
        database, one, replace(one, employee_no="A2"), replace(one, employee_no="A3")
    )
    held = {(first.id, 2026), (second.id, 2026)}
    await database.write(lambda conn: reckon_again(conn, EDITIONS, held, NOW))
    met = update(standing).where(standing.c.person_id == first.id, standing.c.part != "total")
    await execute(database, met.values(state="official"))
    await execute(
        database,
        update(standing)
        .where(standing.c.person_id == second.id, standing.c.part == "basic")
        .values(state="waiting"),
    )
    found = await counted.tallies(database, EDITIONS, TODAY)
    assert found["教育局"].patterns == {
        ("official", "official", "official", "unknown"): 1,
        ("missing", "waiting", "missing", "unknown"): 1,
        ("missing", "missing", "missing", "unknown"): 1,
    }


async def test_chunks_lose_nobody(database: Database, monkeypatch: Any) -> None:
    """Read seven at a time, as many people come together as there are."""
    monkeypatch.setattr(counted, "CHUNK", 7)
    await roster(database, *(RosterRow(f"A{n:03}", "甲", f"局{n % 3}") for n in range(50)))
    found = await counted.tallies(database, EDITIONS, TODAY)
    assert sum(tally.covers["counted"] for tally in found.values()) == 50
    assert rolled_up(found)[""].patterns.total() == 50


async def test_nothing_was_asked_before_the_first_edition(database: Database) -> None:
    """114 has no requirement and no figures."""
    await roster(database, RosterRow("A1", "甲", "教育局"))
    assert await counted.tallies(database, EDITIONS, date(2025, 11, 24)) == {}


async def test_what_waits_is_that_of_the_scope(database: Database) -> None:
    """Roles, questions and certificates of a scope's people; who has left has no role to confirm."""
    one = RosterRow("A1", "甲", "教育局/體育科")
    here, gone, there = await roster(
        database,
        one,
        replace(one, employee_no="A2", left_on=date(2026, 1, 2)),
        replace(one, employee_no="A3", unit="教育局二"),
    )
    role = {
        "roles": [],
        "track": "",
        "answers": {},
        "edition": "115-06",
        "decided_at": NOW,
        "decided_by": "x",
    }
    await execute(
        database,
        insert(role_assignment),
        [
            {"person_id": here.id, "status": "confirmed", **role},
            {"person_id": here.id, "status": "contested", **role},
            {"person_id": gone.id, "status": "proposed", **role},
            {"person_id": there.id, "status": "review", **role},
        ],
    )
    asked = [
        {"person_id": there.id, "text": "?", "asked_at": NOW - timedelta(days=9), "answered_at": None},
        {"person_id": here.id, "text": "?", "asked_at": NOW - timedelta(days=5), "answered_at": None},
        {"person_id": here.id, "text": "?", "asked_at": NOW - timedelta(days=8), "answered_at": NOW},
    ]
    await execute(database, insert(question), asked)
    held = {"name": "證照", "obtained_on": TODAY, "reported_at": NOW}
    await execute(
        database,
        insert(certificate),
        [{"person_id": here.id, "registered_at": at, **held} for at in (None, NOW)],
    )

    async def waits(conn: Any, scope: str) -> tuple[Any, ...]:
        return (
            await counted.roles_waiting(conn, scope, TODAY),
            await counted.questions_open(conn, scope),
            await counted.certificates_waiting(conn, scope),
        )

    assert await database.read(lambda conn: waits(conn, "教育局")) == (
        (1, 0),
        (1, NOW - timedelta(days=5)),
        1,
    )
    assert await database.read(lambda conn: waits(conn, "")) == ((1, 1), (2, NOW - timedelta(days=9)), 1)


async def test_a_week_is_written_once_and_kept(database: Database) -> None:
    """A second writing of the same week changes nothing; the earlier week is what is compared with."""
    monday = date(2026, 11, 23)
    for day, value in ((monday - timedelta(days=7), 4), (monday, 6), (monday, 9)):

        async def write(conn: Any, day: date = day, value: int = value) -> None:
            await weekly.keep(conn, day, {"": {"official:yearly-ai": value}, "教育局": {"cover:counted": 3}})

        await database.write(write)
    assert await database.read(lambda conn: weekly.of(conn, monday, "")) == {"official:yearly-ai": 6}
    earlier = await database.read(lambda conn: weekly.before(conn, monday))
    assert earlier == monday - timedelta(days=7)
    assert await database.read(lambda conn: weekly.before(conn, date(2026, 11, 16))) is None
    kept = await database.read(lambda conn: weekly.of(conn, date(2026, 11, 16), ""))
    found = figures(edition(), "", monday, rolled_up({})[""], kept, earlier)
    assert found.met[0].gained == -4
