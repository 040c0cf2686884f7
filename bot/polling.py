"""Telegram by polling: raw updates in, and the next offset only after they are committed."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Protocol

import structlog

from bot.platforms import telegram_inbound
from bot.receiving import Receiving
from storage.errors import StorageError

log = structlog.get_logger()

LONG_POLL = 25  # seconds Telegram holds the request open when there is nothing
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between tries while something is wrong


class Updates(Protocol):
    async def get_updates(self, offset: int | None, hold: int) -> Sequence[Any]:
        """Raw updates from `offset` on, waiting up to `hold` seconds for one. Raises `PollingError` when
        Telegram gave none of its own accord."""
        ...


class PollingError(Exception):
    """Telegram could not be asked for updates; the text says why in one line."""


class Poller:
    """One poller per bot token: Telegram answers 409 to a second one."""

    def __init__(self, updates: Updates, receiving: Receiving) -> None:
        self._updates = updates
        self._receiving = receiving
        self._stopping = asyncio.Event()
        self._good = time.monotonic()

    @property
    def silent_for(self) -> float:
        """Seconds since Telegram last answered as it should."""
        return time.monotonic() - self._good

    def stop(self) -> None:
        self._stopping.set()

    async def run(self) -> None:
        offset: int | None = None
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                updates = await self._next(offset)
                if updates is None:
                    return
                await self._receiving.take("telegram", telegram_inbound.split_updates(updates))
                offset = _after(updates, offset)
            except (PollingError, StorageError) as error:
                log.warning("polling.paused", action="getUpdates", reason=str(error), seconds=pause)
                await self._rest(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            self._good = time.monotonic()

    async def _next(self, offset: int | None) -> Sequence[Any] | None:
        """The next updates, or None when told to stop while waiting: what Telegram had is given again."""
        asking = asyncio.ensure_future(self._updates.get_updates(offset, LONG_POLL))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return await asking if asking.done() else None
        finally:
            for task in (asking, stopping):
                task.cancel()
            await asyncio.gather(asking, stopping, return_exceptions=True)

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def _after(updates: Sequence[Any], offset: int | None) -> int | None:
    """One past the highest update id seen. Raises PollingError for updates without any: what cannot be
    confirmed would be given again at once, for ever."""
    ids = [u["update_id"] for u in updates if isinstance(u, dict) and isinstance(u.get("update_id"), int)]
    if updates and not ids:
        raise PollingError("updates without an update_id")
    return max(ids) + 1 if ids else offset
