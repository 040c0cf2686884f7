"""Calls of a wave that a platform put off: surely not sent, so they are not a promise (design §5)."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from guideline.scope import AGENCY
from reminders.sending import BACKED_UP
from storage import settings
from storage.database import Database
from storage.figures import not_delivered
from tests.reminders.rounds import WEDNESDAY, Round, at

EARLIER = "UPDATE dispatch SET created_at = created_at - 60000"  # a minute


async def test_a_call_that_never_gets_through_holds_up_no_later_wave(database: Database) -> None:
    """Telegram put a call off for a week: the next wave is sent, and the earlier one ends without it."""
    round_ = Round(database)
    await round_.release()
    slow, quick = await round_.join("A1+telegram", "A2+line")
    await round_.tick()
    await round_.send()
    await round_.accepted()
    await round_.write(
        "UPDATE dispatch SET state = 'frozen', first_attempt_at = NULL WHERE platform = 'telegram'"
    )
    await round_.write(EARLIER)
    round_.move(at(WEDNESDAY + timedelta(days=7)))
    await round_.tick()
    await round_.send()
    await round_.tick()
    assert await round_.wave_states() == [("2026-12-w1", "done", False), ("2026-12-w2", "open", False)]
    earlier, sent, later, new = await round_.states()
    assert earlier == (slow, "dropped", "late", "telegram")
    assert sent == new == (quick, "frozen", "", "line")
    # A way that did not take what was frozen has a moment's rest.
    assert later in ((slow, "planned", "", "telegram"), (slow, "frozen", "", "telegram"))


@pytest.mark.parametrize("held", ["paused", "stopped", "night"])
async def test_what_was_put_off_is_not_sent_once_the_wave_is_held(database: Database, held: str) -> None:
    """HR pauses or stops the wave, or the office closes, while calls wait for another try. What LINE may
    have taken goes on under its key."""
    round_ = Round(database)
    await round_.release()
    telegram, line = await round_.join("A1+telegram", "A2+line")
    await round_.tick()
    await round_.send()
    for way in ("telegram", "line"):
        await round_.settle(await round_.claim(way), "later", "429")
    if held == "paused":
        await round_.keep(settings.PAUSED, True)
    elif held == "stopped":
        await round_.write("UPDATE wave SET state = 'stopped'")
    else:
        round_.move(at(WEDNESDAY, 20))
    await round_.sending.look()
    await round_.tick()
    assert await round_.claim("telegram") == []
    assert len(await round_.claim("line")) == 1
    after = ("dropped", "stopped") if held == "stopped" else ("planned", "")
    assert await round_.states() == [(telegram, *after, "telegram"), (line, "frozen", "", "line")]


async def test_while_a_platform_is_out_nothing_more_is_frozen(database: Database) -> None:
    """However long it puts everything off, the rest stays planned, and HR can still stop it."""
    round_ = Round(database, calls=5)
    await round_.release()
    await round_.join(*(f"A{number}+telegram" for number in range(40)))
    await round_.tick()
    for _ in range(20):
        await round_.sending.look()
        await round_.settle(await round_.claim("telegram"), "later", "not sent")
    assert Counter(state for _, state, _, _ in await round_.states()) == {"frozen": 2, "planned": 38}
    await round_.settle(await round_.claim("telegram"), "accepted")
    await round_.sending.look()
    assert Counter(state for _, state, _, _ in await round_.states()) == {"frozen": 4, "planned": 36}


async def test_what_was_taken_back_is_no_failure(database: Database) -> None:
    """HR's digest counts who lacks a message: neither what waits to be decided again, nor what another way
    took over, but what no way took."""
    round_ = Round(database)
    await round_.release()
    await round_.join("A1+telegram", "A2+telegram+line", "A3+telegram")
    await round_.tick()
    await round_.send()
    _, blocked, lost = await round_.claim("telegram")
    await round_.write(
        "UPDATE dispatch SET attempts = 0, lease_until = NULL, first_attempt_at = NULL WHERE id = 1"
    )
    await round_.settle([blocked], "refused", "blocked")
    await round_.settle([lost], "undecided", "no answer")
    await round_.keep(settings.PAUSED, True)
    await round_.send()
    real = round_.clock.real()
    assert await database.read(lambda conn: not_delivered(conn, AGENCY, real)) == (1, 1)
    await round_.keep(settings.PAUSED, False)
    await asyncio.sleep(BACKED_UP)
    await round_.send()
    assert await round_.rows("SELECT state, reason FROM dispatch ORDER BY id") == [
        ("refused", "thawed"),
        ("refused", "blocked"),
        ("undecided", "no answer"),
        ("frozen", ""),
        ("frozen", ""),
    ]
    assert await database.read(lambda conn: not_delivered(conn, AGENCY, real)) == (1, 0)
