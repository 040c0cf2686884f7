"""A copy of one's data in the demo, as its owner meets it: the link on LINE, the files on Telegram."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

pytestmark = pytest.mark.browser


async def activated(page: Page, platform: str) -> None:
    phone = page.locator(f"#phone-{platform}")
    if platform == "telegram":
        await page.locator("input[name=target][value=telegram]").check(force=True)
    await page.locator("#steps button").nth(0).click()
    await phone.get_by_role("button", name="我已閱讀，開始啟用").last.click()
    await expect(phone.locator(".messages")).to_contain_text("請輸入「啟用」")
    await page.get_by_role("button", name="用這個啟用碼開始").click()
    if platform == "line":
        await expect(phone.get_by_role("textbox")).to_have_value(re.compile(r"^啟用 \w{4}-\w{4}$"))
        await phone.get_by_role("button", name="傳送 LINE 訊息").click()
    await phone.get_by_role("button", name="是我本人，確認啟用").last.click()
    await expect(phone.locator(".messages")).to_contain_text("啟用完成")


async def says(page: Page, platform: str, text: str) -> None:
    box = page.locator(f"#phone-{platform}").get_by_role("textbox")
    await box.fill(text)
    await box.press("Enter")


async def test_the_link_leads_to_both_files(demo_page: Page, tmp_path: Path) -> None:
    """It opens from the chat under the page's own address; the sheet is kept, the page is read, in the dark
    as well, without a scroll bar at the bottom; then the link is used up."""
    page = demo_page
    await activated(page, "line")
    await says(page, "line", "索取複本")
    phone = page.locator("#phone-line")
    await expect(phone.locator(".messages")).to_contain_text("您的資料複本已備妥")
    async with page.expect_popup() as opening:
        await phone.get_by_role("link", name="開啟下載頁面").last.click()
    opened = await opening.value
    await opened.set_viewport_size({"width": 360, "height": 740})
    assert opened.url.startswith(page.url.split("/?")[0].rstrip("/") + "/files/")
    await expect(opened.get_by_role("heading", level=1)).to_have_text("資料複本下載")
    assert "陳怡君" not in await opened.content()
    async with opened.expect_download() as coming:
        await opened.get_by_role("button", name="下載試算表").click()
    sheet = await coming.value
    assert sheet.suggested_filename.startswith("我的資料-")
    await sheet.save_as(tmp_path / "copy.xlsx")
    assert (tmp_path / "copy.xlsx").read_bytes()[:2] == b"PK"
    address = opened.url
    await opened.get_by_role("button", name="下載易讀網頁").click()
    await expect(opened.get_by_role("heading", level=1)).to_have_text("我的資料")
    await expect(opened.locator("body")).to_contain_text("陳怡君")
    for scheme, paper in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(20, 23, 27)")):
        await opened.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await expect(opened.locator("body")).to_have_css("background-color", paper)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await opened.evaluate(wide) == 0
    await opened.goto(address)
    await expect(opened.get_by_role("heading", level=1)).to_have_text("這個連結已經不能使用")


async def test_the_files_stand_in_the_chat(demo_page: Page) -> None:
    """Telegram shows both by name, with what they are."""
    page = demo_page
    await activated(page, "telegram")
    await says(page, "telegram", "索取複本")
    messages = page.locator("#phone-telegram .messages")
    await expect(messages.locator(".tg-file")).to_have_count(2)
    await expect(messages).to_contain_text(".xlsx")
    await expect(messages).to_contain_text("同一份複本的易讀版")
