"""下載週報: two files of the officer's scope, in which no text is a formula."""

import io
import re
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import python_calamine as calamine
from sqlalchemy import insert, select, update

from bot.copies.actions import ACTIONS
from bot.digests.work import Downloads, write
from bot.jobs import Worker
from bot.platforms.line import LineReader
from bot.platforms.telegram import TelegramReader
from bot.sheets import ods, xlsx
from bot.sheets.model import Book, Rate, Section
from guideline.changes import DigestRequested
from guideline.records import Access, Platform
from storage import files, settings
from storage.database import Database
from storage.errors import Conflict
from storage.schema import account, audit, closure, dispatch, file, job, outbox, person, standing
from tests.guideline.facts import edition
from tests.storage.agency import change, column, count, effect, fresh
from tests.wire.digests.office import MONDAY, TAIPEI, Moved, later, opened, reckoned, replica, work_of

NASTY = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "\t=1", "\r=1"),
    *("堃喆𠮷", "<b>&\"'", " 二  空格 ", "一\n二", "\x01x", "\ud83dx", "\ufffex", "2026-11-23", "007"),
    "長" * 32_767 + "x",
)


NOTHING = "尚無官方資料"


def read(content: bytes) -> dict[str, list[list[Any]]]:
    found = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: found.get_sheet_by_name(name).to_python() for name in found.sheet_names}


async def ask(database: Database, user: str, cause: int = 5) -> None:
    await change(database, edition(), effect(await fresh(database, user), DigestRequested(), MONDAY, cause))


async def work(database: Database, at: datetime = MONDAY, weekday: int = 0) -> bool:
    clock = Moved(at)
    readers: Any = {"line": LineReader(), "telegram": TelegramReader()}
    platforms: tuple[Platform, ...] = ("line", "telegram")
    downloads = Downloads(work_of(database, clock), readers, "https://bot.example", weekday)
    return await Worker(database, clock, TAIPEI, platforms, (downloads,), lambda: None).one()


async def contents(database: Database) -> dict[str, bytes]:
    rows = await database.read(lambda conn: conn.execute(select(file.c.name, file.c.content)))
    return {row.name: bytes(row.content) for row in rows}


@pytest.mark.parametrize("user", ["7002", f"U{1:032x}"])
async def test_files_on_telegram_and_a_link_on_line(database: Database, user: str) -> None:
    """Both formats hold the same cells; Telegram gets them, LINE a link of ten minutes."""
    await opened(database)
    await ask(database, user)
    assert await work(database)
    files = await contents(database)
    assert set(files) == {"AI學習週報-1151123.xlsx", "AI學習週報-1151123.ods"}
    first, second = (read(content) for content in files.values())
    assert first == second
    assert list(first) == ["總覽", "單位", "名單", "說明"]
    methods = await column(database, dispatch.c.method)
    assert methods == (["sendDocument"] * 2 if user == "7002" else ["push"])
    assert set(await column(database, outbox.c.kind)) == {"office"}
    assert set(await column(database, dispatch.c.fleeting)) == {True}


async def test_who_fetched_the_files_stands_in_the_audit(database: Database) -> None:
    """Under a name of its own: it is no copy of somebody's data."""
    await opened(database)
    await ask(database, f"U{1:032x}")
    await work(database)
    (body,) = await column(database, dispatch.c.body)
    found = re.search(r"/files/([\w-]{43})", str(body))
    assert found is not None
    token = found[1]
    for number in await column(database, file.c.id):
        await database.write(lambda conn, number=number: files.take(conn, token, number, MONDAY, MONDAY))  # type: ignore[misc]
    made, *fetched = (await column(database, audit.c.action))[-3:]
    assert (made, set(fetched)) == ("digest_made", {"digest_fetched"})
    assert {made, *fetched} <= set(ACTIONS)


async def test_the_list_is_that_of_the_scope(database: Database) -> None:
    """教育局's officer gets 教育局's people and no other; hours are numbers, a name is a text."""
    await opened(database)
    await ask(database, "7002")
    await work(database)
    sheets = read(next(iter((await contents(database)).values())))
    people = sheets["名單"][1:15]
    assert {row[2].partition("/")[0] for row in people} == {"教育局"}
    first = next(row for row in people if row[0] == "A00")
    assert first[1] == "=1+1"
    assert first[4:8] == [3.0, 3.0, 3.0, "尚無官方資料"]
    assert first[8:] == ["尚缺", "", "聯絡不到"]
    units = {row[0]: row[1] for row in sheets["單位"][1:] if row[0]}
    assert units["教育局/體育科"] == 12
    assert units["稽查小隊"] == "少於 5 人或可推算，不顯示"
    assert units["環保局"] == "少於 5 人或可推算，不顯示"  # it would follow from the total
    assert "小隊" not in str(sheets["名單"])


async def test_nothing_is_missing_where_nothing_is_known(database: Database) -> None:
    """Before the first official import what needs official records (the 20 hours) has no figure in any sheet,
    not even 0: neither of a unit nor of the agency. What people reported is known."""
    await opened(database)
    await ask(database, "7002")
    await work(database)
    sheets = read(next(iter((await contents(database)).values())))
    headings, *rows = sheets["單位"]
    last = headings.index("年度學習時數 20 小時 官方")
    units = {row[0]: row[2:] for row in rows}
    assert units["教育局/體育科"] == ["－", 0, 12, NOTHING] * 2 + ["－", "－", "－", NOTHING]
    assert {row[0]: row[last:] for row in rows if row[0] in ("教育局", "全機關")} == {
        "教育局": ["－", "－", "－", NOTHING],
        "全機關": ["－", "－", "－", NOTHING],
    }
    whole = [row[1:3] for row in sheets["總覽"] if row[0] == "年度學習時數 20 小時"]
    assert whole == [["官方已登錄", NOTHING]]


@pytest.mark.parametrize(
    ("weekday", "shut", "at", "since"),
    [
        (0, MONDAY.date(), later(days=1), "115/11/16"),  # Monday is closed: it comes on Tuesday
        (2, None, later(days=1), "115/11/11"),  # Tuesday is of the week that began on Wednesday
        (2, None, later(days=2), "115/11/18"),
    ],
)
async def test_a_download_compares_with_the_week_before_as_the_digest_does(
    database: Database, weekday: int, shut: date | None, at: datetime, since: str
) -> None:
    """Whichever day the digest comes on: the figures of its own week are not what they are compared with."""
    await opened(database)
    imported = later(days=-30)
    await database.write(
        lambda conn: settings.keep_instant(conn, settings.OFFICIAL_AS_OF, imported, imported, "person:1")
    )
    await reckoned(database)
    done = update(standing).where(standing.c.requirement == "yearly-ai").values(state="official")
    await database.write(lambda conn: conn.execute(done))
    if shut is not None:
        closed = {"day": shut, "note": "", "changed_by": "person:1", "changed_at": MONDAY}
        await database.write(lambda conn: conn.execute(insert(closure).values(closed)))
    clock = Moved()
    told = replica(database, clock, weekday)
    day = later(days=-14)
    while day <= at:
        clock.at = day
        await told.attend(day)
        day += timedelta(days=1)
    await ask(database, "7002")
    await work(database, at, weekday)
    overview = read(next(iter((await contents(database)).values())))["總覽"]
    assert {row[4] for row in overview if row[1] == "官方增減"} == {f"與 {since} 那一週相比"}


async def test_only_an_officer_who_serves(database: Database) -> None:
    """Asked by somebody else nothing holds; who is no officer any more when it is made gets nothing."""
    await opened(database)
    await ask(database, "7002")
    await database.write(lambda conn: conn.execute(update(person).values(access=Access.STAFF.value)))
    await work(database)
    assert await count(database, file) == 0
    with pytest.raises(Conflict):
        await ask(database, "7002", 6)


async def test_asked_twice_while_it_is_made(database: Database) -> None:
    """One job serves both."""
    await opened(database)
    await ask(database, "7002", 5)
    await ask(database, "7002", 6)
    assert await count(database, job) == 1
    assert await count(database, account) == 2


@pytest.mark.parametrize("form", [xlsx, ods])
def test_no_text_is_a_formula_and_numbers_are_numbers(form: Any) -> None:
    """Whatever a text begins with it is read back as that text, white space aside."""
    rows = (*((text, 1, 2.5, Rate(763)) for text in NASTY),)
    made = Book("t", "a", MONDAY, (Section("名單", ("甲", "乙", "丙", "丁"), rows, "註"),))
    content = form.write(made)
    cells = read(content)["名單"]
    for (text, *_), row in zip(rows, cells[1:], strict=False):
        kept = re.sub("[\x01\ud83d\ufffe]", "", text)[:32_767]
        assert "".join(row[0].split()) == "".join(kept.split())
        assert row[1:] == [1.0, 2.5, 0.763]
    assert form.write(made) == content


def test_whole_hours_end_in_no_point() -> None:
    """Excel shows 3 as `3.` under a format like `0.##`: hours stand in the general one, 3 and 1.5."""
    section = Section("名單", ("甲", "乙"), ((3.0, 1.5),))
    with zipfile.ZipFile(io.BytesIO(xlsx.write(Book("t", "a", MONDAY, (section,))))) as parts:
        sheet, styles = (parts.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
    looks = re.findall(r'<xf numFmtId="(\d+)"', styles.partition("<cellXfs")[2])
    cells = re.findall(r'<c r="[AB]2" s="(\d+)"><v>([\d.]+)</v>', sheet)
    general = "0"
    assert [(looks[int(look)], value) for look, value in cells] == [(general, "3"), (general, "1.5")]


def test_no_sheet_holds_a_formula_element() -> None:
    """Neither format's XML has one."""
    section = Section("名單", ("甲",), tuple((text,) for text in NASTY))
    for content in (one.content for one in write(Book("t", "a", datetime(2026, 1, 1), (section,)))):  # noqa: DTZ001 - a name
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            xml = b"".join(parts.read(name) for name in parts.namelist() if name.endswith(".xml"))
        assert b"<f>" not in xml
        assert b"table:formula" not in xml
