"""Rows as the records the rules read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Row

from guideline.records import (
    Access,
    Account,
    AskedQuestion,
    CertificateEntry,
    Conversation,
    HoursEntry,
    Person,
    Preference,
    RoleAssignment,
    RoleStatus,
    Source,
)
from storage.schema import account, certificate, hours, person

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
    person.c.email,
    person.c.exempt_from,
    person.c.exempt_until,
    person.c.counted,
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
    account.c.menu,
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
    hours.c.began_on,
    hours.c.replaces,
    hours.c.withdrawn_by,
)
CERTIFICATE: tuple[Column[Any], ...] = (
    certificate.c.id,
    certificate.c.certificate_id,
    certificate.c.name,
    certificate.c.obtained_on,
    certificate.c.reported_at,
    certificate.c.registered_at,
    certificate.c.withdrawn_at,
    certificate.c.key,
    certificate.c.returned_at,
)


def to_person(row: Sequence[Any]) -> Person:
    """A row that begins with the columns of `PERSON`."""
    number, employee_no, name, unit, title, access, *others = row[: len(PERSON)]
    return Person(number, employee_no, name, unit, title, Access(access), *others)


def to_account(row: Sequence[Any]) -> Account:
    """A row that begins with the columns of `ACCOUNT`."""
    return Account(*row[: len(ACCOUNT)])


def to_entry(row: Sequence[Any]) -> HoursEntry:
    """A row that begins with the columns of `ENTRY`."""
    number, learned_on, minutes, title, course, source, *others = row[: len(ENTRY)]
    return HoursEntry(number, learned_on, minutes, title, course, Source(source), *others)


def to_certificate(row: Sequence[Any]) -> CertificateEntry:
    """A row that begins with the columns of `CERTIFICATE`."""
    return CertificateEntry(*row[: len(CERTIFICATE)])


def to_preference(row: Row[Any]) -> Preference:
    """A whole row of `preference`."""
    return Preference(row.channel, row.stopped_at, row.snoozed_until, row.low_detail)


def to_question(row: Row[Any], asker: Person) -> AskedQuestion:
    """A whole row of `question`."""
    return AskedQuestion(row.id, asker, row.text, row.asked_at, row.answer, row.answered_at, row.key)


def to_conversation(row: Row[Any]) -> Conversation:
    """A whole row of `conversation`."""
    return Conversation(row.task, row.step, row.nonce, row.edition, row.draft, row.moved_at)


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
