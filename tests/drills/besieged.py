"""The whole program as it is served, a process of its own, with bodies thrown at it over HTTP.

`open_siege` is the drill's end; `python -m tests.drills.besieged` the program's.
"""

import asyncio
import json
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import aiohttp

from bot.serving import serve
from bot.settings import Settings
from bot.web.listening import listener
from bot.web.webhooks import LIMIT
from tests.drills.agency import members
from tests.drills.clock import SharedClock
from tests.drills.forks import ROOT
from tests.drills.town import BOT_TOKEN, SECRET, Town, open_town

HOOK_SECRET: Final = "hook-secret_of-the-drills"
NOW: Final = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)  # a Saturday: nobody is reminded meanwhile
PEOPLE: Final = 1_500
WORKERS: Final = 8  # connections that are kept
MOST_WAITING: Final = 600  # events that may wait before the throwing pauses
_TOO_LARGE: Final = frozenset({413})
_LOUD: Final = ("error", "critical")
_UNDELIVERED: Final = '"kind": "undelivered"'  # the watch, rightly: the strangers have no chat
_RATE: Final = 10_000  # answers a second to Telegram: what is tried is the way in
WAITING: Final = "SELECT count(*) FROM inbox WHERE state = 'waiting'"
UNSAID: Final = "SELECT count(*) FROM dispatch WHERE state = 'frozen' AND lane = 0"
ROWS: Final = ("inbox", "account", "dispatch", "outbox")

Headers = list[tuple[str, str]]
PARTS: Final = 10  # of a storm: after each one memory is looked at
Thrown = tuple[int, bytes, Headers]  # the body's number, the body, its headers


@dataclass
class Answers:
    """What became of the bodies: how many got which status (0: the connection ended without one), and the
    first ones that got another than they should."""

    statuses: Counter[int] = field(default_factory=Counter)
    odd: list[str] = field(default_factory=list)

    def note(self, thrown: Thrown, status: int, right: frozenset[int]) -> None:
        self.statuses[status] += 1
        if status not in right and len(self.odd) < 20:
            number, body, headers = thrown
            self.odd.append(f"body {number}: {status} {headers} {body[:4_000]!r} ({len(body)} bytes)")

    @property
    def said(self) -> str:
        return ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()))


@dataclass
class Siege:
    """The town, and the program that serves it at `url`."""

    town: Town
    url: str
    process: asyncio.subprocess.Process
    session: aiohttp.ClientSession

    def memory(self) -> float:
        """Resident MiB of the program; 0 where the machine does not tell."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            return 0.0
        found = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(found.split()[1]) / 1024

    def work(self) -> float:
        """CPU seconds of the program so far; 0 where the machine does not tell."""
        stat = Path(f"/proc/{self.process.pid}/stat")
        if not stat.exists():
            return 0.0
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def complaints(self) -> list[str]:
        """Lines of the program's log that no one should cause from outside."""
        with self.town.log.open(errors="replace") as lines:
            return [line[:2_000] for line in lines if line.strip() and _loud(line)]

    async def rows(self) -> tuple[int, ...]:
        """How many rows the tables hold that a body could leave one in."""
        return tuple([await self.town.count(f"SELECT count(*) FROM {table}") for table in ROWS])  # noqa: S608

    async def throw(
        self, path: str, bodies: Iterator[Thrown], right: frozenset[int] = frozenset({200})
    ) -> Answers:
        """All of them, several at once over connections that are kept."""
        answers = Answers()
        hands = [self._hand(path, bodies, right, answers) for _ in range(WORKERS)]
        await asyncio.gather(*hands)
        return answers

    async def _hand(
        self, path: str, bodies: Iterator[Thrown], right: frozenset[int], answers: Answers
    ) -> None:
        for thrown in bodies:
            if thrown[0] % 100 == 0:
                await self.breath()
            able = right if len(thrown[1]) <= LIMIT else right | _TOO_LARGE
            answers.note(thrown, await self._thrown(path, thrown), able)

    async def _thrown(self, path: str, thrown: Thrown) -> int:
        _, body, headers = thrown
        for _ in range(2):  # a connection that was idle may end just as it is used again
            try:
                async with self.session.post(
                    f"{self.url}{path}", data=BytesIO(body), headers=headers
                ) as answer:
                    await answer.read()
                    return answer.status
            except aiohttp.ClientConnectionError:
                continue
        return 0

    async def breath(self) -> None:
        """Until the program has caught up, so that answers come in time."""
        while await self.town.count(WAITING) > MOST_WAITING:
            await asyncio.sleep(0.02)

    async def quiet(self, patience: float = 600.0) -> None:
        """Until all that came in is worked on and said."""
        async with asyncio.timeout(patience):
            while await self.town.count(WAITING) or await self.town.count(UNSAID):
                await asyncio.sleep(0.05)

    async def ready(self) -> None:
        async with self.session.get(f"{self.url}/readyz") as answer:
            told = await answer.json()
        assert told["ready"], told


def parts(count: int) -> Iterator[range]:
    """The numbers of so many bodies, in equal parts: ten, where they are many."""
    number = min(PARTS, max(2, count // 100))
    return (range(part * count // number, (part + 1) * count // number) for part in range(number))


def _loud(line: str) -> bool:
    if _UNDELIVERED in line:
        return False
    try:
        return json.loads(line).get("level") in _LOUD
    except ValueError:
        return True  # a traceback


@asynccontextmanager
async def open_siege(folder: Path, url: str) -> AsyncIterator[Siege]:
    """Both platforms by webhook, people whose hours are met, one in twenty of them of HR."""
    people = members(PEOPLE, seed=11, due=0.0)
    async with open_town(folder, url, people, NOW, rate=_RATE, replicas=0) as town:
        await town.database.write(_some_officers)
        town.line.channel.tokens.life = timedelta(minutes=20)  # a slow machine is not what is tried here
        with listener("127.0.0.1", 0) as free:
            port = free.getsockname()[1]
        town.settings["http"] = {"port": port}
        town.settings["telegram"] |= {"mode": "webhook", "secret_token": HOOK_SECRET}
        at = town.settings["public_url"] = f"http://127.0.0.1:{port}"
        connector = aiohttp.TCPConnector(limit=WORKERS + 2)
        async with _program(town) as process, aiohttp.ClientSession(connector=connector) as session:
            siege = Siege(town, at, process, session)
            await _answering(siege)
            town.line.webhook_url = f"{at}/webhooks/line"
            hook = {"url": f"{at}/webhooks/telegram", "secret_token": HOOK_SECRET}
            api = town.settings["telegram"]["api_base"]
            async with session.post(f"{api}/bot{BOT_TOKEN}/setWebhook", json=hook) as answer:
                assert answer.status == 200
            yield siege
            assert process.returncode is None, "the program died"


async def _some_officers(conn: Any) -> None:
    await conn.exec_driver_sql("UPDATE person SET access = '人事' WHERE id % 20 = 0")


@asynccontextmanager
async def _program(town: Town) -> AsyncIterator[asyncio.subprocess.Process]:
    order = {"settings": town.settings, "clock": str(town.folder / "clock")}
    with town.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.drills.besieged",
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=asyncio.subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(order).encode() + b"\n")
        yield process
    finally:
        process.stdin.close()
        await process.wait()


async def _answering(siege: Siege) -> None:
    async with asyncio.timeout(300):
        while True:
            assert siege.process.returncode is None, siege.town.log.read_text()[-2_000:]
            try:
                async with siege.session.get(f"{siege.url}/healthz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)


def main() -> None:
    """`talentbot run`, by the drill's clock, and faster towards Telegram than the settings allow."""
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_until_left, daemon=True).start()
    plain = Settings.model_validate(order["settings"])
    faster = plain.telegram.model_copy(update={"rate": _RATE, "chat_rate": float(_RATE)})
    serve(plain.model_copy(update={"telegram": faster}), SharedClock(Path(order["clock"])))


def _until_left() -> None:
    """Ends with the drill, however that ended."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()

__all__ = ["HOOK_SECRET", "SECRET", "Answers", "Headers", "Siege", "Thrown", "open_siege", "parts"]
