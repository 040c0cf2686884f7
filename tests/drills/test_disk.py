"""A disk that is full, a file that may not be written, a database that another program holds: nothing is
acknowledged that is not stored, and all goes on by itself when the trouble is over."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from tests.drills.agency import MET, Member
from tests.drills.callers import Callers
from tests.drills.command import Running, started, talentbot, write_config
from tests.drills.conftest import Say
from tests.drills.disks import LIMITED, UNPRIVILEGED, fill, limit_files, locked, read_only, small_disk
from tests.drills.test_stop import UNDONE, held
from tests.drills.town import Town, open_town

PEOPLE: Final = [Member(n, frozenset({"line" if n % 2 else "telegram"}), MET) for n in range(1, 7)]
REFUSALS: Final = 5
# What of `doctor`: what fits into the log of the database as it is may still be written.
FULL: Final = ("磁碟空間不足", "即將無法收訊")
PATIENCE: Final = 600.0  # seconds, on a machine that does much else


@dataclass(frozen=True, slots=True)
class Trouble:
    """`reason` is of /readyz, one of `found` of `doctor`, which is started behind the words of `before`."""

    name: str
    begins: Callable[[], AbstractAsyncContextManager[None]]
    reason: str
    found: tuple[str, ...]
    before: tuple[str, ...] = ()


@pytest.mark.whole  # a minute and more; tests/wire/test_trouble.py has the full disk and the lock
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_what_cannot_be_stored_is_refused_until_it_can_be(
    sqlite_template: Path, tmp_path: Path, unused_tcp_port: int, whole: bool, said: Say, mode: str
) -> None:
    """One life of the program through one trouble after the other: 503 and never a 200 without a commit, no
    offset of a poll beyond what is stored, the reason in /readyz and `doctor`, and nobody starts it again."""
    disk = tmp_path / "disk"
    with ExitStack() as stack:
        mounted = stack.enter_context(small_disk(disk, "64m" if whole else ""))
        file = Path(shutil.copy(sqlite_template, disk / "talentbot.db"))
        url, now = f"sqlite+aiosqlite:///{file}", datetime.now(UTC)
        async with open_town(tmp_path, url, PEOPLE, now, replicas=0, quota=None) as town:
            config = write_config(tmp_path / "talentbot.toml", town.settings, unused_tcp_port, mode)
            calling = Callers(f"http://127.0.0.1:{unused_tcp_port}", PEOPLE)
            calling.polled = town.telegram if mode == "polling" else None
            async with started(config, town.log, unused_tcp_port) as bot:
                await bot.ready()
                talk = asyncio.create_task(calling.call())
                for trouble in troubles(bot, file, whole=whole, mounted=mounted):
                    said(await through(trouble, town, bot, calling, config))
                calling.hang_up()
                await talk
                await town.until_quiet(more=UNDONE)
                status, _ = await bot.stop()
                assert status == 0
            said(await held(town, calling))
            assert await town.rows("PRAGMA integrity_check") == [("ok",)]
            assert calling.hung == 0
            # What it cannot note among its alerts the watch says aloud, and that alone.
            assert [line for line in town.loud() if '"watch.apart"' not in line] == []


def troubles(bot: Running, file: Path, *, whole: bool, mounted: bool) -> Iterator[Trouble]:
    """Those that this machine and this form have. What the kernel's limit does, it does everywhere."""

    @asynccontextmanager
    async def limited() -> AsyncIterator[None]:
        limit_files(bot, 0)
        yield
        limit_files(bot, -1)

    @asynccontextmanager
    async def full() -> AsyncIterator[None]:
        filler = fill(file.parent)
        yield
        filler.unlink()

    yield Trouble("no file may grow", limited, "cannot be read or written", ("無法讀寫資料庫檔案",), LIMITED)
    if mounted:
        yield Trouble("disk full", full, "is full", FULL)
    if whole:
        yield Trouble("locked", lambda: locked(file), "Another program", ("資料庫正由其他程式使用",))


async def through(trouble: Trouble, town: Town, bot: Running, calling: Callers, config: Path) -> str:
    """From a program that works to one that works again; says how in a line."""
    await _spoken(calling, 2 * len(PEOPLE))
    refusals = calling.outcomes["503"]
    async with trouble.begins():
        begun = time.monotonic()
        async with asyncio.timeout(PATIENCE):
            while calling.outcomes["503"] < refusals + REFUSALS:
                await asyncio.sleep(0.05)
        taken = {person: len(ids) for person, ids in calling.acknowledged.items()}
        reasons = await bot.troubles()
        assert any(trouble.reason in reason for reason in reasons), reasons
        told = await asyncio.to_thread(talentbot, trouble.before, "doctor", config)
        assert told.returncode == 1
        assert any(found in told.stdout for found in trouble.found), told.stdout + told.stderr
        await _nothing_half(town, calling)
        if trouble.name != "disk full":  # there the log of the database may still have had room for a few
            assert taken == {person: len(ids) for person, ids in calling.acknowledged.items()}
        lasted = time.monotonic() - begun
        refused = calling.outcomes["503"] - refusals
    over = time.monotonic()
    await _spoken(calling, 2 * len(PEOPLE))
    again = time.monotonic() - over
    async with asyncio.timeout(PATIENCE):
        while await bot.troubles():
            await asyncio.sleep(0.2)
    assert bot.process.returncode is None
    return (
        f"{trouble.name} for {lasted:.0f} s: {refused} webhooks answered 503; "
        f"{2 * len(PEOPLE)} events taken within {again:.1f} s after it"
    )


async def _spoken(calling: Callers, more: int) -> None:
    """Returns once so many more events were acknowledged."""
    before = sum(map(len, calling.acknowledged.values()))
    async with asyncio.timeout(PATIENCE):
        while sum(map(len, calling.acknowledged.values())) < before + more:
            await asyncio.sleep(0.02)


async def _nothing_half(town: Town, calling: Callers) -> None:
    """What was acknowledged is there; what was refused is not, and Telegram keeps what is not stored."""
    refused, acknowledged = dict(calling.refused), [*calling.acknowledged.items()]
    known = {(person, ids[place]) for person, ids in acknowledged for place in range(len(ids))}
    pending = [str(one["update_id"]) for one in town.telegram.pending]
    stored = set(
        await town.rows("SELECT person_id, event_id FROM inbox JOIN account ON account.id = account_id")
    )
    assert known <= stored
    assert stored.isdisjoint(refused.items())
    ids = {event for _, event in stored}
    assert calling.polled is None or any(event not in ids for event in pending)


async def test_a_database_that_may_not_be_written_is_named_before_anything_begins(
    sqlite_template: Path, tmp_path: Path, unused_tcp_port: int
) -> None:
    """A read-only file in a read-only folder, and one that another program holds: `run` ends in one line,
    `doctor` says what to do."""
    folder = tmp_path / "data"
    folder.mkdir()
    file = Path(shutil.copy(sqlite_template, folder / "talentbot.db"))
    url, now = f"sqlite+aiosqlite:///{file}", datetime.now(UTC)
    async with open_town(tmp_path, url, PEOPLE, now, replicas=0) as town:
        config = write_config(tmp_path / "talentbot.toml", town.settings, unused_tcp_port)
    with read_only(file):
        refused = await asyncio.to_thread(talentbot, UNPRIVILEGED, "run", config)
        told = await asyncio.to_thread(talentbot, UNPRIVILEGED, "doctor", config)
    async with locked(file):
        held_off = await asyncio.to_thread(talentbot, (), "run", config)
    for one, sentence in ((refused, "權限"), (held_off, "資料庫正由其他程式使用")):
        assert one.returncode == 1
        assert len(one.stderr.strip().splitlines()) == 1
        assert sentence in one.stderr
    assert told.returncode == 1
    assert "資料庫無法寫入" in told.stdout, told.stdout + told.stderr
