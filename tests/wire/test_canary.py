"""No log line of what is said unasked holds a name, an address, a number, a word of a text, or a token."""

import io
import json
import re
from datetime import UTC, datetime

import aiohttp

from bot.logs import configure
from bot.settings import Settings
from bot.simulator.faults import Fault
from tests.wire.house import ROSTER, House, line_id, open_house
from tests.wire.platforms.postbox import Postbox, postbox
from tests.wire.test_mail import link_of
from tests.wire.test_questions import of_hr
from tests.wire.test_thread import activated
from tests.wire.test_waves import BLOCKED, settled, wave

MAILBOXES = {"A001": "wang@example.gov.tw", "A003": "lin@example.gov.tw"}
TEXTS = ("尚缺", "會收到這則訊息", "AI 學習週報", "提醒名單", "停止提醒", "人事處", "資訊處", "分析師")


async def lived(house: House, box: Postbox) -> list[str]:
    """HR looks, releases, is told the digest and downloads it; a wave meets a blocked chat, a mailbox that is
    none (the server says the address back) and one that is; its link is pressed. Returns the tokens of the
    links and the users' ids."""
    hr, staff = house.line_phone(1), house.telegram_phone(2)
    await activated(house, staff)
    await of_hr(house, hr, "A002")
    house.clock.offset = datetime(2026, 11, 30, 1, 0, 5, tzinfo=UTC) - datetime.now(UTC)
    await house.program.scheduler.tick()
    for asked in (
        "提醒作業",
        "提醒預覽",
        "提醒名單",
        "正式發送",
        "確認正式發送",
        "下載週報",
        "停班 12/4 颱風",
    ):
        await hr.says(asked)
    await house.quiet()
    box.rcpt, box.once = "550 5.1.1 <lin@example.gov.tw> 林堃喆 unknown", True
    house.telegram.faults.next("sendMessage", BLOCKED)
    house.line.faults.next("push", Fault.error(400, {"message": "Failed to send messages"}))
    await wave(house, release=False)
    await settled(house)
    links = re.findall(r"/files/([\w-]{43})", "".join(map(str, (call.body for call in house.line.calls))))
    if box.mails:
        link = link_of(box, house)
        unknown = f"{house.bot.url}/reminders/{'x' * 43}"
        async with aiohttp.ClientSession() as session:
            for method, url in (("GET", link), ("POST", link), ("GET", unknown)):
                async with session.request(method, url):
                    pass
        links.append(link.rpartition("/")[2])
    return [*links, line_id(1), "x" * 43]


async def test_a_week_of_reminders_leaves_no_name_in_the_log(sqlite_url: str, logged: io.StringIO) -> None:
    """Digest, previews, list, download, wave, refusals, mail and its link: the log tells of each, by ids and
    counts alone."""
    async with postbox() as box:
        configure(Settings.model_validate({}), logged)
        async with open_house(sqlite_url, mail_port=box.port) as house:
            for number, address in MAILBOXES.items():
                await house.write(f"UPDATE person SET email = '{address}' WHERE employee_no = '{number}'")  # noqa: S608 - our own words
            tokens = await lived(house, box)
            assert len(tokens) == 4
            assert ("unreached",) in await house.rows("SELECT state FROM reminder")
    lines = [line for line in logged.getvalue().splitlines() if json.loads(line)["logger"] != "mail.log"]
    events = {json.loads(line)["event"] for line in lines}  # mail.log is the log of the post office
    assert events >= {"wave.opened", "digest.done", "dispatch.not_accepted", "wave.done"}
    secret = [*tokens, *MAILBOXES.values(), *TEXTS]
    for one in ROSTER:
        secret += [one.name, one.employee_no, one.unit]
    assert [(line, word) for line in lines for word in secret if word in line] == []
