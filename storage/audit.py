"""Who did what to whom. Ids and kinds only: no text of a person ever stands in an audit row."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import (
    AccountBound,
    Change,
    ConsentGiven,
    ConversationEnded,
    ConversationMoved,
    HoursWithdrawn,
    PreferenceSet,
    ReachabilityChanged,
    RoleContested,
    RoleProposed,
)
from storage.effects import Effect
from storage.schema import audit


def action(kind: type[Any]) -> str:
    """hours_logged for HoursLogged."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


# Steps inside a dialogue leave nothing behind, so their rows go with the raw events (see `purge`).
PASSING: Final = (action(ConversationMoved), action(ConversationEnded))


async def record(conn: AsyncConnection, effects: Sequence[Effect], at: datetime) -> None:
    """One row for each change."""
    await conn.execute(
        insert(audit),
        [
            {
                "at": at,
                "actor": effect.actor,
                "action": action(type(effect.change)),
                "person_id": _person(effect),
                "account_id": effect.account.id,
                "cause": effect.cause,
                "detail": _detail(effect.change),
            }
            for effect in effects
        ],
    )


async def note(conn: AsyncConnection, what: str, people: Sequence[int], at: datetime, actor: str) -> None:
    """One row for each person of something done to many at once (a roster import, codes issued)."""
    if people:
        row = {"at": at, "actor": actor, "action": what, "account_id": None, "cause": None, "detail": {}}
        await conn.execute(insert(audit), [{**row, "person_id": number} for number in people])


def _person(effect: Effect) -> int | None:
    return effect.change.person_id if isinstance(effect.change, AccountBound) else effect.person_id


def _detail(change: Change) -> dict[str, Any]:  # noqa: PLR0911 - a table, one line a kind
    match change:
        case ConsentGiven(notice):
            return {"notice": notice}
        case AccountBound(activation_id):
            return {"activation": activation_id}
        case ReachabilityChanged(reachable):
            return {"reachable": reachable}
        case ConversationMoved(conversation):
            return {"task": conversation.task}
        case RoleProposed(roles, track, _, edition):
            return {"roles": list(roles), "track": track, "edition": edition}
        case RoleContested(assignment_id):
            return {"assignment": assignment_id}
        case HoursWithdrawn(entry_id, version):
            return {"entry": entry_id, "version": version}
        case PreferenceSet(kept):
            return {
                "channel": kept.channel,
                "stopped": kept.stopped_at is not None,
                "snoozed": kept.snoozed_until is not None,
                "low_detail": kept.low_detail,
            }
        case _:
            return {}
