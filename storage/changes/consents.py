"""告知與同意: given, or declined."""

from collections.abc import Sequence

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.changes import ConsentDeclined, ConsentGiven
from storage.changes import conversations
from storage.effects import Asked
from storage.schema import account, consent


async def given(conn: AsyncConnection, asked: Sequence[Asked[ConsentGiven]]) -> None:
    for one in asked:
        await conn.execute(
            update(account)
            .where(account.c.id == one.account_id)
            .values(consented_at=one.at, declined_at=None)
        )
        await conn.execute(
            insert(consent).values(
                account_id=one.account_id,
                person_id=one.effect.person_id,
                notice=one.change.notice,
                given_at=one.at,
            )
        )


async def declined(conn: AsyncConnection, asked: Sequence[Asked[ConsentDeclined]]) -> None:
    """The account's dialogue goes at once, the rest with the next purge."""
    for one in asked:
        await conn.execute(
            update(account)
            .where(account.c.id == one.account_id)
            .values(consented_at=None, declined_at=one.at)
        )
        await conn.execute(
            update(consent)
            .where(consent.c.account_id == one.account_id, consent.c.withdrawn_at.is_(None))
            .values(withdrawn_at=one.at)
        )
    await conversations.end(conn, [one.account_id for one in asked])
