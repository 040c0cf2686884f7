"""The week's digest over real HTTP: told by the scheduler's tick, its files fetched from the chat."""

import re
from datetime import UTC, datetime, timedelta

from tests.wire.house import House, line_id, open_house
from tests.wire.platforms.postbox import postbox
from tests.wire.test_my_data import fetched, link_in


async def test_monday_nine_and_the_download(sqlite_url: str) -> None:
    """An officer on LINE reads the card at the first tick after Monday 09:00, once; 「下載週報」 on Telegram
    brings both files."""
    async with open_house(sqlite_url) as house:
        await house.write("UPDATE person SET access = '人事' WHERE employee_no IN ('A001', 'A002')")
        await bound(house)
        house.clock.offset = datetime(2026, 11, 23, 1, 0, 5, tzinfo=UTC) - datetime.now(UTC)
        await house.program.scheduler.tick()
        await house.program.scheduler.tick()
        await house.quiet()
        told = [call for call in house.line.calls if "AI 學習週報" in str(call.body)]
        assert len(told) == 1
        assert await house.rows("SELECT count(*) FROM told") == [(2,)]
        phone = house.telegram_phone(2)
        await phone.says("下載週報")
        await house.quiet()
        sent = [call for call in house.telegram.calls if call.endpoint == "sendDocument"]
        assert len(sent) == 2


async def test_by_mail_with_both_sheets(sqlite_url: str) -> None:
    """An officer with no chat: one mail at a real server, figures in it and two files with it."""
    async with postbox() as box, open_house(sqlite_url, mail_port=box.port) as house:
        await house.write(
            "UPDATE person SET access = '人事', email = 'a@example.gov.tw' WHERE employee_no = 'A001'"
        )
        house.clock.offset = datetime(2026, 11, 23, 1, 0, 5, tzinfo=UTC) - datetime.now(UTC)
        await house.program.scheduler.tick()
        await house.quiet()
        (mail,) = box.mails
        names = [part.get_filename() for part in mail.iter_attachments()]
        assert names == ["AI學習週報-1151123.xlsx", "AI學習週報-1151123.ods"]
        body = mail.get_body(("plain",))
        assert body is not None
        assert "附件是名單與各單位數字" in body.get_content()
        assert await house.rows("SELECT body FROM dispatch WHERE method = 'mail'") == [(None,)]


async def test_the_page_of_a_weekly_report(sqlite_url: str) -> None:
    """It speaks of the report, tells both formats apart, and says what to type for a new link once they were
    fetched or have expired: nothing of it is about a copy of personal data."""
    async with open_house(sqlite_url) as house:
        await house.write("UPDATE person SET access = '人事' WHERE employee_no IN ('A001', 'A002')")
        await bound(house)
        phone = house.line_phone()
        await phone.says("下載週報")
        link = link_in(house, phone)
        text = (await fetched("GET", link))[1].decode()
        assert "<h1>週報下載</h1>" in text
        assert "這是您索取的 AI 學習週報" in text
        assert "名單含個人資料，請勿轉傳群組" in text
        assert re.findall("<button.*?>(.+?)</button>", text) == ["下載 Excel 試算表", "下載 ODS 試算表"]
        for part in re.findall(r'action="(\?part=\d+)"', text):
            assert (await fetched("POST", link + part))[0] == 200
        used = (await fetched("GET", link))[1].decode()
        await house.write("UPDATE file SET expires_at = expires_at - 600000")  # ten minutes
        expired = (await fetched("GET", link))[1].decode()
        assert used == expired
        assert "再輸入<strong>「下載週報」</strong>" in used
        assert "複本" not in text + used


async def bound(house: House) -> None:
    """A001's LINE and A002's Telegram, activated and consented."""
    now = int((datetime.now(UTC) - timedelta(days=1)).timestamp() * 1000)
    for platform, user, number in (("line", line_id(1), "A001"), ("telegram", "7002", "A002")):
        await house.write(
            "INSERT INTO account (platform, user_id, person_id, consented_at, created_at, reachable,"  # noqa: S608 - our own words
            f" code_failures, menu) SELECT '{platform}', '{user}', id, {now}, {now}, true, 0, ''"
            f" FROM person WHERE employee_no = '{number}'"
        )
