"""LINE's rich menu on the demo page, in a real browser."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.menus.layout import RICH_MENUS
from handlers.menus import Menu
from tests.browser.town import AMY, Town

pytestmark = pytest.mark.browser
WHO = AMY.line_user_id


def give(town: Town, menu: Menu) -> None:
    """The person sees this menu, as if `doctor --fix` and the bot had been there."""
    menus, rich = town.line.channel.menus, RICH_MENUS[menu]
    menu_id = menus.create(rich.body)
    menus.upload(menu_id, "image/png", rich.picture)
    menus.linked[WHO] = menu_id


async def measured(page: Page) -> dict[str, Any]:
    """The menu's size, and how far its areas reach, in shares of it."""
    found: dict[str, Any] = await page.locator("#line-menu").evaluate(
        """async node => {
          await node.querySelector("img").decode();
          const box = node.getBoundingClientRect();
          return { ratio: box.width / box.height, natural: node.querySelector("img").naturalWidth,
                   inside: node.closest(".phone").getBoundingClientRect().bottom >= box.bottom,
                   covered: [...node.querySelectorAll("button")].reduce((sum, one) => {
                     const tap = one.getBoundingClientRect();
                     return sum + tap.width * tap.height;
                   }, 0) / (box.width * box.height) };
        }"""
    )
    return found


async def test_the_menu_stands_below_the_chat_and_its_areas_act(page: Page, town: Town) -> None:
    """The picture in its own ratio, areas over all of it; a tap posts back and shows what it says."""
    town.line.add_friend(WHO)
    give(town, Menu.MEMBER)
    menu = page.locator("#line-menu")
    await expect(menu).to_be_visible()
    size = await measured(page)
    assert size["ratio"] == pytest.approx(2500 / 1686, abs=0.01)
    assert size["covered"] == pytest.approx(1, abs=0.01)
    assert size["natural"] == 2500
    assert size["inside"]
    await menu.get_by_role("button", name="進度").click()
    await expect(page.locator("#phone-line .mine .bubble")).to_have_text("進度")
    assert town.line.transcript(WHO)[-1].content["data"] == "1:do::progress"


async def test_the_menu_folds_away_and_stays_so_until_there_is_another(page: Page, town: Town) -> None:
    """The bar folds it; what arrives leaves it folded; a new menu opens by itself."""
    town.line.add_friend(WHO)
    give(town, Menu.NEWCOMER)
    bar = page.get_by_role("button", name="選單", exact=True).first
    await expect(page.locator("#line-menu")).to_be_visible()
    await bar.click()
    await expect(page.locator("#line-menu")).to_be_hidden()
    await expect(bar).to_have_attribute("aria-expanded", "false")
    await town.line_says({"type": "text", "text": "您好"})
    await expect(page.locator("#phone-line .theirs .bubble")).to_have_text("您好")
    await expect(page.locator("#line-menu")).to_be_hidden()
    give(town, Menu.MEMBER)
    await expect(page.locator("#line-menu").get_by_role("button", name="證照")).to_be_visible()


async def test_without_a_menu_there_is_no_bar(page: Page, town: Town) -> None:
    """An account that has none, and one that was blocked, show nothing below the input."""
    town.line.add_friend(WHO)
    await expect(page.get_by_label("輸入 LINE 訊息")).to_be_enabled()
    await expect(page.locator(".rich-bar")).to_be_hidden()
    give(town, Menu.OFFICE)
    await expect(page.locator("#line-menu").get_by_role("button", name="人事")).to_be_visible()
    await page.locator("#phone-line").get_by_role("button", name="封鎖", exact=True).click()
    await expect(page.locator(".rich-bar")).to_be_hidden()
    await expect(page.locator("#line-menu")).to_be_hidden()
