"""One clock for several programs: business time stands ahead of the machine's by what a file says."""

import mmap
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

_SECONDS: Final = struct.Struct("d")


class SharedClock:
    """`now()` is the machine's time moved by `offset`, which every program that opened the same file sees at
    once; `real()` is the machine's own."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(_SECONDS.pack(0.0))
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), _SECONDS.size)

    @property
    def offset(self) -> timedelta:
        return timedelta(seconds=_SECONDS.unpack_from(self._memory)[0])

    @offset.setter
    def offset(self, offset: timedelta) -> None:
        _SECONDS.pack_into(self._memory, 0, offset.total_seconds())

    def set(self, now: datetime) -> None:
        """From this moment on business time goes on from `now`."""
        self.offset = now - self.real()

    def now(self) -> datetime:
        return self.real() + self.offset

    def real(self) -> datetime:
        return datetime.now(UTC)

    def close(self) -> None:
        self._memory.close()
