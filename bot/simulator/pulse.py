"""Waiting for a change without sleeping."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Pulse:
    """Wakes everyone who waits, each time something has changed; nobody holds a lock."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def beat(self) -> None:
        """Say that something has changed."""
        self._next.set()
        self._next = asyncio.Event()

    async def until(self, look: Callable[[], T | None], seconds: float | None) -> T | None:
        """What `look` sees once it sees something true; None when `seconds` pass before."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    if seen := look():
                        return seen
                    await self._next.wait()
        except TimeoutError:
            return None
