"""Rows as the records the rules read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Row

from guideline.records import (
    Access,
    Account,
    Conversation,
    HoursEntry,
    Person,
    RoleAssignment,
    RoleStatus,
    Source,
)
from storage.schema import account, hours, person

PERSON: tuple[Column[Any], ...] = (
    person.c.id,
    person.c.employee_no,
    person.c.name,
    person.c.unit,
    person.c.title,
    person.c.access,
    person.c.category,
    person.c.joined_on,
    person.c.left_on,
)
ACCOUNT: tuple[Column[Any], ...] = (
    account.c.id,
    account.c.platform,
    account.c.user_id,
    account.c.person_id,
    account.c.consented_at,
    account.c.reachable,
    account.c.code_failures,
    account.c.code_locked_until,
)
ENTRY: tuple[Column[Any], ...] = (
    hours.c.id,
    hours.c.learned_on,
    hours.c.minutes,
    hours.c.title,
    hours.c.course_id,
    hours.c.source,
    hours.c.reported_at,
    hours.c.version,
    hours.c.withdrawn_at,
    hours.c.key,
)


def to_person(row: Sequence[Any]) -> Person:
    """A row that begins with the columns of `PERSON`."""
    number, employee_no, name, unit, title, access, category, joined_on, left_on = row[: len(PERSON)]
    return Person(number, employee_no, name, unit, title, Access(access), category, joined_on, left_on)


def to_account(row: Sequence[Any]) -> Account:
    """A row that begins with the columns of `ACCOUNT`."""
    return Account(*row[: len(ACCOUNT)])


def to_entry(row: Sequence[Any]) -> HoursEntry:
    """A row that begins with the columns of `ENTRY`."""
    number, learned_on, minutes, title, course, source, reported_at, version, withdrawn_at, key = row[
        : len(ENTRY)
    ]
    return HoursEntry(
        id=number,
        learned_on=learned_on,
        minutes=minutes,
        title=title,
        course_id=course,
        source=Source(source),
        reported_at=reported_at,
        version=version,
        withdrawn_at=withdrawn_at,
        key=key,
    )


def to_conversation(row: Row[Any]) -> Conversation:
    """A whole row of `conversation`."""
    return Conversation(row.task, row.step, row.nonce, row.edition, row.draft)


def to_role(row: Row[Any]) -> RoleAssignment:
    """A whole row of `role_assignment`."""
    return RoleAssignment(
        id=row.id,
        roles=tuple(row.roles),
        track=row.track,
        status=RoleStatus(row.status),
        answers={question: tuple(options) for question, options in row.answers.items()},
        edition=row.edition,
        decided_at=row.decided_at,
        note=row.note,
    )
