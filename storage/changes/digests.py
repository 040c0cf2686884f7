"""下載週報: the spreadsheets are slow work, so what is asked for is a job."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import DigestRequested
from storage import jobs
from storage.effects import Asked
from storage.officers import of_hr
from storage.schema import job
from storage.statements import upsert


async def requested(conn: AsyncConnection, asked: Sequence[Asked[DigestRequested]]) -> None:
    """One job for each event that asked, and none while one waits for the same chat: its answer serves both.
    Raises `Conflict` unless it is an officer's."""
    for one in asked:
        await of_hr(conn, one)
        waiting: Any = select(job.c.id).where(
            job.c.kind == jobs.DIGEST, job.c.state == jobs.WAITING, job.c.account_id == one.account_id
        )
        if await conn.scalar(waiting.limit(1)) is not None:
            continue
        await conn.execute(
            upsert(conn, job)
            .values(
                kind=jobs.DIGEST,
                account_id=one.account_id,
                cause=one.effect.cause,
                payload={"person": one.person_id},
                state=jobs.WAITING,
                created_at=one.at,
            )
            .on_conflict_do_nothing(index_elements=["kind", "cause"])
        )
