"""A wave from its plan to its end: each person once, decided when it is frozen (design §5)."""

import asyncio
from datetime import date, timedelta

from guideline.records import Access
from reminders.delivery import LEASE
from reminders.foreseen import foreseen
from reminders.sending import BACKED_UP
from storage import budget, settings
from storage.database import Database
from storage.dispatches import QUOTA, claim_due
from storage.thawing import FRESH
from storage.years import close
from tests.reminders.rounds import DESK, TAIPEI, WEDNESDAY, Round, at

CALLS = "SELECT state, reason FROM dispatch ORDER BY id"


async def test_everybody_who_misses_hours_is_told_once(database: Database) -> None:
    """A person with two accounts gets one message, and any number of ticks and looks add none."""
    round_ = Round(database)
    await round_.release()
    both, line, telegram = await round_.join("A1+line+telegram", "A2+line", "A3+telegram")
    for _ in range(3):
        await round_.tick()
        await round_.send()
    assert await round_.states() == [
        (both, "frozen", "", "telegram"),
        (line, "frozen", "", "line"),
        (telegram, "frozen", "", "telegram"),
    ]
    assert len(await round_.recipients()) == 3
    assert await round_.wave_states() == [("2026-12-w1", "open", False)]
    await round_.accepted()
    await round_.tick()
    assert await round_.wave_states() == [("2026-12-w1", "done", False)]


async def test_who_met_the_hours_since_the_plan_hears_nothing(database: Database) -> None:
    """Decided again when it is frozen: neither who reported enough nor who said 停止提醒 is told."""
    round_ = Round(database)
    await round_.release()
    met, stopped, lacking = await round_.join("A1+telegram", "A2+line", "A3+line")
    await round_.tick()
    assert {state for _, state, _, _ in await round_.states()} == {"planned"}
    await round_.learned(met, 180, WEDNESDAY, kind="basic")
    await round_.learned(met, 180, WEDNESDAY, kind="advanced")
    await round_.prefer(stopped, stopped_at=round_.clock.now())
    await round_.send()
    assert await round_.states() == [
        (met, "dropped", "met", "telegram"),
        (stopped, "dropped", "stopped", "line"),
        (lacking, "frozen", "", "line"),
    ]
    assert len(await round_.recipients()) == 1


async def test_nothing_at_night_and_nothing_on_a_free_day(database: Database) -> None:
    """A tick outside office hours opens no wave; what was missed is made good the next working day."""
    round_ = Round(database, now=at(WEDNESDAY, 8.9))
    await round_.release()
    await round_.join("A1+line")
    await round_.tick()
    assert await round_.wave_states() == []
    round_.move(at(WEDNESDAY, 17.1))
    await round_.tick()
    assert await round_.wave_states() == []
    round_.move(at(WEDNESDAY + timedelta(days=1), 9))
    await round_.tick()
    await round_.send()
    assert [row[1] for row in await round_.states()] == ["frozen"]


async def test_a_wave_goes_on_the_next_day_and_ends_when_it_is_over(database: Database) -> None:
    """What the office could not send before it closed is sent next morning; a week later it is dropped."""
    round_ = Round(database)
    await round_.release()
    people = await round_.join("A1+line", "A2+telegram")
    await round_.tick()
    round_.move(at(WEDNESDAY, 17.5))
    await round_.send()
    assert [row[1] for row in await round_.states()] == ["planned"] * 2
    round_.move(at(WEDNESDAY + timedelta(days=1), 9.1))
    await round_.write("UPDATE reminder SET way = 'nowhere' WHERE way = 'telegram'")
    await round_.tick()
    await round_.send()
    await round_.accepted()
    round_.move(at(WEDNESDAY + timedelta(days=5)))
    await round_.tick()
    states = {row[0]: row[1:3] for row in await round_.states()}
    assert states[people[0]] == ("frozen", "")
    assert states[people[1]] == ("dropped", "late")
    assert ("2026-12-w1", "done", False) in await round_.wave_states()


async def test_paused_and_stopped_at_once(database: Database) -> None:
    """Nothing is frozen while HR holds the waves back, nor ever after HR stopped this one."""
    round_ = Round(database)
    await round_.release()
    await round_.join("A1+line", "A2+telegram")
    await round_.tick()
    await round_.keep(settings.PAUSED, True)
    await round_.send()
    assert await round_.rows(CALLS) == []
    await round_.keep(settings.PAUSED, False)
    await round_.write("UPDATE wave SET state = 'stopped'")
    await round_.send()
    await round_.tick()
    assert await round_.rows(CALLS) == []
    assert {row[1:3] for row in await round_.states()} == {("dropped", "stopped")}


async def test_what_was_frozen_and_not_tried_is_taken_back(database: Database) -> None:
    """HR pauses while calls wait for their turn: they are not sent any more, and planned once HR goes on.
    What was tried already stays as it is."""
    round_ = Round(database)
    await round_.release()
    await round_.join("A1+telegram", "A2+telegram")
    await round_.tick()
    await round_.send()
    await round_.write("UPDATE dispatch SET attempts = 1, lease_until = 1 WHERE id = 1")
    await round_.keep(settings.PAUSED, True)
    await round_.send()
    assert await round_.rows(CALLS) == [("frozen", ""), ("refused", "thawed")]
    assert [row[1] for row in await round_.states()] == ["frozen", "planned"]
    await round_.keep(settings.PAUSED, False)
    await asyncio.sleep(BACKED_UP)
    await round_.send()
    assert [row[1] for row in await round_.states()] == ["frozen", "frozen"]
    assert await round_.rows(CALLS) == [("frozen", ""), ("refused", "thawed"), ("frozen", "")]


async def test_a_closed_year_is_over(database: Database) -> None:
    """HR closes the year while its last wave goes out: nobody else is told what they can make up no more."""
    round_ = Round(database, now=at(date(2026, 12, 29)), calls=1)
    await round_.release()
    await round_.join("A1+telegram", "A2+telegram")
    await round_.tick()
    await round_.sending.look()
    assert [row[1] for row in await round_.states()] == ["frozen", "planned"]
    await round_.accepted()
    await close(database, DESK.editions, 2026, round_.clock.now(), "cli")
    await round_.send()
    assert [row[1] for row in await round_.states()] == ["frozen", "planned"]
    round_.move(at(date(2026, 12, 30)))
    await round_.tick()
    await round_.send()
    assert [row[1:3] for row in await round_.states()] == [("frozen", ""), ("dropped", "late")]


async def test_what_was_decided_too_long_ago_is_not_sent(database: Database) -> None:
    """Though nobody has taken it back yet: it is not given out for its first attempt. What was tried before
    goes on."""
    round_ = Round(database)
    await round_.release()
    await round_.join("A1+line", "A2+telegram", "A3+telegram")
    await round_.tick()
    await round_.send()
    real = round_.clock.real()
    await round_.write(
        "UPDATE dispatch SET attempts = 1, first_attempt_at = created_at WHERE platform = 'line'"
    )
    for way, later, count in (
        ("telegram", FRESH, 0),
        ("telegram", FRESH / 2, 2),
        ("line", FRESH, 1),
    ):
        claimed = await database.write(
            lambda conn, way=way, at=real + later: claim_due(conn, way, 9, at, LEASE, "a")  # type: ignore[misc]
        )
        assert len(claimed) == count


async def test_a_shadow_run_tells_hr_alone(database: Database) -> None:
    """Until HR releases the reminders each of HR hears of the wave once, and nobody else of anything."""
    round_ = Round(database)
    staff = await round_.join("A1+line", "A2+telegram")
    hr = await round_.join("H1+telegram", access=Access.HR)
    for _ in range(3):
        await round_.tick()
        await round_.send()
    assert set(await round_.recipients()) == {str(7000 + hr[0])}  # a card, and the words
    assert await round_.wave_states() == [("2026-12-w1", "open", True)]
    await round_.accepted()
    round_.move(at(WEDNESDAY + timedelta(days=5)))
    await round_.tick()
    assert {row[1:3] for row in await round_.states() if row[0] in staff} >= {("dropped", "shadow")}
    assert ("2026-12-w1", "done", True) in await round_.wave_states()


async def test_thirteen_messages_for_five_people(database: Database) -> None:
    """Of thirteen LINE messages ten are kept for conversations: three get theirs, who has another chat is
    told there, and the last one waits for their next reply."""
    round_ = Round(database, now=at(WEDNESDAY.replace(month=12, day=30)), cap=13)
    await round_.release()
    people = await round_.join("A1+line", "A2+line", "A3+line", "A4+line", "A5+line+telegram")
    await round_.prefer(people[4], channel="line")
    await round_.waves.reckon(round_.clock.now())
    plan = await foreseen(database, DESK, round_.work.local().date(), {"line", "telegram"}, TAIPEI, cap=13)
    assert plan is not None
    counted = await plan.counted()
    assert (dict(counted.seen.ways), counted.seen.waiting) == ({"line": 3, "telegram": 1}, 1)
    assert (counted.people, counted.silent) == (5, 0)
    assert (await plan.counted("環保局")).people == 0
    await round_.tick()
    await round_.send()
    assert await round_.states() == [
        (people[0], "frozen", "", "line"),
        (people[1], "frozen", "", "line"),
        (people[2], "frozen", "", "line"),
        (people[3], "waiting", "quota", "line"),
        (people[4], "frozen", "quota", "telegram"),
    ]


async def test_what_is_left_of_the_month_shrinks_after_the_plan(database: Database) -> None:
    """Somebody sends by hand in LINE's console: whom it does not reach any more goes by their other way, or
    waits, decided when it is frozen."""
    round_ = Round(database)
    await round_.release()
    people = await round_.join("A1+line", "A2+line", "A3+line", "A4+line+telegram")
    await round_.prefer(people[3], channel="line")
    await round_.tick()
    real = round_.clock.real()
    await database.write(lambda conn: budget.tell(conn, "2026-12", 200, 178, real))  # 20 are kept
    await round_.send()
    assert await round_.states() == [
        (people[0], "frozen", "", "line"),
        (people[1], "frozen", "", "line"),
        (people[2], "waiting", "quota", "line"),
        (people[3], "frozen", "quota", "telegram"),
    ]


async def test_who_waits_for_an_earlier_wave_hears_of_the_next(database: Database) -> None:
    """Only who is in it: the others wait on for what they were not told."""
    round_ = Round(database, cap=10)
    await round_.release()
    lacking, met = await round_.join("A1+line", "A2+line")
    await round_.tick()
    assert {row[1] for row in await round_.states()} == {"waiting"}
    for kind in ("basic", "advanced"):
        await round_.learned(met, 180, WEDNESDAY, kind=kind)
    round_.move(at(WEDNESDAY + timedelta(days=7)))
    await round_.tick()
    assert await round_.states() == [
        (lacking, "dropped", "late", "line"),
        (met, "waiting", "quota", "line"),
        (lacking, "waiting", "quota", "line"),
    ]


async def test_what_line_refuses_for_its_quota_waits(database: Database) -> None:
    """The month was used up by hand in LINE's console: who has another way is told there, and where that
    refuses as well, or there is none, the reminder waits for their next reply."""
    round_ = Round(database)
    await round_.release()
    alone, other = await round_.join("A1+line", "A2+line+telegram")
    await round_.prefer(other, channel="line")
    await round_.tick()
    await round_.send()
    await round_.settle(await round_.claim("line"), "refused", QUOTA)
    await round_.send()
    assert await round_.states() == [
        (alone, "waiting", "quota", "line"),
        (other, "frozen", "quota", "telegram"),
    ]
    await round_.settle(await round_.claim("telegram"), "refused", "blocked")
    await round_.send()
    assert {row[1] for row in await round_.states()} == {"waiting"}


async def test_a_blocked_chat_fails_over(database: Database) -> None:
    """A definite refusal by Telegram: planned again, and told by LINE."""
    round_ = Round(database)
    await round_.release()
    (person,) = await round_.join("A1+line+telegram")
    await round_.tick()
    await round_.send()
    await round_.write("UPDATE dispatch SET state = 'refused', reason = 'blocked'")
    await round_.write("UPDATE reminder SET state = 'planned', tried = 'telegram', told_on = NULL")
    await round_.send()
    assert await round_.states() == [(person, "frozen", "", "line")]
    assert [platform for platform, _, _ in await round_.calls()] == ["telegram", "line"]


async def test_a_refusal_after_the_end_leaves_nobody_planned(database: Database) -> None:
    """An answer was given up as lost, the wave ended, and then it came: too late for another way."""
    round_ = Round(database)
    await round_.release()
    (person,) = await round_.join("A1+line+telegram")
    await round_.tick()
    await round_.send()
    calls = await round_.claim("telegram")
    await round_.settle(calls, "undecided", "no answer")
    await round_.tick()
    assert await round_.wave_states() == [("2026-12-w1", "done", False)]
    await round_.settle(calls, "refused", "blocked")
    await round_.tick()
    assert await round_.states() == [(person, "dropped", "late", "telegram")]


async def test_a_wave_that_does_not_move_is_noticed(sqlite_database: Database) -> None:
    """While nobody takes what is frozen, the time since it moved grows; it is over once HR holds it back."""
    round_ = Round(sqlite_database, calls=1)
    await round_.release()
    await round_.join("A1+telegram", "A2+telegram", "A3+telegram")
    await round_.tick()
    await round_.sending.look()
    running = asyncio.create_task(round_.sending.run())
    await asyncio.sleep(0.5)
    before = round_.sending.stalled_for
    await asyncio.sleep(0.3)
    assert round_.sending.stalled_for > before
    await round_.keep(settings.PAUSED, True)
    async with asyncio.timeout(5):
        while round_.sending.stalled_for > before:
            await asyncio.sleep(0.01)
    round_.sending.stop()
    await running
