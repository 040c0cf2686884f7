"""How a chat becomes a person's: codes tried, accounts bound, accounts reached."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import AccountBound, CodeRefused, ReachabilityChanged
from storage.changes import releases
from storage.effects import Asked
from storage.errors import Conflict
from storage.schema import account, activation, consent


async def refused(conn: AsyncConnection, asked: Sequence[Asked[CodeRefused]]) -> None:
    """One more wrong code in a row. A lock that is running is never shortened by one without a lock."""
    for one in asked:
        lock = {"code_locked_until": one.change.locked_until} if one.change.locked_until else {}
        await conn.execute(
            update(account)
            .where(account.c.id == one.account_id)
            .values(code_failures=account.c.code_failures + 1, **lock)
        )


async def bound(conn: AsyncConnection, asked: Sequence[Asked[AccountBound]]) -> None:
    """The code is spent, the account is the person's, and an earlier account of theirs on the same
    platform (a lost phone) is nobody's again. Raises `Conflict` when the code can no longer be used."""
    for one in asked:
        await _spend(conn, one)
        await _release_others(conn, one)
        await conn.execute(
            update(account)
            .where(account.c.id == one.account_id)
            .values(person_id=one.change.person_id, code_failures=0, code_locked_until=None)
        )
        await conn.execute(
            update(consent)
            .where(consent.c.account_id == one.account_id, consent.c.person_id.is_(None))
            .values(person_id=one.change.person_id)
        )


async def reachability(conn: AsyncConnection, asked: Sequence[Asked[ReachabilityChanged]]) -> None:
    for one in asked:
        await conn.execute(
            update(account).where(account.c.id == one.account_id).values(reachable=one.change.reachable)
        )


async def _spend(conn: AsyncConnection, one: Asked[AccountBound]) -> None:
    spent = await conn.execute(
        update(activation)
        .where(
            activation.c.id == one.change.activation_id,
            activation.c.person_id == one.change.person_id,
            activation.c.used_at.is_(None),
            activation.c.expires_at > one.at,
        )
        .values(used_at=one.at)
    )
    if spent.rowcount != 1:
        raise Conflict(f"activation {one.change.activation_id} is used, expired or unknown")


async def _release_others(conn: AsyncConnection, one: Asked[AccountBound]) -> None:
    """Consent was for this person's use of that chat; whoever holds the old phone is asked again."""
    released = await conn.scalars(
        update(account)
        .where(
            account.c.person_id == one.change.person_id,
            account.c.platform == one.effect.account.platform,
            account.c.id != one.account_id,
        )
        .values(person_id=None, consented_at=None)
        .returning(account.c.id)
    )
    await releases.let_go(conn, released.all(), one.at, one.effect.cause)
