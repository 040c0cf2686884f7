"""A bot that starts at once and is killed at any moment: a parent that has imported everything forks a child,
which is the whole program.

The child binds its port itself, as the program does: while it is dead, connections are refused, and those
that it had not answered are reset. The drill keeps the port for it by a socket that never listens.

`Forks` is the drill's end; `python -m tests.drills.forks` the parent, spoken to by lines of JSON. The moment
of a kill is the parent's own: it depends on nothing that the drill or the child is doing.
"""

import asyncio
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import uvicorn
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.applications import Starlette

from bot.desk import public_holidays
from bot.serving import serve
from bot.settings import Settings
from bot.web.listening import listener
from reminders import delivery, waves
from reminders.scheduler import Scheduler
from storage.database import Database
from tests.drills.clock import SharedClock

ROOT: Final = Path(__file__).parents[2]
_LOOK: Final = 0.005  # seconds between two looks at the child


@dataclass(frozen=True, slots=True)
class Life:
    """One run of the bot. `seconds` until it is killed (None: until `stop`), from its birth or, `served`,
    from when it first takes a connection; `rate` lifts Telegram's messages a second beyond what the settings
    allow; `tick` is the scheduler's; `lease` shortens those of calls and plans (None: as they are). `crash`
    kills it at that commit which changed something, the first being 1: `before` it holds, or after; `note`
    is a file into which the name of each such commit goes. `port` is its web server's, by `Forks`."""

    settings: dict[str, Any]
    clock: str
    log: str
    seconds: float | None = None
    served: bool = False
    rate: int = 30
    tick: float = 0.5
    lease: float | None = None
    crash: int = 0
    before: bool = True
    note: str = ""
    port: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a life ended: `killed` by us or by itself at its commit, else `status` of an exit of its own."""

    pid: int
    killed: bool
    status: int


@dataclass
class Forks:
    """The drill's end of one parent; it has one child at a time."""

    _process: asyncio.subprocess.Process
    _place: socket.socket
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def port(self) -> int:
        """The same in every life."""
        return int(self._place.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def live(self, life: Life) -> Ended:
        """From birth to death."""
        async with self._lock:
            self._say(asdict(replace(life, port=self.port)))
            return await self._ended()

    def stop(self) -> None:
        """The child ends in its own time, as after SIGTERM."""
        self._say("stop")

    def kill(self) -> None:
        self._say("kill")

    async def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        self._place.close()

    def _say(self, word: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(word).encode() + b"\n")

    async def _ended(self) -> Ended:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the parent of the drill's bots died")
        return Ended(**json.loads(line))


@asynccontextmanager
async def forks() -> AsyncIterator[Forks]:
    """A parent, ready to fork."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.drills.forks",
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    parent = Forks(process, listener("127.0.0.1", 0))
    try:
        yield parent
    finally:
        await parent.close()


# -- the parent ----------------------------------------------------------------------------------------


class _Ear:
    """Lines of standard input, without a thread: the parent must not have one when it forks."""

    def __init__(self) -> None:
        self._heard = b""

    def line(self, seconds: float | None) -> Any:
        """The next one; None when there was none in that time. Raises EOFError when the drill has gone."""
        while b"\n" not in self._heard:
            if not select.select([0], [], [], seconds)[0]:
                return None
            more = os.read(0, 65_536)
            if not more:
                raise EOFError
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        return json.loads(line)


def _imported() -> None:
    """What a program imports only as it starts is there as well."""
    public_holidays()
    uvicorn.Config(Starlette(), log_config=None).load()


def parent() -> None:
    _imported()
    ear = _Ear()
    while True:
        try:
            order = ear.line(None)
        except EOFError:
            return
        if not isinstance(order, dict):
            continue  # a word for a child that has ended by itself
        life = Life(**order)
        pid = os.fork()
        if pid == 0:
            _child(life)
        try:
            ended = _watch(ear, pid, life)
        except EOFError:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return
        print(json.dumps(asdict(ended)), flush=True)


def _watch(ear: _Ear, pid: int, life: Life) -> Ended:
    until: float | None = None
    while True:
        if life.seconds is not None and until is None and (not life.served or _listens(life.port)):
            until = time.monotonic() + life.seconds
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            return Ended(pid, killed, status)
        left = _LOOK if until is None else min(_LOOK, max(0.0, until - time.monotonic()))
        word = ear.line(left)
        if word == "kill" or (until is not None and time.monotonic() >= until):
            os.kill(pid, signal.SIGKILL)
        elif word == "stop":
            os.kill(pid, signal.SIGTERM)


def _listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def _child(life: Life) -> None:
    """Never returns."""
    status = 1
    try:
        log = os.open(life.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for number in (1, 2):
            os.dup2(log, number)
        os.close(0)
        _live(life)
    except SystemExit as ended:  # as `bot.serving` ends where it was asked to
        status = int(ended.code or 0)
    finally:
        os._exit(status)


def _live(life: Life) -> None:
    plain = Settings.model_validate(life.settings)
    # `Settings` takes no rate over 30: Telegram's own. The simulator's limit was lifted as far.
    lifted = plain.telegram.model_copy(update={"rate": life.rate})
    placed = plain.http.model_copy(update={"port": life.port})
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # before the program takes it
    Scheduler.__init__.__defaults__ = (life.tick,)
    if life.lease is not None:
        waves.LEASE = delivery.LEASE = timedelta(seconds=life.lease)  # type: ignore[misc]
    if life.crash or life.note:
        _count_commits(life)
    settings = plain.model_copy(update={"telegram": lifted, "http": placed})
    serve(settings, SharedClock(Path(life.clock)))


def _count_commits(life: Life) -> None:
    """Wraps `Database.write`, in this child only: the commits that change a row of a SQLite file are numbered
    from 1."""
    write: Callable[..., Any] = Database.write
    count = 0

    async def counted(self: Database, unit: Callable[[AsyncConnection], Any], **options: Any) -> Any:
        reached = False

        async def watched(conn: AsyncConnection) -> Any:
            nonlocal count, reached
            before = await _changes(conn)
            done = await unit(conn)
            if await _changes(conn) != before:
                count += 1
                reached = count == life.crash
                _note(life.note, unit)
                if reached and life.before:
                    os.kill(os.getpid(), signal.SIGKILL)
            return done

        done = await write(self, watched, **options)
        if reached:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    Database.write = counted  # type: ignore[method-assign]


async def _changes(conn: AsyncConnection) -> int:
    driver = (await conn.get_raw_connection()).driver_connection
    assert driver is not None
    return int(driver.total_changes)


def _note(file: str, unit: Callable[..., Any]) -> None:
    if file:
        with Path(file).open("a") as notes:
            notes.write(f"{unit.__module__}.{unit.__qualname__}\n")


if __name__ == "__main__":
    parent()
