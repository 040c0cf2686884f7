"""Disks that are full, read-only or taken, for real: by a small filesystem where one may be mounted, and
everywhere by limits that the kernel holds a process to."""

import asyncio
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from tests.drills.command import Running

# As root but without root's right to pass over permissions; who is not root needs no such thing.
UNPRIVILEGED: Final = (
    ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if not os.getuid() else ()
)
LIMITED: Final = ("prlimit", "--fsize=0")  # no file may grow, as by `limit_files`
_HOLD: Final = """
import sys
try:
    from pysqlite3 import dbapi2 as sqlite3
except ImportError:
    import sqlite3
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
held.execute("ROLLBACK")
"""


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[bool]:
    """A filesystem of this size (as `mount` takes it; empty: none) in that folder, gone afterwards; False
    where there is none, or this machine lets nobody mount one."""
    folder.mkdir()
    mounted = bool(size) and _run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield mounted
    finally:
        if mounted:
            _run("umount", "--lazy", str(folder))


def fill(folder: Path) -> Path:
    """Takes all that is left of the disk; the file that does."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return filler


def limit_files(bot: Running, size: int) -> None:
    """From now on the program may write no file beyond this many bytes (RLIMIT_FSIZE); -1: any."""
    pid = bot.process.pid
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


@contextmanager
def read_only(file: Path) -> Iterator[None]:
    """Neither the file nor its folder may be written by who has no special rights."""
    modes = {path: path.stat().st_mode for path in (file, file.parent)}
    for path, mode in modes.items():
        path.chmod(mode & 0o555)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@asynccontextmanager
async def locked(file: Path) -> AsyncIterator[None]:
    """Another program holds SQLite's write lock."""
    other = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _HOLD, str(file)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert other.stdin is not None
    assert other.stdout is not None
    try:
        assert await other.stdout.readline() == b"held\n"
        yield
    finally:
        other.stdin.close()
        await other.wait()


def _run(*words: str) -> bool:
    program = shutil.which(words[0])
    if program is None:
        return False
    return subprocess.run([program, *words[1:]], capture_output=True, check=False).returncode == 0  # noqa: S603
