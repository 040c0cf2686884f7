"""Shows a person that the answer is on its way, where it takes over a second: LINE's loading animation,
Telegram's 「輸入中」. Best effort and not durable: nothing waits for it, and nothing is lost without it.
"""

import asyncio
import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.outgoing import Reader
from guideline.records import Platform
from handlers.event import Kind
from storage import inbox
from storage.database import Database
from storage.errors import StorageError
from storage.inbox import Received

log = structlog.get_logger()

PATIENCE: Final = 1.0  # seconds an answer may take before anything is shown
AGAIN: Final = 10.0  # seconds that what is shown lasts, at least; nothing is shown twice meanwhile
PAUSE: Final = 0.5  # seconds between two looks
MOST: Final = (
    40  # chats of one look: with `PAUSE`, below the 100 a second that LINE takes (platforms.md §1.5)
)
KEPT: Final = 5_000  # events that are remembered; of more at once, the oldest show nothing
_ANSWERED = frozenset({Kind.TEXT, Kind.PRESS, Kind.MEDIA, Kind.JOINED})
_UTC = ZoneInfo("UTC")


class Shows(Protocol):
    async def busy(self, chat_id: str) -> None:
        """Shows in this private chat that an answer is being made. Never raises; a failure passes."""
        ...


@dataclass(frozen=True, slots=True)
class _Waiting:
    platform: Platform
    row: Received
    since: float  # monotonic seconds


class Loading:
    """Looks, a second after events were stored, which of them are still waiting for their answer."""

    def __init__(
        self, database: Database, readers: Mapping[Platform, Reader], channels: Mapping[Platform, Shows]
    ) -> None:
        self._database = database
        self._readers = readers
        self._channels = channels
        self._waiting: deque[_Waiting] = deque(maxlen=KEPT)
        self._shown: dict[tuple[Platform, str], float] = {}
        self._stored = asyncio.Event()
        self._stopping = asyncio.Event()

    def stored(self, platform: Platform, rows: Sequence[Received]) -> None:
        """These events are durable, and will be answered. Returns at once."""
        since = time.monotonic()
        self._waiting.extend(_Waiting(platform, row, since) for row in rows if row.chat_id)
        self._stored.set()

    def stop(self) -> None:
        self._stopping.set()
        self._stored.set()

    async def run(self) -> None:
        """Until stopped."""
        while not self._stopping.is_set():
            if not self._waiting:
                self._stored.clear()
                await self._stored.wait()
                continue
            await self._rest(self._waiting[0].since + PATIENCE - time.monotonic())
            if not self._stopping.is_set():
                await self._look()
                await self._rest(PAUSE)

    async def show(self, platform: Platform, chat_id: str) -> None:
        """Shows it now, for work that is known to take long; once in `AGAIN` seconds for a chat."""
        now = time.monotonic()
        self._shown = {chat: at for chat, at in self._shown.items() if now - at < AGAIN}
        if (platform, chat_id) not in self._shown and platform in self._channels:
            self._shown[platform, chat_id] = now
            await self._channels[platform].busy(chat_id)

    async def _look(self) -> None:
        due: list[_Waiting] = []
        while self._waiting and time.monotonic() - self._waiting[0].since >= PATIENCE:
            due.append(self._waiting.popleft())
        if not due:
            return
        ids = [one.row.event_id for one in due]
        try:
            unanswered = await self._database.read(lambda conn: inbox.still_waiting(conn, ids))
        except StorageError as error:
            log.debug("loading.not_looked", action="loading", reason=str(error))
            return
        async with asyncio.TaskGroup() as group:
            for platform, chat_id in self._asking(due, unanswered):
                group.create_task(self.show(platform, chat_id))

    def _asking(
        self, due: Sequence[_Waiting], unanswered: Collection[tuple[str, str]]
    ) -> list[tuple[Platform, str]]:
        """The private chats in which somebody waits for an answer, each once."""
        chats: dict[tuple[Platform, str], None] = {}
        for one in due:
            if (one.platform, one.row.event_id) not in unanswered or one.platform not in self._readers:
                continue
            event = self._readers[one.platform].read(one.row.raw, datetime.now(UTC), _UTC, "")
            if event.private and event.kind in _ANSWERED and one.row.chat_id:
                chats[one.platform, one.row.chat_id] = None
        return list(chats)[:MOST]

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), max(seconds, 0))
        except TimeoutError:
            return
