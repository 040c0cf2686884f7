"""A move to another unit marks the role 待複核, once, and loses nothing of its history (Q3)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from guideline.changes import RoleContested, RoleProposed
from guideline.edition import Edition
from guideline.records import Need, RoleAssignment, RoleStatus
from storage.database import Database
from storage.people import RosterResult, RosterRow, by_number, import_roster
from storage.schema import audit, role_assignment
from storage.snapshots import Wanted, load
from tests.storage.agency import NOW, TODAY, bind, change, chat, column, count, effect, fresh

CLERK = RosterRow("A1", "王小明", "教育局/體育科")
PROPOSED = RoleProposed(("application",), "specialist", {"main": ("admin",)}, "115-06")
LATER = NOW + timedelta(days=3)


async def take(database: Database, *rows: RosterRow, given: set[str] | None = None) -> RosterResult:
    return await database.write(lambda conn: import_roster(conn, rows, LATER, "cli", given))


async def placed(database: Database, edition: Edition) -> None:
    """王小明 in the sports section, with a role."""
    await take(database, CLERK)
    (who,) = await database.read(lambda conn: by_number(conn, ["A1"]))
    owner = await bind(database, await chat(database), who.id)
    await change(database, edition, effect(owner, PROPOSED))


async def roles(database: Database) -> tuple[RoleAssignment, ...]:
    wanted = [Wanted(await fresh(database), TODAY, None, needs=lambda _: frozenset({Need.ROLES}))]
    (seen,) = await database.read(lambda conn: load(conn, wanted))
    assert seen.role == (seen.roles[-1] if seen.roles else None)
    return seen.roles


async def test_a_move_is_a_new_row_with_the_same_role(database: Database, edition: Edition) -> None:
    """Same role, track, answers and edition; status, time and actor of the import; an audit row."""
    await placed(database, edition)
    assert await take(database, replace(CLERK, unit="衛生局")) == RosterResult(0, 1, 0, review=1)
    before, after = await roles(database)
    assert after == replace(before, id=after.id, status=RoleStatus.REVIEW, decided_at=LATER)
    assert await column(database, role_assignment.c.decided_by) == ["account:1", "cli"]
    marked = select(audit.c.actor, audit.c.person_id).where(audit.c.action == "role_review")
    assert [tuple(row) for row in await database.read(lambda conn: conn.execute(marked))] == [("cli", 1)]


async def test_the_same_roster_again_changes_nothing(database: Database, edition: Edition) -> None:
    """A second import, and a second move while the first still waits, add no row."""
    await placed(database, edition)
    moved = replace(CLERK, unit="衛生局")
    await take(database, moved)
    assert await take(database, moved) == RosterResult(0, 0, 1)
    assert await take(database, replace(CLERK, unit="資訊處")) == RosterResult(0, 1, 0)
    assert await count(database, role_assignment) == 2


@pytest.mark.parametrize(
    ("row", "given"),
    [
        (replace(CLERK, title="科長"), None),
        (replace(CLERK, name="王大明", unit="衛生局"), {"employee_no", "name"}),
    ],
    ids=["another title", "a file without units"],
)
async def test_other_changes_leave_the_role_alone(
    database: Database, edition: Edition, row: RosterRow, given: set[str] | None
) -> None:
    """Title and name say nothing of the duties (Q3); a column that is not there changes nothing."""
    await placed(database, edition)
    assert await take(database, row, given=given) == RosterResult(0, 1, 0)
    assert [one.status for one in await roles(database)] == [RoleStatus.PROPOSED]


async def test_who_has_no_role_has_none_to_review(database: Database) -> None:
    """A move alone makes no role."""
    await take(database, CLERK)
    assert await take(database, replace(CLERK, unit="衛生局")) == RosterResult(0, 1, 0)
    assert await count(database, role_assignment) == 0


async def test_contested_then_moved_then_filled_in_again(database: Database, edition: Edition) -> None:
    """Each step is a row of the history; a new questionnaire clears the review."""
    await placed(database, edition)
    owner = await fresh(database)
    await change(database, edition, effect(owner, RoleContested(1, "我主要辦採購")))
    await take(database, replace(CLERK, unit="衛生局"))
    await change(database, edition, effect(owner, RoleContested(3, "")))
    await change(database, edition, effect(owner, replace(PROPOSED, roles=("policy",))))
    found = await roles(database)
    assert [(one.status, one.note) for one in found] == [
        (RoleStatus.PROPOSED, ""),
        (RoleStatus.CONTESTED, "我主要辦採購"),
        (RoleStatus.REVIEW, ""),
        (RoleStatus.CONTESTED, ""),
        (RoleStatus.PROPOSED, ""),
    ]
    assert found[-1].roles == ("policy",)


async def test_a_whole_agency_moves(database: Database) -> None:
    """More people than one statement may carry, each marked once."""
    rows = [RosterRow(f"N{n:05}", f"同仁{n}", "局") for n in range(6000)]
    await take(database, *rows)
    people = await database.read(lambda conn: by_number(conn, [row.employee_no for row in rows]))
    held = [
        {
            "person_id": one.id,
            "roles": ["application"],
            "track": "foundation",
            "status": RoleStatus.CONFIRMED.value,
            "answers": {},
            "edition": "115-06",
            "decided_at": NOW,
            "decided_by": "person:1",
        }
        for one in people
    ]
    await database.write(lambda conn: conn.execute(insert(role_assignment), held))
    moved = [replace(row, unit="處") for row in rows]
    assert await take(database, *moved) == RosterResult(0, 6000, 0, review=6000)
    assert await take(database, *moved) == RosterResult(0, 0, 6000)
