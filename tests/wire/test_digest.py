"""The week's digest over real HTTP: told by the scheduler's tick, its files fetched from the chat."""

from datetime import UTC, datetime, timedelta

from tests.wire.house import House, line_id, open_house
from tests.wire.platforms.postbox import postbox


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


async def bound(house: House) -> None:
    """A001's LINE and A002's Telegram, activated and consented."""
    now = int((datetime.now(UTC) - timedelta(days=1)).timestamp() * 1000)
    for platform, user, number in (("line", line_id(1), "A001"), ("telegram", "7002", "A002")):
        await house.write(
            "INSERT INTO account (platform, user_id, person_id, consented_at, created_at, reachable,"  # noqa: S608 - our own words
            f" code_failures, menu) SELECT '{platform}', '{user}', id, {now}, {now}, true, 0, ''"
            f" FROM person WHERE employee_no = '{number}'"
        )
