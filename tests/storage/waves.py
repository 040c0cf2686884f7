"""Steps that tests of waves share: people with chats, a wave, and what is frozen of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update

from guideline.records import Way
from storage.database import Database
from storage.dispatches import REMINDER, Dispatch, NewDispatch, To, claim_due, freeze
from storage.schema import person, reminder, wave
from tests.storage.agency import NOW, TODAY, bind, chat, join
from tests.storage.test_dispatches import LEASE

PLANNED = ("planned", "", None)  # as `reminders` tells it
FROZEN = ("frozen", "", TODAY)


async def people(database: Database, count: int, platform: Way = "line") -> list[To]:
    """Members of staff with a chat each: U1, U2 …, of A1, A2 …"""
    found = []
    for at, number in enumerate(await join(database, *(f"A{n}" for n in range(1, count + 1))), 1):
        owner = await bind(database, await chat(database, f"U{at}", platform), number)
        found.append(To(owner.user_id, owner.id, number))
    return found


async def planned(database: Database, to: Sequence[To], way: Way = "line", **more: Any) -> list[To]:
    """The same, each with a reminder of one wave, frozen today."""

    async def plan(conn: Any) -> list[int]:
        named = {"occasion": "monthly", "day": TODAY, "state": "open", "shadow": False, "created_at": NOW}
        number = await conn.scalar(insert(wave).values(**named).returning(wave.c.id))
        row = {"wave_id": number, "state": "frozen", "way": way, "told_on": TODAY, "decided_at": NOW, **more}
        await conn.execute(insert(reminder), [{**row, "person_id": one.person_id} for one in to])
        found = await conn.scalars(select(reminder.c.id).order_by(reminder.c.id))
        return list(found.all())

    numbers = await database.write(plan)
    return [replace(one, reminder_id=number) for one, number in zip(to, numbers, strict=True)]


def call(to: Sequence[To], way: Way = "line", kind: str = REMINDER, ordinal: int = 0) -> NewDispatch:
    """One call to all of them, as the voices make it."""
    one = len(to) == 1
    method = {"line": "push" if one else "multicast", "telegram": "sendMessage", "email": "mail"}[way]
    account = to[0].account_id if one else None
    key = "11111111-1111-4111-8111-111111111111" if way == "line" else None
    return NewDispatch(
        way, method, "{}", account, None, ordinal, "", kind, retry_key=key, lane=1, to=tuple(to)
    )


async def send(database: Database, *calls: NewDispatch, today: date = TODAY) -> None:
    await database.write(lambda conn: freeze(conn, calls, NOW, today))


async def reminders(database: Database) -> list[tuple[str, str, date | None]]:
    """State, ways tried and day of each."""
    wanted = select(reminder.c.state, reminder.c.tried, reminder.c.told_on).order_by(reminder.c.id)
    return [(one[0], one[1], one[2]) for one in await database.read(lambda conn: conn.execute(wanted))]


async def due(database: Database, way: Way = "line", limit: int = 10, today: date = TODAY) -> list[Dispatch]:
    return await database.write(lambda conn: claim_due(conn, way, limit, NOW, LEASE, "me", today))


async def set_to(database: Database, table: Any, *which: Any, **values: Any) -> None:
    await database.write(lambda conn: conn.execute(update(table).where(*which).values(**values)))


async def with_mail(database: Database, *numbers: str) -> list[To]:
    found = [
        To(f"{one}@example.gov.tw", None, number)
        for one, number in zip(numbers, await join(database, *numbers), strict=True)
    ]
    for one in found:
        await set_to(database, person, person.c.id == one.person_id, email=one.address)
    return found
