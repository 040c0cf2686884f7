"""`make demo` as a newcomer meets it: the real bot behind the page, gone through by clicks."""

import re

import pytest
from playwright.async_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(demo_page: Page) -> Page:
    return demo_page


@pytest.mark.parametrize("platform", ["line", "telegram"])
async def test_a_newcomer_goes_from_friend_to_progress(page: Page, platform: str) -> None:
    """The six steps of the guide and the buttons of the cards lead through the whole thread."""
    phone = page.locator(f"#phone-{platform}")
    messages = phone.locator(".messages")

    async def step(number: int) -> None:
        await page.locator("#steps button").nth(number - 1).click()

    async def tap(label: str) -> None:
        await phone.locator(".messages, .chips").get_by_role("button", name=label).last.click()

    if platform == "telegram":
        await page.locator("input[name=target][value=telegram]").check(force=True)
    await step(1)
    await expect(messages).to_contain_text("個人資料蒐集告知")
    await tap("我已閱讀，開始啟用")
    await expect(messages).to_contain_text("請輸入「啟用」")
    await page.get_by_role("button", name="用這個啟用碼開始").click()
    if platform == "line":  # as a QR code does there: the words are filled in, the person sends them
        await expect(phone.get_by_role("textbox")).to_have_value(re.compile(r"^啟用 \w{4}-\w{4}$"))
        await phone.get_by_role("button", name="傳送 LINE 訊息").click()
    await tap("是我本人，確認啟用")
    await expect(messages).to_contain_text("陳怡君 您好，啟用完成")
    await step(3)
    for place, label in enumerate(("1 ", "3 ", "3 ", "1 "), start=1):
        await expect(messages).to_contain_text(f"{place}/7")
        await tap(label)
    await tap("選好了")
    for place, label in enumerate(("4 ", "3 ", "2 "), start=5):
        await expect(messages).to_contain_text(f"{place}/7")
        await tap(label)
    await expect(messages).to_contain_text("建議類別")
    await step(4)
    await expect(messages).to_contain_text("下一步：")
    await step(5)
    await expect(messages).to_contain_text("請確認回報內容")
    await tap("確認回報")
    await expect(messages).to_contain_text("已回報 2.5 小時")
    await step(6)
    await expect(messages).to_contain_text("115 年 AI 學習進度")
    if platform == "line":  # the menu has grown with the standing
        await expect(page.locator("#line-menu").get_by_role("button", name="證照")).to_be_visible()
    else:  # the choice was marked where it stood
        await expect(messages.get_by_role("button", name="☑ 1")).to_have_count(1)
    # What came last is seen without scrolling, however fast it came.
    await expect(phone.locator(".messages > li.theirs").last).to_be_in_viewport(ratio=0.3)
    await expect(phone.locator("[data-role=newest]")).to_be_hidden()


async def test_the_gallery_is_one_link_away(page: Page) -> None:
    """The demo's page leads to every card, under the same closed policy."""
    link = page.get_by_role("link", name="畫面總覽")
    await expect(link).to_have_attribute("href", "/gallery")
    for path in ("/gallery", "/demo/gallery"):
        answer = await page.request.get(page.url.split("/?")[0] + path)
        assert answer.status == 200
        assert answer.headers["content-security-policy"].startswith("default-src 'self'")


async def test_another_code_for_the_other_phone(page: Page) -> None:
    """A code opens one chat; 換一組 shows the next one."""
    shown = page.locator("#code")
    before = await shown.inner_text()
    await page.get_by_role("button", name="換一組").click()
    await expect(shown).not_to_have_text(before)
    await expect(shown).to_have_text(re.compile(r"^\w{4}-\w{4}$"))
