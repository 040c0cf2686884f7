"""`doctor --fix` makes our rich menus at LINE, once, and again when they change; other ones are left alone.

A menu is ours and whole when LINE lists it under its present name and its alias points to it: the alias is
the last thing that is made. So what was interrupted half-way is made anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.menus.giving import give_menus
from bot.menus.layout import PREFIX, RICH_MENUS
from bot.platforms.line import LineReader
from bot.platforms.line_admin import LineAdmin
from handlers.menus import Menu
from storage import menus
from storage.clock import Clock
from storage.database import Database
from storage.dispatches import freeze

CHATS: Final = 500  # that are given their menu in one transaction


@dataclass(frozen=True, slots=True)
class Found:
    """What LINE has: `whole` are the ids of our present menus, `outdated` ids of other ones of ours,
    `stray` aliases of ours that no menu of ours bears any more, `remembered` ids of what everybody was
    given."""

    whole: Mapping[Menu, str]
    outdated: tuple[str, ...]
    stray: tuple[str, ...]
    aliases: Mapping[str, str]
    default: str | None
    remembered: Mapping[Menu, str]

    @property
    def missing(self) -> tuple[Menu, ...]:
        return tuple(menu for menu in RICH_MENUS if menu not in self.whole)

    @property
    def right(self) -> bool:
        """Whether there is nothing to do."""
        return (
            not self.missing
            and not self.outdated
            and not self.stray
            and self.default == self.whole[Menu.WELCOME]
            and self.remembered == self.whole
        )


async def look(admin: LineAdmin, database: Database) -> Found:
    """Raises LineAdminError or StorageError."""
    listed, aliases = await admin.rich_menus(), await admin.aliases()
    whole = {
        menu: menu_id
        for menu, rich in RICH_MENUS.items()
        if (menu_id := aliases.get(rich.alias)) is not None and listed.get(menu_id) == rich.name
    }
    ours = (menu_id for menu_id, name in listed.items() if name.startswith(PREFIX))
    borne = {rich.alias for rich in RICH_MENUS.values()}
    return Found(
        whole=whole,
        outdated=tuple(menu_id for menu_id in ours if menu_id not in whole.values()),
        stray=tuple(alias for alias in aliases if alias.startswith(PREFIX) and alias not in borne),
        aliases=aliases,
        default=await admin.default_rich_menu(),
        remembered=await database.read(_remembered),
    )


async def set_up(admin: LineAdmin, database: Database, clock: Clock, zone: ZoneInfo) -> Found:
    """Makes what is missing, shows it to everybody, and then removes what is outdated: a handful of calls, of
    the hundred an hour that LINE takes (platforms.md §1.5). What somebody still sees is left `outdated`:
    without it they would see the welcome menu; a later run removes it. Raises LineAdminError or
    StorageError; run again, it goes on."""
    found = await look(admin, database)
    whole = dict(found.whole)
    for menu in found.missing:
        rich = RICH_MENUS[menu]
        whole[menu] = menu_id = await admin.create_rich_menu(rich.body)
        await admin.picture_rich_menu(menu_id, rich.picture)
        await admin.point_alias(rich.alias, menu_id, new=rich.alias not in found.aliases)
    if found.default != whole[Menu.WELCOME]:
        await admin.set_default_rich_menu(whole[Menu.WELCOME])
    if found.remembered != whole or found.outdated:  # whose chat was in work the last time has an old one
        await _show(database, whole, clock, zone)
    for alias in found.stray:
        await admin.delete_alias(alias)
    gone = await database.read(lambda conn: menus.unneeded(conn, found.outdated))
    for menu_id in found.outdated:
        if menu_id in gone:
            await admin.delete_rich_menu(menu_id)
    left = tuple(menu_id for menu_id in found.outdated if menu_id not in gone)
    return replace(found, whole=whole, outdated=left, stray=(), default=whole[Menu.WELCOME], remembered=whole)


async def _remembered(conn: AsyncConnection) -> dict[Menu, str]:
    kept = await menus.line_menus(conn, menus.SHOWN)
    return {menu: kept[menu] for menu in Menu if menu in kept}


async def _show(database: Database, whole: Mapping[Menu, str], clock: Clock, zone: ZoneInfo) -> None:
    """Remembers the menus and gives them to everybody who is known, some in each transaction; the running
    program makes the calls. Interrupted, it begins anew and finds most of it done."""
    named = {str(menu): menu_id for menu, menu_id in whole.items()}
    await database.write(lambda conn: menus.keep_line_menus(conn, named, clock.now()))
    after: int | None = 0
    while after is not None:
        after = await database.write(partial(_give, clock=clock, zone=zone, after=after))
        await database.let_others()
    await database.write(lambda conn: menus.keep_line_menus(conn, named, clock.now(), menus.SHOWN))


async def _give(conn: AsyncConnection, clock: Clock, zone: ZoneInfo, after: int) -> int | None:
    """To the next chats, of accounts from `after` on. Returns the last of them; None: none is left."""
    chats = await menus.known(conn, "line", after, CHATS)
    if not chats:
        return None
    calls = await give_menus(conn, {"line": LineReader()}, chats, clock.now().astimezone(zone).date(), {})
    await freeze(conn, calls, clock.real())
    return chats[-1].account.id
