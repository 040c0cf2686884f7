"""A move to another unit: the role follows actual duty, so the new supervisor looks at it again (Q3)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import RoleStatus
from storage.audit import note
from storage.schema import role_assignment
from storage.statements import CHUNK
from storage.types import Instant

_KEPT = (
    role_assignment.c.person_id,
    role_assignment.c.roles,
    role_assignment.c.track,
    role_assignment.c.answers,
    role_assignment.c.edition,
)


async def review(conn: AsyncConnection, people: Sequence[int], at: datetime, actor: str) -> list[int]:
    """待複核: a new row with the same role for each of them who has one and is not under review already.
    One statement for a chunk. Returns who they are."""
    marked: list[int] = []
    for start in range(0, len(people), CHUNK):
        latest = (
            select(func.max(role_assignment.c.id))
            .where(role_assignment.c.person_id.in_(people[start : start + CHUNK]))
            .group_by(role_assignment.c.person_id)
        )
        kept = select(
            *_KEPT, literal(RoleStatus.REVIEW.value), literal(at, type_=Instant()), literal(actor)
        ).where(role_assignment.c.id.in_(latest), role_assignment.c.status != RoleStatus.REVIEW.value)
        columns = [*(column.name for column in _KEPT), "status", "decided_at", "decided_by"]
        added = await conn.scalars(
            insert(role_assignment).from_select(columns, kept).returning(role_assignment.c.person_id)
        )
        marked += added
    await note(conn, "role_review", marked, at, actor)
    return marked
