"""Chats get the menu of the standing they have: after each batch, and when the menus themselves change."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outgoing import Reader
from guideline.records import Platform
from handlers.menus import menu_for
from storage import menus
from storage.dispatches import NewDispatch
from storage.menus import Chat


async def give_menus(
    conn: AsyncConnection,
    readers: Mapping[Platform, Reader],
    chats: Sequence[Chat],
    today: date,
    causes: Mapping[int, int],
) -> list[NewDispatch]:
    """The calls that change the menus of those of these chats that have another one than they should. What
    they were given is noted with it. `causes`: the event of an account that may have changed its menu."""
    ids = await menus.line_menus(conn) if any(chat.account.platform == "line" for chat in chats) else {}
    given: dict[int, str] = {}
    calls: list[NewDispatch] = []
    for chat in chats:
        reader = readers.get(chat.account.platform)
        if reader is None or not chat.account.reachable:
            continue
        wanted = menu_for(chat.person, has_role=chat.has_role, today=today)
        if change := reader.menu(chat.account, wanted, ids, causes.get(chat.account.id)):
            remembered, call = change
            given[chat.account.id] = remembered
            calls.append(call)
    noted = await menus.give(conn, given)
    return [call for call in calls if call.account_id in noted]
