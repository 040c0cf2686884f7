"""The desk above the phones: who one is, what to try, and how it looks anywhere."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.town import AMY, BEN, Town

pytestmark = pytest.mark.browser


async def test_page_shows_both_phones(page: Page) -> None:
    """The project's name, seven things to try, and the chosen person's two phones are there."""
    await expect(page.get_by_role("heading", name="AI 學習小幫手", level=1)).to_be_visible()
    await expect(page.locator("#steps button b")).to_have_text(
        ["加入好友", "啟用", "職務問卷", "下一步", "回報", "進度", "問人事"]
    )
    await expect(page.get_by_label("LINE 手機").get_by_text("王小明的手機")).to_be_visible()
    await expect(page.get_by_label("Telegram 手機").get_by_text("王小明的手機")).to_be_visible()
    assert await page.locator("[aria-live=polite][role=log]").count() == 2


async def test_code_is_typed_on_line(page: Page, town: Town) -> None:
    """On LINE the code waits in the input as 「啟用 CODE」 for the person to send."""
    await page.get_by_role("button", name="用這個啟用碼開始").click()
    await expect(page.get_by_label("輸入 LINE 訊息")).to_have_value("啟用 K7QM4WTX")
    assert town.line.transcript(AMY.line_user_id) == []
    await page.keyboard.press("Enter")
    await expect(page.locator("#phone-line .mine .bubble")).to_have_text("啟用 K7QM4WTX")


async def test_code_is_a_deep_link_on_telegram(page: Page, town: Town) -> None:
    """On Telegram the code arrives as the deep link's /start CODE."""
    await page.get_by_role("radio", name="Telegram").check(force=True)
    await page.get_by_role("button", name="用這個啟用碼開始").click()
    await expect(page.locator("#phone-telegram .mine .tg-text")).to_have_text("/start K7QM4WTX")
    assert town.telegram.transcript(AMY.telegram_user_id)[0].content["text"] == "/start K7QM4WTX"


async def test_steps_type_for_the_newcomer(page: Page, town: Town) -> None:
    """A step joins where needed, types its words and sends them to the phone aimed at."""
    await page.get_by_role("button", name="進度").click()
    await expect(page.locator("#phone-line .mine .bubble")).to_have_text("進度")
    assert town.line.channel.friends.knows(AMY.line_user_id)
    await page.get_by_role("button", name="啟用 閱讀").click()
    await expect(page.locator("#phone-line .mine .bubble").last).to_have_text("啟用 K7QM4WTX")


async def test_each_phone_can_have_its_own_owner(page: Page, town: Town) -> None:
    """Telegram may belong to somebody else, and a reload remembers both."""
    await page.get_by_label("Telegram 那支").select_option(BEN.employee_no)
    await expect(page.get_by_label("Telegram 手機").get_by_text("陳怡君的手機")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("Telegram 手機").get_by_text("陳怡君的手機")).to_be_visible()
    await expect(page.get_by_label("LINE 手機").get_by_text("王小明的手機")).to_be_visible()


async def test_a_stranger_has_no_code(open_page: OpenPage) -> None:
    """The stranger is offered no code to start with."""
    page = await open_page("/?who=stranger")
    await expect(page.locator("#use-code")).to_be_disabled()
    await expect(page.get_by_role("button", name="複製")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_colours_follow_the_system(open_page: OpenPage, scheme: str) -> None:
    """Ground, phones and words turn with the system's scheme and stay apart from each other."""
    page = await open_page(color_scheme=scheme)
    ground, ink = await page.evaluate(
        """() => {
          const look = getComputedStyle(document.body);
          const light = colour => colour.match(/\\d+/g).slice(0, 3).reduce((sum, one) => sum + +one, 0);
          return [light(look.backgroundColor), light(look.color)];
        }"""
    )
    assert (ground > ink) == (scheme == "light")
    assert abs(ground - ink) > 450


@pytest.mark.parametrize("width", [320, 360, 412, 768, 1119, 1280])
async def test_no_width_scrolls_sideways(open_page: OpenPage, town: Town, width: int) -> None:
    """Nothing sticks out at any usual width; narrow screens stack the phones."""
    town.line.add_friend(AMY.line_user_id)
    await town.line_says({"type": "text", "text": "https://example.org/" + "a" * 200})
    page = await open_page(viewport={"width": width, "height": 780})
    await expect(page.locator("#phone-line .bubble")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    line = await page.locator("#phone-line").bounding_box()
    telegram = await page.locator("#phone-telegram").bounding_box()
    assert line is not None
    assert telegram is not None
    assert (telegram["y"] >= line["y"] + line["height"]) == (width < 700)
