"""The real program, in a process and a folder of its own."""

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds that a command may take


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Program:
    """`talentbot` as an operator runs it in `folder`."""

    folder: Path

    def __call__(self, *words: str, env: Mapping[str, str] | None = None) -> Done:
        """In a fork of a process that has loaded it."""
        return _loaded().run(self.folder, _environment(env), words)

    def afresh(self, *words: str, env: Mapping[str, str] | None = None) -> Done:
        """From nothing: once for each kind of command, since it takes over a second to load."""
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env=_environment(env),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def write(self, name: str, content: str, encoding: str = "utf-8") -> str:
        (self.folder / name).write_bytes(content.encode(encoding))
        return name


def _environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TALENTBOT_")}
    return {**inherited, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **(more or {})}


class _Loaded:
    """One command after the other, each in a fork of `tests.cli.loaded`, which ends when we do."""

    def __init__(self) -> None:
        self._asking, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._asking.settimeout(PATIENCE)
        self._one = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "tests.cli.loaded", str(theirs.fileno())],
                cwd=ROOT,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        atexit.register(self._end)

    def run(self, folder: Path, env: Mapping[str, str], words: tuple[str, ...]) -> Done:
        with self._one, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            asked = json.dumps([words, str(folder), env]).encode()
            socket.send_fds(self._asking, [asked], [out.fileno(), err.fileno()])
            try:
                status = int(self._asking.recv(16))
            except TimeoutError:
                os.killpg(self._process.pid, signal.SIGKILL)
                raise
            return Done(status, _written(out), _written(err))

    def _end(self) -> None:
        self._asking.close()
        self._process.wait(PATIENCE)


def _written(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode()


@cache
def _loaded() -> _Loaded:
    return _Loaded()
