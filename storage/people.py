"""The roster, and the codes by which its people activate their chats."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Access, Person
from storage.audit import note
from storage.codes import hash_code, new_code
from storage.moves import review
from storage.rows import PERSON, to_person
from storage.schema import activation, person
from storage.statements import CHUNK
from storage.types import sound

VALID_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of the agency's roster; `unit` is a path, 教育局/體育科."""

    employee_no: str
    name: str
    unit: str
    title: str = ""
    email: str = ""
    access: Access = Access.STAFF
    category: str = ""
    joined_on: date | None = None
    left_on: date | None = None
    exempt_from: date | None = None
    exempt_until: date | None = None
    counted: str = ""  # 列計, 不列計 or 待認定; empty: by the rules (`guideline.coverage`)


@dataclass(frozen=True, slots=True)
class RosterResult:
    """How many people. `review`: of those changed, whose role is 待複核 since they moved to another unit."""

    added: int
    changed: int
    unchanged: int
    review: int = 0


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code as it is handed out, once: the database keeps its hash only."""

    employee_no: str
    name: str
    unit: str
    code: str = field(repr=False)
    expires_at: datetime


async def import_roster(
    conn: AsyncConnection,
    rows: Sequence[RosterRow],
    at: datetime,
    actor: str = "cli",
    given: Collection[str] | None = None,
) -> RosterResult:
    """Adds who is new and changes who differs; whoever the roster does not name stays as they are.

    `given` names the columns that the roster has (None: all): of people already known the others stay as
    they are, so that a short file takes nobody's access or e-mail away. Of two rows with one employee
    number the last one holds. Who moves to another unit keeps their role, to be looked at again (Q3).
    """
    names = [one.name for one in fields(RosterRow) if given is None or one.name in given]
    wanted = {row.employee_no: _columns(row) for row in rows}
    known: dict[str, Any] = {}
    numbers = sorted(wanted)
    for start in range(0, len(numbers), CHUNK):
        found = await conn.execute(
            select(person).where(person.c.employee_no.in_(numbers[start : start + CHUNK]))
        )
        known |= {row.employee_no: row for row in found}
    units = {row.id: row.unit for row in known.values()}
    new = [
        {**columns, "created_at": at, "changed_at": at} for no, columns in wanted.items() if no not in known
    ]
    changed = [
        {**{f"b_{name}": columns[name] for name in names}, "b_changed_at": at, "b_id": known[no].id}
        for no, columns in wanted.items()
        if no in known and any(known[no]._mapping[name] != columns[name] for name in names)
    ]
    if new:
        await conn.execute(insert(person), new)
    if changed:
        await conn.execute(
            update(person)
            .where(person.c.id == bindparam("b_id"))
            .values({n: bindparam(f"b_{n}", type_=person.c[n].type) for n in (*names, "changed_at")}),
            changed,
        )
    added = [
        number for one in await by_number(conn, [row["employee_no"] for row in new]) for number in (one.id,)
    ]
    await note(conn, "person_added", added, at, actor)
    await note(conn, "person_changed", [row["b_id"] for row in changed], at, actor)
    moved = [row["b_id"] for row in changed if row.get("b_unit", units[row["b_id"]]) != units[row["b_id"]]]
    under_review = await review(conn, moved, at, actor)
    return RosterResult(
        len(new), len(changed), len(wanted) - len(new) - len(changed), review=len(under_review)
    )


async def issue_codes(
    conn: AsyncConnection,
    at: datetime,
    *,
    unit: str | None = None,
    employee_nos: Sequence[str] | None = None,
    valid_for: timedelta = VALID_FOR,
    actor: str = "cli",
) -> list[IssuedCode]:
    """One code for each of these people (all, those of a unit and below it, or by number) who have not
    left. Their earlier codes end with this."""
    people = await _serving(conn, at, unit, employee_nos)
    expires_at = at + valid_for
    issued = [IssuedCode(one.employee_no, one.name, one.unit, new_code(), expires_at) for one in people]
    ids = [one.id for one in people]
    for start in range(0, len(ids), CHUNK):
        await conn.execute(
            update(activation)
            .where(
                activation.c.person_id.in_(ids[start : start + CHUNK]),
                activation.c.used_at.is_(None),
                activation.c.expires_at > at,
            )
            .values(expires_at=at)
        )
    if people:
        await conn.execute(
            insert(activation),
            [
                {
                    "code_hash": hash_code(one.code),
                    "person_id": number,
                    "issued_at": at,
                    "expires_at": expires_at,
                }
                for one, number in zip(issued, ids, strict=True)
            ],
        )
    await note(conn, "code_issued", ids, at, actor)
    return issued


async def by_number(conn: AsyncConnection, employee_nos: Sequence[str]) -> list[Person]:
    """Those of them who are known, by employee number."""
    found: list[Person] = []
    wanted = sorted({sound(number) for number in employee_nos})
    for start in range(0, len(wanted), CHUNK):
        rows = await conn.execute(
            select(*PERSON)
            .where(person.c.employee_no.in_(wanted[start : start + CHUNK]))
            .order_by(person.c.employee_no)
        )
        found += [to_person(row) for row in rows]
    return found


async def in_unit(conn: AsyncConnection, unit: str | None = None) -> list[Person]:
    """Everyone of a unit and of those below it (everyone at all without one), by unit and number."""
    people = select(*PERSON).order_by(person.c.unit, person.c.employee_no)
    if unit is not None:
        people = people.where(below(unit))
    return [to_person(row) for row in await conn.execute(people)]


def below(unit: str) -> ColumnElement[bool]:
    """The people of a unit and of those below it."""
    return or_(person.c.unit == unit, person.c.unit.startswith(f"{unit}/", autoescape=True))


async def _serving(
    conn: AsyncConnection, at: datetime, unit: str | None, employee_nos: Sequence[str] | None
) -> list[Person]:
    people = await in_unit(conn, unit) if employee_nos is None else await by_number(conn, employee_nos)
    if employee_nos is not None and unit is not None:
        within = {one.id for one in await in_unit(conn, unit)}
        people = [one for one in people if one.id in within]
    return [one for one in people if one.left_on is None or one.left_on >= at.date()]


def _columns(row: RosterRow) -> dict[str, Any]:
    columns = asdict(row)
    columns["access"] = row.access.value
    return {name: sound(kept) if isinstance(kept, str) else kept for name, kept in columns.items()}
