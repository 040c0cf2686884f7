"""Steps that the tests of storage share: people join, events arrive, changes are applied."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, func, select, update

from guideline.changes import Change
from guideline.edition import Edition
from guideline.editions import Editions
from guideline.records import Account
from storage import inbox
from storage.apply import Effect, apply
from storage.codes import hash_code
from storage.database import Database
from storage.inbox import Claimed, Received
from storage.people import IssuedCode, RosterRow, by_number, import_roster, issue_codes
from storage.rows import ACCOUNT, to_account
from storage.schema import account, activation

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def text(event: str, chat: str | None = "U1", key: int = 0, **more: Any) -> Received:
    return Received("line", event, chat, key, more.pop("raw", b"{}"), **more)


async def arrive(database: Database, *rows: Received, at: datetime = NOW) -> int:
    """How many of them were new."""
    return (await database.write(lambda conn: inbox.receive(conn, rows, at))).total()


async def claim(database: Database, limit: int = 64) -> list[Claimed]:
    """Claims and lets go again: what would be worked on next."""
    return await database.write(lambda conn: inbox.claim(conn, limit))


async def work(database: Database, limit: int = 64) -> list[str]:
    """Claims and finishes a batch; the event ids of it."""

    async def batch(conn: Any) -> list[str]:
        claimed = await inbox.claim(conn, limit)
        await inbox.finish(conn, [event.seq for event in claimed])
        return [event.event_id for event in claimed]

    return await database.write(batch)


async def chat(database: Database, user_id: str = "U1", platform: Any = "line") -> Account:
    """The account of a chat that has written once, its event done."""
    event = Received(platform, f"hello-{user_id}", user_id, 0, b"{}")
    await arrive(database, event)
    found = await database.write(lambda conn: inbox.claim(conn, 64))
    await database.write(lambda conn: inbox.finish(conn, [one.seq for one in found]))
    return await fresh(database, user_id)


async def fresh(database: Database, user_id: str = "U1") -> Account:
    """The account as it stands now."""

    async def look(conn: Any) -> Account:
        row = (await conn.execute(select(*ACCOUNT).where(account.c.user_id == user_id))).one()
        return to_account(row)

    return await database.read(look)


async def join(database: Database, *employee_nos: str) -> list[int]:
    """People of the roster; their ids in this order."""
    rows = [RosterRow(number, f"同仁{number}", "教育局/體育科") for number in employee_nos]
    await database.write(lambda conn: import_roster(conn, rows, NOW))
    found = await database.read(lambda conn: by_number(conn, employee_nos))
    ids = {one.employee_no: one.id for one in found}
    return [ids[number] for number in employee_nos]


async def give_code(database: Database, employee_no: str, at: datetime = NOW) -> tuple[IssuedCode, int]:
    """A new code of this person and the id of its row."""
    issued = await database.write(lambda conn: issue_codes(conn, at, employee_nos=[employee_no]))
    hashed = hash_code(issued[0].code)
    number = await database.read(
        lambda conn: conn.scalar(select(activation.c.id).where(activation.c.code_hash == hashed))
    )
    return issued[0], int(number or 0)


async def bind(database: Database, owner: Account, person_id: int) -> Account:
    """The account is the person's, as if a code had been used."""
    await database.write(
        lambda conn: conn.execute(
            update(account).where(account.c.id == owner.id).values(person_id=person_id, consented_at=NOW)
        )
    )
    return await fresh(database, owner.user_id)


def effect(owner: Account, change: Change, at: datetime = NOW, cause: int | None = None) -> Effect:
    return Effect(owner, owner.person_id, at, cause, change, f"account:{owner.id}")


async def change(database: Database, rules: Edition | Editions, *effects: Effect, at: datetime = NOW) -> None:
    editions = rules if isinstance(rules, Editions) else Editions(rules)
    await database.write(lambda conn: apply(conn, editions, effects, at))


async def count(database: Database, table: Table) -> int:
    rows = await database.read(lambda conn: conn.execute(select(func.count()).select_from(table)))
    return int(rows.scalar_one())


async def column(database: Database, wanted: Any) -> Sequence[Any]:
    """All values of a column, by the first column of its table."""
    first = next(iter(wanted.table.columns))
    return (await database.read(lambda conn: conn.execute(select(wanted).order_by(first)))).scalars().all()
