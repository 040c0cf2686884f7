"""A reminder by e-mail through the whole program: a real mail server, and the link that ends them."""

import asyncio
import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from sqlalchemy import select

from storage.database import Database
from storage.schema import dispatch
from tests.wire.house import House, open_house
from tests.wire.platforms.postbox import Postbox, postbox
from tests.wire.test_waves import settled, wave


@pytest.fixture
async def box() -> AsyncIterator[Postbox]:
    async with postbox() as opened:
        yield opened


@pytest.fixture
async def house(sqlite_url: str, box: Postbox) -> AsyncIterator[House]:
    async with open_house(sqlite_url, mail_port=box.port) as opened:
        await opened.write("UPDATE person SET email = 'wang@example.gov.tw' WHERE employee_no = 'A001'")
        yield opened


def link_of(box: Postbox, house: House) -> str:
    """The path of the link in the last mail, on the address where the program really listens."""
    found = re.fullmatch(r"<http://[^/]+(/reminders/[\w-]{43})>", box.mails[-1]["List-Unsubscribe"])
    assert found is not None
    return f"{house.bot.url}{found[1]}"


async def test_who_has_no_chat_is_reminded_by_mail(house: House, box: Postbox) -> None:
    """Once, at their address alone; it is settled as accepted."""
    await wave(house)
    await settled(house)
    assert box.recipients == [["wang@example.gov.tw"]]
    body = box.mails[0].get_body(("plain",))
    assert body is not None
    assert "尚缺" in body.get_content()
    assert await house.rows("SELECT platform, state FROM dispatch") == [("email", "accepted")]
    assert await house.rows("SELECT state, way FROM reminder WHERE way <> ''") == [("frozen", "email")]


async def test_a_mailbox_that_is_none_ends_unreached(house: House, box: Postbox) -> None:
    """The server knows nobody of that name: refused, and there is no other way."""
    box.rcpt = "550 5.1.1 unknown"
    await wave(house)
    await settled(house)
    assert await house.rows("SELECT state, reason FROM dispatch") == [("refused", "550 5.1.1")]
    assert await house.rows("SELECT state, tried FROM reminder WHERE tried <> ''") == [("unreached", "email")]


@pytest.mark.usefixtures("hurried")
async def test_a_stop_gives_back_the_mail_that_was_not_yet_said(sqlite_url: str, box: Postbox) -> None:
    """The server thinks about the recipient for longer than the program waits when it stops: nobody's mail
    becomes undecided; the next run may send it."""
    box.mute = True
    async with open_house(sqlite_url, mail_port=box.port) as house:
        await house.write("UPDATE person SET email = 'wang@example.gov.tw' WHERE employee_no = 'A001'")
        await wave(house)
        async with asyncio.timeout(20):
            while not box.asked:
                await asyncio.sleep(0.02)
    database = await Database.open(sqlite_url)
    found = await database.read(
        lambda conn: conn.execute(
            select(dispatch.c.state, dispatch.c.first_attempt_at, dispatch.c.lease_until)
        )
    )
    await database.close()
    assert [tuple(row) for row in found] == [("frozen", None, None)]


async def test_the_link_shows_what_it_does_and_does_it_when_pressed(house: House, box: Postbox) -> None:
    """A scanner that fetches it changes nothing; a mail program's one click does what the button does."""
    await wave(house)
    await settled(house)
    link = link_of(box, house)
    async with aiohttp.ClientSession() as session:
        for _ in range(2):
            async with session.get(link) as page:
                assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")
                assert page.headers["Referrer-Policy"] == "no-referrer"
                assert '<form method="post">' in await page.text()
        assert await house.rows("SELECT 1 FROM preference") == []
        async with session.post(link, data={"List-Unsubscribe": "One-Click"}) as page:
            assert "已停止提醒" in await page.text()
        async with session.get(link) as page:
            assert "已停止提醒" in await page.text()
        assert len(await house.rows("SELECT 1 FROM preference WHERE stopped_at IS NOT NULL")) == 1
        for path in ("/reminders/" + "x" * 43, "/reminders/short"):
            for method in ("GET", "POST"):
                async with session.request(method, house.bot.url + path) as page:
                    assert page.status == 410
                    assert "人事處（分機 1234）" in await page.text()
