"""SIGTERM while webhooks of both platforms come in: within ten seconds it has ended, and nothing is lost."""

import asyncio
import random
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from tests.drills.agency import MET, Member
from tests.drills.callers import CYCLE, Callers
from tests.drills.command import loud, started, write_config
from tests.drills.conftest import Say
from tests.drills.disks import locked
from tests.drills.town import Town, open_town

PROMISED = 10.0  # seconds
TICK = 15.0  # seconds after its start the scheduler ticks first: some stops aim at it
UNDONE = "SELECT count(*) FROM inbox WHERE state <> 'done'"


async def test_a_stop_under_load_loses_and_doubles_nothing(
    sqlite_url: str, tmp_path: Path, unused_tcp_port: int, whole: bool, said: Say
) -> None:
    """Exit status 0 within ten seconds each time, every request answered or refused, no traceback; what was
    acknowledged has its effect, once, in its order."""
    stops, callers = (100, 24) if whole else (1, 8)
    people = [
        Member(number, frozenset({"line" if number % 2 else "telegram"}), MET)
        for number in range(1, callers + 1)
    ]
    async with open_town(tmp_path, sqlite_url, people, datetime.now(UTC), replicas=0, quota=None) as town:
        config = write_config(tmp_path / "talentbot.toml", town.settings, unused_tcp_port)
        calling = Callers(f"http://127.0.0.1:{unused_tcp_port}", people)
        talk = asyncio.create_task(calling.call())
        rng, begun = random.Random(stops), time.monotonic()  # noqa: S311 - the same stops at every run
        took: list[float] = []
        for number in range(stops):
            async with started(config, town.log, unused_tcp_port) as bot:
                await bot.ready()
                at_tick = whole and number % 10 == 9
                await asyncio.sleep(TICK + rng.uniform(-0.2, 0.1) if at_tick else rng.uniform(0.0, 1.5))
                assert not talk.done()
                status, seconds = await bot.stop()
                assert status == 0, town.log.read_text()[-2000:]
                took.append(seconds)
            if len(took) % 20 == 0:
                said(f"{len(took)} stops, the last 20 within {max(took[-20:]):.1f} s")
        async with started(config, town.log, unused_tcp_port) as bot:
            await bot.ready()
            calling.hang_up()
            await talk
            await town.until_quiet(more=UNDONE)
            status, _ = await bot.stop()
            assert status == 0
        said(
            f"{stops} stops in {time.monotonic() - begun:.0f} s: {min(took):.1f} to {max(took):.1f} s each, "
            f"median {sorted(took)[len(took) // 2]:.1f} s; calls {dict(calling.outcomes)}; "
            f"{await held(town, calling)}"
        )
        assert not whole or max(took) < PROMISED
        assert calling.hung == 0
        assert loud(town.log) == []


async def test_a_stop_while_another_program_holds_the_database(
    sqlite_url: str, tmp_path: Path, unused_tcp_port: int, said: Say
) -> None:
    """A webhook that waits for the commit is told to deliver again, and the program ends all the same."""
    people = [Member(1, frozenset({"line"}), MET)]
    async with open_town(tmp_path, sqlite_url, people, datetime.now(UTC), replicas=0, quota=None) as town:
        config = write_config(tmp_path / "talentbot.toml", town.settings, unused_tcp_port)
        calling = Callers(f"http://127.0.0.1:{unused_tcp_port}", people)
        file = town.database.file
        assert file is not None
        async with started(config, town.log, unused_tcp_port) as bot:
            await bot.ready()
            async with locked(file):
                talk = asyncio.create_task(calling.call())
                await asyncio.sleep(0.5)
                status, seconds = await bot.stop()
                talk.cancel()
        assert status == 0
        assert calling.outcomes["200"] == 0
        assert calling.outcomes["503"] + calling.outcomes["broken off"] >= 1
        assert await town.count("SELECT count(*) FROM inbox") == 0
        assert [line for line in loud(town.log) if "Traceback" in line or '"critical"' in line] == []
        said(f"stopped in {seconds:.1f} s beside a lock; calls {dict(calling.outcomes)}")


async def held(town: Town, calling: Callers) -> str:
    """Holds what is stored to what was acknowledged; says so in a line."""
    rows = await town.rows(
        "SELECT inbox.event_id, account.person_id, inbox.order_key FROM inbox"
        " JOIN account ON account.id = account_id ORDER BY account.person_id, inbox.order_key, seq"
    )
    stored = Counter((person, event_id) for event_id, person, _ in rows)
    acknowledged = Counter(
        (person, event_id) for person, ids in calling.acknowledged.items() for event_id in ids
    )
    assert stored == acknowledged  # in the end everything was: each is there, and once
    reported = await town.rows(
        "SELECT person_id, count(*), count(withdrawn_at) FROM hours WHERE source = 'self' GROUP BY 1"
    )
    cycles = {person: len(ids) // len(CYCLE) for person, ids in calling.acknowledged.items()}
    assert {person: count for person, count, _ in reported} == cycles
    assert {person: undone for person, _, undone in reported} == cycles  # each in its order
    answered = await town.rows(
        "SELECT cause FROM outbox WHERE kind = 'reply' GROUP BY cause, ordinal HAVING count(*) > 1"
    )
    assert answered == []
    unanswered = await town.count(
        "SELECT count(*) FROM inbox WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE cause = seq)"
    )
    assert unanswered == 0
    states = Counter(dict(await town.rows("SELECT state, count(*) FROM dispatch GROUP BY 1")))
    got = town.got()
    assert set(states) <= {"accepted", "undecided"}
    listed = await town.listed()
    shown = got["line"].total() + got["telegram"].total()
    for one in town.people:
        said, heard = len(calling.acknowledged[one.number]), sum(got[way][one.number] for way in one.ways)
        assert heard <= said
        assert heard >= said - (listed[one.number] if "telegram" in one.ways else 0)
    return (
        f"{len(rows)} events acknowledged and handled once, {sum(cycles.values())} reports, "
        f"{shown} replies shown, {states['undecided']} undecided"
    )
