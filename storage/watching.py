"""What an operator watches in the tables. Every question is bounded: a few rows by an index, however many
there are, so that it may be asked again and again beside the pipeline."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, case, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Way
from storage.astray import ASTRAY
from storage.dispatches import oldest_due
from storage.inbox import oldest_waiting
from storage.migrate import revision_of
from storage.schema import dispatch, inbox, job

SAMPLE: Final = 200  # of the newest calls by each way with each result
RECENT: Final = timedelta(hours=1)
NEWEST: Final = 20_000  # events, or calls, that are looked through for some of a platform or for people


@dataclass(frozen=True, slots=True)
class Calls:
    """Of the newest calls by one way in the last hour: how many were `accepted`, and how many were `lost`,
    that is, undecided, or refused for no reason of the recipient's; `since`: when the first of these was
    frozen."""

    accepted: int = 0
    lost: int = 0
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """`waiting_since`: of the oldest waiting event; `due_since`, by way: since when the oldest message could
    have been sent."""

    revision: str | None
    waiting_since: datetime | None
    due_since: dict[Way, datetime] = field(default_factory=dict)
    calls: dict[Way, Calls] = field(default_factory=dict)


async def sight(conn: AsyncConnection, platforms: Collection[Way], real: datetime) -> Sight:
    """As things stand at `real` on these platforms."""
    revision = await conn.run_sync(revision_of)
    waiting = await oldest_waiting(conn, platforms)
    due = {way: await oldest_due(conn, real, [way]) for way in platforms}
    return Sight(
        revision,
        waiting,
        {way: since for way, since in due.items() if since is not None},
        await _calls(conn, platforms, real - RECENT),
    )


async def _calls(conn: AsyncConnection, platforms: Collection[Way], since: datetime) -> dict[Way, Calls]:
    return {way: await _calls_by(conn, way, since) for way in platforms}


async def _calls_by(conn: AsyncConnection, way: Way, since: datetime) -> Calls:
    """However much goes by another way meanwhile."""
    accepted, lost = 0, []
    for state in ("accepted", "refused", "undecided"):
        columns = (dispatch.c.platform, dispatch.c.reason, dispatch.c.created_at)
        newest = select(*columns).where(dispatch.c.state == state).order_by(dispatch.c.id.desc())
        some = newest.limit(NEWEST).subquery()
        mine = select(some.c.reason, some.c.created_at).where(
            some.c.platform == way, some.c.created_at >= since
        )
        rows = (await conn.execute(mine.limit(SAMPLE))).all()
        if state == "accepted":
            accepted = len(rows)
        else:
            lost += [row.created_at for row in rows if _ours(state, row.reason)]
    return Calls(accepted, len(lost), min(lost, default=None))


def _ours(state: str, reason: str) -> bool:
    """A refusal that the platform explains begins with its status; others are about who is to read it."""
    return reason != ASTRAY if state == "undecided" else reason[:1].isdigit()


@dataclass(frozen=True, slots=True)
class Queues:
    """How many wait: events, jobs, messages by (way, lane); and calls of which nobody knows whether they
    arrived, as `talentbot outbox` lists them."""

    events: int
    jobs: int
    messages: dict[tuple[str, int], int]
    undecided: int


async def queues(conn: AsyncConnection, ways: Collection[Way]) -> Queues:
    """Counted in the indexes alone."""
    frozen: Any = literal_column("state = 'frozen'")
    messages: dict[tuple[str, int], int] = {
        (way, lane): await _count(
            conn, dispatch, and_(frozen, dispatch.c.platform == way, dispatch.c.lane == lane)
        )
        for way in ways
        for lane in (0, 1)
    }
    return Queues(
        events=await _count(conn, inbox, literal_column("state = 'waiting'")),
        jobs=await _count(conn, job, literal_column("state = 'waiting'")),
        messages=messages,
        undecided=await _count(conn, dispatch, dispatch.c.state == "undecided"),
    )


async def _count(conn: AsyncConnection, table: Any, which: Any) -> int:
    return int(await conn.scalar(select(func.count()).select_from(table).where(which)) or 0)


async def last_heard(conn: AsyncConnection, platform: str) -> datetime | None:
    """When the newest event of this platform was received; where none is among the newest `NEWEST` of all,
    when the oldest of those was: it is silent for longer still. None: none at all is kept."""
    # Never by the index that begins with the platform: it knows no time.
    newest = (
        select(inbox.c.platform, inbox.c.received_at).order_by(inbox.c.seq.desc()).limit(NEWEST).subquery()
    )
    of_platform = case((newest.c.platform == platform, newest.c.received_at))
    heard: datetime | None
    oldest: datetime | None
    heard, oldest = (
        await conn.execute(
            select(
                func.max(of_platform, type_=inbox.c.received_at.type),
                func.min(newest.c.received_at, type_=inbox.c.received_at.type),
            )
        )
    ).one()
    return heard or oldest


async def people_between(conn: AsyncConnection, platform: str, since: datetime, until: datetime) -> int:
    """How many chats of this platform wrote then; of a very busy time, in its first `NEWEST` events."""
    some = (
        select(inbox.c.platform, inbox.c.account_id)
        .where(inbox.c.received_at >= since, inbox.c.received_at < until)
        .order_by(inbox.c.received_at)
        .limit(NEWEST)
        .subquery()
    )
    of_platform = case((some.c.platform == platform, some.c.account_id))
    return int(await conn.scalar(select(func.count(of_platform.distinct()))) or 0)
