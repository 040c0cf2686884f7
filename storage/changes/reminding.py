"""What HR decides about reminders: released or on trial, paused, a wave stopped, the agency closed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import ClosureSet, ForesightAsked, RemindersPaused, RemindersReleased, WaveStopped
from storage import jobs, settings
from storage.effects import Asked
from storage.errors import Conflict
from storage.officers import deciding, of_hr
from storage.reminding import UNDER_WAY
from storage.schema import closure, job, wave
from storage.statements import upsert


async def released(conn: AsyncConnection, asked: Sequence[Asked[RemindersReleased]], at: datetime) -> None:
    """Back on trial, what is under way stops at once. Raises `Conflict` unless who asks decides for the
    whole agency."""
    for one in asked:
        await deciding(conn, one)
        await settings.keep(conn, settings.RELEASED, one.change.released, at, one.effect.actor)
        if not one.change.released:
            await _stop(conn, one.effect.actor, at, ~wave.c.shadow)


async def paused(conn: AsyncConnection, asked: Sequence[Asked[RemindersPaused]], at: datetime) -> None:
    """Raises `Conflict` unless who asks decides for the whole agency."""
    for one in asked:
        await deciding(conn, one)
        await settings.keep(conn, settings.PAUSED, one.change.paused, at, one.effect.actor)


async def stopped(conn: AsyncConnection, asked: Sequence[Asked[WaveStopped]], at: datetime) -> None:
    """Raises `Conflict` unless who asks decides for the whole agency and the wave is under way."""
    for one in asked:
        await deciding(conn, one)
        if not await _stop(conn, one.effect.actor, at, wave.c.id == one.change.wave_id):
            raise Conflict(f"wave {one.change.wave_id} is not under way")


async def closed(conn: AsyncConnection, asked: Sequence[Asked[ClosureSet]], at: datetime) -> None:
    """Raises `Conflict` unless who asks decides for the whole agency and the day is otherwise now."""
    for one in asked:
        await deciding(conn, one)
        if one.change.closed:
            row = {"note": one.change.note, "changed_at": at, "changed_by": one.effect.actor}
            kept = await conn.execute(
                upsert(conn, closure)
                .values(day=one.change.day, **row)
                .on_conflict_do_nothing(index_elements=["day"])
            )
        else:
            kept = await conn.execute(delete(closure).where(closure.c.day == one.change.day))
        if kept.rowcount != 1:
            raise Conflict(f"{one.change.day} is so already")


async def asked(conn: AsyncConnection, wanted: Sequence[Asked[ForesightAsked]]) -> None:
    """One job for each event that asked. Raises `Conflict` unless it is an officer's, and to release the
    reminders that of one who decides."""
    for one in wanted:
        await (deciding if one.change.view == "release" else of_hr)(conn, one)
        await conn.execute(
            upsert(conn, job)
            .values(
                kind=jobs.FORESIGHT,
                account_id=one.account_id,
                cause=one.effect.cause,
                payload={"person": one.person_id, "view": one.change.view, "page": one.change.page},
                state=jobs.WAITING,
                created_at=one.at,
            )
            .on_conflict_do_nothing(index_elements=["kind", "cause"])
        )


async def _stop(conn: AsyncConnection, actor: str, at: datetime, which: ColumnElement[bool]) -> int:
    ended = await conn.execute(
        update(wave)
        .where(which, wave.c.state.in_(UNDER_WAY))
        .values(state="stopped", ended_at=at, ended_by=actor)
    )
    return ended.rowcount
