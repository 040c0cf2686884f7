"""The link in a mail that ends a person's reminders: what 停止提醒 does in a chat, for who has none.

Only a hash of the token is stored. Ages are real time.
"""

from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.audit import note
from storage.files import hash_token, new_token
from storage.schema import opt_out, preference
from storage.statements import upsert

LIFE: Final = timedelta(days=400)  # a mail of last winter still shows how to stop this winter's
ACTION: Final = "reminders_stopped"
State = Literal["open", "done"]


async def make(conn: AsyncConnection, person_id: int, real: datetime) -> str:
    """A token of 256 bits for one mail to this person."""
    token = new_token()
    row = {"token_hash": hash_token(token), "person_id": person_id, "created_at": real}
    await conn.execute(insert(opt_out).values(row))
    return token


async def state(conn: AsyncConnection, token: str, real: datetime) -> State | None:
    """Whether its link has been used; None for an unknown or a very old one."""
    row = (
        await conn.execute(
            select(opt_out.c.used_at).where(
                opt_out.c.token_hash == hash_token(token), opt_out.c.created_at > real - LIFE
            )
        )
    ).first()
    return None if row is None else "open" if row.used_at is None else "done"


async def use(conn: AsyncConnection, token: str, real: datetime, now: datetime) -> bool:
    """Ends the reminders of whose mail it was, once: a link used before changes nothing, even where they have
    been asked for again since. False for an unknown or a very old one. `now` is business time."""
    row = (
        await conn.execute(
            select(opt_out.c.person_id, opt_out.c.used_at)
            .where(opt_out.c.token_hash == hash_token(token), opt_out.c.created_at > real - LIFE)
            .with_for_update()
        )
    ).first()
    if row is None or row.used_at is not None:
        return row is not None
    await conn.execute(update(opt_out).where(opt_out.c.token_hash == hash_token(token)).values(used_at=real))
    stopped = {"stopped_at": now, "snoozed_until": None, "changed_at": now}
    await conn.execute(
        upsert(conn, preference)
        .values(person_id=row.person_id, channel="", low_detail=False, **stopped)
        .on_conflict_do_update(
            index_elements=["person_id"], set_=stopped, where=preference.c.stopped_at.is_(None)
        )
    )
    await note(conn, ACTION, [row.person_id], now, "mail")
    return True


def dead(real: datetime) -> ColumnElement[bool]:
    """Links too old to be used."""
    return opt_out.c.created_at <= real - LIFE
