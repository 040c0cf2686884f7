"""A wave's rows are found by index, in tables as big as an agency's."""

from datetime import date

from storage import facts, planned, thawing, waves
from storage.alike import Alike
from storage.database import Database
from tests.reminders.rounds import WEDNESDAY, Round
from tests.storage.agency import NOW
from tests.storage.plans import LAST, crowd, read_whole


async def _crowded(database: Database) -> Round:
    """Twenty thousand people of an old wave, and as many calls that ended."""
    round_ = Round(database)
    await round_.join("A1+line")
    await crowd(
        database,
        "person",
        id="n",
        employee_no="'E' || n",
        name="'甲'",
        unit="'教育局'",
        access="'同仁'",
        created_at="0",
        changed_at="0",
    )
    await round_.write(
        "INSERT INTO wave (id, occasion, day, state, shadow, created_at)"
        " VALUES (1, 'old', '2026-11-04', 'open', FALSE, 0)"
    )
    told = {"id": "n", "wave_id": "1", "person_id": "n", "bucket": "'b' || n", "way": "'line'"}
    await crowd(database, "reminder", **told, state="'told'", told_on="'2026-11-04'")
    await crowd(
        database,
        "dispatch",
        id="n",
        platform="'line'",
        method="'push'",
        lane="1",
        state="'accepted'",
        created_at="n",
    )
    await crowd(database, "outbox", id="n", dispatch_id="n", ordinal="0", kind="'reminder'", created_at="0")
    return round_


async def test_what_the_loop_asks_again_and_again_reads_no_table_whole(database: Database) -> None:
    """The next ones of a wave and how many are left, what waits for its first attempt or is taken back."""
    await _crowded(database)
    for unit in (
        lambda conn: planned.taken(conn, 1, "line", 500, alike=True),
        lambda conn: planned.taken(conn, 1, "line", 500, alike=False),
        lambda conn: planned.candidates(conn, 1, "line", 0, 250),
        lambda conn: planned.by_way(conn, 1, "line"),
        lambda conn: waves.backlog(conn, "line", "reminder"),
        lambda conn: planned.left(conn, 1),
        lambda conn: planned.supersede(conn, 2, 0, 250),
        lambda conn: thawing.thaw(conn, NOW, NOW),
        lambda conn: thawing.thaw(conn, NOW, NOW, 1),
        lambda conn: planned.drop_some(conn, 1, planned.LATE, 250),
    ):
        assert await read_whole(database, unit) <= {"wave"}


async def test_the_facts_of_a_few_people_are_found_by_index(database: Database) -> None:
    """Of twenty thousand, however many there are behind them."""
    round_ = await _crowded(database)
    today = await database.read(round_.work.today)
    assert today is not None
    assert today.day == WEDNESDAY > date(2026, 1, 1)
    some = [LAST - 1, LAST - 2]
    found = await read_whole(database, lambda conn: facts.of_people(conn, some, today.asked))
    assert found <= {"account", "preference", "standing", "hours"}  # empty or nearly so here


async def test_the_next_people_of_a_plan_are_found_by_index(database: Database) -> None:
    """However many there are behind them, and of each only what decides."""
    round_ = await _crowded(database)
    missing = {"person_id": "n", "year": "2026", "requirement": "'yearly-ai'", "part": "'ai'", "name": "'AI'"}
    figures = {"needed": "180", "waiting": "0", "state": "'missing'", "provisional": "FALSE"}
    await crowd(database, "standing", **missing, **figures, edition="'115'", reckoned_at="0")
    today = await database.read(round_.work.today)
    assert today is not None
    alike = Alike(today.asked)
    found = await read_whole(database, lambda conn: alike.after(conn, 0, 100))
    assert found <= {"account", "preference", "hours", "chunk"}  # empty here, and the chunk itself
