"""Entries corrected and withdrawn, each year under its own edition, and years that HR has closed."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from guideline.changes import Change, HoursCorrected, HoursLogged, HoursWithdrawn, PersonErased
from guideline.edition import Course, Edition
from guideline.editions import Editions
from guideline.records import Account, HoursEntry, Need
from storage import settings, years
from storage.apply import apply
from storage.database import Database
from storage.errors import Conflict
from storage.people import RosterRow, import_roster
from storage.schema import audit, closed_standing, closed_year, hours, standing
from storage.snapshots import Wanted, load
from tests.storage.agency import DAY, NOW, TODAY, change, column, count, effect
from tests.storage.test_apply import member

THIS, LAST = date(2026, 11, 20), date(2025, 12, 30)
TWO_HOURS = HoursLogged(THIS, 120, "AI素養", "map-literacy", key="1a")
THREE_HOURS = replace(TWO_HOURS, minutes=180, key="2b")


async def history(database: Database, owner: Account) -> tuple[HoursEntry, ...]:
    """All entries, as a handler that needs them sees them."""
    wanted = [Wanted(owner, TODAY, None, needs=lambda _: frozenset({Need.ENTRIES}))]
    (snapshot,) = await database.read(lambda conn: load(conn, wanted))
    return snapshot.history


async def figures(database: Database, year: int) -> dict[str, tuple[str, int, int]]:
    """part → edition, minutes needed and waiting."""
    rows = await database.read(lambda conn: conn.execute(select(standing).where(standing.c.year == year)))
    return {row.part: (row.edition, row.needed, row.waiting) for row in rows}


async def close(database: Database, rules: Edition | Editions, year: int) -> years.Closed:
    editions = rules if isinstance(rules, Editions) else Editions(rules)
    return await years.close(database, editions, year, NOW, "cli")


def softened(edition: Edition) -> dict[str, Course]:
    """A catalogue in which the basic course is of no class yet."""
    return {"map-literacy": replace(edition.courses["map-literacy"], counts_as="undecided")}


async def test_a_correction_puts_one_entry_in_place_of_another(database: Database, edition: Edition) -> None:
    """The old one stays, marked with who did it; the new one names it; the standing is the new one's."""
    owner = await member(database)
    await change(database, edition, effect(owner, TWO_HOURS))
    later = NOW + DAY
    corrected = replace(THREE_HOURS, began_on=THIS - DAY)
    await change(database, edition, effect(owner, HoursCorrected(1, 1, corrected), at=later))
    old, new = sorted(await history(database, owner), key=lambda entry: entry.id)
    assert (old.withdrawn_at, old.withdrawn_by, old.version) == (later, f"account:{owner.id}", 2)
    assert (new.minutes, new.key, new.began_on, new.replaces) == (180, "2b", THIS - DAY, old.id)
    assert (new.reported_at, new.withdrawn_at, new.withdrawn_by) == (later, None, "")
    assert (await figures(database, 2026))["basic"] == (edition.id, 180, 180)
    rows = await database.read(
        lambda conn: conn.execute(select(audit).where(audit.c.action == "hours_corrected"))
    )
    assert [row.detail for row in rows] == [{"entry": 1, "version": 1}]


async def test_a_correction_into_another_year_reckons_both(database: Database, edition: Edition) -> None:
    """What leaves one year is added to the other, each under its own edition."""
    following = replace(edition, id="116-01", effective_on=date(2027, 1, 1), courses=softened(edition))
    editions = Editions(following, (edition,))
    owner = await member(database)
    january = replace(TWO_HOURS, learned_on=date(2027, 1, 4))
    await change(database, editions, effect(owner, january))
    assert (await figures(database, 2027))["ai"] == ("116-01", 180, 120)
    assert (await figures(database, 2027))["basic"] == ("116-01", 180, 0)
    await change(database, editions, effect(owner, HoursCorrected(1, 1, TWO_HOURS)))
    assert (await figures(database, 2027))["ai"] == ("116-01", 180, 0)
    assert (await figures(database, 2026))["basic"] == ("115-06", 180, 120)


async def test_a_year_before_the_first_edition_has_no_standing(database: Database, edition: Edition) -> None:
    """Hours of 114 are kept and counted toward nothing (Q8)."""
    owner = await member(database)
    await change(database, edition, effect(owner, replace(TWO_HOURS, learned_on=LAST)))
    assert (await count(database, hours), await count(database, standing)) == (1, 0)


@pytest.mark.parametrize(
    "wrong", ["version", "person", "unknown", "withdrawn", "official", "twice", "closed from", "closed to"]
)
async def test_a_correction_holds_only_for_what_was_seen(
    database: Database, edition: Edition, wrong: str
) -> None:
    """Another version, another's, withdrawn, official, a closed year: nothing is kept, not even a part."""
    owner, stranger = await member(database), await member(database, "A2", "U2")
    elsewhere = replace(TWO_HOURS, learned_on=date(2025, 5, 1))
    await change(database, edition, effect(owner, TWO_HOURS), effect(owner, elsewhere))
    asked: list[tuple[Account, Change]] = [(owner, HoursCorrected(1, 1, THREE_HOURS))]
    match wrong:
        case "version":
            asked = [(owner, HoursCorrected(1, 2, THREE_HOURS))]
        case "person":
            asked = [(stranger, HoursCorrected(1, 1, THREE_HOURS))]
        case "unknown":
            asked = [(owner, HoursCorrected(99, 1, THREE_HOURS))]
        case "withdrawn":
            await change(database, edition, effect(owner, HoursWithdrawn(1, 1)))
        case "official":
            official = hours.update().where(hours.c.id == 1).values(source="official")
            await database.write(lambda conn: conn.execute(official))
        case "twice":
            asked *= 2
        case "closed from":
            await close(database, edition, 2026)
            asked = [(owner, HoursCorrected(1, 1, replace(THREE_HOURS, learned_on=date(2027, 1, 4))))]
        case "closed to":
            await close(database, edition, 2026)
            asked = [(owner, HoursCorrected(2, 1, THREE_HOURS))]
    before = await count(database, hours), await count(database, audit)
    with pytest.raises(Conflict):
        await change(database, edition, *[effect(who, what) for who, what in asked])
    assert (await count(database, hours), await count(database, audit)) == before


async def test_a_closed_year_takes_no_change(database: Database, edition: Edition) -> None:
    """No report, no withdrawal; the years beside it go on."""
    owner = await member(database)
    await change(database, edition, effect(owner, TWO_HOURS))
    await close(database, edition, 2026)
    for refused in (THREE_HOURS, HoursWithdrawn(1, 1)):
        with pytest.raises(Conflict, match="2026 is closed"):
            await change(database, edition, effect(owner, refused))
    await change(database, edition, effect(owner, replace(TWO_HOURS, learned_on=date(2027, 1, 4))))
    assert await column(database, hours.c.withdrawn_at) == [None, None]
    wanted = [Wanted(owner, TODAY, None)]
    (snapshot,) = await database.read(lambda conn: load(conn, wanted))
    assert snapshot.closed_years == {2026}


async def test_closing_freezes_everybody_of_the_year(database: Database, edition: Edition) -> None:
    """Those on the roster on 31 December, also who never reported; with source date and edition; what is
    known of the source since is in the figures."""
    owner = await member(database)
    rows = [
        RosterRow("B1", "從未回報", "教育局"),
        RosterRow("B2", "年底離職", "教育局", left_on=date(2026, 12, 31)),
        RosterRow("B3", "年中離職", "教育局", left_on=date(2026, 6, 30)),
        RosterRow("B4", "明年到職", "教育局", joined_on=date(2027, 1, 1)),
    ]
    await database.write(lambda conn: import_roster(conn, rows, NOW))
    await change(database, edition, effect(owner, TWO_HOURS))
    imported = NOW - timedelta(days=3)
    await database.write(
        lambda conn: settings.keep_instant(conn, settings.OFFICIAL_AS_OF, imported, NOW, "cli")
    )
    done = await close(database, edition, 2026)
    assert done == years.Closed(2026, NOW, edition.id, imported, 3)
    assert await database.read(lambda conn: years.seen(conn, 2026)) == done
    assert await database.read(lambda conn: years.seen(conn, 2025)) is None
    frozen = await database.read(
        lambda conn: conn.execute(select(closed_standing).where(closed_standing.c.part.in_(["ai", "total"])))
    )
    found = {(row.person_id, row.part): (row.needed, row.official, row.waiting, row.state) for row in frozen}
    assert found == {
        (1, "ai"): (180, 0, 120, "missing"),
        (1, "total"): (1200, 0, 120, "missing"),
        (2, "ai"): (180, 0, 0, "missing"),
        (2, "total"): (1200, 0, 0, "missing"),
        (3, "ai"): (180, 0, 0, "missing"),
        (3, "total"): (1200, 0, 0, "missing"),
    }
    rows_of_audit = await database.read(
        lambda conn: conn.execute(select(audit).where(audit.c.action == "year_closed"))
    )
    assert [(row.actor, row.person_id, row.detail) for row in rows_of_audit] == [
        ("cli", None, {"year": 2026, "people": 3})
    ]


@pytest.mark.parametrize("year", [2026, 2025])
async def test_a_year_is_closed_once_and_only_where_something_was_asked(
    database: Database, edition: Edition, year: int
) -> None:
    """A second time, and a year before the first edition, change nothing."""
    await close(database, edition, 2026)
    with pytest.raises(Conflict):
        await close(database, edition, year)
    assert await column(database, closed_year.c.year) == [2026]


async def test_many_people_are_frozen_in_chunks(
    database: Database, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody falls between two chunks."""
    monkeypatch.setattr(years, "PEOPLE", 2)
    rows = [RosterRow(f"C{n}", "同仁", "教育局") for n in range(5)]
    await database.write(lambda conn: import_roster(conn, rows, NOW))
    assert (await close(database, edition, 2026)).people == 5
    parts = sum(len(requirement.parts) for requirement in edition.requirements.values())
    assert await count(database, closed_standing) == 5 * parts


async def test_hours_on_their_way_are_counted_or_refused(
    postgres_database: Database, edition: Edition
) -> None:
    """A report whose transaction runs while the year is being closed stands in the frozen figures."""
    owner = await member(postgres_database)
    looked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(conn: Any) -> None:
        await years.closed(conn)
        looked.set()
        await go_on.wait()
        await apply(conn, Editions(edition), [effect(owner, TWO_HOURS)], NOW)

    reporting = asyncio.create_task(postgres_database.write(slow))
    await looked.wait()
    closing = asyncio.create_task(close(postgres_database, edition, 2026))
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'closed_year'::regclass"
    async with asyncio.timeout(5):
        while not await _number(postgres_database, waiting):
            assert not closing.done()
    go_on.set()
    await asyncio.gather(reporting, closing)
    frozen = await column(postgres_database, closed_standing.c.waiting)
    assert sorted(frozen) == [0, 120, 120, 120]


async def test_closing_goes_on_where_it_was_interrupted(
    database: Database, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after its first people: the year takes no entry, the next one does, and called again it
    freezes the rest and says so once; under another edition it does not go on."""
    monkeypatch.setattr(years, "PEOPLE", 2)
    monkeypatch.setattr("storage.database.PAUSE", 0)
    owner = await member(database)
    rows = [RosterRow(f"C{n}", "同仁", "教育局") for n in range(4)]
    await database.write(lambda conn: import_roster(conn, rows, NOW))
    await change(database, edition, effect(owner, TWO_HOURS))

    def stop(done: int, of: int) -> None:
        assert (done, of) == (2, 5)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await years.close(database, Editions(edition), 2026, NOW, "cli", stop)
    half = await database.read(lambda conn: years.seen(conn, 2026))
    assert half == years.Closed(2026, NOW, edition.id, None, 2, frozen=False)
    with pytest.raises(Conflict, match="2026 is closed"):
        await change(database, edition, effect(owner, THREE_HOURS))
    await change(database, edition, effect(owner, replace(TWO_HOURS, learned_on=date(2027, 1, 4))))
    with pytest.raises(Conflict, match="being closed under"):
        await close(database, replace(edition, id="115-12"), 2026)
    told: list[tuple[int, int]] = []
    done = await years.close(
        database, Editions(edition), 2026, NOW + DAY, "cli", lambda done, of: told.append((done, of))
    )
    assert done == years.Closed(2026, NOW, edition.id, None, 5)
    assert told == [(2, 5), (4, 5), (5, 5)]
    parts = sum(len(requirement.parts) for requirement in edition.requirements.values())
    assert await count(database, closed_standing) == 5 * parts
    actions = [one for one in await column(database, audit.c.action) if one.startswith("year")]
    assert actions == ["year_closing", "year_closed"]


async def test_nobody_waits_while_others_are_frozen(
    postgres_database: Database, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a chunk's transaction runs, the others report hours of the years that are open."""
    monkeypatch.setattr(years, "PEOPLE", 1)
    editions = Editions(edition)
    await member(postgres_database)
    other = await member(postgres_database, "A2", "U2")
    await postgres_database.write(lambda conn: years.begin(conn, editions, 2026, NOW, "cli"))

    async def chunk(conn: Any) -> None:
        assert await years.freeze(conn, editions, 2026, NOW, 0) == [1]
        january = replace(TWO_HOURS, learned_on=date(2027, 1, 4))
        await change(postgres_database, edition, effect(other, january))

    await postgres_database.write(chunk)
    assert await column(postgres_database, hours.c.person_id) == [other.person_id]


async def test_who_is_being_erased_is_waited_for(postgres_database: Database, edition: Edition) -> None:
    """刪除我的資料 that commits meanwhile: the figures are those of what is left."""
    owner = await member(postgres_database)
    await change(postgres_database, edition, effect(owner, TWO_HOURS))
    erased, go_on = asyncio.Event(), asyncio.Event()

    async def erase(conn: Any) -> None:
        await apply(conn, Editions(edition), [effect(owner, PersonErased())], NOW)
        erased.set()
        await go_on.wait()

    erasing = asyncio.create_task(postgres_database.write(erase))
    await erased.wait()
    closing = asyncio.create_task(close(postgres_database, edition, 2026))
    async with asyncio.timeout(5):
        while not await _number(postgres_database, "SELECT count(*) FROM pg_locks WHERE NOT granted"):
            assert not closing.done()
    go_on.set()
    await asyncio.gather(erasing, closing)
    assert set(await column(postgres_database, closed_standing.c.waiting)) == {0}


async def _number(database: Database, query: str) -> int:
    async def ask(conn: Any) -> int:
        return int((await conn.exec_driver_sql(query)).scalar_one())

    return await database.read(ask)
