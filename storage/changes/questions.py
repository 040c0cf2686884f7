"""Questions to HR: asked while HR takes them, answered once, by HR's people only."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import QuestionAnswered, QuestionAsked, QuestionsAccepted
from guideline.records import OPEN_QUESTIONS
from storage import settings
from storage.effects import Asked
from storage.errors import Conflict
from storage.officers import of_hr
from storage.schema import question


async def asked(conn: AsyncConnection, wanted: Sequence[Asked[QuestionAsked]]) -> None:
    """Raises `Conflict` where HR takes none now, or as many of the person's wait as may."""
    if wanted and not await settings.accepting(conn):
        raise Conflict("HR takes no questions now")
    for one in wanted:
        waiting = await conn.scalar(
            select(func.count())
            .select_from(question)
            .where(question.c.person_id == one.person_id, question.c.answered_at.is_(None))
        )
        if (waiting or 0) >= OPEN_QUESTIONS:
            raise Conflict(f"{OPEN_QUESTIONS} questions of one person wait already")
        await conn.execute(
            insert(question).values(
                person_id=one.person_id, text=one.change.text, asked_at=one.at, key=one.change.key
            )
        )


async def answered(conn: AsyncConnection, wanted: Sequence[Asked[QuestionAnswered]]) -> None:
    """Raises `Conflict` unless it is an officer's and the question is that person's and still open: of two
    officers the first one's answer holds."""
    for one in wanted:
        await of_hr(conn, one)
        kept = await conn.execute(
            update(question)
            .where(
                question.c.id == one.change.question_id,
                question.c.person_id == one.change.person_id,
                question.c.answered_at.is_(None),
            )
            .values(answer=one.change.answer, answered_at=one.at, answered_by=one.effect.actor)
        )
        if kept.rowcount != 1:
            raise Conflict(f"question {one.change.question_id} is answered or unknown")


async def accepted(conn: AsyncConnection, wanted: Sequence[Asked[QuestionsAccepted]], at: datetime) -> None:
    """Raises `Conflict` unless it is an officer's."""
    for one in wanted:
        await of_hr(conn, one)
        await settings.keep(conn, settings.ACCEPTING, one.change.accepting, at, one.effect.actor)
