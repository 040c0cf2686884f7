"""Two engines on one database: nothing is done twice, and one goes on where the other ended."""

import asyncio

from storage.database import Database
from tests.reminders.rounds import Round


async def test_two_engines_do_not_double(postgres_url: str) -> None:
    """Both plan and freeze at once; each person is in the wave once and gets one message."""
    here, there = await Database.open(postgres_url), await Database.open(postgres_url)
    try:
        one, other = Round(here, calls=4), Round(there, calls=4)
        await one.release()
        await one.join(*(f"A{number}+telegram" for number in range(60)))
        await one.join(*(f"B{number}+line" for number in range(60)))
        for _ in range(3):
            await asyncio.gather(one.tick(), other.tick())
        assert len(await one.states()) == 120
        for _ in range(40):
            await asyncio.gather(one.sending.look(), other.sending.look())
            await one.accepted()
        assert {row[1] for row in await one.states()} == {"frozen"}
        recipients = await one.recipients()
        assert len(recipients) == len(set(recipients)) == 120
        await asyncio.gather(one.tick(), other.tick())
        assert await one.wave_states() == [("2026-12-w1", "done", False)]
    finally:
        await here.close()
        await there.close()


async def test_another_program_goes_on_where_one_ended(database: Database) -> None:
    """A wave begun by a program that is gone is sent on by the next one, to those who are left."""
    first = Round(database, calls=4)
    await first.release()
    await first.join(*(f"A{number}+telegram" for number in range(12)))
    await first.tick()
    await first.sending.look()
    begun = len(await first.recipients())
    assert 0 < begun < 12
    second = Round(database, calls=4)
    for _ in range(20):
        await second.accepted()
        await second.tick()
        await second.sending.look()
    recipients = await second.recipients()
    assert len(recipients) == len(set(recipients)) == 12
