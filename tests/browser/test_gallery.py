"""The gallery in Chromium: nothing cut off, nothing too pale, at every width; no word from elsewhere."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect
from starlette.applications import Starlette

from bot.demo.gallery.page import gallery_routes
from bot.simulator.line import LineSimulator
from bot.simulator.page import demo_routes
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from storage.clock import SystemClock

pytestmark = pytest.mark.browser

# Of every text in the drawings: its contrast (WCAG 2.2, 1.4.3) against what is really painted behind it.
# Grounds are laid over each other from the outside in; a gradient counts by its worst colour.
PALE = """() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const channel = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const light = (c) => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
    return (x + 0.05) / (y + 0.05);
  };
  const layers = (node) => {
    const style = getComputedStyle(node);
    const stops = style.backgroundImage.match(/rgba?\\([^)]*\\)/g) ?? [];
    return stops.length ? stops.map(rgba) : [rgba(style.backgroundColor)];
  };
  const grounds = (node) => {
    if (!node) return [[255, 255, 255]];
    const own = layers(node);
    if (own.every((c) => c[3] === 1)) return own.map((c) => c.slice(0, 3));
    return grounds(node.parentElement).flatMap((below) => own.map((c) => over(c, below)));
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.getClientRects().length) continue;
    const behind = grounds(node);
    const ink = rgba(getComputedStyle(node).color);
    const worst = Math.min(...behind.map((ground) => ratio(over(ink, ground), ground)));
    const where = `${node.parentElement.className} ${node.className}`;
    if (worst < 4.5) found.push(`${worst.toFixed(2)} ${where} ${walker.currentNode.data.slice(0, 20)}`);
  }
  return [...new Set(found)];
}"""
HOLDERS = ".fx-text, .fx-label, .fx-box, .key, .key span, .bubble, .chips > *"
# Elements that hold words and are smaller than what is in them (inline ones have no size of their own).
CUT = """(holders) => [...document.querySelectorAll(holders)]
  .filter((one) => one.clientWidth && one.textContent.trim()
    && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
  .map((one) => `${one.className} ${one.textContent.slice(0, 30)}`)"""


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """The demo's pages without a bot behind them."""
    clock = SystemClock()
    line = LineSimulator("line-secret", "line-token", clock=clock)
    telegram = TelegramSimulator("123456:telegram-token", clock=clock)
    app = Starlette(routes=[*gallery_routes(), *demo_routes(line, telegram, [])])
    async with serve(app) as server:
        yield server.url


@pytest.fixture
async def page(browser: Browser, url: str) -> AsyncIterator[Page]:
    """The gallery, whole; an error in its console or a request elsewhere fails the test."""
    problems: list[str] = []
    context = await browser.new_context(locale="zh-TW", viewport={"width": 1600, "height": 900})
    context.set_default_timeout(40_000)  # 1,800 drawn frames, on two busy cores
    page = await context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith(url) else problems.append(asked.url))
    await page.goto(f"{url}/gallery")
    await page.wait_for_selector(".scene")
    yield page
    await context.close()
    assert problems == []


@pytest.fixture
async def whole(page: Page) -> Page:
    """Every scene laid out, and not only those in view: for who measures them all."""
    await page.locator(".scene").evaluate_all(
        "scenes => scenes.forEach((one) => { one.style.contentVisibility = 'visible'; })"
    )
    return page


async def test_every_letter_can_be_read(whole: Page) -> None:
    """4.5:1 or more on its real ground, in the drawings and on the page round them, light and dark."""
    for scheme in ("light", "dark"):
        await whole.emulate_media(color_scheme=scheme)
        assert await whole.evaluate(PALE) == [], scheme


async def test_nothing_is_cut_off(whole: Page) -> None:
    """No sideways scrolling, and no button, field or bubble loses words, also on the smallest phone."""
    for width in (360, 700, 1024, 1600):
        await whole.set_viewport_size({"width": width, "height": 800})
        assert await whole.evaluate("document.documentElement.scrollWidth") <= width
        assert await whole.evaluate(CUT, HOLDERS) == [], width


async def test_each_scheme_is_itself(page: Page) -> None:
    """Light and dark stand side by side whatever the browser prefers; LINE's bubbles keep their colours."""
    ground = "one => getComputedStyle(one).backgroundColor"
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        for platform in ("line", "telegram"):
            shots = [page.locator(f".shot-{platform}.shot-{s} .shot-chat").first for s in ("light", "dark")]
            light, dark = [await shot.evaluate(ground) for shot in shots]
            assert light != dark
    bubbles = [page.locator(f".shot-{scheme} .fx-body").first for scheme in ("light", "dark")]
    assert len({await bubble.evaluate(ground) for bubble in bubbles}) == 1


async def test_filter_by_task_and_by_scene(page: Page) -> None:
    """A task's link shows that task only, a scene's address its task; 全部 shows everything again."""
    tasks, links = page.locator(".task:visible"), page.locator("#tasks")
    every = await tasks.count()
    assert every > 1
    progress = links.get_by_role("link", name="進度", exact=True)
    await progress.click()
    await expect(tasks).to_have_count(1)
    await expect(progress).to_have_attribute("aria-current", "true")
    await page.goto(page.url.split("#")[0] + "#undo-2")
    await expect(page.locator("#undo-2")).to_be_in_viewport()
    await expect(tasks).to_have_count(1)
    await links.get_by_role("link", name="全部").click()
    await expect(tasks).to_have_count(every)


async def test_by_keyboard_alone(page: Page) -> None:
    """Tools, tasks, scenes and the words heard are reached by Tab; the drawings' buttons are not stops."""
    await page.locator("#tools").get_by_label("縮小").focus()
    await page.keyboard.press("Space")
    await expect(page.locator("body.compact")).to_have_count(1)
    await page.keyboard.press("Space")
    await page.locator("#welcome-1 summary").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#welcome-1 dd").first).to_contain_text("AI 學習小幫手")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.getAttribute('href')") == "#welcome-2"


async def test_only_what_is_in_view_is_laid_out(page: Page) -> None:
    """Of hundreds of scenes the far ones are skipped until somebody comes near, and then drawn."""
    drawn = "one => one.checkVisibility({ contentVisibilityAuto: true })"
    last = page.locator(".scene").last
    assert await page.locator("#welcome-1 .shot").first.evaluate(drawn)
    assert not await last.locator(".shot").first.evaluate(drawn)
    await last.scroll_into_view_if_needed()
    await expect(last).to_be_in_viewport()
    assert await last.locator(".shot").first.evaluate(drawn)


async def test_show_only_what_is_asked(whole: Page) -> None:
    """Each platform and each scheme can be left out."""
    tools = whole.locator("#tools")  # a label is sought in all that it is sought under
    for name, shot in (("LINE", "line"), ("Telegram", "telegram"), ("淺色", "light"), ("深色", "dark")):
        box = tools.get_by_label(name, exact=True)
        await box.uncheck()
        await expect(whole.locator(f".shot-{shot}:visible")).to_have_count(0)
        assert await whole.locator(".shot:visible").count() > 0
        await box.evaluate("box => box.click()")  # laid out with the next change only
