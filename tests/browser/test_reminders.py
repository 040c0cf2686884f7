"""What the demo says unasked, gone through by clicks: the date moves, phones and mailbox fill."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.demo.serving import town

pytestmark = pytest.mark.browser

TUESDAY = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Asia/Taipei"))
SAFE = "AI 學習時數請於 12/24（四）前補足"  # seven days before the year's end


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    async with town(0, 12, TUESDAY) as url:
        context = await browser.new_context(
            locale="zh-TW", viewport={"width": 1280, "height": 900}, reduced_motion="reduce"
        )
        context.set_default_timeout(10_000)
        page = await context.new_page()
        await page.goto(url)
        await page.wait_for_selector("#phone-line .log:not([aria-busy])")
        yield page
        await context.close()


async def activate(page: Page, platform: str, who: str) -> Locator:
    """The phone of this platform once it belongs to `who`."""
    await page.get_by_label("LINE 這支手機" if platform == "line" else "Telegram 那支").select_option(who)
    await page.locator(f"input[name=target][value={platform}]").check(force=True)
    phone = page.locator(f"#phone-{platform}")

    async def tap(label: str) -> None:
        await phone.locator(".messages, .chips").get_by_role("button", name=label).last.click()

    await page.locator("#steps button").nth(0).click()
    await tap("我已閱讀，開始啟用")
    await expect(phone.locator(".messages")).to_contain_text("請輸入「啟用」")
    await page.locator("#steps button").nth(1).click()
    await tap("是我本人，確認啟用")
    await expect(phone.locator(".messages")).to_contain_text("啟用完成")
    return phone


async def move(page: Page, label: str) -> None:
    await page.locator("#clock-days").get_by_role("button", name=label).click()
    await expect(page.locator("#clock")).not_to_have_attribute("aria-busy", "")


async def move_to(page: Page, day: str) -> None:
    await page.locator("#clock-date").fill(day)
    await page.get_by_role("button", name="移到這天").click()
    await expect(page.locator("#clock-date")).to_have_value(day)
    await expect(page.locator("#clock")).not_to_have_attribute("aria-busy", "")


def reminders(phone: Locator) -> Locator:
    return phone.locator(".messages > li.theirs").filter(has_text=re.compile("AI 學習時數請於"))


async def test_december_reminds_everybody_once_until_they_say_stop(page: Page) -> None:
    """Two people on two phones and a third by mail are reminded once; 停止提醒 is obeyed at once, and only
    by the one who said it."""
    line = await activate(page, "line", "D001")
    telegram = await activate(page, "telegram", "D002")
    await move(page, "12 月初")
    await expect(page.locator("#clock-today")).to_have_text("今天 12/2（三）")
    for phone in (line, telegram):
        await expect(reminders(phone)).to_have_count(1)
        await expect(reminders(phone)).to_contain_text(SAFE)
    await line.get_by_role("button", name="停止提醒").last.click()
    await expect(line.locator(".messages > li.theirs").last).to_contain_text("已停止提醒")
    await move_to(page, "2026-12-09")
    await expect(reminders(telegram)).to_have_count(2)
    await expect(reminders(line)).to_have_count(1)


async def test_who_is_on_no_phone_reads_it_in_the_mailbox(page: Page) -> None:
    """A colleague with nothing but an address is written to once; the link in the letter ends it."""
    await move(page, "12 月初")
    letter = page.locator("#letters button").filter(has_text="陳怡君")
    await expect(letter).to_have_count(1)
    await letter.click()
    await expect(page.locator("#letter-meta")).to_contain_text("<d001@demo.example>")
    inside = page.frame_locator("#letter-html")
    await expect(inside.get_by_role("heading", name=SAFE)).to_be_visible()
    async with page.context.expect_page() as opened:
        await inside.get_by_role("link", name="不想再收到提醒").click()
    stopping = await opened.value
    await stopping.get_by_role("button", name="停止提醒").click()
    await expect(stopping.get_by_role("heading", name="已停止提醒")).to_be_visible()
    await move_to(page, "2026-12-09")
    others = page.locator("#letters button").filter(has_text="林志明")
    await expect(others).to_have_count(2)
    await expect(letter).to_have_count(1)


async def test_hr_reads_the_digest_on_monday(page: Page) -> None:
    """Somebody of HR is told the week's figures on the next Monday, once."""
    phone = await activate(page, "line", "D004")
    await move(page, "下週一（週報）")
    await expect(page.locator("#clock-today")).to_have_text("今天 11/30（一）")
    digests = phone.locator(".messages > li.theirs").filter(has_text="AI 學習週報")
    await expect(digests).to_have_count(1)
    await expect(digests).to_contain_text("列計")
    await move(page, "下一個工作天")
    await expect(page.locator("#clock-today")).to_have_text("今天 12/1（二）")
    await expect(digests).to_have_count(1)


async def test_the_date_says_what_it_did(page: Page) -> None:
    """A step back and a closed day are explained, a far one is refused; the buttons go with the date."""
    note = page.locator("#clock-note")
    await move(page, "9 月提醒")
    await expect(page.locator("#clock-today")).to_have_text("今天 9/2（三）")
    await expect(note).to_contain_text("已送出的訊息不會收回")
    await move_to(page, "2026-09-05")
    await expect(note).to_contain_text("不上班")
    await move(page, "下一個工作天")
    await expect(page.locator("#clock-today")).to_have_text("今天 9/7（一）")
    await page.locator("#clock-date").fill("2036-01-01")
    await page.get_by_role("button", name="移到這天").click()
    await expect(note).to_contain_text("前後一年之內")
    await expect(page.locator("#clock-today")).to_have_text("今天 9/7（一）")
