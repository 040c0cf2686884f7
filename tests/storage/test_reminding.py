"""HR's decisions about reminders in the database: whose they are, what they change, the audit."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from guideline.changes import (
    Change,
    ClosureSet,
    ForesightAsked,
    RemindersPaused,
    RemindersReleased,
    WaveStopped,
)
from guideline.edition import Edition
from guideline.records import Access, Account, LatestWave, Reminding
from storage.database import Database
from storage.errors import Conflict
from storage.people import RosterRow, import_roster
from storage.reminding import stands
from storage.schema import audit, job, person, wave
from tests.storage.agency import NOW, TODAY, bind, change, chat, column, effect, join

DAY = date(2026, 11, 25)


async def officer(database: Database, access: str = "人事") -> Account:
    (number,) = await join(database, "H1")
    await database.write(
        lambda conn: conn.execute(update(person).where(person.c.id == number).values(access=access))
    )
    return await bind(database, await chat(database), number)


async def begin(database: Database, state: str = "open", *, shadow: bool = False) -> None:
    row = {"occasion": state, "day": DAY, "state": state, "shadow": shadow, "created_at": NOW}
    await database.write(lambda conn: conn.execute(insert(wave).values(row)))


async def now(database: Database) -> Reminding:
    return await database.read(lambda conn: stands(conn, TODAY))


CHANGES: list[Change] = [
    RemindersReleased(True),
    RemindersPaused(True),
    WaveStopped(1),
    ClosureSet(DAY, True, "颱風"),
    ForesightAsked("list", 2),
]


@pytest.mark.parametrize("wanted", CHANGES)
async def test_only_hr_decides(database: Database, edition: Edition, wanted: Change) -> None:
    """Anybody else's is refused and changes nothing."""
    await begin(database)
    staff = await officer(database, "同仁")
    with pytest.raises(Conflict):
        await change(database, edition, effect(staff, wanted, cause=3))
    found = await now(database)
    assert (found.released, found.paused, found.closures) == (False, False, {})
    assert found.wave is not None
    assert await column(database, job.c.kind) == []


@pytest.mark.parametrize("wanted", [*CHANGES[:4], ForesightAsked("release")])
async def test_only_the_whole_agencys_officer_decides(
    database: Database, edition: Edition, wanted: Change
) -> None:
    """While one serves, that of a part changes nothing, and may look; when none is left, any decides."""
    await begin(database)
    of_part = await officer(database)
    rows = [RosterRow("W1", "總人事", "人事處", access=Access.HR)]
    await database.write(lambda conn: import_roster(conn, rows, NOW))
    await change(database, edition, effect(of_part, ForesightAsked("list"), cause=3))
    with pytest.raises(Conflict):
        await change(database, edition, effect(of_part, wanted, cause=4))
    left = update(person).where(person.c.employee_no == "W1").values(left_on=TODAY - timedelta(days=1))
    await database.write(lambda conn: conn.execute(left))
    await change(database, edition, effect(of_part, wanted, cause=5))


async def test_each_decision_holds_and_is_noted(database: Database, edition: Edition) -> None:
    """Released, paused, the wave stopped, the day closed, a view asked for; the audit names no words."""
    await begin(database)
    owner = await officer(database)
    await change(database, edition, *(effect(owner, one, cause=3) for one in CHANGES))
    assert await now(database) == Reminding(True, True, LatestWave(1, DAY, ended="stopped"), {DAY: "颱風"})
    assert await column(database, wave.c.ended_by) == [f"account:{owner.id}"]
    assert await column(database, job.c.payload) == [{"person": owner.person_id, "view": "list", "page": 2}]
    assert (await column(database, audit.c.detail))[1:] == [
        {"released": True},
        {"paused": True},
        {"wave": 1},
        {"day": "2026-11-25", "closed": True},
        {"view": "list"},
    ]


@pytest.mark.parametrize("again", [WaveStopped(1), ClosureSet(DAY, True), ClosureSet(TODAY, False)])
async def test_what_is_so_already_is_refused(database: Database, edition: Edition, again: Change) -> None:
    """A stopped wave, a closed day, a day that is open."""
    await begin(database, "stopped")
    owner = await officer(database)
    await change(database, edition, effect(owner, ClosureSet(DAY, True)))
    with pytest.raises(Conflict):
        await change(database, edition, effect(owner, again))


@pytest.mark.parametrize(("days", "shown"), [(0, True), (6, True), (7, False)])
async def test_hr_sees_for_a_week_how_a_wave_ended(database: Database, days: int, shown: bool) -> None:
    """Done, and no longer to be stopped; a wave that only HR heard of is none."""
    await begin(database, "done")
    await begin(database, "open", shadow=True)
    found = await database.read(lambda conn: stands(conn, DAY + timedelta(days=days)))
    assert found.wave == (LatestWave(1, DAY, ended="done") if shown else None)


async def test_back_on_trial_stops_what_is_under_way(database: Database, edition: Edition) -> None:
    """The wave of staff, and not the one that only HR hears of."""
    await begin(database)
    await begin(database, "planning", shadow=True)
    owner = await officer(database)
    await change(database, edition, effect(owner, RemindersReleased(False)))
    assert await column(database, wave.c.state) == ["stopped", "planning"]
