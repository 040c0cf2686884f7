"""How a person wants to be reminded: one row, in place of the one before."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import PreferenceSet
from storage.effects import Asked
from storage.schema import preference
from storage.statements import upsert


async def kept(conn: AsyncConnection, asked: Sequence[Asked[PreferenceSet]]) -> None:
    """The last one of each person holds: one statement, whatever their number. Raises `Conflict` where the
    account is bound to nobody."""
    rows: dict[int, dict[str, Any]] = {
        one.person_id: {
            "person_id": one.person_id,
            "channel": one.change.preference.channel,
            "stopped_at": one.change.preference.stopped_at,
            "snoozed_until": one.change.preference.snoozed_until,
            "low_detail": one.change.preference.low_detail,
            "changed_at": one.at,
        }
        for one in asked
    }
    if rows:
        inserted = upsert(conn, preference)
        changed = {
            column.name: inserted.excluded[column.name]
            for column in preference.columns
            if not column.primary_key
        }
        await conn.execute(
            inserted.on_conflict_do_update(index_elements=["person_id"], set_=changed), list(rows.values())
        )
