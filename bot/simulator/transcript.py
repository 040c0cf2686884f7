"""What the people of a simulated platform see in their chats."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from bot.simulator.pulse import Pulse

Chat = str | int
Json = dict[str, Any]
Sender = Literal["user", "bot"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in one chat. `content` is the platform's own JSON of it.

    An edit replaces `content` in place: `id` stays, `edited` becomes True and `version` grows.
    `version` counts every change of the whole transcript, so that a page can ask for what is new.
    """

    id: int
    at: datetime
    sender: Sender
    content: Json
    edited: bool = False
    chat: Chat = ""
    version: int = 0


class Transcript:
    """All chats of one platform, in the order in which things appeared."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._entries: list[Entry] = []
        self._chats: defaultdict[Chat, list[int]] = defaultdict(list)  # ids of entries
        self._changes: list[int] = []  # the id of the entry that each version added or edited
        self._pulse = Pulse()
        self.version = 0
        self.delivered: Counter[Chat] = Counter()

    def add(self, chat: Chat, sender: Sender, content: Json) -> Entry:
        self.version += 1
        entry = Entry(
            id=len(self._entries) + 1,
            at=self._now(),
            sender=sender,
            content=content,
            chat=chat,
            version=self.version,
        )
        self._entries.append(entry)
        self._chats[chat].append(entry.id)
        self._changes.append(entry.id)
        if sender == "bot":
            self.delivered[chat] += 1
        self._pulse.beat()
        return entry

    def edit(self, entry_id: int, content: Json) -> Entry:
        """Put new content in the place of an entry. KeyError when there is none of that id."""
        if not 1 <= entry_id <= len(self._entries):
            raise KeyError(entry_id)
        self.version += 1
        entry = replace(
            self._entries[entry_id - 1],
            content=content,
            edited=True,
            version=self.version,
        )
        self._entries[entry_id - 1] = entry
        self._changes.append(entry_id)
        self._pulse.beat()
        return entry

    def entry(self, entry_id: int) -> Entry:
        return self._entries[entry_id - 1]

    def of(self, chat: Chat, sender: Sender | None = None) -> list[Entry]:
        found = (self._entries[number - 1] for number in self._chats.get(chat, ()))
        return [entry for entry in found if sender in (None, entry.sender)]

    def since(self, entry_id: int) -> list[Entry]:
        """Entries of all chats that came after this one."""
        return self._entries[max(entry_id, 0) :]

    def changed_since(self, version: int) -> list[Entry]:
        """Entries of all chats, new or edited, after this version, in the order of their change."""
        since = max(version, 0)
        found = ((at, self._entries[n - 1]) for at, n in enumerate(self._changes[since:], since + 1))
        return [entry for at, entry in found if entry.version == at]

    async def wait_for(self, chat: Chat, count: int, timeout: float) -> list[Entry]:  # noqa: ASYNC109 - tests name it
        """The bot's messages in a chat, once there are `count` of them.

        Raises TimeoutError, saying what did arrive, after `timeout` seconds.
        """

        def enough() -> list[Entry] | None:
            seen = self.of(chat, "bot")
            return seen if len(seen) >= count else None

        if count <= 0:
            return self.of(chat, "bot")
        found = await self._pulse.until(enough, timeout)
        if found is None:
            seen = self.of(chat, "bot")
            raise TimeoutError(f"{chat}: {len(seen)} of {count} messages after {timeout} s: {seen}")
        return found

    async def wait_until(self, holds: Callable[[], bool], timeout: float) -> None:  # noqa: ASYNC109
        """Wait for anything that shows in the transcript. Raises TimeoutError after `timeout` seconds."""
        if not await self._pulse.until(lambda: holds() or None, timeout):
            raise TimeoutError(f"still not so after {timeout} s")
