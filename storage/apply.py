"""The one door: every change of every channel becomes rows here, with its precondition and an audit row.

The changes of a chat that happen all the time (a conversation moves, hours are logged) take the same few
statements for a whole batch; rare ones take theirs one by one, since each has a precondition of its own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import (
    AccountBound,
    AccountReleased,
    CertificateOpened,
    CertificateRegistered,
    CertificateReported,
    CertificateReturned,
    CertificateWithdrawn,
    ClosureSet,
    CodeRefused,
    ConsentDeclined,
    ConsentGiven,
    CopyRequested,
    DigestRequested,
    ForesightAsked,
    HoursCorrected,
    HoursLogged,
    HoursWithdrawn,
    MessageUnsent,
    PersonErased,
    PreferenceSet,
    QuestionAnswered,
    QuestionAsked,
    QuestionsAccepted,
    ReachabilityChanged,
    RemindersPaused,
    RemindersReleased,
    RoleContested,
    RoleProposed,
    WaveStopped,
)
from guideline.editions import Editions
from storage.audit import record
from storage.changes import (
    access,
    certificates,
    consents,
    conversations,
    copies,
    digests,
    hours,
    preferences,
    questions,
    releases,
    reminding,
    roles,
    unsent,
)
from storage.effects import Effect, of_kind
from storage.errors import Busy
from storage.schema import person
from storage.standings import reckon_again
from storage.statements import locks_rows, several

__all__ = ["Effect", "apply"]

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL, appendix A
_LOCK: Final = (
    select(person.c.id)
    .where(person.c.id.in_(several("people")))
    .order_by(person.c.id)
    .with_for_update(key_share=True, nowait=True)
)


async def apply(conn: AsyncConnection, editions: Editions, effects: Sequence[Effect], at: datetime) -> None:
    """Makes all of them hold, and the standing of everyone whose hours changed; `at` is business time.

    Raises `Conflict` when a precondition (see each change in guideline.changes) does not hold; the
    transaction must then be rolled back, which `Database.write` does.
    """
    if not effects:
        return
    await _lock_people(conn, effects)
    await consents.given(conn, of_kind(effects, ConsentGiven))
    await consents.declined(conn, of_kind(effects, ConsentDeclined))
    await access.refused(conn, of_kind(effects, CodeRefused))
    await access.bound(conn, of_kind(effects, AccountBound))
    await access.reachability(conn, of_kind(effects, ReachabilityChanged))
    await conversations.moved(conn, effects)
    await roles.proposed(conn, of_kind(effects, RoleProposed))
    await roles.contested(conn, of_kind(effects, RoleContested))
    await certificates.reported(conn, of_kind(effects, CertificateReported))
    await certificates.withdrawn(conn, of_kind(effects, CertificateWithdrawn))
    await certificates.registered(conn, of_kind(effects, CertificateRegistered))
    await certificates.returned(conn, of_kind(effects, CertificateReturned))
    await certificates.opened(conn, of_kind(effects, CertificateOpened))
    affected = await hours.logged(conn, of_kind(effects, HoursLogged))
    affected |= await hours.withdrawn(conn, of_kind(effects, HoursWithdrawn))
    affected |= await hours.corrected(conn, of_kind(effects, HoursCorrected))
    await preferences.kept(conn, of_kind(effects, PreferenceSet))
    await questions.accepted(conn, of_kind(effects, QuestionsAccepted), at)
    await questions.asked(conn, of_kind(effects, QuestionAsked))
    await questions.answered(conn, of_kind(effects, QuestionAnswered))
    await reminding.released(conn, of_kind(effects, RemindersReleased), at)
    await reminding.paused(conn, of_kind(effects, RemindersPaused), at)
    await reminding.stopped(conn, of_kind(effects, WaveStopped), at)
    await reminding.closed(conn, of_kind(effects, ClosureSet), at)
    await reminding.asked(conn, of_kind(effects, ForesightAsked))
    await copies.requested(conn, of_kind(effects, CopyRequested))
    await digests.requested(conn, of_kind(effects, DigestRequested))
    await unsent.erase(conn, of_kind(effects, MessageUnsent))
    await releases.released(conn, of_kind(effects, AccountReleased))
    erased = await releases.erased(conn, of_kind(effects, PersonErased))
    affected |= {year for one in erased.values() for year in one.years}
    await reckon_again(conn, editions, affected, at)
    await record(conn, effects, at, {number: one.counts for number, one in erased.items()})


async def _lock_people(conn: AsyncConnection, effects: Sequence[Effect]) -> None:
    """Nobody else changes these people until the transaction ends: two sums over one person's hours, made
    at once, would each miss the other's entry. Not waited for: others of the batch would wait too."""
    people = {one.person_id for one in effects if one.person_id is not None}
    people |= {one.change.person_id for one in of_kind(effects, AccountBound)}
    if people and locks_rows(conn):
        try:
            await conn.execute(_LOCK, {"people": list(people)})
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            raise Busy("a person") from None
