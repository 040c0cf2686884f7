"""Reminders that the month's LINE messages did not reach: told on the person's next reply, which is free."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import settings
from storage.errors import Conflict
from storage.schema import reminder, wave
from storage.statements import several

_OF_PEOPLE: Final = (
    select(reminder.c.id, reminder.c.person_id, wave.c.occasion, wave.c.day)
    .join(wave, wave.c.id == reminder.c.wave_id)
    .where(
        literal_column("reminder.state = 'waiting'"),  # as the partial index has it
        reminder.c.person_id.in_(several("people")),
        wave.c.state.in_(("open", "done")),
        ~wave.c.shadow,
    )
    .order_by(wave.c.day, reminder.c.id)
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """`occasion` and `day` are its wave's."""

    id: int
    person_id: int
    occasion: str
    day: date


async def of_people(conn: AsyncConnection, people: Collection[int]) -> list[Waiting]:
    """Of these people, the oldest first: one statement where none waits. Nothing while HR holds the
    reminders back, and nothing of a wave that HR stopped."""
    if not people:
        return []
    rows = await conn.execute(_OF_PEOPLE, {"people": list(people)})
    found = [Waiting(*row) for row in rows]
    if not found or not await settings.sends(conn):
        return []
    return found


async def told(conn: AsyncConnection, numbers: Collection[int], on: date, real: datetime) -> None:
    """The reply that tells them is frozen by this transaction. Raises `Conflict` where one waits no more."""
    await _end(conn, numbers, state="told", told_on=on, decided_at=real)


async def dropped(conn: AsyncConnection, whys: Mapping[int, str], real: datetime) -> None:
    """Not due any more, by reason."""
    for why in sorted(set(whys.values())):
        numbers = [number for number, reason in whys.items() if reason == why]
        await _end(conn, numbers, state="dropped", reason=why, decided_at=real)


async def _end(conn: AsyncConnection, numbers: Collection[int], **values: object) -> None:
    if not numbers:
        return
    ended = await conn.execute(
        update(reminder).where(reminder.c.id.in_(numbers), reminder.c.state == "waiting").values(**values)
    )
    if ended.rowcount != len(numbers):
        raise Conflict("a reminder waits no more")
