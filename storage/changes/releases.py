"""解除綁定 and 刪除我的資料: what goes at once, and what stays because the law or the office needs it.

The account's own row stays until the next purge, so that the reply which tells the person still goes out;
it then takes whatever refers to it along (`storage.purge`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, case, delete, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import AccountReleased, PersonErased
from guideline.records import RoleStatus, Source
from storage import reminded
from storage.changes import conversations
from storage.effects import Asked
from storage.errors import Conflict
from storage.schema import (
    account,
    audit,
    certificate,
    consent,
    dispatch,
    file,
    hours,
    inbox,
    job,
    opt_out,
    outbox,
    preference,
    question,
    reminder,
    role_assignment,
    standing,
)
from storage.settling import silence, silence_mail
from storage.standings import PersonYear
from storage.writing import NOTICE, OFFICE

# What neither a supervisor nor HR stands behind; 待複核 comes of a move that HR entered.
_SUGGESTED = (RoleStatus.PROPOSED.value, RoleStatus.CONTESTED.value)


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows of each kind went, and which standings are to be reckoned again."""

    counts: Mapping[str, int]
    years: frozenset[PersonYear]


async def released(conn: AsyncConnection, asked: Sequence[Asked[AccountReleased]]) -> None:
    """The account is nobody's again. Raises `Conflict` unless it is still the person's."""
    for one in asked:
        freed = await _free(conn, one.person_id, one.at, account.c.id == one.change.account_id)
        if not freed:
            raise Conflict(f"account {one.change.account_id} is not this person's")
        await let_go(conn, freed, one.at, one.effect.cause)


async def erased(conn: AsyncConnection, asked: Sequence[Asked[PersonErased]]) -> dict[int, Erased]:
    """By person. The roster, official hours, registered certificates, confirmed roles (without the answers
    they came from), consent and audit stay."""
    return {one.person_id: await _erase(conn, one) for one in asked}


async def let_go(conn: AsyncConnection, chats: Sequence[int], at: datetime, cause: int | None) -> None:
    """Nothing of what these chats said for the person who has left them is kept or goes out any more, and
    nothing that was made for that person can be fetched through them. `cause` is the event in work."""
    if not chats:
        return
    await conversations.end(conn, chats)
    await silence(conn, chats, at)
    await conn.execute(
        update(consent)
        .where(consent.c.account_id.in_(chats), consent.c.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
    )
    await conn.execute(delete(job).where(job.c.account_id.in_(chats)))
    await conn.execute(delete(file).where(file.c.account_id.in_(chats)))
    # What waits was written after the release, by whoever holds the chat now; what is in work was read.
    read = or_(inbox.c.state != "waiting", inbox.c.seq == cause)
    await conn.execute(update(inbox).where(inbox.c.account_id.in_(chats), read).values(raw=b""))
    sent = dispatch.alias("sent")
    told = union(
        select(sent.c.id).where(sent.c.account_id.in_(chats)),
        select(outbox.c.dispatch_id).where(outbox.c.account_id.in_(chats)),
    )
    # What is still frozen is for others too: its words go once it is sent.
    await conn.execute(
        update(dispatch)
        .where(dispatch.c.id.in_(told))
        .values(fleeting=True, body=case((dispatch.c.state == "frozen", dispatch.c.body)))
    )
    await conn.execute(update(outbox).where(outbox.c.account_id.in_(chats)).values(receipt=""))


async def _free(conn: AsyncConnection, person_id: int, at: datetime, *which: Any) -> Sequence[int]:
    """`declined_at` lets the next purge take the row."""
    freed = await conn.scalars(
        update(account)
        .where(account.c.person_id == person_id, *which)
        .values(person_id=None, consented_at=None, declined_at=at)
        .returning(account.c.id)
    )
    return freed.all()


async def _erase(conn: AsyncConnection, one: Asked[PersonErased]) -> Erased:
    person = one.person_id
    years = {(person, year) for year in await _years(conn, person)}
    await _recall(conn, person, one.at)
    await _unmail(conn, person, one.at)
    counts = {
        "hours": await _delete(conn, hours, person, hours.c.source == Source.SELF.value),
        "roles": await _delete(conn, role_assignment, person, role_assignment.c.status.in_(_SUGGESTED)),
        "certificates": await _delete(conn, certificate, person, certificate.c.registered_at.is_(None)),
        "questions": await _delete(conn, question, person),
        "preferences": await _unset(conn, person),
    }
    await _delete(conn, opt_out, person)
    # What was missing goes; that they were written to, and when, keeps the next message a week away.
    await conn.execute(update(reminder).where(reminder.c.person_id == person).values(bucket=""))
    await conn.execute(
        update(role_assignment).where(role_assignment.c.person_id == person).values(answers={}, note="")
    )
    freed = await _free(conn, person, one.at)
    await let_go(conn, freed, one.at, one.effect.cause)
    return Erased({**counts, "accounts": len(freed)}, frozenset(years))


async def _years(conn: AsyncConnection, person: int) -> set[int]:
    """Of every entry and of every standing, so that none outlives the entries it was reckoned from."""
    days = await conn.scalars(select(hours.c.learned_on).where(hours.c.person_id == person).distinct())
    reckoned = await conn.scalars(select(standing.c.year).where(standing.c.person_id == person).distinct())
    return {day.year for day in days} | set(reckoned)


async def _recall(conn: AsyncConnection, person: int, at: datetime) -> None:
    """What others were told because of this person (a question to HR): its words go, and what was not
    sent yet is not sent any more. Before the questions themselves, which it speaks of."""
    caused = select(audit.c.cause).where(audit.c.person_id == person, audit.c.cause.is_not(None))
    unasked = (NOTICE, OFFICE)
    told = select(outbox.c.dispatch_id).where(outbox.c.cause.in_(caused), outbox.c.kind.in_(unasked))
    await conn.execute(
        update(dispatch)
        .where(dispatch.c.id.in_(told), dispatch.c.state == "frozen")
        .values(state="refused", reason="erased", settled_at=at, lease_until=None, lease_owner=None)
    )
    await conn.execute(update(dispatch).where(dispatch.c.id.in_(told)).values(body=None))
    await conn.execute(
        update(outbox)
        .where(outbox.c.cause.in_(caused), outbox.c.kind.in_(unasked))
        .values(receipt="", unreceived=False)
    )


async def _unmail(conn: AsyncConnection, person: int, at: datetime) -> None:
    """Nothing more of a wave is said to this person, and the words of what was mailed to them go."""
    await reminded.drop(conn, person)
    await silence_mail(conn, person, at)
    mailed = select(outbox.c.dispatch_id).where(outbox.c.person_id == person, outbox.c.account_id.is_(None))
    await conn.execute(update(dispatch).where(dispatch.c.id.in_(mailed)).values(body=None))


async def _unset(conn: AsyncConnection, person: int) -> int:
    """What was chosen goes, but not 停止提醒: the roster still has the mailbox that a wave writes to."""
    await conn.execute(
        update(preference)
        .where(preference.c.person_id == person, preference.c.stopped_at.is_not(None))
        .values(channel="", snoozed_until=None, low_detail=False)
    )
    return await _delete(conn, preference, person, preference.c.stopped_at.is_(None))


async def _delete(conn: AsyncConnection, table: Table, person: int, *which: Any) -> int:
    return (await conn.execute(delete(table).where(table.c.person_id == person, *which))).rowcount
