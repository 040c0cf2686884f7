"""After a batch, each of its chats gets the menu of the standing that it now has."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outgoing import Reader
from guideline.records import Platform
from handlers.menus import menu_for
from storage import menus
from storage.dispatches import NewDispatch


async def give_menus(
    conn: AsyncConnection,
    readers: Mapping[Platform, Reader],
    causes: Mapping[int, int],
    today: date,
    *,
    released: bool,
) -> list[NewDispatch]:
    """The calls that change the menus of these chats (account → the event that may have changed it), and
    of chats that the batch `released` from their person. What they were given is noted with it; where
    nothing changed there is no call."""
    if not causes and not released:
        return []
    ids = await menus.line_menus(conn)
    given: list[tuple[int, str]] = []
    calls: list[NewDispatch] = []
    for chat in await menus.chats(conn, causes, and_released=released):
        reader = readers.get(chat.account.platform)
        if reader is None or not chat.account.reachable:
            continue
        wanted = menu_for(chat.person, has_role=chat.has_role, today=today)
        if change := reader.menu(chat.account, wanted, ids, causes.get(chat.account.id)):
            remembered, call = change
            given.append((chat.account.id, remembered))
            calls.append(call)
    await menus.give(conn, given)
    return calls
