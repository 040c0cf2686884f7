"""Whatever the clock does, nobody is told twice, and nothing is left out (design §5, §7)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from storage import runs
from storage.database import Database
from tests.reminders.rounds import WEDNESDAY, Round, at

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("step", [HOUR, -HOUR, DAY, -DAY])
async def test_business_time_moves_in_a_wave(sqlite_database: Database, step: timedelta) -> None:
    """Half of the people are told when the calendar jumps, and back again: each is told once in the end."""
    round_ = Round(sqlite_database, calls=4)
    await round_.release()
    await round_.join(*(f"A{number}+telegram" for number in range(8)))
    await round_.tick()
    await round_.sending.look()
    told = len(await round_.recipients())
    assert 0 < told < 8
    await round_.accepted()
    for now in (at(WEDNESDAY) + step, at(WEDNESDAY)):
        round_.move(now)
        await round_.tick()
        for _ in range(4):
            await round_.sending.look()
            await round_.accepted()
    recipients = await round_.recipients()
    assert len(recipients) == len(set(recipients)) == 8


@pytest.mark.parametrize("step", [HOUR, -HOUR, DAY, -DAY])
async def test_the_machine_is_set_in_a_wave(sqlite_database: Database, step: timedelta) -> None:
    """The machine's clock is set, and with it the calendar, while a plan is half made and held by a program
    that is gone: the next one makes the whole of it, and each is told once."""
    round_ = Round(sqlite_database, calls=4)
    await round_.release()
    await round_.join(*(f"A{number}+telegram" for number in range(8)))
    now = round_.clock.now()
    await round_.waves.reckon(now)
    real = round_.clock.real()
    lease = timedelta(minutes=1)
    job = "wave:2026-12-w1"
    held = await sqlite_database.write(lambda conn: runs.begin(conn, job, WEDNESDAY, real, lease))
    assert held == ""
    await round_.tick()
    assert await round_.states() == []
    with time_machine.travel(datetime.now(UTC) + step, tick=True):
        for day in range(2):
            round_.move(at(WEDNESDAY + day * DAY))
            await round_.tick()
            for _ in range(4):
                await round_.sending.look()
                await round_.accepted()
    recipients = await round_.recipients()
    assert len(recipients) == len(set(recipients)) == 8


async def test_off_over_the_whole_day(sqlite_database: Database) -> None:
    """A machine that was off on the day makes up for it within three working days, and not later."""
    round_ = Round(sqlite_database, now=at(WEDNESDAY - DAY))
    await round_.release()
    await round_.join("A1+telegram")
    await round_.tick()
    round_.move(at(WEDNESDAY + 2 * DAY))
    await round_.tick()
    await round_.send()
    assert await round_.wave_states() == [("2026-12-w1", "open", False)]
    assert len(await round_.recipients()) == 1
    await round_.accepted()

    round_.move(at(WEDNESDAY + 5 * DAY))  # Monday: the first wave is over
    await round_.tick()
    assert await round_.wave_states() == [("2026-12-w1", "done", False)]


async def test_never_in_the_same_week_twice(sqlite_database: Database) -> None:
    """The next wave, a week later, tells those who were told two working days late only after seven days."""
    round_ = Round(sqlite_database, now=at(WEDNESDAY + 2 * DAY))
    await round_.release()
    await round_.join("A1+telegram")
    await round_.tick()
    await round_.send()
    await round_.accepted()
    round_.move(at(WEDNESDAY + 7 * DAY))
    await round_.tick()
    await round_.send()
    assert len(await round_.recipients()) == 1
