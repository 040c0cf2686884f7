"""A copy as it is written out: every kept thing in words, in both forms, and nothing in it is live."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, get_args
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Table, insert, update

from bot.copies import page, sections, spreadsheet
from bot.copies.actions import ACTIONS
from bot.copies.model import Copy
from guideline.changes import (
    Change,
    ConsentGiven,
    ConversationEnded,
    ConversationMoved,
    HoursLogged,
    RoleProposed,
)
from guideline.deadlines import Deadlines
from guideline.editions import load_editions
from guideline.records import Account, Conversation
from handlers.desk import Agency, Desk
from storage import copies
from storage.audit import PASSING, action
from storage.copies import gather
from storage.database import Database
from storage.dispatches import To
from storage.inbox import Received
from storage.schema import (
    certificate,
    hours,
    metadata,
    opt_out,
    person,
    preference,
    question,
    reminder,
    told,
    wave,
)
from tests.storage.agency import NOW, arrive, bind, change, chat, effect, join, work
from tests.storage.test_dispatches import put, reply
from tests.storage.waves import call, send

EDITIONS = load_editions()
EDITION = EDITIONS.in_force
DESK = Desk(EDITIONS, Agency("測試縣政府", "人事處", "分機 1234"), Deadlines(cutoff=None, lag_days=7))
TAIPEI = ZoneInfo("Asia/Taipei")
FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "http://evil.example/", "<b>x</b>&amp;")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
async def owner(database: Database) -> Account:
    """A person of whom something of each kind is kept, with formulas where titles are."""
    (one,) = await join(database, "A10234567")
    who = await bind(database, await chat(database, "U1"), one)
    await change(database, EDITION, effect(who, ConsentGiven("115-11")))
    questions = tuple(EDITION.questions.values())
    answers = {q.id: (q.options[0].id,) for q in questions}
    await change(
        database,
        EDITION,
        *(effect(who, HoursLogged(date(2026, 11, 2), 90, title, None)) for title in FORMULAS),
        effect(who, RoleProposed(("application",), "foundation", answers, EDITION.id)),
        effect(who, ConversationMoved(Conversation("hours", "x", "n", EDITION.id, {"title": "半途的課"}))),
    )
    source = {"type": "user", "userId": "U1"}
    said = {"type": "text", "id": "1", "text": "我說的話"}
    raw = json.dumps({"type": "message", "timestamp": 1795485600000, "source": source, "message": said})
    await arrive(database, Received("line", "said", "U1", 0, raw.encode()))
    await work(database)
    await put(database, reply(who, body='{"messages":[{"type":"text","text":"小幫手說的話\\ud83d"}]}'))

    async def more(conn: Any) -> None:
        held = {"person_id": one, "obtained_on": date(2026, 5, 1), "reported_at": NOW}
        await conn.execute(insert(certificate).values(**held, name="某證照"))
        await conn.execute(insert(question).values(person_id=one, text="問題", asked_at=NOW, answer="答覆"))
        chosen = {"person_id": one, "channel": "line", "stopped_at": NOW, "changed_at": NOW}
        await conn.execute(insert(preference).values(**chosen))
        for number, state, why in ((1, "frozen", ""), (2, "dropped", "met"), (3, "unreached", "unreachable")):
            one_wave = {"id": number, "occasion": f"o{number}", "day": NOW.date(), "created_at": NOW}
            await conn.execute(insert(wave).values(**one_wave, state="done", shadow=False))
            row = {"wave_id": number, "person_id": one, "state": state, "reason": why, "way": "email"}
            await conn.execute(insert(reminder).values(**row, told_on=None if why else NOW.date()))
        await conn.execute(update(hours).values(asked_on=date(2026, 11, 18)))
        await conn.execute(insert(opt_out).values(token_hash="x", person_id=one, created_at=NOW, used_at=NOW))
        await conn.execute(insert(told).values(what="digest:2026-11-23", person_id=one, at=NOW))

    await database.write(more)
    letter = call([To("", None, one)], "email")
    await send(database, replace(letter, body='{"subject":"主旨","text":"信裡說的話","stops":true}'))
    return who


async def written(database: Database, who: Account) -> Copy:
    kept = await database.read(lambda conn: gather(conn, who.person_id or 0))
    assert kept is not None
    return sections.describe(kept, DESK, NOW, TAIPEI)


def _xml(part: bytes) -> ET.Element:
    return ET.fromstring(part)  # noqa: S314 - of a file that this test has just written


def cells(data: bytes) -> tuple[dict[str, list[list[str]]], bytes]:
    """Every sheet's cells by its name, read without the library that wrote them; and all the XML there is."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    strings = [
        "".join(t.text or "" for t in item.iter(f"{SHEET}t")) for item in _xml(parts["xl/sharedStrings.xml"])
    ]
    found = {}
    listed = _xml(parts["xl/workbook.xml"])
    for number, sheet in enumerate(listed.iter(f"{SHEET}sheet"), start=1):
        rows = []
        for row in _xml(parts[f"xl/worksheets/sheet{number}.xml"]).iter(f"{SHEET}row"):
            values = [(c.get("t"), c.findtext(f"{SHEET}v")) for c in row.iter(f"{SHEET}c")]
            rows.append([strings[int(v or 0)] if kind == "s" else str(v) for kind, v in values])
        found[sheet.get("name", "")] = rows
    return found, b"".join(parts.values())


async def test_the_spreadsheet_holds_texts_only(database: Database, owner: Account) -> None:
    """Titles that look like formulas or links come back as they were written; no cell is live."""
    sheets, xml = cells(spreadsheet.write(await written(database, owner)))
    assert list(sheets) == [
        "基本資料", "時數", "年度統計", "類別", "證照", "提問", "提醒", "同意與帳號", "訊息",
        "處理紀錄", "說明",
    ]  # fmt: skip
    head, *rows = sheets["時數"]
    assert head[2] == "課程名稱"
    assert sorted(row[2] for row in rows if len(row) > 2) == sorted(FORMULAS)
    assert {row[3] for row in rows if len(row) > 2} == {"90"}
    for live in (b"<f>", b"<hyperlink", b"externalLink"):
        assert live not in xml
    assert xml.count(b'state="frozen"') == len(sheets)


async def test_everything_kept_is_in_it(database: Database, owner: Account) -> None:
    """Roster, hours, answers, certificate, question, consent, settings, drafts, messages and audit."""
    sheets, _ = cells(spreadsheet.write(await written(database, owner)))
    words = {name: "\n".join("\t".join(row) for row in rows) for name, rows in sheets.items()}
    first = next(iter(EDITION.questions.values()))
    for name, fact in (
        ("基本資料", "A10234567"),
        ("時數", "自行回報，非官方時數"),
        ("年度統計", "115 年"),
        ("類別", f"{first.text}　{first.options[0].text}"),
        ("類別", EDITION.roles["application"].name if "application" in EDITION.roles else "打底"),
        ("證照", "某證照"),
        ("提問", "答覆"),
        ("同意與帳號", "帳號代碼 U1"),
        ("同意與帳號", "115-11 版"),
        ("同意與帳號", "停止提醒"),
        ("同意與帳號", "半途的課"),
        ("訊息", "我說的話"),
        ("訊息", "小幫手說的話"),
        ("訊息", "電子郵件\tAI 學習小幫手\t信裡說的話"),
        ("提醒", "115/11/24\t已通知\t115/11/24\t電子郵件"),
        ("提醒", "115/11/24\t沒有提醒\t\t電子郵件\t時數已足，不提醒"),
        ("提醒", "聯絡不到\t\t電子郵件\t沒有可用的管道"),
        ("時數", "115/11/18"),
        ("同意與帳號", "停止提醒的連結\t電子郵件\t只保存雜湊；"),
        ("同意與帳號", "人事通知\t\t人事週報"),
        ("處理紀錄", "回報時數\t您（LINE）"),
        ("處理紀錄", "列入人事名冊\t承辦人員"),
        ("說明", "第 13 條"),
    ):
        assert fact in words[name], (name, fact)
    assert "其他處理" not in words["處理紀錄"]


def test_no_table_is_forgotten() -> None:
    """Whatever table names a person is read for their copy."""
    read = {one for one in vars(copies).values() if isinstance(one, Table)}
    assert {one.name for one in metadata.sorted_tables if "person_id" in one.c} <= {one.name for one in read}


async def test_the_page_is_whole_and_inert(database: Database, owner: Account) -> None:
    """What people wrote is text in it; nothing is fetched from elsewhere and nothing runs."""
    copy = await written(database, owner)
    html = page.write(copy).decode()
    assert "&lt;b&gt;x&lt;/b&gt;&amp;amp;" in html
    assert "<b>" not in html
    assert not re.search(r"<(script|img|link|iframe|object)|(src|href)=\"(?!#)|url\(|@import", html)
    for section in copy.sections:
        assert f">{section.title}</h2>" in html
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


async def test_what_hr_was_told_of_others_is_left_out(database: Database, owner: Account) -> None:
    """Somebody with the access of HR gets their own words, not the bot's, and the copy says so."""
    await database.write(lambda conn: conn.execute(update(person).values(access="人事")))
    html = page.write(await written(database, owner)).decode()
    assert "我說的話" in html
    assert "小幫手說的話" not in html
    assert "可能含他人資料" in html


async def test_nobody_and_nothing(database: Database) -> None:
    """Of nobody there is no copy; of somebody who never used the bot there is one that says so."""
    (one,) = await join(database, "A1")
    assert await database.read(lambda conn: gather(conn, one + 1)) is None
    kept = await database.read(lambda conn: gather(conn, one))
    assert kept is not None
    copy = sections.describe(kept, DESK, datetime(2026, 12, 31, 16, 0, tzinfo=UTC), TAIPEI)
    assert copy.made_at.date() == date(2027, 1, 1)
    assert page.write(copy).decode().count("沒有資料。") == 8
    sheets, _ = cells(spreadsheet.write(copy))
    assert "沒有資料。" in str(sheets["時數"])


def test_every_change_has_words() -> None:
    """Whatever the audit may say of a person is said in Chinese."""
    passing = {ConversationMoved, ConversationEnded}
    assert {action(kind) for kind in passing} == set(PASSING)
    assert {action(kind) for kind in get_args(Change)} - set(PASSING) <= set(ACTIONS)
