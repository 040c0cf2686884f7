"""By which chat a person is reached, unasked."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import case, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Account, Platform, Way
from storage import officers
from storage.rows import ACCOUNT, to_account
from storage.schema import account, person, preference
from storage.statements import among
from storage.writing import To


async def of_people(
    conn: AsyncConnection, people: Collection[int], platforms: Collection[Platform]
) -> dict[int, Account]:
    """The account of each that is reached best: the one they chose, else Telegram (it costs the agency
    nothing). Who has none on these platforms, or blocked them all, is left out."""
    if not people:
        return {}
    free: Any = case((account.c.platform == "telegram", 0), else_=1)
    chosen: Any = case((account.c.platform == preference.c.channel, 0), else_=1)
    rows = await conn.execute(
        select(*ACCOUNT)
        .outerjoin(preference, preference.c.person_id == account.c.person_id)
        .where(
            account.c.person_id.in_(people),
            account.c.reachable,
            account.c.platform.in_(platforms),
        )
        .order_by(account.c.person_id, chosen, free)
    )
    found: dict[int, Account] = {}
    for row in rows:
        found.setdefault(row.person_id, to_account(row))
    return found


async def addresses(conn: AsyncConnection, people: Collection[int]) -> dict[int, dict[Way, To]]:
    """Every way that leads to each of them now: the chats that answer, and the mailbox of the roster."""
    if not people:
        return {}
    found: dict[int, dict[Way, To]] = {number: {} for number in people}
    mailboxes = await conn.execute(
        select(person.c.id, person.c.email).where(person.c.id.in_(people), person.c.email != "")
    )
    for number, email in mailboxes:
        found[number]["email"] = To(email, None, number)
    chats = await conn.execute(
        select(account.c.person_id, account.c.platform, account.c.user_id, account.c.id).where(
            account.c.person_id.in_(people), account.c.reachable
        )
    )
    for number, platform, user_id, account_id in chats:
        found[number][platform] = To(user_id, account_id, number)
    return found


async def by_way(conn: AsyncConnection, people: Collection[int], way: Way) -> dict[int, To]:
    """The address of each of them whom this way leads to now."""
    if way == "email":
        mailboxes = await conn.execute(
            select(person.c.id, person.c.email).where(among(person.c.id, people), person.c.email != "")
        )
        return {number: To(email, None, number) for number, email in mailboxes}
    chats = await conn.execute(
        select(account.c.person_id, account.c.user_id, account.c.id).where(
            among(account.c.person_id, people), account.c.platform == way, account.c.reachable
        )
    )
    return {number: To(user_id, account_id, number) for number, user_id, account_id in chats}


async def wanting_brief(conn: AsyncConnection, people: Collection[int]) -> set[int]:
    """Those who want no details in what they are told unasked (精簡通知)."""
    if not people:
        return set()
    rows = await conn.scalars(
        select(preference.c.person_id).where(preference.c.person_id.in_(people), preference.c.low_detail)
    )
    return set(rows)


async def of_hr(conn: AsyncConnection, on: date) -> dict[int, str]:
    """Everybody with 系統權限 人事 who serves on this day, and the path of their unit."""
    rows = await conn.execute(
        select(person.c.id, person.c.unit).where(officers.serving(on)).order_by(person.c.id)
    )
    return {row.id: row.unit for row in rows}


async def hr_reached(conn: AsyncConnection, on: date, platforms: Collection[Platform]) -> bool:
    """Whether `of_people` finds a chat for anybody of them."""
    # Asked of each officer: a join may begin with all the chats of a platform.
    chat: Any = account.c.person_id == person.c.id
    reached = exists().where(chat, account.c.reachable, account.c.platform.in_(platforms))
    return await conn.scalar(select(person.c.id).where(officers.serving(on), reached).limit(1)) is not None
