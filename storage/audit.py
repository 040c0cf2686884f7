"""Who did what to whom. Ids and kinds only: no text of a person ever stands in an audit row."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import (
    AccountBound,
    AccountReleased,
    CertificateOpened,
    CertificateRegistered,
    CertificateReported,
    CertificateReturned,
    CertificateWithdrawn,
    Change,
    ClosureSet,
    ConsentGiven,
    ConversationEnded,
    ConversationMoved,
    ForesightAsked,
    HoursCorrected,
    HoursWithdrawn,
    PersonErased,
    PreferenceSet,
    QuestionAnswered,
    QuestionsAccepted,
    ReachabilityChanged,
    RemindersPaused,
    RemindersReleased,
    RoleContested,
    RoleProposed,
    WaveStopped,
)
from storage.effects import Effect
from storage.schema import audit


def action(kind: type[Any]) -> str:
    """hours_logged for HoursLogged."""
    return _snake(kind.__name__)


@cache
def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


_RECORD: Final = insert(audit)
NONE_ERASED: Final[Mapping[int, Mapping[str, int]]] = MappingProxyType({})
# Steps inside a dialogue leave nothing behind, so their rows go with the raw events (see `purge`).
PASSING: Final = (action(ConversationMoved), action(ConversationEnded))


async def record(
    conn: AsyncConnection,
    effects: Sequence[Effect],
    at: datetime,
    erased: Mapping[int, Mapping[str, int]] = NONE_ERASED,
) -> None:
    """One row for each change. `erased`: how many rows of each kind went, by erased person."""
    await conn.execute(
        _RECORD,
        [
            {
                "at": at,
                "actor": effect.actor,
                "action": action(type(effect.change)),
                "person_id": _person(effect),
                "account_id": effect.account.id,
                "cause": effect.cause,
                "detail": _erased(effect, erased) or _detail(effect.change),
            }
            for effect in effects
        ],
    )


async def note(conn: AsyncConnection, what: str, people: Sequence[int], at: datetime, actor: str) -> None:
    """One row for each person of something done to many at once (a roster import, codes issued)."""
    if people:
        row = {"at": at, "actor": actor, "action": what, "account_id": None, "cause": None, "detail": {}}
        await conn.execute(insert(audit), [{**row, "person_id": number} for number in people])


async def decided(
    conn: AsyncConnection, what: str, detail: Mapping[str, Any], at: datetime, actor: str
) -> None:
    """One row of something decided for the whole agency (a year closed)."""
    row = {"at": at, "actor": actor, "action": what, "detail": dict(detail)}
    await conn.execute(insert(audit), [{**row, "person_id": None, "account_id": None, "cause": None}])


def _person(effect: Effect) -> int | None:
    """To whom: another than who wrote where HR acts for them."""
    match effect.change:
        case (
            AccountBound(person_id=other)
            | CertificateRegistered(person_id=other)
            | CertificateReturned(person_id=other)
            | QuestionAnswered(person_id=other)
        ):
            return other
    return effect.person_id


def _erased(effect: Effect, erased: Mapping[int, Mapping[str, int]]) -> dict[str, int]:
    person = effect.person_id
    return dict(erased.get(person, {})) if isinstance(effect.change, PersonErased) and person else {}


def _detail(change: Change) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912 - a table
    match change:
        case ConsentGiven(notice):
            return {"notice": notice}
        case AccountBound(activation_id):
            return {"activation": activation_id}
        case AccountReleased(account_id):
            return {"account": account_id}
        case ReachabilityChanged(reachable):
            return {"reachable": reachable}
        case ConversationMoved(conversation):
            return {"task": conversation.task}
        case RoleProposed(roles, track, _, edition):
            return {"roles": list(roles), "track": track, "edition": edition}
        case RoleContested(assignment_id):
            return {"assignment": assignment_id}
        case HoursWithdrawn(entry_id, version) | HoursCorrected(entry_id, version):
            return {"entry": entry_id, "version": version}
        case CertificateReported(certificate_id):
            return {"certificate": certificate_id}
        case CertificateWithdrawn(entry_id) | CertificateRegistered(entry_id) | CertificateReturned(entry_id):
            return {"entry": entry_id}
        case CertificateOpened(certificate_id, is_open):
            return {"certificate": certificate_id, "open": is_open}
        case QuestionAnswered(question_id):
            return {"question": question_id}
        case QuestionsAccepted(accepting):
            return {"accepting": accepting}
        case RemindersReleased(released):
            return {"released": released}
        case RemindersPaused(paused):
            return {"paused": paused}
        case WaveStopped(wave_id):
            return {"wave": wave_id}
        case ClosureSet(day, closed):
            return {"day": day.isoformat(), "closed": closed}
        case ForesightAsked(view):
            return {"view": view}
        case PreferenceSet(kept):
            return {
                "channel": kept.channel,
                "stopped": kept.stopped_at is not None,
                "snoozed": kept.snoozed_until is not None,
                "low_detail": kept.low_detail,
            }
        case _:
            return {}
