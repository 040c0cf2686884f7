"""`talentbot run` as an operator starts it, between two loopback platforms; its webhooks are called by people
who do not wait for it to come back."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.drills.forks import ROOT

HOOK_SECRET: Final = "hook-secret-of-the-drills"
_PATIENCE: Final = 600.0  # seconds for a start, on a machine that does much else


def write_config(file: Path, settings: Mapping[str, Any], port: int, mode: str = "webhook") -> Path:
    """`settings` as a town has them, with Telegram by `mode`, as TOML. One chat is answered more often
    than Telegram itself would have it: those who call say more in a second."""
    telegram = {**settings["telegram"], "mode": mode, "secret_token": HOOK_SECRET, "chat_rate": 30.0}
    changed = {
        **settings,
        "telegram": telegram,
        "public_url": f"http://127.0.0.1:{port}",
        "http": {"port": port},
    }
    plain = {key: value for key, value in changed.items() if not isinstance(value, dict)}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in plain.items()]
    for name, table in changed.items():
        if isinstance(table, dict):
            lines += [f"[{name}]", *(f"{key} = {json.dumps(one)}" for key, one in table.items())]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    file.chmod(0o600)
    return file


@dataclass
class Running:
    """One life of the program."""

    process: asyncio.subprocess.Process
    log: Path
    url: str

    async def ready(self) -> None:
        """Returns once it answers; AssertionError when it ended instead."""
        async with asyncio.timeout(_PATIENCE), aiohttp.ClientSession() as session:
            while True:
                assert self.process.returncode is None, self.log.read_text()[-2000:]
                try:
                    async with session.get(f"{self.url}/healthz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.02)

    async def troubles(self) -> list[str]:
        """The reasons of /readyz; empty when it is ready."""
        async with aiohttp.ClientSession() as session, session.get(f"{self.url}/readyz") as answer:
            told = await answer.json()
        assert answer.status == (503 if told["reasons"] else 200)
        return list(told["reasons"])

    async def stop(self) -> tuple[int, float]:
        """SIGTERM; exit status, and the seconds it took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        status = await self.process.wait()
        return status, time.monotonic() - begun


@asynccontextmanager
async def started(config: Path, log: Path, port: int) -> AsyncIterator[Running]:
    """Killed at the end where it still lives. What it says goes to `log` through a pipe: no limit of its
    files is one of its log."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(config)),
        env=_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    copying = asyncio.create_task(_copy(process.stdout, log))
    try:
        yield Running(process, log, f"http://127.0.0.1:{port}")
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await copying


async def _copy(lines: asyncio.StreamReader, log: Path) -> None:
    with log.open("a") as file:
        async for line in lines:
            file.write(line.decode("utf-8", "replace"))
            file.flush()


def talentbot(before: Sequence[str], command: str, config: Path) -> subprocess.CompletedProcess[str]:
    """Another command beside it, behind the words of `before` (`prlimit …`)."""
    return subprocess.run(  # noqa: S603 - our own program
        [*before, sys.executable, "-m", "bot", command, "--config", str(config)],
        env=_environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=_PATIENCE,
        check=False,
    )


def _environment() -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TALENTBOT_")}
    return {**inherited, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def loud(log: Path) -> list[str]:
    """Lines that only a mistake of ours writes."""
    lines = log.read_text().splitlines()
    return [line for line in lines if "Traceback" in line or _level(line) in ("error", "critical", "?")]


def _level(line: str) -> str:
    try:
        return str(json.loads(line).get("level", "?"))
    except ValueError:
        return "?"
