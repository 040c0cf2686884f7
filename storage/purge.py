"""What may no longer be kept (design §9). Run every night; running it twice removes nothing more."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import files, opt_outs
from storage.audit import PASSING
from storage.jobs import WAITING
from storage.schema import (
    account,
    audit,
    consent,
    conversation,
    dispatch,
    inbox,
    job,
    outbox,
    reminder,
    run,
    told,
    wave,
    weekly,
)
from storage.statements import CHUNK

STRANGERS: Final = timedelta(hours=24)
RAW_EVENTS: Final = timedelta(days=30)
DRAFTS: Final = timedelta(days=30)
FINISHED: Final = timedelta(days=30)  # jobs, and the rows of files
BODIES: Final = timedelta(days=90)  # and receipts: both hold what was said
# That something was sent, when, and what became of it; waves and the figures of weeks too.
MESSAGES: Final = timedelta(days=2 * 365 + 1)
AUDIT: Final = timedelta(days=5 * 365 + 2)  # five years, leap days included


async def purge(conn: AsyncConnection, now: datetime) -> dict[str, int]:
    """Removes what is too old at `now` (real time). Returns what was removed, by kind."""
    removed = {"accounts": await _strangers(conn, now)}
    old_events = delete(inbox).where(inbox.c.received_at <= now - RAW_EVENTS, inbox.c.state != "waiting")
    removed["events"] = (await conn.execute(old_events)).rowcount
    # An event that names no chat belongs to somebody who never consented.
    strays = delete(inbox).where(
        inbox.c.account_id.is_(None), inbox.c.received_at <= now - STRANGERS, inbox.c.state != "waiting"
    )
    removed["events"] += (await conn.execute(strays)).rowcount
    bodies = update(dispatch).where(
        dispatch.c.created_at <= now - BODIES, dispatch.c.body.is_not(None), dispatch.c.state != "frozen"
    )
    removed["bodies"] = (await conn.execute(bodies.values(body=None))).rowcount
    # Found by the age of the call (ix_dispatch_created_at); a receipt that old opens no reply any more.
    said = select(dispatch.c.id).where(dispatch.c.created_at <= now - BODIES, dispatch.c.state != "frozen")
    receipts = update(outbox).where(outbox.c.dispatch_id.in_(said), outbox.c.receipt != "")
    removed["receipts"] = (await conn.execute(receipts.values(receipt="", unreceived=False))).rowcount
    old_audit = delete(audit).where(
        or_(
            audit.c.at <= now - AUDIT,
            and_(audit.c.action.in_(PASSING), audit.c.at <= now - RAW_EVENTS),
        )
    )
    removed["audit"] = (await conn.execute(old_audit)).rowcount
    # A draft holds a person's words, as does a question kept for the button 轉給人事詢問; where they broke
    # off, they can begin again.
    idle = delete(conversation).where(conversation.c.moved_at <= now - DRAFTS)
    removed["drafts"] = (await conn.execute(idle)).rowcount
    finished = delete(job).where(job.c.state != WAITING, job.c.finished_at <= now - FINISHED)
    removed["jobs"] = (await conn.execute(finished)).rowcount
    for table, at in ((told, told.c.at), (run, run.c.finished_at)):
        await conn.execute(delete(table).where(at <= now - MESSAGES))
    # Of a unit of one the figures are a person's.
    await conn.execute(delete(weekly).where(weekly.c.day <= (now - MESSAGES).date()))
    removed["contents"] = await files.forget(conn, now)
    removed["links"] = await opt_outs.purge(conn, now)
    removed["files"] = await files.purge(conn, now - FINISHED)
    return removed


async def purge_messages(conn: AsyncConnection, now: datetime) -> int:
    """Removes the next calls that ended and are too old at `now` (real time), with what they told. Called
    until it returns 0, each time in a transaction of its own: there may be very many."""
    old = (
        select(dispatch.c.id)
        .where(dispatch.c.created_at <= now - MESSAGES, dispatch.c.state != "frozen")
        .order_by(dispatch.c.created_at, dispatch.c.id)
        .limit(CHUNK)
    )
    gone = (await conn.scalars(old)).all()
    if gone:
        await conn.execute(delete(dispatch).where(dispatch.c.id.in_(gone)))
    return len(gone)


async def purge_reminders(conn: AsyncConnection, now: datetime) -> int:
    """Removes the next people of waves that are as old as messages may be, then the waves. Called as
    `purge_messages`."""
    old = wave.c.created_at <= now - MESSAGES
    some = (
        select(reminder.c.id)
        .join(wave, wave.c.id == reminder.c.wave_id)
        .where(old, wave.c.state.in_(("done", "stopped")))
        .limit(CHUNK)
    )
    gone = (await conn.scalars(some)).all()
    if gone:
        await conn.execute(delete(reminder).where(reminder.c.id.in_(gone)))
    else:
        left = select(reminder.c.id).where(reminder.c.wave_id == wave.c.id).exists()
        await conn.execute(delete(wave).where(old, wave.c.state.in_(("done", "stopped")), ~left))
    return len(gone)


async def _strangers(conn: AsyncConnection, now: datetime) -> int:
    """Chats of nobody without consent, with their raw events and what they were told: 24 h after their
    last event, or at once where they declined. A lock for wrong codes is kept while it lasts."""
    recent: Any = (
        select(inbox.c.seq)
        .where(inbox.c.account_id == account.c.id)
        .where(or_(inbox.c.received_at > now - STRANGERS, inbox.c.state == "waiting"))
        .exists()
    )
    # Who declined and wrote again has a notice before them; an answer on its way is still said.
    back: Any = select(conversation.c.account_id).where(conversation.c.account_id == account.c.id).exists()
    unsaid: Any = (
        select(outbox.c.id)
        .join(dispatch, dispatch.c.id == outbox.c.dispatch_id)
        .where(outbox.c.account_id == account.c.id, dispatch.c.state == "frozen")
        .exists()
    )
    unread: Any = (
        select(inbox.c.seq).where(inbox.c.account_id == account.c.id, inbox.c.state == "waiting").exists()
    )
    gone = (
        await conn.scalars(
            select(account.c.id)
            .where(
                account.c.person_id.is_(None),
                account.c.consented_at.is_(None),
                or_(
                    and_(account.c.declined_at <= now, ~back, ~unsaid, ~unread),
                    and_(account.c.created_at <= now - STRANGERS, ~recent),
                ),
                or_(account.c.code_locked_until.is_(None), account.c.code_locked_until <= now),
            )
            .order_by(account.c.id)
            .with_for_update(skip_locked=True)
        )
    ).all()
    for start in range(0, len(gone), CHUNK):
        chunk = gone[start : start + CHUNK]
        await conn.execute(
            delete(consent).where(consent.c.account_id.in_(chunk), consent.c.person_id.is_(None))
        )
        await conn.execute(delete(account).where(account.c.id.in_(chunk)))
    return len(gone)
