"""Parts of a snapshot that only some events ask for (`guideline.records.Need`): one set query each."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import (
    Access,
    Account,
    AskedQuestion,
    CertificateEntry,
    CopyAsked,
    HoursEntry,
    Need,
    Office,
    Person,
    Preference,
    RoleAssignment,
)
from storage import jobs, settings
from storage.rows import (
    ACCOUNT,
    CERTIFICATE,
    ENTRY,
    PERSON,
    to_account,
    to_certificate,
    to_entry,
    to_person,
    to_preference,
    to_question,
    to_role,
)
from storage.schema import (
    account,
    certificate,
    dispatch,
    hours,
    job,
    outbox,
    person,
    preference,
    question,
    role_assignment,
)

SHOWN: Final = 8  # certificates that wait for HR; the oldest come first
READ: Final = 100  # questions that wait for HR: the button of a new one must find it


async def load(
    conn: AsyncConnection, asked: Mapping[Need, Collection[int]], people: Mapping[int, Person]
) -> dict[int, dict[str, Any]]:
    """Fields of `Snapshot` by person, of those that each need was asked for. `people` are all of them."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for need, (name, query) in _QUERIES.items():
        if wanted := asked.get(need):
            by_person = await query(conn, wanted)
            for number in wanted:
                found[number][name] = tuple(by_person.get(number, ()))
    if wanted := asked.get(Need.CERTIFICATES):
        _give(found, wanted, "opened", await settings.opened(conn))
    if wanted := asked.get(Need.REACH):
        for number, kept in (await _preferences(conn, wanted)).items():
            found[number]["preference"] = kept
    if wanted := asked.get(Need.QUESTIONS):
        for number, asked_of_hr in (await _questions(conn, wanted, people)).items():
            found[number]["questions"] = tuple(asked_of_hr)
    if wanted := [number for number in asked.get(Need.OFFICE, ()) if _of_hr(people.get(number))]:
        _give(found, wanted, "office", await office(conn))
    return found


async def office(conn: AsyncConnection) -> Office:
    """What waits for HR now."""
    asked = await conn.execute(
        select(*PERSON, question)
        .join(question, question.c.person_id == person.c.id)
        .where(question.c.answered_at.is_(None))
        .order_by(question.c.id)
        .limit(READ)
    )
    held = await conn.execute(
        select(*CERTIFICATE, *PERSON)
        .join(person, person.c.id == certificate.c.person_id)
        .where(certificate.c.registered_at.is_(None), certificate.c.withdrawn_at.is_(None))
        .order_by(certificate.c.id)
        .limit(SHOWN)
    )
    questions = tuple(
        AskedQuestion(
            row[len(PERSON)], to_person(row), row.text, row.asked_at, row.answer, row.answered_at, row.key
        )
        for row in asked
    )
    return Office(
        questions=questions,
        questions_open=await _count(conn, question.c.answered_at.is_(None)),
        certificates=tuple((to_person(row[len(CERTIFICATE) :]), to_certificate(row)) for row in held),
        certificates_waiting=await _count(
            conn, certificate.c.registered_at.is_(None), certificate.c.withdrawn_at.is_(None)
        ),
        accepting=await settings.accepting(conn),
    )


def _of_hr(who: Person | None) -> bool:
    return who is not None and who.access is Access.HR


def _give(found: dict[int, dict[str, Any]], people: Collection[int], name: str, value: Any) -> None:
    """The same to each of them."""
    for number in people:
        found[number][name] = value


async def _count(conn: AsyncConnection, *conditions: Any) -> int:
    table = conditions[0].left.table
    counted = await conn.scalar(select(func.count()).select_from(table).where(*conditions))
    return int(counted or 0)


async def _history(conn: AsyncConnection, people: Collection[int]) -> Mapping[int, list[HoursEntry]]:
    rows = await conn.execute(
        select(*ENTRY, hours.c.person_id)
        .where(hours.c.person_id.in_(people))
        .order_by(hours.c.learned_on, hours.c.id)
    )
    found: dict[int, list[HoursEntry]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(to_entry(row))
    return found


async def _roles(conn: AsyncConnection, people: Collection[int]) -> Mapping[int, list[RoleAssignment]]:
    rows = await conn.execute(
        select(role_assignment).where(role_assignment.c.person_id.in_(people)).order_by(role_assignment.c.id)
    )
    found: dict[int, list[RoleAssignment]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(to_role(row))
    return found


async def _certificates(
    conn: AsyncConnection, people: Collection[int]
) -> Mapping[int, list[CertificateEntry]]:
    rows = await conn.execute(
        select(*CERTIFICATE, certificate.c.person_id)
        .where(certificate.c.person_id.in_(people), certificate.c.withdrawn_at.is_(None))
        .order_by(certificate.c.id)
    )
    found: dict[int, list[CertificateEntry]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(to_certificate(row))
    return found


async def _accounts(conn: AsyncConnection, people: Collection[int]) -> Mapping[int, list[Account]]:
    rows = await conn.execute(
        select(*ACCOUNT).where(account.c.person_id.in_(people)).order_by(account.c.platform)
    )
    found: dict[int, list[Account]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(to_account(row))
    return found


async def _copies(conn: AsyncConnection, people: Collection[int]) -> Mapping[int, list[CopyAsked]]:
    lost: Any = (
        select(outbox.c.id)
        .join(dispatch, dispatch.c.id == outbox.c.dispatch_id)
        .where(
            outbox.c.account_id == job.c.account_id,
            outbox.c.cause == job.c.cause,
            outbox.c.kind == jobs.LETTER,
            dispatch.c.state.in_(("refused", "undecided")),
        )
        .exists()
    )
    rows = await conn.execute(
        select(account.c.person_id, job.c.created_at, job.c.state)
        .join(account, account.c.id == job.c.account_id)
        .where(job.c.kind == jobs.COPY, job.c.state != jobs.FAILED, account.c.person_id.in_(people), ~lost)
        .order_by(job.c.id)
    )
    found: dict[int, list[CopyAsked]] = defaultdict(list)
    for person_id, asked_at, state in rows:
        found[person_id].append(CopyAsked(asked_at, waiting=state == jobs.WAITING))
    return found


async def _preferences(conn: AsyncConnection, people: Collection[int]) -> Mapping[int, Preference]:
    rows = await conn.execute(select(preference).where(preference.c.person_id.in_(people)))
    return {row.person_id: to_preference(row) for row in rows}


async def _questions(
    conn: AsyncConnection, wanted: Collection[int], people: Mapping[int, Person]
) -> Mapping[int, list[AskedQuestion]]:
    rows = await conn.execute(
        select(question).where(question.c.person_id.in_(wanted)).order_by(question.c.id)
    )
    found: dict[int, list[AskedQuestion]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(to_question(row, people[row.person_id]))
    return found


_Query = Callable[[AsyncConnection, Collection[int]], Awaitable[Mapping[int, Sequence[Any]]]]

# The field of the snapshot that each need fills with rows of one table, and how they are asked for.
_QUERIES: Final[Mapping[Need, tuple[str, _Query]]] = {
    Need.ENTRIES: ("history", _history),
    Need.ROLES: ("roles", _roles),
    Need.CERTIFICATES: ("certificates", _certificates),
    Need.REACH: ("accounts", _accounts),
    Need.COPIES: ("copies", _copies),
}
