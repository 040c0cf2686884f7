"""Everything that is kept of one person, for the copy that they may ask for (個資法第3條, 第10條)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, and_, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import RoleAssignment
from storage.audit import PASSING
from storage.rows import to_role
from storage.schema import (
    account,
    activation,
    audit,
    certificate,
    closed_standing,
    consent,
    conversation,
    dispatch,
    hours,
    inbox,
    opt_out,
    outbox,
    person,
    preference,
    question,
    reminder,
    role_assignment,
    standing,
    told,
    wave,
)

Rows = Sequence[RowMapping]


@dataclass(frozen=True, slots=True)
class Kept:
    """Whole rows, oldest first. `platforms` names the platform of each of the person's accounts, by its id.
    `links` are those that end the reminders, `office` what the person was told once as one of HR. The audit
    leaves out the steps inside a dialogue (`audit.PASSING`)."""

    person: RowMapping
    accounts: Rows
    consents: Rows
    activations: Rows
    preference: RowMapping | None
    conversations: Rows
    hours: Rows
    standings: Rows
    closed: Rows
    roles: Sequence[RoleAssignment]
    certificates: Rows
    reminders: Rows
    links: Rows
    office: Rows
    questions: Rows
    events: Rows
    told: Rows
    audit: Rows

    @property
    def platforms(self) -> Mapping[int, str]:
        return {row["id"]: row["platform"] for row in self.accounts}


async def gather(conn: AsyncConnection, person_id: int) -> Kept | None:
    """All of it at one moment; None for nobody."""
    found = (await conn.execute(select(person).where(person.c.id == person_id))).mappings().first()
    if found is None:
        return None

    async def rows(query: Any) -> Rows:
        return (await conn.execute(query)).mappings().all()

    async def of(table: Any, *order: Any) -> Rows:
        return await rows(select(table).where(table.c.person_id == person_id).order_by(*order))

    chats = select(account.c.id).where(account.c.person_id == person_id)
    roles = await conn.execute(
        select(role_assignment).where(role_assignment.c.person_id == person_id).order_by(role_assignment.c.id)
    )
    preferences = await of(preference, preference.c.person_id)
    return Kept(
        person=found,
        accounts=await of(account, account.c.platform),
        consents=await of(consent, consent.c.id),
        activations=await of(activation, activation.c.id),
        preference=preferences[0] if preferences else None,
        conversations=await rows(select(conversation).where(conversation.c.account_id.in_(chats))),
        hours=await of(hours, hours.c.learned_on, hours.c.id),
        standings=await of(standing, standing.c.year, standing.c.requirement, standing.c.part),
        closed=await of(closed_standing, closed_standing.c.year, closed_standing.c.requirement),
        roles=[to_role(row) for row in roles],
        certificates=await of(certificate, certificate.c.id),
        reminders=await rows(
            select(reminder, wave.c.day)
            .join(wave, wave.c.id == reminder.c.wave_id)
            .where(reminder.c.person_id == person_id)
            .order_by(reminder.c.id)
        ),
        links=await of(opt_out, opt_out.c.created_at),
        office=await of(told, told.c.at, told.c.what),
        questions=await of(question, question.c.id),
        events=await rows(
            select(inbox.c.platform, inbox.c.raw, inbox.c.received_at)
            .where(inbox.c.account_id.in_(chats))
            .order_by(inbox.c.seq)
        ),
        told=await rows(
            select(dispatch.c.platform, dispatch.c.body, dispatch.c.created_at)
            .where(
                dispatch.c.id.in_(
                    union(
                        select(outbox.c.dispatch_id).where(outbox.c.account_id.in_(chats)),
                        select(outbox.c.dispatch_id).where(
                            outbox.c.person_id == person_id, outbox.c.account_id.is_(None)
                        ),
                    )
                ),
                dispatch.c.body.is_not(None),
            )
            .order_by(dispatch.c.id)
        ),
        audit=await rows(
            select(audit)
            .where(
                # What a chat did before it was anybody's is theirs too; what it did for somebody else is not.
                or_(
                    audit.c.person_id == person_id,
                    and_(audit.c.account_id.in_(chats), audit.c.person_id.is_(None)),
                ),
                audit.c.action.not_in(PASSING),
            )
            .order_by(audit.c.id)
        ),
    )
