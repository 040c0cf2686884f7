"""What one person can see and do on one platform of the demo, whatever the platform."""

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal, Protocol

from bot.simulator.line import LineSimulator
from bot.simulator.telegram import TelegramSimulator
from bot.simulator.transcript import Chat, Entry
from bot.simulator.units import utf16_units

Json = dict[str, Any]
Act = Callable[[str, Json], Awaitable[Any]]
Status = Literal["new", "friend", "blocked"]

LINE_TEXT = 5000  # characters (platforms.md §1.7)
TELEGRAM_TEXT = 4096  # UTF-16 units (§2.2)
PATIENCE = 4.0  # s that a tapped button of Telegram turns at most
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # of a deep link (platforms.md §2.2)


class ProblemError(Exception):
    """What a request got wrong, as a sentence for the person at the page, with an HTTP status."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


class Handset(Protocol):
    """A platform as the page uses it. Users are named by their id as a string."""

    @property
    def users(self) -> Mapping[str, str | int]:
        """Who may be played."""
        ...

    @property
    def actions(self) -> Mapping[str, Act]:
        """What a person can do; each takes the user and the body of the request. Gives what there is to
        tell at once, a dictionary, or anything else. Raises ProblemError for a wrong body."""
        ...

    def state(self, user: str) -> Json:
        """`status`; `commands` where the platform has a command menu, `menu` while a rich menu is shown."""
        ...

    def changes(self, user: str, since: int) -> tuple[list[Json], int]:
        """What is new or edited in this chat after version `since`, oldest message first, and the version
        that this is: id, at (ISO 8601), sender, content (the platform's JSON), edited."""
        ...

    async def changed(self, since: int, timeout: float) -> None:  # noqa: ASYNC109
        """Returns once anything in any chat has changed after version `since`, or after `timeout` seconds."""
        ...


def text_of(body: Json, key: str, limit: int) -> str:
    """A string that must be there, of 1 to `limit` characters and not only white space."""
    value = optional(body, key, limit)
    if value is None or not value.strip():
        raise ProblemError(f"請填 {key}。")
    return value


def optional(body: Json, key: str, limit: int) -> str | None:
    """A string of at most `limit` characters, or None where it is missing or null."""
    value = body.get(key)
    if value is not None and not isinstance(value, str):
        raise ProblemError(f"{key} 必須是文字。")
    if value is not None and len(value) > limit:
        raise ProblemError(f"{key} 太長，最多 {limit:,} 個字。")
    return value


class _Log(Protocol):
    """What both simulators have of a transcript."""

    def changed_since(self, version: int) -> list[Entry]: ...

    async def wait_until(self, holds: Callable[[], bool], timeout: float) -> None: ...  # noqa: ASYNC109


def _changes(log: _Log, chat: Chat, since: int) -> tuple[list[Json], int]:
    entries = log.changed_since(since)
    shown = [
        {
            "id": entry.id,
            "at": entry.at.isoformat(),
            "sender": entry.sender,
            "content": entry.content,
            "edited": entry.edited,
        }
        for entry in sorted(entries, key=lambda one: one.id)
        if entry.chat == chat
    ]
    return shown, entries[-1].version if entries else since


async def _changed(log: _Log, since: int, timeout: float) -> None:  # noqa: ASYNC109
    with contextlib.suppress(TimeoutError):
        await log.wait_until(lambda: bool(log.changed_since(since)), timeout)


def _open(reachable: bool) -> Status:
    return "friend" if reachable else "blocked"


class LineHandset:
    """What a person does with LINE."""

    def __init__(self, sim: LineSimulator, users: Sequence[str]) -> None:
        self._sim = sim
        self.users = {user: user for user in users}
        self.actions: Mapping[str, Act] = {
            "say": self._say,
            "tap": self._tap,
            "follow": lambda user, body: sim.follow(user),
            "unblock": lambda user, body: sim.follow(user),
            "block": lambda user, body: sim.unfollow(user),
        }

    async def _say(self, user: str, body: Json) -> None:
        await self._sim.say(user, text_of(body, "text", LINE_TEXT))

    async def _tap(self, user: str, body: Json) -> None:
        data, shown = text_of(body, "data", 300), optional(body, "display_text", 300)
        await self._sim.tap(user, data, shown)

    def state(self, user: str) -> Json:
        friends = self._sim.channel.friends
        status = "new" if not friends.knows(user) else _open(user not in friends.blocked)
        menus = self._sim.channel.menus
        menu_id = menus.shown_to(user) if status == "friend" else None
        if menu_id is None:
            return {"status": status}
        return {"status": status, "menu": {"picture": f"/demo/menu/{menu_id}", **menus.listed(menu_id)}}

    def changes(self, user: str, since: int) -> tuple[list[Json], int]:
        return _changes(self._sim, user, since)

    async def changed(self, since: int, timeout: float) -> None:  # noqa: ASYNC109
        await _changed(self._sim, since, timeout)


class TelegramHandset:
    """What a person does with Telegram."""

    def __init__(self, sim: TelegramSimulator, users: Sequence[int]) -> None:
        self._sim = sim
        self._blocked: set[str] = set()
        self.users = {str(user): user for user in users}
        self.actions: Mapping[str, Act] = {
            "say": self._say,
            "tap": self._tap,
            "start": self._start,
            "block": self._block,
            "unblock": self._unblock,
        }

    async def _say(self, user: str, body: Json) -> None:
        text = text_of(body, "text", TELEGRAM_TEXT)
        if utf16_units(text) > TELEGRAM_TEXT:
            raise ProblemError(f"text 太長，最多 {TELEGRAM_TEXT:,} 個字。")
        await self._sim.say(self.users[user], text)

    async def _tap(self, user: str, body: Json) -> Json:
        """Taps and gives what the bot answers to the tap, {} where it does not in time."""
        message = body.get("message_id")
        if not isinstance(message, int) or isinstance(message, bool):
            raise ProblemError("message_id 必須是整數。")
        update = await self._sim.tap(self.users[user], message, text_of(body, "data", 64))
        if update is None:
            return {}
        query = update["callback_query"]["id"]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while (answer := self._sim.callback_answer(query)) is None:  # noqa: ASYNC110 - it wakes nobody
                    await asyncio.sleep(0.02)
                return {"answer": answer}
        return {}

    async def _start(self, user: str, body: Json) -> None:
        payload = optional(body, "payload", 64)
        if payload is not None and not _PAYLOAD.fullmatch(payload):
            raise ProblemError("開始連結的代碼只能有英文字母、數字、- 和 _。")
        self._blocked.discard(user)
        await self._sim.start(self.users[user], payload)

    async def _block(self, user: str, body: Json) -> None:
        self._blocked.add(user)
        await self._sim.block(self.users[user])

    async def _unblock(self, user: str, body: Json) -> None:
        self._blocked.discard(user)
        await self._sim.unblock(self.users[user])

    def state(self, user: str) -> Json:
        if user in self._blocked:
            status: Status = "blocked"
        else:
            status = "friend" if self._sim.transcript(self.users[user]) else "new"
        return {"status": status, "commands": self._commands(self.users[user])}

    def _commands(self, user: int) -> list[Json]:
        """The command menu of a private chat: the narrowest scope wins (BotCommandScope)."""
        chat = json.dumps({"chat_id": user, "type": "chat"}, sort_keys=True)
        for scope in (chat, '{"type": "all_private_chats"}', '{"type": "default"}'):
            for language in ("zh", ""):
                if commands := self._sim.settings.commands.get((scope, language)):
                    return commands
        return []

    def changes(self, user: str, since: int) -> tuple[list[Json], int]:
        return _changes(self._sim, self.users[user], since)

    async def changed(self, since: int, timeout: float) -> None:  # noqa: ASYNC109
        await _changed(self._sim, since, timeout)
