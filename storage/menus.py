"""Which menu each chat has, and which menus there are (design §6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, literal_column, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from guideline.records import Account, Person, Platform
from storage import settings
from storage.rows import ACCOUNT, PERSON, to_account, to_person
from storage.schema import account, dispatch, outbox, person, role_assignment
from storage.settling import MENU
from storage.statements import several

LINE_MENUS: Final = "line.menus"  # {name of a menu: id of the rich menu}, as `doctor --fix` made them
SHOWN: Final = "line.menus.shown"  # the same, once everybody was given theirs


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat as its menu is decided from."""

    account: Account
    person: Person | None
    has_role: bool


async def chats(
    conn: AsyncConnection, accounts: Collection[int], *, and_released: bool = False
) -> list[Chat]:
    """How these chats stand now, and the other chats of the same people. `and_released`: and those that have
    a menu though they are nobody's now."""
    rows = await conn.execute(_chats(and_released), {"accounts": list(accounts)})
    return [_chat(tuple(row)) for row in rows]


@cache
def _chats(and_released: bool) -> Select[Any]:
    # A union: with OR both databases would read every account for each batch.
    other, held = account.alias("other"), account.alias("held")
    wanted = [
        select(held.c.id).where(held.c.id.in_(several("accounts"))),
        select(other.c.id)
        .join(held, held.c.person_id == other.c.person_id)
        .where(held.c.id.in_(several("accounts")), other.c.person_id.is_not(None)),
    ]
    if and_released:
        # As ix_account_released has them.
        released = account.alias("released")
        wanted.append(
            select(released.c.id).where(
                released.c.person_id.is_(None), released.c.menu != literal_column("''")
            )
        )
    return _found(account.c.id.in_(union(*wanted)))


async def known(conn: AsyncConnection, platform: Platform, after: int, limit: int) -> list[Chat]:
    """The next chats of this platform, by the id of their account from `after` on, that are somebody's or
    were given a menu of their own."""
    whose = or_(account.c.person_id.is_not(None), account.c.menu != "")
    some = _found((account.c.platform == platform) & whose & (account.c.id > after)).limit(limit)
    return [_chat(tuple(row)) for row in await conn.execute(some)]


async def unneeded(conn: AsyncConnection, menu_ids: Collection[str]) -> frozenset[str]:
    """Which of these menus nobody sees any more: all who can be reached were given another one, and what
    gives it to them has been sent."""
    under_way = await conn.scalar(
        select(dispatch.c.id)
        .join(outbox, outbox.c.dispatch_id == dispatch.c.id)
        .where(dispatch.c.state == literal_column("'frozen'"), outbox.c.kind == MENU)
        .limit(1)
    )
    if not menu_ids or under_way is not None:
        return frozenset()
    seen = await conn.scalars(
        select(account.c.menu).where(account.c.menu.in_(menu_ids), account.c.reachable).distinct()
    )
    return frozenset(menu_ids).difference(seen)


async def give(conn: AsyncConnection, given: Mapping[int, str]) -> frozenset[int]:
    """Notes which menu these accounts are given ("": the platform's usual one). Returns which of them were:
    those that somebody else holds right now are not waited for, since two batches that wait for each other
    would both fail; they get theirs with their next event."""
    if not given:
        return frozenset()
    free = select(account.c.id).where(account.c.id.in_(given)).order_by(account.c.id)
    held = (await conn.scalars(free.with_for_update(key_share=True, skip_locked=True))).all()
    if held:
        await conn.execute(
            update(account).where(account.c.id == bindparam("b_id")).values(menu=bindparam("b_menu")),
            [{"b_id": number, "b_menu": given[number]} for number in held],
        )
    return frozenset(held)


async def line_menus(conn: AsyncConnection, key: str = LINE_MENUS) -> Mapping[str, str]:
    """Ids of LINE's rich menus by the name of the menu; empty while none are set up. `SHOWN`: those that
    everybody was given."""
    kept = await settings.value(conn, key)
    return {str(name): str(number) for name, number in kept.items()} if isinstance(kept, dict) else {}


async def keep_line_menus(
    conn: AsyncConnection, menus: Mapping[str, str], at: datetime, key: str = LINE_MENUS
) -> None:
    await settings.keep(conn, key, dict(menus), at, "doctor")


def _found(wanted: ColumnElement[bool]) -> Select[Any]:
    has_role = select(role_assignment.c.id).where(role_assignment.c.person_id == person.c.id).exists()
    return (
        select(*ACCOUNT, *PERSON, has_role)
        .outerjoin(person, person.c.id == account.c.person_id)
        .where(wanted)
        .order_by(account.c.id)
    )


def _chat(row: tuple[object, ...]) -> Chat:
    held, bound = row[: len(ACCOUNT)], row[len(ACCOUNT) : -1]
    return Chat(to_account(held), to_person(bound) if bound[0] is not None else None, bool(row[-1]))
