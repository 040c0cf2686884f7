"""建議類別 and 與實際工作不符: each adds a row to the person's history (Q8, step 2)."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import RoleContested, RoleProposed
from guideline.records import RoleStatus
from storage.effects import Asked
from storage.errors import Conflict
from storage.schema import role_assignment


async def proposed(conn: AsyncConnection, asked: Sequence[Asked[RoleProposed]]) -> None:
    if asked:
        await conn.execute(
            insert(role_assignment),
            [
                {
                    "person_id": one.person_id,
                    "roles": one.change.roles,
                    "track": one.change.track,
                    "status": RoleStatus.PROPOSED.value,
                    "answers": one.change.answers,
                    "edition": one.change.edition,
                    "decided_at": one.at,
                    "decided_by": one.effect.actor,
                }
                for one in asked
            ],
        )


async def contested(conn: AsyncConnection, asked: Sequence[Asked[RoleContested]]) -> None:
    """Raises `Conflict` unless the contested assignment is the person's latest."""
    for one in asked:
        latest = (
            await conn.execute(
                select(role_assignment)
                .where(role_assignment.c.person_id == one.person_id)
                .order_by(role_assignment.c.id.desc())
                .limit(1)
            )
        ).first()
        if latest is None or latest.id != one.change.assignment_id:
            raise Conflict(f"role assignment {one.change.assignment_id} is not the latest")
        await conn.execute(
            insert(role_assignment).values(
                person_id=one.person_id,
                roles=latest.roles,
                track=latest.track,
                status=RoleStatus.CONTESTED.value,
                answers=latest.answers,
                edition=latest.edition,
                decided_at=one.at,
                decided_by=one.effect.actor,
                note=one.change.statement,
            )
        )
