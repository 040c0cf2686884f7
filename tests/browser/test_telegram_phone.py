"""Telegram's phone in a real browser."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.town import AMY, Town

pytestmark = pytest.mark.browser
WHO = AMY.telegram_user_id
KEYBOARD = {"inline_keyboard": [[{"text": "看下一步", "callback_data": "1:next::"}]]}


async def test_start_say_and_hear(page: Page, town: Town) -> None:
    """START opens the chat; typed words go out; the bot's HTML comes back formatted."""
    phone = page.locator("#phone-telegram")
    await phone.get_by_role("button", name="開始", exact=True).click()
    await expect(phone.locator(".mine .tg-text")).to_have_text("/start")
    await phone.get_by_label("輸入 Telegram 訊息").fill("進度")
    await phone.get_by_role("button", name="傳送 Telegram 訊息").click()
    await expect(phone.locator(".mine .tg-text").last).to_have_text("進度")
    await town.telegram_does(
        "sendMessage",
        chat_id=WHO,
        parse_mode="HTML",
        text='<b>進度</b>\n<blockquote>Q8</blockquote><a href="https://example.org/">課程</a> &lt;3',
    )
    said = phone.locator(".theirs .tg-text")
    await expect(said.locator("b")).to_have_text("進度")
    await expect(said.locator("blockquote")).to_have_text("Q8")
    await expect(said.get_by_role("link")).to_have_attribute("rel", "noopener noreferrer")
    await expect(said).to_contain_text("<3")


async def test_button_turns_until_answered(page: Page, town: Town) -> None:
    """A tapped button turns until the bot answers the tap, and the answer's words flash up."""
    town.telegram.add_user(WHO)
    await town.telegram_does("sendMessage", chat_id=WHO, text="請選", reply_markup=KEYBOARD)
    button = page.locator("#phone-telegram").get_by_role("button", name="看下一步")
    await button.click()
    await expect(button).to_have_class("key turning")
    [update] = town.telegram.pending
    assert update["callback_query"]["data"] == "1:next::"
    query = update["callback_query"]["id"]
    await town.telegram_does("answerCallbackQuery", callback_query_id=query, text="已記下")
    await expect(button).to_have_class("key")
    await expect(page.locator("#phone-telegram .alarm")).to_have_text("已記下")


async def test_edit_in_place(page: Page, town: Town) -> None:
    """An edited message keeps its place and loses the buttons it no longer has; so it stays on reload."""
    town.telegram.add_user(WHO)
    first = await town.telegram_does("sendMessage", chat_id=WHO, text="一", reply_markup=KEYBOARD)
    await town.telegram_does("sendMessage", chat_id=WHO, text="二")
    words = page.locator("#phone-telegram .tg-text")
    await expect(words).to_have_text(["一", "二"])
    await town.telegram_does("editMessageText", chat_id=WHO, message_id=first["message_id"], text="改過")
    await expect(words).to_have_text(["改過", "二"])
    await expect(page.locator("#phone-telegram .key")).to_have_count(0)
    await expect(page.locator("#phone-telegram").get_by_text("已編輯")).to_be_visible()
    await page.reload()
    await expect(words).to_have_text(["改過", "二"])


async def test_command_menu(page: Page, town: Town) -> None:
    """The menu lists the commands that the bot has set and sends the one chosen, by keyboard too."""
    town.telegram.add_user(WHO)
    await town.telegram_does("setMyCommands", commands=[{"command": "progress", "description": "進度"}])
    await town.telegram_does("sendMessage", chat_id=WHO, text="您好")
    opener = page.locator("#phone-telegram").get_by_role("button", name="選單")
    await opener.press("Enter")
    item = page.get_by_role("menuitem", name="/progress")
    await expect(item).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(item).to_be_hidden()
    await opener.click()
    await item.click()
    await expect(page.locator("#phone-telegram .mine .tg-text")).to_have_text("/progress")


async def test_html_is_rebuilt_from_allowed_tags(page: Page) -> None:
    """Scripts, handlers, styles and other addresses than the web's are gone; their words remain as words."""
    found = await page.evaluate(
        """async () => {
          const { messageHtml, messageEntities } = await import("/static/html.js");
          const node = document.createElement("div");
          node.append(...messageHtml(
            '<b style="color:red" class="bar">粗</b><script>window.hacked = 1</' + 'script>' +
            '<a href="javascript:window.hacked=1">連結</a>' +
            '<iframe src="/"></iframe><svg><a href="/x">圖</a></svg>' +
            '<tg-spoiler>謎</tg-spoiler><blockquote expandable>長</blockquote>', () => {}));
          node.append(...messageEntities("粗斜 /next", [{ type: "bold", offset: 0, length: 2 },
            { type: "italic", offset: 1, length: 1 },
            { type: "bot_command", offset: 3, length: 5 }], () => {}));
          document.body.append(node);
          return { html: [...node.querySelectorAll("*")].map(one => one.tagName).sort(),
                   attributes: [...node.querySelectorAll("b, a")].flatMap(one => one.getAttributeNames()),
                   words: node.textContent, hacked: window.hacked ?? null };
        }"""
    )
    allowed = {"B", "I", "SPAN", "BLOCKQUOTE", "BUTTON"}
    assert set(found["html"]) == allowed
    assert found["attributes"] == []
    assert found["hacked"] is None
    assert found["words"].startswith("粗window.hacked = 1連結圖謎長")


async def test_handlers_in_markup_never_run(page: Page) -> None:
    """A picture with an error handler leaves nothing behind, not even a request."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    left = await page.evaluate(
        """async () => {
          const { messageHtml } = await import("/static/html.js");
          const node = document.createElement("div");
          const markup = "前<img src='/static/none.png' onerror='window.hacked=1'>後 &amp;lt; &#23383;";
          node.append(...messageHtml(markup, () => {}));
          document.body.append(node);
          await new Promise(done => setTimeout(done, 100));
          return node.innerHTML;
        }"""
    )
    assert left == "前後 &amp;lt; 字"
    assert await page.evaluate("window.hacked") is None
    assert not [url for url in asked if url.endswith("none.png")]
