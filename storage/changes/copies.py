"""索取複本: the copy is slow work, so what is asked for is a job (個資法第3條)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import CopyRequested
from storage import jobs
from storage.effects import Asked
from storage.errors import Conflict
from storage.schema import account, job
from storage.statements import upsert


async def requested(conn: AsyncConnection, asked: Sequence[Asked[CopyRequested]]) -> None:
    """One job for each event that asked. Raises `Conflict` while another copy of the person's is being
    made, whichever of their chats it is for."""
    for one in asked:
        waiting: Any = (
            select(job.c.id)
            .join(account, account.c.id == job.c.account_id)
            .where(
                job.c.kind == jobs.COPY,
                job.c.state == jobs.WAITING,
                account.c.person_id == one.person_id,
            )
        )
        if (await conn.execute(waiting.limit(1))).first() is not None:
            raise Conflict("a copy of this person's data is being made already")
        await conn.execute(
            upsert(conn, job)
            .values(
                kind=jobs.COPY,
                account_id=one.account_id,
                cause=one.effect.cause,
                payload={"person": one.person_id},
                state=jobs.WAITING,
                created_at=one.at,
            )
            .on_conflict_do_nothing(index_elements=["kind", "cause"])
        )
