"""The calls that `doctor` makes, through the platforms' own libraries, over real HTTP."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.menus.commands import COMMANDS
from bot.platforms.line_admin import LineAdmin, LineAdminError, Quota, Webhook, line_admin
from bot.platforms.redaction import redact
from bot.platforms.session import open_session
from bot.platforms.telegram_admin import TelegramAdminError, telegram_admin
from bot.simulator.faults import Fault
from bot.simulator.line import LineSimulator
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from storage.clock import SystemClock
from tests.wire.platforms.peer import closed_port

LINE_TOKEN = "line-token-of-the-loopback"
BOT_TOKEN = "123456:loopback-token_for-the-tests-000000"


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as opened:
        yield opened


@pytest.fixture
async def line() -> AsyncIterator[tuple[LineSimulator, LineAdmin]]:
    simulator = LineSimulator("secret", LINE_TOKEN, clock=SystemClock())
    async with serve(simulator.app) as served, line_admin(served.url, LINE_TOKEN) as admin:
        yield simulator, admin


@pytest.fixture
async def telegram() -> AsyncIterator[tuple[TelegramSimulator, str]]:
    simulator = TelegramSimulator(BOT_TOKEN, clock=SystemClock())
    async with serve(simulator.app) as served:
        yield simulator, served.url


async def test_line_says_who_the_bot_is_and_what_is_left(line: tuple[LineSimulator, LineAdmin]) -> None:
    """Name, chat mode, limit and consumption."""
    _, admin = line
    found = await admin.bot()
    assert found.chat_mode == "bot"
    assert found.name
    assert await admin.quota() == Quota(limit=200, used=0)


async def test_lines_webhook_is_set_read_and_tested(line: tuple[LineSimulator, LineAdmin]) -> None:
    """None before it is set; LINE's own test says what it met."""
    simulator, admin = line
    assert await admin.webhook() is None
    url = f"{closed_port()}/webhooks/line"
    await admin.set_webhook(url)
    assert simulator.webhook_url == url
    assert await admin.webhook() == Webhook(url, active=True)
    tested = await admin.test_webhook()
    assert not tested.success
    assert tested.reason


async def test_line_errors_are_one_kind(line: tuple[LineSimulator, LineAdmin]) -> None:
    """A refusal, an unreadable 200 and no connection: one exception, without the token."""
    simulator, admin = line
    simulator.faults.next("info", Fault.error(500))
    with pytest.raises(LineAdminError, match="500"):
        await admin.bot()
    simulator.faults.next("info", Fault.garbage('{"userId": 5}'))
    with pytest.raises(LineAdminError):
        await admin.bot()
    async with line_admin(closed_port(), LINE_TOKEN) as nowhere:
        with pytest.raises(LineAdminError, match="no answer") as caught:
            await nowhere.bot()
    assert LINE_TOKEN not in str(caught.value)


async def test_telegrams_bot_and_webhook(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str]
) -> None:
    """getMe; the webhook is set with its secret and the updates that are read, and taken off again."""
    simulator, url = telegram
    async with telegram_admin(session, url, BOT_TOKEN) as admin:
        assert (await admin.me()).username == "talentbot_bot"
        assert (await admin.webhook()).url == ""
        await admin.set_webhook("https://bot.example.gov.tw/webhooks/telegram", "s3cret")
        found = await admin.webhook()
        assert found.url == "https://bot.example.gov.tw/webhooks/telegram"
        assert set(found.allowed_updates) == {"message", "callback_query", "my_chat_member"}
        sent = next(call.body for call in simulator.calls if call.endpoint == "setWebhook")
        assert sent["secret_token"] == "s3cret"
        await admin.delete_webhook()
        assert (await admin.webhook()).url == ""


async def test_telegrams_commands_and_menu(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str]
) -> None:
    """In Chinese, in private chats, within Telegram's limits."""
    _, url = telegram
    assert all(1 <= len(description) <= 256 for _, description in COMMANDS)
    async with telegram_admin(session, url, BOT_TOKEN) as admin:
        await admin.set_commands()
        await admin.set_menu_button()
        assert await admin.commands() == COMMANDS


async def test_telegram_errors_carry_no_token(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str]
) -> None:
    """A wrong token, no connection and no token at all: one exception that can be shown."""
    wrong = "123456:another-token_of-nobody-0000000000"
    for base, token in ((telegram[1], wrong), (closed_port(), BOT_TOKEN)):
        async with telegram_admin(session, base, token) as admin:
            with pytest.raises(TelegramAdminError) as caught:
                await admin.me()
        assert token.partition(":")[2] not in str(caught.value)
        assert caught.value.__cause__ is None
    with pytest.raises(TelegramAdminError):
        async with telegram_admin(session, telegram[1], ""):
            pass


@pytest.mark.parametrize(
    "text",
    [
        "https://api.telegram.org/bot123456:AAbb-cc_dd/getMe",
        "token 123456789:AAbb-cc_ddeeffgghhiijjkk is wrong",
        '{"replyToken":"nHuyWiB7yP5Zw52FIkcQobQuGDXCTA"}',
        "{'replyToken': 'nHuyWiB7yP5Zw52FIkcQobQuGDXCTA'}",
        "reply_token=nHuyWiB7yP5Zw52FIkcQobQuGDXCTA",
        "Authorization: Bearer abc.def+ghi/jkl==",
    ],
)
def test_credentials_are_blotted_out(text: str) -> None:
    """Bot tokens, reply tokens and bearer tokens, in whatever surroundings."""
    blotted = redact(text)
    assert "***" in blotted
    assert not any(secret in blotted for secret in ("AAbb", "nHuy", "abc.def"))


def test_ordinary_words_stay() -> None:
    """A time or a property's name is no credential."""
    for text in ("messages[0].text: May not be empty", "12:30 retry", "Invalid reply token"):
        assert redact(text) == text
