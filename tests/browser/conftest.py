"""A real Chromium in front of real loopback platforms."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from starlette.applications import Starlette

from bot.demo.serving import town as demo
from bot.simulator.line import LineSimulator
from bot.simulator.page import demo_routes
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from storage.clock import SystemClock
from tests.browser.town import AMY, BEN, LINE_TOKEN, TELEGRAM_TOKEN, Town

OpenPage = Callable[..., Awaitable[Page]]
PATIENCE = 5000  # ms
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    """Both platforms with the page in front, on free ports; no bot listens."""
    async with AsyncExitStack() as stack:
        clock = SystemClock()
        line = LineSimulator("line-secret", LINE_TOKEN, clock=clock)
        telegram = TelegramSimulator(TELEGRAM_TOKEN, clock=clock)
        line_at = await stack.enter_async_context(serve(line.app))
        telegram_at = await stack.enter_async_context(serve(telegram.app))
        app = Starlette(routes=demo_routes(line, telegram, [AMY, BEN]))
        app.state.closing = asyncio.Event()  # lets the streams end with the server
        page = await stack.enter_async_context(serve(app))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield Town(line, telegram, page.url, line_at.url, telegram_at.url, http)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium of this machine; its absence is a failure, since nothing here may be skipped."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("chromium is not installed: apt-get install chromium fonts-noto-cjk", pytrace=False)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        await browser.close()


@pytest.fixture
async def open_page(browser: Browser, town: Town) -> AsyncIterator[OpenPage]:
    """Opens the page with any of Playwright's context options; an error in its console fails the test."""
    errors: list[str] = []
    contexts: list[BrowserContext] = []

    async def opening(path: str = "/?who=A001", **options: object) -> Page:
        settings = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", **options}
        context = await browser.new_context(locale="zh-TW", **settings)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        await page.goto(town.url + path)
        await page.wait_for_selector("#phone-line .log:not([aria-busy])")
        await page.wait_for_selector("#phone-telegram .log:not([aria-busy])")
        return page

    yield opening
    for context in contexts:
        await context.close()
    assert errors == []


@pytest.fixture
async def page(open_page: OpenPage) -> Page:
    """The page as 王小明 sees it on a desk."""
    return await open_page()


@pytest.fixture
async def demo_page(browser: Browser) -> AsyncIterator[Page]:
    """The demo's page, the real bot behind it, with motion on, as most people have it."""
    async with demo(0, 5) as url:
        context = await browser.new_context(locale="zh-TW", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(10_000)
        page = await context.new_page()
        await page.goto(url)
        await page.wait_for_selector("#phone-line .log:not([aria-busy])")
        yield page
        await context.close()
