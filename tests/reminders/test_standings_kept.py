"""Standings are current for everybody on the roster, whatever changed (design §3)."""

from dataclasses import replace
from datetime import date, timedelta

from guideline.records import Source
from guideline.standing import unconfirmed
from handlers.desk import Desk
from storage import facts, reckoning, settings
from storage.database import Database
from tests.reminders.rounds import DESK, WEDNESDAY, Round, at

COUNT = "SELECT count(DISTINCT person_id) FROM standing WHERE year = 2026"
NEEDED = "SELECT DISTINCT needed FROM standing WHERE part = 'ai'"
OFFICIAL = "SELECT official FROM standing WHERE part = 'ai' ORDER BY person_id"


def demanding(minutes: int) -> Desk:
    """The same agency, asking for so many AI minutes a year."""
    edition = DESK.edition
    rule = edition.requirements["yearly-ai"]
    changed = replace(rule, parts=tuple(replace(part, minutes=minutes) for part in rule.parts))
    rules = {**edition.requirements, rule.id: changed}
    return replace(DESK, editions=replace(DESK.editions, in_force=replace(edition, requirements=rules)))


async def test_who_never_reported_anything_has_a_standing(database: Database) -> None:
    """Everybody of the roster, also who comes onto it later, at the next tick."""
    round_ = Round(database)
    await round_.join("A1", "A2")
    await round_.tick()
    assert await round_.rows(COUNT) == [(2,)]
    await round_.join("A3")
    await round_.tick()
    assert await round_.rows(COUNT) == [(3,)]


async def test_other_rules_are_reckoned_for_all(database: Database) -> None:
    """A changed edition or overlay makes every standing stale, and so does its coming back."""
    round_ = Round(database)
    await round_.join("A1", "A2", "A3")
    await round_.tick()
    assert await round_.rows(NEEDED) == [(180,)]
    await Round(database, desk=demanding(240)).tick()
    assert await round_.rows(NEEDED) == [(240,)]
    await round_.tick()
    assert await round_.rows(NEEDED) == [(180,)]


async def test_the_first_official_import_of_the_year(database: Database) -> None:
    """From it on nothing official is 0 and no longer unknown, for everybody."""
    round_ = Round(database)
    one, _ = await round_.join("A1", "A2")
    await round_.learned(one, 60, WEDNESDAY)
    await round_.tick()
    assert await round_.rows(OFFICIAL) == [(None,), (None,)]
    now = round_.clock.now()
    await database.write(lambda conn: settings.keep_instant(conn, settings.OFFICIAL_AS_OF, now, now, "cli"))
    await round_.tick()
    assert await round_.rows(OFFICIAL) == [(0,), (0,)]


async def test_it_goes_on_where_it_was(database: Database) -> None:
    """Interrupted after any chunk, by any replica: everybody is reckoned, each once."""
    round_ = Round(database)
    await round_.join(*(f"A{number}" for number in range(2 * reckoning.PEOPLE + 10)))
    real, now = round_.clock.real(), round_.clock.now()
    first, second = (reckoning.Reckoner(database, DESK.editions) for _ in range(2))
    assert await first.step(2026, now, real)
    assert await round_.rows(COUNT) == [(reckoning.PEOPLE,)]
    assert not await second.current(2026)
    while await second.step(2026, now, real):
        pass
    assert await round_.rows(COUNT) == [(2 * reckoning.PEOPLE + 10,)]
    assert await first.current(2026)
    assert not await first.step(2026, now, real)


async def test_an_official_record_is_the_upload(database: Database) -> None:
    """What an official record of the same course covers is not asked about; what goes beyond it is, once."""
    round_ = Round(database)
    await round_.release()
    whole, part, none = await round_.join("A1+line", "A2+line", "A3+line")
    for person in (whole, part, none):
        await round_.learned(person, 60, date(2026, 10, 1))
        await round_.learned(person, 60, date(2026, 10, 2))
    await round_.learned(whole, 120, date(2026, 10, 5), Source.OFFICIAL)
    await round_.learned(part, 60, date(2026, 10, 5), Source.OFFICIAL)
    imported = at(date(2026, 11, 30))
    await database.write(
        lambda conn: settings.keep_instant(conn, settings.OFFICIAL_AS_OF, imported, imported, "cli")
    )
    await round_.tick()
    today = await database.read(round_.work.today)
    assert today is not None
    known = await database.read(lambda conn: facts.of_people(conn, [whole, part, none], today.asked))
    assert [(one.uploads, one.upload_minutes) for one in known.values()] == [(0, 0), (1, 60), (2, 120)]
    await round_.send()
    asked = await round_.rows(
        "SELECT person_id, count(*) FROM hours WHERE asked_on IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    assert asked == [(part, 1), (none, 2)]
    known = await database.read(lambda conn: facts.of_people(conn, [whole, part, none], today.asked))
    assert {one.uploads for one in known.values()} == {0}


async def test_not_before_an_import_could_hold_it(database: Database) -> None:
    """What was learned within the provider's lag before the last import is not asked about yet."""
    round_ = Round(database)
    (person,) = await round_.join("A1+line")
    lag = timedelta(days=DESK.deadlines.lag_days)
    imported = WEDNESDAY - timedelta(days=2)
    await round_.learned(person, 60, imported - lag)
    await round_.learned(person, 60, imported - lag - timedelta(days=1))
    kept = at(imported)
    await database.write(lambda conn: settings.keep_instant(conn, settings.OFFICIAL_AS_OF, kept, kept, "cli"))
    today = await database.read(round_.work.today)
    assert today is not None
    known = await database.read(lambda conn: facts.of_people(conn, [person], today.asked))
    assert known[person].uploads == 1


async def test_a_closed_year_is_not_asked_about(database: Database) -> None:
    """In January the hours of December still are, until HR closes their year."""
    round_ = Round(database, now=at(date(2027, 1, 20)))
    (person,) = await round_.join("A1+line")
    await round_.learned(person, 60, date(2026, 12, 10))

    async def uploads() -> int:
        today = await database.read(round_.work.today)
        assert today is not None
        known = await database.read(lambda conn: facts.of_people(conn, [person], today.asked))
        return known[person].uploads

    assert await uploads() == 1
    await round_.write(
        "INSERT INTO closed_year (year, closed_at, closed_by, edition) VALUES (2026, 0, 'cli', '115-06')"
    )
    assert await uploads() == 0


def test_the_rule_itself() -> None:
    """Nothing reported, nothing asked."""
    assert unconfirmed(DESK.edition, ()) == []
