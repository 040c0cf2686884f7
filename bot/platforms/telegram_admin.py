"""Telegram through python-telegram-bot: what `doctor` asks and sets. Not on the way of a message.

The library is imported when the first of these is called.
"""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import aiohttp

from bot.menus.commands import COMMANDS
from bot.platforms.redaction import redact
from bot.platforms.telegram_inbound import ALLOWED

if TYPE_CHECKING:
    from telegram import Bot as Library

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bot:
    """The bot behind the token."""

    id: int
    username: str
    name: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram sends updates; "" means that it waits to be polled."""

    url: str
    pending: int
    last_error: str
    last_error_at: datetime | None
    allowed_updates: tuple[str, ...]


class TelegramAdminError(Exception):
    """Telegram refused an administrative call, or could not be reached. The text carries no token."""


class TelegramAdmin:
    """The calls; made by `telegram_admin`. Each raises TelegramAdminError."""

    def __init__(self, bot: "Library") -> None:
        self._bot = bot

    async def me(self) -> Bot:
        found = await _asked(self._bot.get_me())
        return Bot(found.id, found.username or "", found.full_name)

    async def webhook(self) -> Webhook:
        found = await _asked(self._bot.get_webhook_info())
        return Webhook(
            url=found.url,
            pending=found.pending_update_count,
            last_error=redact(found.last_error_message or ""),
            last_error_at=found.last_error_date,
            allowed_updates=tuple(found.allowed_updates or ()),
        )

    async def set_webhook(self, url: str, secret: str) -> None:
        """Asks for the updates that are read, and for `secret` in the header of each. What waits is kept."""
        await _asked(
            self._bot.set_webhook(
                url, allowed_updates=list(ALLOWED), secret_token=secret, drop_pending_updates=False
            )
        )

    async def delete_webhook(self) -> None:
        """Before polling; what waits is kept."""
        await _asked(self._bot.delete_webhook(drop_pending_updates=False))

    async def set_commands(self, commands: tuple[tuple[str, str], ...] = COMMANDS) -> None:
        """The menu of commands in private chats; groups have none, since nothing is answered there."""
        from telegram import BotCommandScopeAllPrivateChats  # noqa: PLC0415 - see above

        scope = BotCommandScopeAllPrivateChats()
        await _asked(self._bot.set_my_commands(commands, scope=scope))

    async def commands(self) -> tuple[tuple[str, str], ...]:
        """What is set now for private chats."""
        from telegram import BotCommandScopeAllPrivateChats  # noqa: PLC0415 - see above

        found = await _asked(self._bot.get_my_commands(scope=BotCommandScopeAllPrivateChats()))
        return tuple((command.command, command.description) for command in found)

    async def set_menu_button(self) -> None:
        """The button beside the text field opens the commands."""
        from telegram import MenuButtonCommands  # noqa: PLC0415 - see above

        await _asked(self._bot.set_chat_menu_button(menu_button=MenuButtonCommands()))


@asynccontextmanager
async def telegram_admin(
    session: aiohttp.ClientSession, api_base: str, token: str
) -> AsyncIterator[TelegramAdmin]:
    """The administrative side of one bot, over the program's session, which stays open."""
    from telegram import Bot as Library  # noqa: PLC0415 - see above
    from telegram.error import TelegramError  # noqa: PLC0415

    from bot.platforms.telegram_request import AiohttpRequest  # noqa: PLC0415

    request = AiohttpRequest(session)
    try:
        library = Library(
            token,
            base_url=f"{api_base.rstrip('/')}/bot",
            base_file_url=f"{api_base.rstrip('/')}/file/bot",
            request=request,
            get_updates_request=request,
        )
    except TelegramError as error:
        raise TelegramAdminError(redact(error.message)) from None
    yield TelegramAdmin(library)


async def _asked(call: Awaitable[T]) -> T:
    from telegram.error import TelegramError  # noqa: PLC0415 - see above

    try:
        return await call
    except TelegramError as error:
        # InvalidToken says the token again
        raise TelegramAdminError(f"{type(error).__name__}: {redact(error.message)}") from None
