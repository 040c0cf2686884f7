"""The roster never loses anybody, and codes are handed out once."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from guideline.records import Access
from storage import settings
from storage.codes import hash_code, new_code
from storage.database import Database
from storage.people import RosterResult, RosterRow, by_number, import_roster, in_unit, issue_codes
from storage.schema import activation, person
from tests.storage.agency import DAY, NOW, TODAY, column, count

WANG = RosterRow("A1", "王小明", "教育局/體育科", "科員", access=Access.HR)
LEE = RosterRow("A2", "李大華", "教育局", joined_on=TODAY)
CHEN = RosterRow("A3", "陳美", "教育局分館")


async def take(database: Database, *rows: RosterRow) -> RosterResult:
    return await database.write(lambda conn: import_roster(conn, rows, NOW))


async def test_a_roster_adds_and_changes_and_never_deletes(database: Database) -> None:
    """Who is new is added, who differs is changed, who is missing stays."""
    assert await take(database, WANG, LEE) == RosterResult(2, 0, 0)
    assert await take(database, WANG, LEE) == RosterResult(0, 0, 2)
    left = replace(LEE, left_on=TODAY, unit="衛生局")
    assert await take(database, left, CHEN) == RosterResult(1, 1, 0)
    found = await database.read(lambda conn: by_number(conn, ["A1", "A2", "A9"]))
    assert [(one.name, one.unit, one.access, one.left_on) for one in found] == [
        ("王小明", "教育局/體育科", Access.HR, None),
        ("李大華", "衛生局", Access.STAFF, TODAY),
    ]
    assert await count(database, person) == 3
    assert await take(database) == RosterResult(0, 0, 0)


async def test_a_short_roster_takes_nothing_away(database: Database) -> None:
    """Columns that the file does not have stay as they are for people already known: HR remains HR."""
    await take(database, WANG)
    short = RosterRow("A1", "王小明", "衛生局")
    given = {"employee_no", "name", "unit"}
    result = await database.write(lambda conn: import_roster(conn, [short, CHEN], NOW, given=given))
    assert result == RosterResult(1, 1, 0)
    found = (await database.read(lambda conn: by_number(conn, ["A1"])))[0]
    assert (found.unit, found.access, found.title) == ("衛生局", Access.HR, "科員")


async def test_what_hr_decided_of_a_person_is_kept(database: Database) -> None:
    """列計 comes with the roster, stays where a later one lacks the column, and goes with an empty cell."""
    await take(database, replace(WANG, counted="列計"))
    given = {"employee_no", "name", "unit"}
    await database.write(lambda conn: import_roster(conn, [WANG], NOW, given=given))
    assert (await database.read(lambda conn: by_number(conn, ["A1"])))[0].counted == "列計"
    await take(database, WANG)
    assert (await database.read(lambda conn: by_number(conn, ["A1"])))[0].counted == ""


async def test_odd_names_do_not_break_a_roster(database: Database) -> None:
    """NUL and lone surrogates become a replacement mark, and the row then counts as unchanged."""
    odd = replace(WANG, name="王\0小\ud800明")
    await take(database, odd)
    assert await column(database, person.c.name) == ["王\ufffd小\ufffd明"]
    assert await take(database, odd) == RosterResult(0, 0, 1)


async def test_a_unit_is_itself_and_what_is_below_it(database: Database) -> None:
    """教育局 holds 教育局/體育科, and not 教育局分館; a percent sign in a name means nothing."""
    await take(database, WANG, LEE, CHEN)
    found = await database.read(lambda conn: in_unit(conn, "教育局"))
    assert [one.employee_no for one in found] == ["A2", "A1"]
    assert await database.read(lambda conn: in_unit(conn, "%")) == []
    assert len(await database.read(in_unit)) == 3


async def test_codes_are_issued_and_only_their_hashes_kept(database: Database) -> None:
    """One for each serving person of the unit; new ones end the old ones; who left gets none."""
    await take(database, WANG, LEE, replace(CHEN, left_on=TODAY - timedelta(days=1)))
    first = await database.write(lambda conn: issue_codes(conn, NOW))
    assert [one.employee_no for one in first] == ["A2", "A1"]
    assert {one.expires_at for one in first} == {NOW + 30 * DAY}
    stored = await column(database, activation.c.code_hash)
    assert sorted(stored) == sorted(hash_code(one.code) for one in first)
    again = await database.write(lambda conn: issue_codes(conn, NOW, unit="教育局/體育科", valid_for=DAY))
    assert [one.employee_no for one in again] == ["A1"]
    assert sorted(await column(database, activation.c.expires_at)) == [NOW, NOW + DAY, NOW + 30 * DAY]
    some = await database.write(lambda conn: issue_codes(conn, NOW, employee_nos=["A2", "A3", "A9"]))
    assert [one.employee_no for one in some] == ["A2"]


async def test_a_large_roster(database: Database) -> None:
    """More people than one statement may carry."""
    rows = [RosterRow(f"N{n:05}", f"同仁{n}", "局") for n in range(6000)]
    assert await take(database, *rows) == RosterResult(6000, 0, 0)
    assert await take(database, *rows) == RosterResult(0, 0, 6000)


def test_a_code_reads_the_same_however_it_is_typed() -> None:
    """Case, hyphens and spaces make no difference; another code is another hash."""
    code = new_code()
    assert len(code) == 9
    assert not set(code) & set("01OILU")
    assert hash_code(code) == hash_code(f" {code.lower().replace('-', ' ')} ")
    assert hash_code(code) != hash_code(new_code())
    assert hash_code("\ud800")


async def test_settings_are_overwritten(database: Database) -> None:
    """A setting is absent, then there, then another."""
    assert await database.read(lambda conn: settings.value(conn, "a")) is None
    for kept in ({"日": [1, None]}, "二"):
        await database.write(partial(settings.keep, key="a", kept=kept, at=NOW, actor="person:1"))
        assert await database.read(lambda conn: settings.value(conn, "a")) == kept
    await database.write(lambda conn: settings.keep_instant(conn, "b", NOW, NOW, "cli"))
    assert await database.read(lambda conn: settings.instant(conn, "b")) == NOW
