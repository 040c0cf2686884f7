"""我的資料 over the wire: the copy as files on Telegram and behind a link on LINE, unbinding, erasing."""

import asyncio
import io
import re
import zipfile
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from bot.simulator.faults import Fault
from reminders.housekeeping import duties
from tests.wire.conftest import Phone
from tests.wire.house import House, open_house
from tests.wire.phones import LinePhone
from tests.wire.test_thread import activated, phone_contents

TAIPEI = ZoneInfo("Asia/Taipei")
LINK = re.compile(r"http://127\.0\.0\.1:8080(/files/[A-Za-z0-9_-]{43})\?openExternalBrowser=1")


async def reported(phone: Phone, title: str = "AI簡報設計") -> None:
    await phone.says(f"回報 昨天 {title} 兩個半小時")
    await phone.taps("確認回報")


def link_in(house: House, phone: Phone) -> str:
    """The newest link to a file, at the address where this house's bot really is."""
    found: list[str] = LINK.findall(str(phone_contents(house, phone)))
    return house.bot.url + found[-1]


async def fetched(method: str, url: str) -> tuple[int, bytes, Any]:
    async with aiohttp.ClientSession() as session, session.request(method, url) as answer:
        return answer.status, await answer.read(), answer.headers


def sheet_words(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return book.read("xl/sharedStrings.xml").decode()


async def test_a_copy_comes_as_two_files_on_telegram(house: House) -> None:
    """Asked for, made and sent: the spreadsheet and the page, by name and with what was reported in them."""
    phone = house.telegram_phone()
    await activated(house, phone)
    await reported(phone, "=1+1 公式課")
    await phone.says("我的資料")
    assert "正在整理" in "\n".join(await phone.taps("索取複本"))
    documents = [c["document"] for c in phone_contents(house, phone) if "document" in c]  # type: ignore[operator, index]
    assert [re.sub(r"\d+", "", d["file_name"]) for d in documents] == ["我的資料-.xlsx", "我的資料-.html"]
    sheet, page = (house.telegram.files[d["file_id"]] for d in documents)
    assert "=1+1 公式課" in sheet_words(sheet)
    assert "=1+1 公式課" in page.decode()
    assert "王小明" in page.decode()
    assert (
        await house.rows("SELECT method, state FROM dispatch WHERE method = 'sendDocument'")
        == [("sendDocument", "accepted")] * 2
    )
    for duty in duties(house.program.database, house.clock, TAIPEI):
        if duty.name == "files":
            await duty.attend(house.clock.now())
    assert await house.rows("SELECT content FROM file") == [(None,), (None,)]


async def test_a_file_that_may_have_arrived_is_not_sent_again(house: House) -> None:
    """Telegram lost its answer: undecided, listed, and the second file still goes out, once."""
    phone = house.telegram_phone()
    await activated(house, phone)
    house.telegram.faults.next("sendDocument", Fault.reset(accepted=True))
    await phone.says("索取複本")
    states = await house.rows("SELECT state FROM dispatch WHERE method = 'sendDocument' ORDER BY id")
    assert states == [("undecided",), ("accepted",)]
    assert sum(call.endpoint == "sendDocument" for call in house.telegram.calls) == 2


async def test_a_copy_that_may_be_lost_is_spoken_of_and_not_counted(house: House, phone: Phone) -> None:
    """LINE's pushes are used up, Telegram's answer is lost: the next reply says so and what to do, and a
    copy that did not arrive takes none of the three of the day."""
    lost = house.line.faults if isinstance(phone, LinePhone) else house.telegram.faults
    call = "push" if isinstance(phone, LinePhone) else "sendDocument"
    await activated(house, phone)
    for _ in range(4):
        lost.next(call, Fault.quota() if call == "push" else Fault.reset(accepted=True))
        assert "正在整理" in "\n".join(await phone.says("索取複本"))
    assert await house.rows("SELECT count(*) FROM outbox WHERE unreceived") == [(1,)]
    first, *_ = await phone.says("說明")
    assert "可能沒有送達，請再輸入「索取複本」" in first
    assert "可能沒有送達" not in "\n".join(await phone.says("說明"))
    for _ in range(3):
        assert "正在整理" in "\n".join(await phone.says("索取複本"))
    assert "已經為您整理過 3 份" in "\n".join(await phone.says("索取複本"))


async def test_a_copy_comes_by_link_on_line(house: House) -> None:
    """The page shows no name and serves nothing by itself; each click serves its file once, then no more."""
    phone = house.line_phone()
    await activated(house, phone)
    await reported(phone)
    await phone.says("索取複本")
    link = link_in(house, phone)
    for method in ("GET", "HEAD", "GET"):  # as previews do
        status, body, headers = await fetched(method, link)
        assert status == 200
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert (body == b"") == (method == "HEAD")
    text = (await fetched("GET", link))[1].decode()
    assert "王小明" not in text
    assert "臺中市政府" in text
    sheet, page = re.findall(r'action="(\?part=\d+)"', text)

    status, body, headers = await fetched("POST", link + sheet)
    assert (status, headers["Content-Disposition"].split(";")[0]) == (200, "attachment")
    assert "AI簡報設計" in sheet_words(body)
    assert (await fetched("POST", link + sheet))[0] == 410
    assert "試算表：已下載過" in (await fetched("GET", link))[1].decode()

    status, body, headers = await fetched("POST", link + page)
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "AI簡報設計" in body.decode()
    for method in ("GET", "HEAD", "POST"):
        assert (await fetched(method, link + page))[0] == 410
    assert await house.rows("SELECT content FROM file") == [(None,), (None,)]
    assert (await house.rows("SELECT count(*) FROM audit WHERE action = 'copy_fetched'")) == [(2,)]


async def test_two_clicks_at_once_serve_one_file(house: House) -> None:
    """Ten clicks in the same moment: one file, nine kind answers."""
    phone = house.line_phone()
    await activated(house, phone)
    await phone.says("索取複本")
    link = link_in(house, phone)
    part = re.findall(r'action="(\?part=\d+)"', (await fetched("GET", link))[1].decode())[0]
    answers = await asyncio.gather(*(fetched("POST", link + part) for _ in range(10)))
    assert sorted(status for status, _, _ in answers) == [200] + [410] * 9


async def test_links_that_open_nothing(house: House) -> None:
    """Expired, or another's part: a page with the way to a new copy. Unknown, malformed, or expired so long
    ago that nothing is kept of it: one that fits whatever it was, the weekly report too."""
    phone = house.line_phone()
    await activated(house, phone)
    await phone.says("索取複本")
    link = link_in(house, phone)
    part = re.findall(r'action="(\?part=\d+)"', (await fetched("GET", link))[1].decode())[0]
    pages = {(await fetched("POST", link + wrong))[1] for wrong in ("", "?part=999", "?part=x", "?part=-1")}
    assert (await fetched("PUT", link))[0] == 405
    await house.write("UPDATE file SET expires_at = expires_at - 600000")  # ten minutes
    pages |= {await gone(method, url) for method, url in (("GET", link), ("POST", link + part))}
    (page,) = pages
    assert "再輸入<strong>「索取複本」</strong>" in page.decode()
    assert "週報" not in page.decode()
    nobodys = {
        await gone("GET", f"{house.bot.url}/files/{'A' * 43}"),
        await gone("POST", f"{house.bot.url}/files/{'A' * 43}{part}"),
        await gone("GET", f"{house.bot.url}/files/short"),
        await gone("GET", f"{house.bot.url}/files/{'%E4%BD%A0' * 43}"),
    }
    await house.write("DELETE FROM file")
    (page,) = nobodys | {await gone("GET", link), await gone("POST", link + part)}
    assert re.findall("「(.+?)」", page.decode()) == ["索取複本", "下載週報"]


async def gone(method: str, url: str) -> bytes:
    status, body, headers = await fetched(method, url)
    assert (status, headers["Cache-Control"]) == (410, "no-store")
    return body


async def test_a_database_in_trouble_costs_no_link(house: House) -> None:
    """While it cannot be read the page says so and to try again; afterwards the link works."""
    phone = house.line_phone()
    await activated(house, phone)
    await phone.says("索取複本")
    link = link_in(house, phone)
    await house.write("ALTER TABLE file RENAME TO away")
    for method in ("GET", "POST"):
        status, body, headers = await fetched(method, link + "?part=1")
        assert (status, headers["Cache-Control"]) == (503, "no-store")
        assert "連結沒有失效" in body.decode()
    await house.write("ALTER TABLE away RENAME TO file")
    assert (await fetched("GET", link))[0] == 200


async def test_nothing_earlier_is_told_to_a_released_chat(house: House) -> None:
    """A receipt that may not have arrived is not carried over the release to whoever holds the chat next."""
    phone = house.line_phone()
    await activated(house, phone)
    await phone.says("回報 昨天 AI簡報設計 兩個半小時")
    house.line.faults.next("reply", Fault.reset(accepted=True))
    await phone.taps("確認回報")
    assert await house.rows("SELECT count(*) FROM outbox WHERE unreceived") == [(1,)]
    await house.write(
        "INSERT INTO conversation SELECT id, 'mydata', 'unbind', 'n', '115', "
        '\'{"accounts":"this"}\', created_at FROM account WHERE person_id IS NOT NULL'
    )
    house.line.faults.next("reply", Fault.reset(accepted=True))
    await phone.says("確認解除")
    assert await house.rows("SELECT person_id FROM account") == [(None,)]
    assert await house.rows("SELECT DISTINCT receipt FROM outbox") == [("",)]
    assert "AI簡報設計" not in "\n".join(await phone.says("哈囉"))


async def test_a_token_is_in_no_log_and_no_table(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """Only its hash is stored beside the letter that carries it, and what is logged names neither."""
    phone = house.line_phone()
    await activated(house, phone)
    await phone.says("索取複本")
    token = link_in(house, phone).rpartition("/")[2]
    await fetched("GET", f"{house.bot.url}/files/{token}")
    assert token not in str(await house.rows("SELECT * FROM file"))
    assert token not in str(await house.rows("SELECT * FROM job"))
    assert token not in "".join(capsys.readouterr())


async def test_two_accounts_of_one_person(house: House) -> None:
    """Each has its own conversation; hours reported on one are seen on the other; unbinding one leaves the
    other as it was."""
    line, telegram = house.line_phone(), house.telegram_phone()
    await activated(house, line)
    await activated(house, telegram)
    await reported(line)
    assert "AI簡報設計" in "\n".join(await telegram.says("紀錄"))
    assert "1/7" in "\n".join(await line.says("職務問卷"))
    shown = "\n".join(await telegram.says("我的資料"))
    assert "同意告知事項（這個聊天室）" in shown
    assert "LINE" in shown
    await telegram.says("解除綁定")
    await telegram.says("LINE")
    assert "照常使用" in "\n".join(await telegram.says("確認解除"))
    assert "告知" in "\n".join(await line.says("進度"))
    assert "AI簡報設計" in "\n".join(await telegram.says("紀錄"))
    assert await house.rows("SELECT platform FROM account WHERE person_id IS NOT NULL") == [("telegram",)]


async def test_unbound_and_bound_again(house: House, phone: Phone) -> None:
    """The chat is a stranger's afterwards and can be activated anew; the hours are still there."""
    await activated(house, phone)
    await reported(phone)
    await phone.says("解除綁定")
    assert "已解除綁定" in "\n".join(await phone.taps("確認解除"))
    assert "AI簡報設計" not in "\n".join(await phone.says("紀錄"))
    await phone.taps("開始啟用")
    await phone.says(f"啟用 {await house.code()}")
    await phone.taps("是我本人")
    assert "AI簡報設計" in "\n".join(await phone.says("紀錄"))


async def test_erased(house: House, phone: Phone) -> None:
    """By typed words: told in the end, hours and words gone, the roster's person and the audit kept."""
    await activated(house, phone)
    await reported(phone)
    asked = "\n".join(await phone.says("刪除我的資料"))
    assert "依法須保存" in asked
    said = "\n".join(await phone.says("確認刪除"))
    assert "已依您的請求刪除" in said
    assert "分機 1234" in said
    assert await house.rows("SELECT count(*) FROM hours") == [(0,)]
    assert await house.rows("SELECT person_id, consented_at FROM account") == [(None, None)]
    assert await house.rows("SELECT count(*) FROM person WHERE employee_no = 'A001'") == [(1,)]
    assert await house.rows("SELECT count(*) FROM audit WHERE action = 'person_erased'") == [(1,)]
    assert all(b"AI" not in bytes(raw) for (raw,) in await house.rows("SELECT raw FROM inbox"))


async def test_two_confirmations_at_once(house: House, phone: Phone) -> None:
    """A double tap erases once; the second is answered as a stranger's."""
    await activated(house, phone)
    await phone.says("刪除我的資料")
    if isinstance(phone, LinePhone):
        for _ in range(2):
            await house.line.say(phone.user_id, "確認刪除")
    else:
        for _ in range(2):
            await house.telegram.say(phone.user_id, "確認刪除")
    await house.quiet()
    assert await house.rows("SELECT count(*) FROM audit WHERE action = 'person_erased'") == [(1,)]
    assert await house.rows("SELECT count(*) FROM inbox WHERE state = 'failed'") == [(0,)]


async def test_an_unsent_message_is_in_no_copy(house: House) -> None:
    """LINE unsend: the text is erased, also where an answer quotes it, and the copy shows that it was."""
    phone = house.line_phone()
    await activated(house, phone)
    await phone.says("我不想留下這句話")
    message = (await house.rows("SELECT max(message_id) FROM inbox WHERE raw LIKE '%我不想留下%'"))[0][0]
    await phone.says("回報 昨天 不想留下的課名 1小時")
    await house.line.unsend(phone.user_id, message)
    quoted = "SELECT max(message_id) FROM inbox WHERE raw LIKE '%不想留下的課名%'"
    await house.line.unsend(phone.user_id, (await house.rows(quoted))[0][0])
    await house.quiet()
    await phone.says("取消")
    await phone.says("索取複本")
    link = link_in(house, phone)
    parts = re.findall(r'action="(\?part=\d+)"', (await fetched("GET", link))[1].decode())
    page = (await fetched("POST", link + parts[1]))[1].decode()
    assert "不想留下" not in page
    assert "收回訊息" in page


async def test_a_leaver_over_the_wire(house: House, phone: Phone) -> None:
    """A roster with the last day in it changes nothing else; the chat keeps the rights only."""
    await activated(house, phone)
    await reported(phone)
    await house.write("UPDATE person SET left_on = '2026-01-31' WHERE employee_no = 'A001'")
    assert "已於 115/1/31 離職" in "\n".join(await phone.says("進度"))
    assert "正在整理" in "\n".join(await phone.taps("索取複本"))
    assert await house.rows("SELECT count(*) FROM hours") == [(1,)]
    assert await house.rows("SELECT state FROM job") == [("done",)]


async def test_on_postgresql(postgres_url: str) -> None:
    """The same way on PostgreSQL, from the request to the file."""
    async with open_house(postgres_url) as house:
        phone = house.line_phone()
        await activated(house, phone)
        await phone.says("索取複本")
        link = link_in(house, phone)
        part = re.findall(r'action="(\?part=\d+)"', (await fetched("GET", link))[1].decode())[0]
        assert [(await fetched("POST", link + part))[0] for _ in range(2)] == [200, 410]
