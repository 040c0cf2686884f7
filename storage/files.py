"""Files made for one person: sent by a platform, or fetched once through an expiring link (platforms.md
§10.1). Ages are real time."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import jobs
from storage.audit import note
from storage.schema import account, dispatch, file

SEND = "sendDocument"  # the method of a dispatch whose body names a file


@dataclass(frozen=True, slots=True)
class NewFile:
    """`name` is what the person sees when they keep it; it carries no name of theirs."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """A file behind a link, without its bytes. `taken`: it was served, and is not served again. `kind` is
    that of the job that made it."""

    id: int
    name: str
    media_type: str
    expires_at: datetime
    taken: bool
    kind: str


def new_token() -> str:
    """256 bits, for the path of a link; only its hash is stored."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """A token is random: a plain hash tells nothing of it, and looking it up leaks no time."""
    return hashlib.sha256(token.encode()).hexdigest()


async def keep(
    conn: AsyncConnection,
    account_id: int,
    files: Sequence[NewFile],
    real: datetime,
    until: datetime,
    token: str | None = None,
    kind: str = jobs.COPY,
) -> list[int]:
    """Stores files for one chat; their ids in this order. With `token` they are fetched by its link. `kind`
    is that of the job that made them."""
    return [
        int(
            await conn.scalar(
                insert(file)
                .values(
                    account_id=account_id,
                    name=one.name,
                    media_type=one.media_type,
                    content=one.content,
                    kind=kind,
                    token_hash=None if token is None else hash_token(token),
                    created_at=real,
                    expires_at=until,
                )
                .returning(file.c.id)
            )
            or 0
        )
        for one in files
    ]


async def to_send(conn: AsyncConnection, file_id: int) -> NewFile | None:
    """A file that a platform sends as such; None once it is gone."""
    row = (
        await conn.execute(
            select(file.c.name, file.c.media_type, file.c.content).where(
                file.c.id == file_id,
                file.c.token_hash.is_(None),
                file.c.content.is_not(None),
            )
        )
    ).first()
    return None if row is None else NewFile(row.name, row.media_type, bytes(row.content))


async def behind(conn: AsyncConnection, token: str, real: datetime) -> list[Listed]:
    """What the link opens now, oldest first; empty for an unknown or expired one."""
    rows = await conn.execute(
        select(file.c.id, file.c.name, file.c.media_type, file.c.expires_at, file.c.served_at, file.c.kind)
        .where(file.c.token_hash == hash_token(token), file.c.expires_at > real)
        .order_by(file.c.id)
    )
    return [
        Listed(row.id, row.name, row.media_type, row.expires_at, row.served_at is not None, row.kind)
        for row in rows
    ]


async def kind_of(conn: AsyncConnection, token: str) -> str | None:
    """What sort of files the link opens, or opened once; None for an unknown one, and for one that expired so
    long ago that nothing is kept of it."""
    found: str | None = await conn.scalar(
        select(file.c.kind).where(file.c.token_hash == hash_token(token)).limit(1)
    )
    return found


async def take(
    conn: AsyncConnection, token: str, file_id: int, real: datetime, now: datetime
) -> NewFile | None:
    """The file, once: its bytes go from the database with this. None where the link does not open it (any
    more). Who fetched what stands in the audit, at business time `now`."""
    row = (
        await conn.execute(
            select(file.c.name, file.c.media_type, file.c.content, file.c.account_id, file.c.kind)
            .where(
                file.c.id == file_id,
                file.c.token_hash == hash_token(token),
                file.c.expires_at > real,
                file.c.served_at.is_(None),
                file.c.content.is_not(None),
            )
            .with_for_update()
        )
    ).first()
    if row is None:
        return None
    await conn.execute(update(file).where(file.c.id == file_id).values(served_at=real, content=None))
    owner = await conn.scalar(select(account.c.person_id).where(account.c.id == row.account_id))
    if owner is not None:
        await note(conn, f"{row.kind}_fetched", [owner], now, f"account:{row.account_id}")
    return NewFile(row.name, row.media_type, bytes(row.content))


async def spent(conn: AsyncConnection, real: datetime) -> bool:
    """Whether `forget` has anything to do."""
    return (await conn.execute(select(file.c.id).where(spent_ones(real)).limit(1))).first() is not None


async def forget(conn: AsyncConnection, real: datetime) -> int:
    """The bytes of what expired, and of what was sent as a file, go; returns of how many."""
    return (await conn.execute(update(file).where(spent_ones(real)).values(content=None))).rowcount


def spent_ones(real: datetime) -> ColumnElement[bool]:
    """A file to be sent is frozen in the transaction that stored it: without an unsettled call for its
    chat it has been sent, or never will be."""
    unsent: Any = (
        select(dispatch.c.id)
        .where(
            dispatch.c.account_id == file.c.account_id,
            dispatch.c.method == SEND,
            dispatch.c.state == "frozen",
        )
        .exists()
    )
    return and_(
        file.c.content.is_not(None),
        or_(file.c.expires_at <= real, and_(file.c.token_hash.is_(None), ~unsent)),
    )
