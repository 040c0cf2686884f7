"""The waves of a year (`storage.schema.reminders`). Who is in one: `storage.planned`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import case, exists, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from guideline.rhythm import Occasion
from storage import settings
from storage.planned import in_state
from storage.schema import dispatch, outbox, reminder, setting, wave
from storage.statements import upsert

STOPPED: Final = "stopped"  # state of a wave that HR stopped
DONE: Final = "done"  # state of a wave of which everybody is settled

_WAVES: Final = select(wave.c.id, wave.c.occasion, wave.c.day, wave.c.state, wave.c.shadow, wave.c.created_at)
_OPEN: Final = _WAVES.where(wave.c.state == "open", ~wave.c.shadow).order_by(wave.c.id)


@dataclass(frozen=True, slots=True)
class Wave:
    id: int
    occasion: str
    day: date
    state: str  # planning | open | stopped | done
    shadow: bool
    created_at: datetime


async def begun(conn: AsyncConnection, occasion: Occasion, shadow: bool, real: datetime) -> Wave:
    """The wave of this occasion, made now where there is none yet."""
    first = upsert(conn, wave).values(
        occasion=occasion.id, day=occasion.day, state="planning", shadow=shadow, created_at=real
    )
    await conn.execute(first.on_conflict_do_nothing(index_elements=["occasion"]))
    return _wave((await conn.execute(_WAVES.where(wave.c.occasion == occasion.id))).one())


async def of(conn: AsyncConnection, occasion: str) -> Wave | None:
    """The wave of this occasion, if there is one."""
    row = (await conn.execute(_WAVES.where(wave.c.occasion == occasion))).first()
    return _wave(row) if row is not None else None


async def unended(conn: AsyncConnection) -> list[Wave]:
    """Those that are being planned or sent, and stopped or done ones of which somebody is planned: a refusal
    may come after the wave has ended."""
    left = exists().where(reminder.c.wave_id == wave.c.id, in_state("planned"))
    rows = await conn.execute(_WAVES.where(wave.c.state.in_(("planning", "open")) | left).order_by(wave.c.id))
    return [_wave(row) for row in rows]


async def open_for_sending(conn: AsyncConnection) -> tuple[Wave, ...]:
    """Those of which people are told, on their days: an earlier one of which a call is still under way holds
    up no later one."""
    rows = await conn.execute(_OPEN)
    return tuple(_wave(row) for row in rows)


async def may_go_on(conn: AsyncConnection, number: int) -> bool:
    """Whether the wave is open and HR lets the waves go out; nobody stops it until this transaction ends."""
    kept = [
        select(setting.c.value).where(setting.c.key == key).scalar_subquery()
        for key in (settings.RELEASED, settings.PAUSED)
    ]
    held = select(*kept).where(wave.c.id == number, wave.c.state == "open", ~wave.c.shadow)
    row = (await conn.execute(held.with_for_update(read=True, of=wave))).first()
    return row is not None and row[0] is True and row[1] is not True


async def opened(conn: AsyncConnection, number: int) -> bool:
    """The plan is made: from now on people are told. False where somebody stopped it meanwhile."""
    moved = await conn.execute(
        update(wave).where(wave.c.id == number, wave.c.state == "planning").values(state="open")
    )
    return moved.rowcount == 1


async def end(conn: AsyncConnection, number: int, real: datetime) -> bool:
    """The wave is done, where nobody is planned any more and nothing of it is under way."""
    left = exists().where(reminder.c.wave_id == number, in_state("planned"))
    sending = (
        select(dispatch.c.id)
        .join(outbox, outbox.c.dispatch_id == dispatch.c.id)
        .join(reminder, reminder.c.id == outbox.c.reminder_id)
        .where(dispatch.c.state == "frozen", reminder.c.wave_id == number)
        .exists()
    )
    ended = await conn.execute(
        update(wave)
        .where(wave.c.id == number, wave.c.state.in_(("planning", "open")), ~left, ~sending)
        .values(state=DONE, ended_at=real)
    )
    return ended.rowcount == 1


async def backlog(conn: AsyncConnection, way: Way, kind: str) -> tuple[int, int]:
    """How many calls of this kind wait for their first attempt, and for another one."""
    first = (
        select(outbox.c.kind)
        .where(outbox.c.dispatch_id == dispatch.c.id)
        .order_by(outbox.c.id)
        .limit(1)
        .scalar_subquery()
    )
    untried = func.coalesce(func.sum(case((dispatch.c.attempts == 0, 1), else_=0)), 0)
    counted = select(untried, func.count()).where(
        dispatch.c.state == literal_column("'frozen'"),
        dispatch.c.platform == way,
        dispatch.c.lane == 1,
        dispatch.c.lease_until.is_(None),
        first == kind,
    )
    new, all_of_them = (await conn.execute(counted)).one()
    return int(new), int(all_of_them) - int(new)


def _wave(row: Any) -> Wave:
    return Wave(*row)
