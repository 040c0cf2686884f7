"""Receiving and the pipeline on a SQLite file, worked by hand: what comes in, when a batch runs, what then
stands in the rows. Nothing is sent."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from sqlalchemy import func, insert, select

from bot.metrics import Metrics
from bot.outgoing import Reader
from bot.pipeline import Pipeline
from bot.platforms import line_inbound, telegram_inbound
from bot.platforms.line import LineReader
from bot.platforms.telegram import TelegramReader
from bot.receiving import Receiving
from guideline.records import Account, Person, Platform
from storage.database import Database
from storage.inbox import Received
from storage.rows import (
    ACCOUNT,
    ENTRY,
    PERSON,
    to_account,
    to_conversation,
    to_entry,
    to_person,
    to_preference,
    to_question,
    to_role,
)
from storage.schema import (
    account,
    conversation,
    dispatch,
    hours,
    inbox,
    metadata,
    outbox,
    person,
    preference,
    question,
    role_assignment,
    standing,
)
from tests.drills.histories import Delivery, Sent
from tests.drills.sequential import NUMBERED, Numbers
from tests.handlers.scene import NOON, TAIPEI, desk_of

DESK: Final = desk_of()


class StillClock:
    """Stands until it is set; machine time is business time."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def real(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Letter:
    """What one call says, and which event caused it."""

    account: int
    cause: int
    ordinal: int
    method: str
    body: str
    receipt: str


class Engine:
    readers: Final[dict[Platform, Reader]] = {"line": LineReader(), "telegram": TelegramReader()}

    def __init__(self, database: Database) -> None:
        self.clock = StillClock(NOON)
        self.database = database
        self.batches = 0
        self._people = itertools.count(1)
        self._events = itertools.count(1)
        self._receiving = Receiving(database, self.clock, Metrics(), lambda *_: None)
        self._pipeline = Pipeline(database, self.clock, TAIPEI, DESK, self.readers, Metrics(), lambda: None)

    @classmethod
    async def open(cls, url: str) -> Self:
        """On a migrated database."""
        return cls(await Database.open(url))

    async def close(self) -> None:
        await self.database.close()

    def next_number(self) -> int:
        """Of a person nobody has heard of."""
        return next(self._people)

    def next_event(self) -> int:
        return next(self._events)

    def raw(self, event: Sent) -> bytes:
        """The event as it is kept, whatever body it came in."""
        (row,) = _rows(Delivery(event.platform, [event]))
        return row.raw

    async def hire(self, people: Sequence[Person], accounts: Sequence[Account]) -> None:
        """People of the roster and chats that have spoken before."""

        async def settle(conn: Any) -> None:
            rows = [
                {
                    "id": one.id,
                    "employee_no": one.employee_no,
                    "name": one.name,
                    "unit": one.unit,
                    "access": one.access.value,
                    "created_at": NOON,
                    "changed_at": NOON,
                }
                for one in people
            ]
            if rows:
                await conn.execute(insert(person), rows)
            chats = [
                {
                    "id": one.id,
                    "platform": one.platform,
                    "user_id": one.user_id,
                    "person_id": one.person_id,
                    "consented_at": one.consented_at,
                    "created_at": NOON,
                }
                for one in accounts
            ]
            await conn.execute(insert(account), chats)

        await self.database.write(settle)

    async def deliver(self, some: Sequence[Delivery], *, at_once: bool) -> None:
        """As the webhooks and the poller do it."""
        takes = [self._receiving.take(one.platform, _rows(one)) for one in some]
        if at_once:
            await asyncio.gather(*takes)
            return
        for take in takes:
            await take

    async def drain(self, limit: int) -> None:
        """Batches until nothing waits."""
        while (await self._pipeline.batch(limit)).claimed:
            self.batches += 1

    async def seqs(self, above: int) -> dict[tuple[str, str], int]:
        """Places of the events stored since, by platform and id."""
        rows = await self._rows(
            select(inbox.c.platform, inbox.c.event_id, inbox.c.seq).where(inbox.c.seq > above)
        )
        return {(platform, event_id): seq for platform, event_id, seq in rows}

    async def letters(self, above: int) -> dict[int, list[Letter]]:
        """What chats were told by events above this place, by account, in the order in which it goes out."""
        rows = await self._rows(
            select(
                *(outbox.c.account_id, outbox.c.cause, outbox.c.ordinal),
                *(dispatch.c.method, dispatch.c.body, outbox.c.receipt),
            )
            .join(dispatch, dispatch.c.id == outbox.c.dispatch_id)
            .where(outbox.c.cause > above)
            .order_by(outbox.c.id)
        )
        found: dict[int, list[Letter]] = defaultdict(list)
        for row in rows:
            found[row[0]].append(Letter(*row))
        return found

    async def numbers(self, people: Sequence[int]) -> Numbers:
        """Ids of these people's records, by table and person, in the order in which they came."""
        found: dict[tuple[str, int], list[int]] = defaultdict(list)
        for name in NUMBERED.values():
            table = metadata.tables[name]
            rows = select(table.c.person_id, table.c.id).where(table.c.person_id.in_(people))
            for owner, number in await self._rows(rows.order_by(table.c.id)):
                found[name, owner].append(number)
        return found

    async def stands(self, people: Sequence[int], accounts: Sequence[int]) -> "Stands":
        """All that is remembered of these people and chats."""

        async def look(conn: Any) -> Stands:
            async def rows(table: Any, *columns: Any) -> list[Any]:
                by = select(*(columns or (table,))).where(table.c.person_id.in_(people))
                return list(await conn.execute(by.order_by(table.c.person_id, *table.primary_key.columns)))

            known = {row[0]: to_person(row) for row in await conn.execute(select(*PERSON))}
            chats = await conn.execute(select(*ACCOUNT).where(account.c.id.in_(accounts)))
            running = await conn.execute(select(conversation).where(conversation.c.account_id.in_(accounts)))
            return Stands(
                accounts={row[0]: to_account(row) for row in chats},
                conversations={row.account_id: to_conversation(row) for row in running},
                entries=_grouped(
                    (row[-1], to_entry(row)) for row in await rows(hours, *ENTRY, hours.c.person_id)
                ),
                roles=_grouped((row.person_id, to_role(row)) for row in await rows(role_assignment)),
                preferences={row.person_id: to_preference(row) for row in await rows(preference)},
                questions=_grouped(
                    (row.person_id, to_question(row, known[row.person_id])) for row in await rows(question)
                ),
                standings=_grouped(
                    ((row.person_id, row.year), (row.requirement, row.part, row.waiting, row.state))
                    for row in await rows(standing)
                ),
            )

        return await self.database.read(look)

    async def highest(self) -> int:
        """The latest place of the inbox."""
        return int((await self._rows(select(func.max(inbox.c.seq))))[0][0] or 0)

    async def undone(self) -> int:
        return len(await self._rows(select(inbox.c.seq).where(inbox.c.state != "done")))

    async def _rows(self, asked: Any) -> list[tuple[Any, ...]]:
        async def ask(conn: Any) -> list[tuple[Any, ...]]:
            return [tuple(row) for row in await conn.execute(asked)]

        return await self.database.read(ask)


@dataclass(frozen=True, slots=True)
class Stands:
    accounts: dict[int, Account]
    conversations: dict[int, Any]
    entries: dict[int, list[Any]]
    roles: dict[int, list[Any]]
    preferences: dict[int, Any]
    questions: dict[int, list[Any]]
    standings: dict[tuple[int, int], list[Any]]


def _grouped(pairs: Any) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _rows(one: Delivery) -> Sequence[Received]:
    if one.platform == "line":
        return line_inbound.split(one.body())
    if len(one.events) == 1:
        return telegram_inbound.split(one.update())
    return telegram_inbound.split_updates([event.raw for event in one.events])
