"""The bot under test: a process of its own on a core of its own, what it uses, which Python it runs on."""

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

ROOT: Final = Path(__file__).parents[1]
_TICK: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_QUIET: Final = 0.15  # of a core: a bot that uses less only looks whether there is anything to do
_DESCRIBE: Final = """
import platform, sys, sysconfig, time
args = str(sysconfig.get_config_var("CONFIG_ARGS"))
said = ", ".join(name for name in ("--enable-optimizations", "--with-lto") if name in args)
times = []
for _ in range(7):
    begun = time.perf_counter(); n = 0
    for i in range(200_000): n += len(str(i))
    times.append(time.perf_counter() - begun)
print(f"{platform.python_implementation()} {platform.python_version()} ({sys.executable}; configured "
      f"{said or 'without --enable-optimizations and --with-lto by its own account'}; "
      f"200 000 turns of a plain loop {min(times) * 1000:.0f} ms)")
"""


@dataclass(frozen=True, slots=True)
class Bot:
    """A running one. It and all its children are one session of the system."""

    pid: int
    port: int

    def cpu(self) -> float:
        """Seconds of the processor it has used so far."""
        return sum(int(fields[11]) + int(fields[12]) for fields in self._stats()) / _TICK

    def memory(self) -> float:
        """MiB that are resident now."""
        return sum(int(fields[21]) for fields in self._stats()) * _PAGE / 2**20

    async def quiet(self, patience: float = 120.0) -> None:
        """Returns when it has had nothing to do for a second: what it does on starting is no part of a
        message."""
        calm = 0
        async with asyncio.timeout(patience):
            while calm < 4:
                before = self.cpu()
                await asyncio.sleep(0.25)
                calm = calm + 1 if self.cpu() - before <= 0.25 * _QUIET else 0

    def _stats(self) -> list[list[str]]:
        """Fields of /proc/…/stat after the name, of every process of the session."""
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    fields = (folder / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue  # it has just ended
                if int(fields[3]) == self.pid:
                    found.append(fields)
        return found


def cores() -> tuple[set[int], set[int]]:
    """One for the bot, the others for the load; the same where there is but one."""
    first, *others = sorted(os.sched_getaffinity(0))
    return {first}, set(others or [first])


def free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def described(python: Path) -> str:
    done = subprocess.run([python, "-c", _DESCRIBE], check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.strip()


def finished(work: Coroutine[Any, Any, None]) -> None:
    """Runs it to its end; SIGTERM ends it too, and the bot that it started."""

    async def stoppable() -> None:
        task = asyncio.ensure_future(work)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        await task

    asyncio.run(stoppable())


@asynccontextmanager
async def started(
    command: Sequence[str], port: int, log: Path, env: Mapping[str, str], path: str = "/healthz"
) -> AsyncIterator[Bot]:
    """A bot that answers at `port`; stopped afterwards as the system does it. Raises RuntimeError with the
    end of its log when it does not come up."""
    mine, _ = cores()
    with log.open("wb") as out:
        process = _spawn(command, out, env, mine)
    try:
        await _answers(process, port, path, log)
        yield Bot(process.pid, port)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.to_thread(process.wait, 20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _spawn(
    command: Sequence[str], out: IO[bytes], env: Mapping[str, str], mine: set[int]
) -> "subprocess.Popen[bytes]":
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, mine)  # a child, and every thread that it starts, inherits it
    try:
        return subprocess.Popen(  # noqa: S603 - ourselves or a peer
            command, cwd=ROOT, env=dict(env), stdout=out, stderr=out, start_new_session=True
        )
    finally:
        os.sched_setaffinity(0, before)


def _end(log: Path) -> str:
    return log.read_text()[-3000:]


async def _answers(process: "subprocess.Popen[bytes]", port: int, path: str, log: Path) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    async with asyncio.timeout(60):
        while True:
            if process.poll() is not None:
                raise RuntimeError(f"it ended at once: {log}\n{_end(log)}")
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(request)
                if await reader.read(12):
                    writer.close()
                    return
            except OSError:
                pass
            await asyncio.sleep(0.01)
