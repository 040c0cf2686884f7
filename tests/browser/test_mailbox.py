"""The agency's mailbox on the demo's page: letters as they come, and nothing of theirs runs."""

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

import aiohttp
import aiosmtplib
import pytest
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette

from bot.simulator.line import LineSimulator
from bot.simulator.mail import MailSimulator
from bot.simulator.page import demo_routes
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from storage.clock import SystemClock
from tests.browser.town import AMY

pytestmark = pytest.mark.browser

ADDRESS = "a001@demo.example"
HTML = """<!doctype html><html><head><style>p { color: #123456 }</style></head><body>
<p>AI 課程尚缺 1 小時</p><a href="https://example.org/course">看課程</a>
<script>document.body.textContent = "跑了"</script><img src="https://example.org/seen.gif" alt="">
</body></html>"""


class Post:
    """The page, and a hand that sends mail to it."""

    def __init__(self, url: str, port: int) -> None:
        self.url = url
        self.port = port

    async def send(self, subject: str, html: str = "") -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "bot@demo.example", ADDRESS, subject
        message["Date"] = format_datetime(SystemClock().now())
        message["Message-ID"] = make_msgid(domain="demo.example")
        message.set_content(f"{subject}\n\nhttps://example.org/stop")
        if html:
            message.add_alternative(html, subtype="html")
        await aiosmtplib.send(message, hostname="127.0.0.1", port=self.port, timeout=5)


@pytest.fixture
async def mail() -> AsyncIterator[Post]:
    clock = SystemClock()
    box = MailSimulator(clock)
    async with box.serving() as port:
        routes = demo_routes(
            LineSimulator("secret", "token", clock=clock),
            TelegramSimulator("1:token", clock=clock),
            [AMY],
            mail=box,
            names={ADDRESS: AMY.name},
        )
        app = Starlette(routes=routes)
        app.state.closing = asyncio.Event()
        async with serve(app) as page:
            yield Post(page.url, port)


@pytest.fixture
async def page(browser: Browser, mail: Post) -> AsyncIterator[Page]:
    context = await browser.new_context(locale="zh-TW", viewport={"width": 390, "height": 844})
    context.set_default_timeout(5000)
    page = await context.new_page()
    await page.goto(mail.url)
    yield page
    await context.close()


async def test_letters_come_while_one_looks(page: Page, mail: Post) -> None:
    """The newest letter stands first, the one being read stays; both forms can be read, on any width."""
    await expect(page.locator("#mail-empty")).to_be_visible()
    await mail.send("第一封", HTML)
    await expect(page.locator("#letter-subject")).to_have_text("第一封")
    await expect(page.locator("#letter-meta")).to_contain_text(f"{AMY.name} <{ADDRESS}>")
    await mail.send("第二封")
    await expect(page.locator("#letters button")).to_have_count(2)
    await expect(page.locator("#letters button").first).to_contain_text("第二封")
    await expect(page.locator("#letter-subject")).to_have_text("第一封")
    await page.locator("input[name=letter-form][value=text]").check(force=True)
    await expect(page.locator("#letter-text").get_by_role("link")).to_have_attribute(
        "href", "https://example.org/stop"
    )
    await page.locator("#letters button").first.click()
    await expect(page.locator("#letter-subject")).to_have_text("第二封")
    await expect(page.locator("#letter-form")).to_be_hidden()
    await expect(page.locator("#mail-count")).to_have_text("2")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_letter_runs_nothing_and_fetches_nothing(page: Page, mail: Post) -> None:
    """Its own script and pictures from elsewhere are dead; its styles work and its links open another tab."""
    stopped: list[str | None] = []
    page.on("requestfailed", lambda request: stopped.append(request.failure))
    await mail.send("提醒", HTML)
    frame = page.frame_locator("#letter-html")
    await expect(frame.get_by_text("AI 課程尚缺 1 小時")).to_have_css("color", "rgb(18, 52, 86)")
    await expect(frame.get_by_role("link")).to_be_visible()
    await expect(frame.locator("base")).to_have_attribute("target", "_blank")
    assert stopped == ["csp"]  # the picture
    async with aiohttp.ClientSession(mail.url) as http, http.get("/demo/mail/1") as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "sandbox" in policy
        assert "allow-scripts" not in policy
    async with aiohttp.ClientSession(mail.url) as http, http.get("/demo/mail/2") as answer:
        assert answer.status == 404
