"""What may no longer be kept (design §9). Run every night, a little at a time: there may be very much of it,
and chats go on meanwhile. Running it twice removes nothing more.

Each step reads which rows are too old, which holds nobody up, and removes them `MOST` at a time, each lot in
a transaction of its own that asks again.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import files, opt_outs
from storage.audit import PASSING
from storage.database import Database
from storage.jobs import WAITING
from storage.schema import (
    account,
    activation,
    audit,
    consent,
    conversation,
    dispatch,
    file,
    inbox,
    job,
    opt_out,
    outbox,
    reminder,
    run,
    told,
    wave,
    weekly,
)
from storage.thawing import THAWED

STRANGERS: Final = timedelta(hours=24)
RAW_EVENTS: Final = timedelta(days=30)
DRAFTS: Final = timedelta(days=30)
FINISHED: Final = timedelta(days=30)  # jobs, codes, calls that were taken back, and the rows of files
BODIES: Final = timedelta(days=90)  # and receipts: both hold what was said
# That something was sent, when, and what became of it; waves and the figures of weeks too.
MESSAGES: Final = timedelta(days=2 * 365 + 1)
AUDIT: Final = timedelta(days=5 * 365 + 2)  # five years, leap days included

MOST: Final = 500  # rows of one transaction: some milliseconds, in which no chat is answered
FOUND: Final = 50_000  # rows that are looked up at once

Old = Callable[[datetime], ColumnElement[bool]]  # what is too old at this moment (real time)
Removes = Callable[[AsyncConnection, "Step", ColumnElement[bool]], Awaitable[int]]


async def _delete(conn: AsyncConnection, step: "Step", which: ColumnElement[bool]) -> int:
    return (await conn.execute(delete(step.table).where(which))).rowcount


def _overwrite(**values: Any) -> Removes:
    async def write(conn: AsyncConnection, step: "Step", which: ColumnElement[bool]) -> int:
        return (await conn.execute(update(step.table).where(which).values(**values))).rowcount

    return write


async def _let_go(conn: AsyncConnection, _: "Step", which: ColumnElement[bool]) -> int:
    """Accounts with all that refers to them; who is being served right now is left to the next night."""
    held = select(account.c.id).where(which).order_by(account.c.id).with_for_update(skip_locked=True)
    gone = (await conn.scalars(held)).all()
    await conn.execute(delete(consent).where(consent.c.account_id.in_(gone), consent.c.person_id.is_(None)))
    await conn.execute(delete(account).where(account.c.id.in_(gone)))
    return len(gone)


@dataclass(frozen=True, slots=True)
class Step:
    """`name` is the kind of what goes, of which there may be several steps."""

    name: str
    table: Table
    old: Old
    remove: Removes = _delete
    still: Old | None = None  # what is asked again of rows that were found, where it is less

    def found(self, now: datetime) -> Select[Any]:
        return select(*self.table.primary_key.columns).where(self.old(now)).limit(FOUND)

    async def some(self, conn: AsyncConnection, keys: Sequence[Any], now: datetime) -> int:
        """Removes those of these rows that are too old still; returns how many."""
        columns = tuple(self.table.primary_key.columns)
        mine: Any = (
            columns[0].in_([key[0] for key in keys])
            if len(columns) == 1
            else tuple_(*columns).in_([tuple(key) for key in keys])
        )
        return await self.remove(conn, self, and_(mine, (self.still or self.old)(now)))


def _strangers(now: datetime) -> ColumnElement[bool]:
    """Chats of nobody without consent, with what they were told: 24 h after their last event, or at once
    where they declined. A lock for wrong codes is kept while it lasts."""
    events = exists().where(inbox.c.account_id == account.c.id)
    unread = events.where(inbox.c.state == "waiting")
    recent = events.where(or_(inbox.c.received_at > now - STRANGERS, inbox.c.state == "waiting"))
    # Who declined and wrote again has a notice before them; an answer on its way is still said.
    back = exists().where(conversation.c.account_id == account.c.id)
    unsaid = (
        select(outbox.c.id)
        .join(dispatch, dispatch.c.id == outbox.c.dispatch_id)
        .where(outbox.c.account_id == account.c.id, dispatch.c.state == "frozen")
        .exists()
    )
    return and_(
        account.c.person_id.is_(None),
        account.c.consented_at.is_(None),
        or_(
            and_(account.c.declined_at <= now, ~back, ~unsaid, ~unread),
            and_(account.c.created_at <= now - STRANGERS, ~recent),
        ),
        or_(account.c.code_locked_until.is_(None), account.c.code_locked_until <= now),
    )


def _of_strangers(now: datetime) -> ColumnElement[bool]:
    """Events of who has not consented, and of nobody at all (what names no chat)."""
    strangers = select(account.c.id).where(account.c.person_id.is_(None), account.c.consented_at.is_(None))
    handled = and_(inbox.c.received_at <= now - STRANGERS, inbox.c.state != "waiting")
    return and_(handled, or_(inbox.c.account_id.is_(None), inbox.c.account_id.in_(strangers)))


def _settled(now: datetime, age: timedelta) -> ColumnElement[bool]:
    """Found by the age of the call (ix_dispatch_created_at)."""
    return and_(dispatch.c.created_at <= now - age, dispatch.c.state != "frozen")


def _receipts(now: datetime) -> ColumnElement[bool]:
    """A receipt that old opens no reply any more."""
    calls = select(dispatch.c.id).where(_settled(now, BODIES))
    return and_(outbox.c.receipt != "", outbox.c.dispatch_id.in_(calls))


def _passed(now: datetime) -> ColumnElement[bool]:
    old = or_(audit.c.at <= now - AUDIT, audit.c.action.in_(PASSING))
    return and_(audit.c.at <= now - RAW_EVENTS, old)


def _codes(now: datetime) -> ColumnElement[bool]:
    old = now - FINISHED
    return or_(activation.c.used_at <= old, activation.c.expires_at <= old)


def _over(now: datetime) -> ColumnElement[bool]:
    return and_(wave.c.created_at <= now - MESSAGES, wave.c.state.in_(("done", "stopped")))


def _reminders(now: datetime) -> ColumnElement[bool]:
    return reminder.c.wave_id.in_(select(wave.c.id).where(_over(now)))


def _waves(now: datetime) -> ColumnElement[bool]:
    return and_(_over(now), ~exists().where(reminder.c.wave_id == wave.c.id))


STEPS: Final = (
    Step("events", inbox, _of_strangers),
    Step("accounts", account, _strangers, _let_go),
    Step(
        "events", inbox, lambda now: and_(inbox.c.received_at <= now - RAW_EVENTS, inbox.c.state != "waiting")
    ),
    Step(
        "bodies",
        dispatch,
        lambda now: and_(_settled(now, BODIES), dispatch.c.body.is_not(None)),
        _overwrite(body=None),
    ),
    Step(
        "receipts",
        outbox,
        _receipts,
        _overwrite(receipt="", unreceived=False),
        lambda _: outbox.c.receipt != "",
    ),
    Step("audit", audit, _passed),
    # A draft holds a person's words, as does a question kept for the button 轉給人事詢問; where they broke
    # off, they can begin again.
    Step("drafts", conversation, lambda now: conversation.c.moved_at <= now - DRAFTS),
    Step("jobs", job, lambda now: and_(job.c.state != WAITING, job.c.finished_at <= now - FINISHED)),
    Step("codes", activation, _codes),
    Step("told", told, lambda now: told.c.at <= now - MESSAGES),
    Step("runs", run, lambda now: run.c.finished_at <= now - MESSAGES),
    # Of a unit of one the figures are a person's.
    Step("weekly", weekly, lambda now: weekly.c.day <= (now - MESSAGES).date()),
    Step("contents", file, files.spent_ones, _overwrite(content=None)),
    Step("links", opt_out, opt_outs.dead),
    Step("files", file, lambda now: file.c.expires_at <= now - FINISHED),
    # What was taken back to be decided again told nobody anything.
    Step("messages", dispatch, lambda now: and_(_settled(now, FINISHED), dispatch.c.reason == THAWED)),
    Step("messages", dispatch, lambda now: _settled(now, MESSAGES)),
    Step("reminders", reminder, _reminders),
    Step("waves", wave, _waves),
)


@dataclass(frozen=True, slots=True)
class Lot:
    """What one transaction removed: `step` is the place in `STEPS`, to go on from."""

    step: int
    name: str
    removed: int


async def lots(database: Database, now: datetime, first: int = 0) -> AsyncIterator[Lot]:
    """Removes lot after lot of what is too old at `now` (real time), from the step `first` on."""
    for number in range(first, len(STEPS)):
        one = STEPS[number]
        again = True
        while again:
            keys = await database.read(lambda conn, one=one: _keys(conn, one, now))  # type: ignore[misc]
            again = False
            for start in range(0, len(keys), MOST):
                some = partial(one.some, keys=keys[start : start + MOST], now=now)
                removed = await database.write(some)
                again |= removed > 0 and len(keys) == FOUND
                yield Lot(number, one.name, removed)


async def _keys(conn: AsyncConnection, one: Step, now: datetime) -> Sequence[Any]:
    return list((await conn.execute(one.found(now))).all())


async def purge(database: Database, now: datetime) -> dict[str, int]:
    """All of it. Returns what was removed, by kind."""
    removed = dict.fromkeys((one.name for one in STEPS), 0)
    async for lot in lots(database, now):
        removed[lot.name] += lot.removed
    return removed
