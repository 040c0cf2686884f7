"""Parts of a snapshot that only some events ask for (`guideline.records.Need`): one set query each."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import (
    Account,
    AskedQuestion,
    CertificateEntry,
    CopyAsked,
    HoursEntry,
    Need,
    Office,
    Person,
    Platform,
    Preference,
    RoleAssignment,
)
from storage import jobs, officers, reach, reminding, settings
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

_LISTS: Final = frozenset({Need.ASKED_OF_HR, Need.FOR_FORM_51})
_OPEN: Final = question.c.answered_at.is_(None)
_UNREGISTERED: Final = and_(certificate.c.registered_at.is_(None), certificate.c.withdrawn_at.is_(None))


async def load(
    conn: AsyncConnection,
    asked: Mapping[Need, Collection[int]],
    people: Mapping[int, Person],
    today: date,
    platforms: Collection[Platform],
) -> dict[int, dict[str, Any]]:
    """Fields of `Snapshot` by person, of those that each need was asked for. `people` are all of them,
    `platforms` those that work."""
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
        _give(found, wanted, "hr_reached", await reach.hr_reached(conn, today, platforms))
    hr = {number for number in asked.get(Need.OFFICE, ()) if number in people and people[number].of_hr}
    if hr:
        listed = {need for need in _LISTS if hr.intersection(asked.get(need, ()))}
        _give(found, hr, "office", await office(conn, today, listed))
    return found


async def office(conn: AsyncConnection, today: date, listed: Collection[Need] = _LISTS) -> Office:
    """What waits for HR now. Of what is `listed` all of it: a button or a number may mean any of them, on
    whatever page."""
    questions = await _open_questions(conn, None if Need.ASKED_OF_HR in listed else 1)
    certificates = await _unregistered(conn) if Need.FOR_FORM_51 in listed else ()
    return Office(
        questions=questions,
        questions_open=await conn.scalar(select(func.count(question.c.id)).where(_OPEN)) or 0,
        certificates=certificates,
        certificates_waiting=await conn.scalar(select(func.count(certificate.c.id)).where(_UNREGISTERED))
        or 0,
        accepting=await settings.accepting(conn),
        reminding=await reminding.stands(conn, today),
        officers=await officers.units(conn, today),
    )


async def _open_questions(conn: AsyncConnection, most: int | None) -> tuple[AskedQuestion, ...]:
    rows = await conn.execute(
        select(*PERSON, question)
        .join(question, question.c.person_id == person.c.id)
        .where(_OPEN)
        .order_by(question.c.id)
        .limit(most)
    )
    return tuple(
        AskedQuestion(
            row[len(PERSON)], to_person(row), row.text, row.asked_at, row.answer, row.answered_at, row.key
        )
        for row in rows
    )


async def _unregistered(conn: AsyncConnection) -> tuple[tuple[Person, CertificateEntry], ...]:
    rows = await conn.execute(
        select(*CERTIFICATE, *PERSON)
        .join(person, person.c.id == certificate.c.person_id)
        .where(_UNREGISTERED)
        .order_by(certificate.c.returned_at.is_not(None), certificate.c.id)
    )
    return tuple((to_person(row[len(CERTIFICATE) :]), to_certificate(row)) for row in rows)


def _give(found: dict[int, dict[str, Any]], people: Collection[int], name: str, value: Any) -> None:
    """The same to each of them."""
    for number in people:
        found[number][name] = value


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
        .where(certificate.c.person_id.in_(people))
        .order_by(certificate.c.id)
    )
    # Numbered before those withdrawn are left out, so that a number never passes to another.
    found: dict[int, list[CertificateEntry]] = defaultdict(list)
    for row in rows:
        mine = found[row.person_id]
        mine.append(replace(to_certificate(row), number=len(mine) + 1))
    return {number: [held for held in all_ if held.withdrawn_at is None] for number, all_ in found.items()}


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
