"""Hours reported, corrected and withdrawn. What they amount to is reckoned in the same transaction
(`apply`). A year that HR has closed takes none of these (hr-year 7)."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, insert, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import HoursCorrected, HoursLogged, HoursWithdrawn
from guideline.records import Source
from storage import years
from storage.effects import Asked
from storage.errors import Conflict
from storage.schema import hours
from storage.standings import PersonYear

_INSERT: Final = insert(hours)


async def logged(conn: AsyncConnection, asked: Sequence[Asked[HoursLogged]]) -> set[PersonYear]:
    """One statement for all. Returns whose standing of which year is to be reckoned again. Raises
    `Conflict` where the year is closed."""
    if asked:
        await _still_open(conn, {one.change.learned_on.year for one in asked})
        await conn.execute(_INSERT, [_row(one, one.change) for one in asked])
    return {(one.person_id, one.change.learned_on.year) for one in asked}


async def withdrawn(conn: AsyncConnection, asked: Sequence[Asked[HoursWithdrawn]]) -> set[PersonYear]:
    """The entry stays, marked. Raises `Conflict` unless it is the person's, has this version, is not
    withdrawn yet, and its year is open."""
    affected: set[PersonYear] = set()
    for one in asked:
        learned_on = await _withdraw(conn, one, one.change.entry_id, one.change.version)
        affected.add((one.person_id, learned_on.year))
    await _still_open(conn, {year for _, year in affected})
    return affected


async def corrected(conn: AsyncConnection, asked: Sequence[Asked[HoursCorrected]]) -> set[PersonYear]:
    """The entry is withdrawn and another stands in its place; both years are affected. Raises `Conflict`
    unless it is the person's own report, has this version, is not withdrawn, and both years are open."""
    affected: set[PersonYear] = set()
    for one in asked:
        own = hours.c.source == Source.SELF.value
        learned_on = await _withdraw(conn, one, one.change.entry_id, one.change.version, own)
        row = {**_row(one, one.change.by), "replaces": one.change.entry_id}
        await conn.execute(_INSERT, [row])
        affected |= {(one.person_id, day.year) for day in (learned_on, one.change.by.learned_on)}
    await _still_open(conn, {year for _, year in affected})
    return affected


def _row(one: Asked[Any], change: HoursLogged) -> dict[str, Any]:
    return {
        "person_id": one.person_id,
        "learned_on": change.learned_on,
        "began_on": change.began_on,
        "minutes": change.minutes,
        "title": change.title,
        "course_id": change.course_id,
        "source": Source.SELF.value,
        "reported_at": one.at,
        "key": change.key,
    }


async def _withdraw(
    conn: AsyncConnection,
    one: Asked[Any],
    entry_id: int,
    version: int,
    condition: ColumnElement[bool] | None = None,
) -> date:
    """Marks the entry; its date. Raises `Conflict` where it is not as it was seen."""
    learned_on: date | None = await conn.scalar(
        update(hours)
        .where(
            hours.c.id == entry_id,
            hours.c.person_id == one.person_id,
            hours.c.version == version,
            hours.c.withdrawn_at.is_(None),
            true() if condition is None else condition,
        )
        .values(withdrawn_at=one.at, withdrawn_by=one.effect.actor, version=hours.c.version + 1)
        .returning(hours.c.learned_on)
    )
    if learned_on is None:
        raise Conflict(f"entry {entry_id} changed meanwhile")
    return learned_on


async def _still_open(conn: AsyncConnection, wanted: Collection[int]) -> None:
    if wanted and (closed := (await years.closed(conn)).intersection(wanted)):
        raise Conflict(f"the year {min(closed)} is closed")
