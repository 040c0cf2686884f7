"""Each officer is told the week's digest once, for their scope, whatever ends in between."""

import asyncio
import json
from base64 import b64decode
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, select, update

from bot.digests.work import sheets
from guideline.rhythm import Occasion
from guideline.weekly import Digest
from handlers import digest_card
from reminders import digests
from reminders.gathering import Gathered, gather
from storage import budget, waves, weekly
from storage.database import Database
from storage.files import NewFile
from storage.people import by_number
from storage.schema import account, closure, dispatch, outbox, person, preference, reminder, run, told
from storage.schema import weekly as kept
from storage.settling import BLOCKED, QUOTA, Verdict, settle
from tests.storage.agency import bind, chat, column, count, join
from tests.wire.digests.office import MONDAY, NINE, Moved, later, opened, reckoned, replica, said, work_of


async def tick(database: Database, *times: datetime) -> None:
    clock = Moved()
    one = replica(database, clock)
    for at in times:
        clock.at = at
        await one.attend(at)


async def test_each_officer_once_for_their_scope(database: Database) -> None:
    """Monday 09:00 passes: the one of 人事處 reads the whole agency, the one of 教育局 their own; who cannot
    be reached is told nothing. Ticks of the week that follow say no more."""
    await opened(database)
    await tick(database, later(minutes=-1))
    assert await said(database) == []
    await tick(database, *(later(hours=n) for n in range(0, 100, 7)))
    (first, whole), (second, part) = await said(database)
    assert (first, second) == ("line", "telegram")
    assert "全機關" in whole
    assert "教育局" in part
    assert "全機關" not in part.replace("全機關官方達成率", "")
    assert await count(database, told) == 3
    assert set(await column(database, dispatch.c.fleeting)) == {True}
    assert set(await column(database, run.c.state)) == {"done"}


async def mailbox(database: Database, employee_no: str = "H3") -> None:
    """This officer has one, and no chat."""
    given = update(person).where(person.c.employee_no == employee_no).values(email="h@example.gov.tw")
    await database.write(lambda conn: conn.execute(given))


async def test_whose_way_is_mail_gets_the_sheets_with_it(database: Database) -> None:
    """Both formats, of the officer's scope; whoever is told in a chat gets a card, and no file is made for
    them."""
    await opened(database)
    await mailbox(database)
    await tick(database, MONDAY)
    found = dict((await said(database))[1:])
    letter = json.loads(found["email"])
    assert digest_card.ATTACHED in letter["text"]
    assert [one["name"] for one in letter["files"]] == ["AI學習週報-1151123.xlsx", "AI學習週報-1151123.ods"]
    sheets = CalamineWorkbook.from_filelike(BytesIO(b64decode(letter["files"][0]["content"])))
    people = sheets.get_sheet_by_name("名單").to_python()[1:15]
    assert {str(row[2]).partition("/")[0] for row in people} == {"教育局"}
    assert "files" not in json.loads(found["telegram"])


async def test_sheets_that_are_too_large_stay_behind(database: Database, monkeypatch: Any) -> None:
    """The mail goes without them and says how to get them."""
    await opened(database)
    await mailbox(database)
    monkeypatch.setattr(digests, "MOST", 100)
    await tick(database, MONDAY)
    letter = json.loads(dict(await said(database))["email"])
    assert letter["files"] == []
    assert digest_card.TOO_LARGE in letter["text"]


async def test_a_chat_that_closes_while_the_sheets_are_made(database: Database) -> None:
    """Its owner is told by mail after all, and that mail says where the sheets are."""
    await opened(database)
    await mailbox(database, "H2")
    await mailbox(database, "H3")
    work = work_of(database, Moved())

    async def closing(found: Gathered, read: Digest) -> Sequence[NewFile]:
        closed = update(account).where(account.c.platform == "telegram").values(reachable=False)
        await database.write(lambda conn: conn.execute(closed))
        return await sheets(work, found, read)

    await digests.Digests(work, 0, NINE, closing, lambda: None).attend(MONDAY)
    first, second = (json.loads(body) for way, body in await said(database) if way == "email")
    assert first["files"] == []
    assert digest_card.ELSEWHERE in first["text"]
    assert len(second["files"]) == 2


async def test_the_next_week_again_with_the_change(database: Database) -> None:
    """A week later a new digest, and the figures of every unit of both weeks are kept."""
    await opened(database)
    await tick(database, MONDAY, later(days=7))
    assert len(await said(database)) == 4
    days = set(await column(database, kept.c.day))
    assert days == {date(2026, 11, 23), date(2026, 11, 30)}
    assert set(await column(database, kept.c.unit)) >= {"", "教育局", "教育局/體育科", "稽查小隊"}
    found = await database.read(lambda conn: weekly.of(conn, date(2026, 11, 23), "教育局"))
    assert found["cover:counted"] == 14


async def test_two_replicas_and_a_restart(database: Database) -> None:
    """Two programs at the same tick, then a third that starts afresh: one digest each."""
    await opened(database)
    clock = Moved()
    first, second = replica(database, clock), replica(database, clock)
    await asyncio.gather(first.attend(MONDAY), second.attend(MONDAY))
    await tick(database, later(minutes=1), later(hours=2))
    assert len(await said(database)) == 2


@pytest.mark.parametrize("step", ["gather", "digest", "tell"])
async def test_a_crash_at_each_step(database: Database, monkeypatch: Any, step: str) -> None:
    """Whatever it died of, another goes on when the lease has run out: nobody is left out, or told twice."""
    await opened(database)
    really = getattr(digests, step)
    calls = []

    async def dying(*given: Any) -> Any:
        calls.append(step)
        if len(calls) == (1 if step == "gather" else 2):  # after the first scope was told
            raise RuntimeError("killed")
        return await really(*given)

    monkeypatch.setattr(digests, step, dying)
    clock = Moved()
    with pytest.raises(RuntimeError):
        await replica(database, clock).attend(MONDAY)
    await replica(database, clock).attend(later(minutes=1))
    assert len(await said(database)) == (0 if step == "gather" else 1)  # the lease is alive
    clock.at = MONDAY + digests.LEASE
    await replica(database, clock).attend(clock.at)
    assert len(await said(database)) == 2


async def test_a_typhoon_on_monday(database: Database) -> None:
    """The office is closed by HR's word: on Tuesday at nine. A closure that is entered after the digest went
    out brings no second one."""
    await opened(database)
    row = {"note": "颱風", "changed_at": MONDAY, "changed_by": "person:1"}
    await database.write(lambda conn: conn.execute(insert(closure).values(day=MONDAY.date(), **row)))
    await tick(database, MONDAY, later(hours=3), later(days=1, minutes=-1))
    assert await said(database) == []
    await tick(database, later(days=1))
    assert len(await said(database)) == 2
    tuesday = MONDAY.date() + timedelta(days=1)
    await database.write(lambda conn: conn.execute(insert(closure).values(day=tuesday, **row)))
    await tick(database, later(days=2), later(days=3))
    assert len(await said(database)) == 2


async def test_a_holiday_and_a_machine_that_was_off(database: Database) -> None:
    """1 January 2027 is a Friday; the week before has Monday; a machine off until Thursday tells then."""
    await opened(database)
    await tick(database, datetime(2026, 12, 25, 10, 0, tzinfo=MONDAY.tzinfo))  # 行憲紀念日, a Friday
    assert await said(database) == []
    await tick(database, datetime(2026, 12, 24, 10, 0, tzinfo=MONDAY.tzinfo))
    assert len(await said(database)) == 2


async def test_no_name_of_anybody_is_in_it(database: Database) -> None:
    """Figures only."""
    await opened(database)
    await tick(database, MONDAY)
    for _, body in await said(database):
        assert "堃喆" not in body
        assert "A01" not in body
    assert await database.read(lambda conn: conn.scalar(select(told.c.what).limit(1))) == "digest:2026-11-23"


@pytest.mark.parametrize(("begun", "day"), [(False, "11/23（一）"), (True, "11/25（三）")])
async def test_a_reminder_of_last_week_that_has_begun_is_no_plan_of_this_week(
    database: Database, begun: bool, day: str
) -> None:
    """Friday was closed, so that last Wednesday's may be made up for on Monday: only if it has not begun."""
    await opened(database)
    shut = {"day": date(2026, 11, 20), "note": "", "changed_by": "person:1", "changed_at": MONDAY}
    await database.write(lambda conn: conn.execute(insert(closure).values(shut)))
    if begun:
        occasion = Occasion("2026-11-w3", date(2026, 11, 18), "information")
        await database.write(lambda conn: waves.begun(conn, occasion, False, MONDAY))
    await tick(database, MONDAY)
    (_, whole), _ = await said(database)
    assert f"本週提醒\\n{day}" in whole


async def test_a_wave_of_this_morning_is_counted_as_it_stands(database: Database) -> None:
    """The year's last reminder, on a Monday: who was told before the digest is not due any more, and is one
    of those whom this week's reminder reaches; what the month has counted is not taken off it again."""
    monday = datetime(2026, 12, 28, 9, 0, tzinfo=MONDAY.tzinfo)
    await opened(database)
    states = [("told", "line")] * 4 + [("planned", "line")] * 2 + [("frozen", "telegram")] * 3
    states += [("waiting", "line"), ("unreached", ""), ("dropped", "line")]

    async def begin(conn: Any) -> None:
        wave = await waves.begun(conn, Occasion("2026-last", monday.date(), "last"), False, monday)
        await waves.opened(conn, wave.id)
        people = list(await conn.scalars(select(person.c.id).where(person.c.unit == "教育局/體育科")))
        rows = [
            {"wave_id": wave.id, "person_id": who, "state": state, "way": way, "told_on": monday.date()}
            for who, (state, way) in zip(people, states, strict=True)
        ]
        await conn.execute(insert(reminder), rows)
        await budget.tell(conn, "2026-12", 200, 154, monday)

    await database.write(begin)
    await tick(database, monday)
    for _, text in await said(database):
        assert "12/28（一）預定提醒 9 人：Telegram 3、LINE 6。" in text
        assert "本月 LINE 則數不足，1 人改在下次對話時告知。" in text
        assert "1 人沒有可用的帳號或信箱" in text
        assert "LINE 本月已用 154／200 則，發送後剩 44。" in text


async def test_a_reminder_of_the_next_month_uses_its_messages(database: Database) -> None:
    """Monday 30 November plans for Wednesday 2 December, of whose messages LINE has told nothing yet: its
    plan is taken to be November's, and November's messages are left alone."""
    monday = datetime(2026, 11, 30, 9, 0, tzinfo=MONDAY.tzinfo)
    await opened(database)
    await database.write(lambda conn: budget.tell(conn, "2026-11", 100, 5, monday))
    people = await column(database, person.c.id)
    for number in people[3:]:
        await bind(database, await chat(database, f"U9{number}", "line"), number)
    await tick(database, monday)
    (_, whole), _ = await said(database)
    assert "12/2（三）預定提醒" in whole
    assert "LINE 18。" in whole  # of 100, ten are kept for conversations; five reminders share the others
    assert "12 月 LINE 則數不足" in whole
    assert "LINE 本月已用 5／100 則，剩 95；這次提醒用 12 月的則數。" in whole


async def test_a_digest_waits_for_the_standings(database: Database) -> None:
    """After new rules or an import they are reckoned again: no figure is told of half of the people."""
    await opened(database)
    await join(database, "N1")
    await tick(database, MONDAY)
    assert await said(database) == []
    await reckoned(database)
    await tick(database, later(minutes=1))
    assert len(await said(database)) == 2


async def test_a_digest_that_is_refused_goes_another_way(database: Database) -> None:
    """LINE's month is used up, Telegram's chat is closed, the mailbox takes it: by each way once, whatever
    the ticks and replicas; whom no other way leads to finds it where they look for it."""
    await opened(database)
    await mailbox(database, "H1")
    (first,) = await database.read(lambda conn: by_number(conn, ["H1"]))
    await bind(database, await chat(database, "7001", "telegram"), first.id)
    chosen = {"person_id": first.id, "channel": "line", "changed_at": MONDAY}
    await database.write(lambda conn: conn.execute(insert(preference).values(chosen)))
    await tick(database, MONDAY)
    assert [way for way, _ in await said(database)] == ["line", "telegram"]
    for reason, ways in ((QUOTA, ["telegram"]), (BLOCKED, ["email"]), ("550", [])):
        before = len(await said(database))
        await refused(database, first.id, reason)
        await asyncio.gather(*(replica(database, Moved()).attend(MONDAY) for _ in range(2)))
        await tick(database, later(minutes=2), later(hours=1))
        assert [way for way, _ in (await said(database))[before:]] == ways


async def refused(database: Database, number: int, reason: str) -> None:
    """The call that is under way to this person."""
    theirs = (
        select(dispatch.c.id)
        .join(outbox, outbox.c.dispatch_id == dispatch.c.id)
        .where(outbox.c.person_id == number, dispatch.c.state == "frozen")
    )

    async def unit(conn: Any) -> None:
        (one,) = await conn.scalars(theirs)
        await settle(conn, [Verdict(one, "refused", reason)], MONDAY)

    await database.write(unit)


async def test_a_new_year_is_not_compared_with_the_old_one(database: Database) -> None:
    """The figures begin anew with the year."""
    monday = datetime(2027, 1, 4, 9, 0, tzinfo=MONDAY.tzinfo)
    await opened(database)
    for day, since in ((date(2026, 12, 28), None), (date(2027, 1, 4), date(2027, 1, 4))):
        await database.write(partial(weekly.keep, day=day, units={"": {"official:yearly-ai": 8}}))
        week = monday.date() + timedelta(days=7 if since else 0)
        found = await gather(work_of(database, Moved(monday)), week)
        assert found is not None
        assert found.since == since
