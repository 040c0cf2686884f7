"""LINE's phone in a real browser."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.town import AMY, Town

pytestmark = pytest.mark.browser
WHO = AMY.line_user_id
BAR = {
    "type": "box",
    "layout": "vertical",
    "height": "8px",
    "backgroundColor": "#e3e7ec",
    "contents": [
        {
            "type": "box",
            "layout": "vertical",
            "width": "66%",
            "height": "8px",
            "backgroundColor": "#188c4b",
            "contents": [{"type": "filler"}],
        }
    ],
}
CARD = {
    "type": "flex",
    "altText": "AI 課程尚缺 1 小時",
    "contents": {
        "type": "bubble",
        "size": "mega",
        "header": {
            "type": "box",
            "layout": "vertical",
            "backgroundColor": "#1f66c1",
            "contents": [
                {"type": "text", "text": "115 年 AI 學習進度", "color": "#ffffff", "weight": "bold"}
            ],
        },
        "body": {
            "type": "box",
            "layout": "vertical",
            "contents": [
                {
                    "type": "box",
                    "layout": "horizontal",
                    "contents": [
                        {"type": "text", "text": "單位", "flex": 1},
                        {"type": "text", "text": "教育局/體育科", "flex": 3, "wrap": True},
                    ],
                },
                BAR,
            ],
        },
        "footer": {
            "type": "box",
            "layout": "vertical",
            "contents": [
                {
                    "type": "button",
                    "style": "primary",
                    "color": "#1f66c1",
                    "action": {
                        "type": "postback",
                        "label": "下一步",
                        "data": "1:next::",
                        "displayText": "下一步",
                    },
                }
            ],
        },
    },
}


async def test_join_say_and_hear(page: Page, town: Town) -> None:
    """A newcomer adds the account, types, and reads the answer as soon as it is sent."""
    phone = page.locator("#phone-line")
    await expect(phone.get_by_label("輸入 LINE 訊息")).to_be_disabled()
    await phone.get_by_role("button", name="加入好友").click()
    box = phone.get_by_label("輸入 LINE 訊息")
    await expect(box).to_be_enabled()
    await box.fill("第一行")
    await box.press("Shift+Enter")
    await box.press_sequentially("進度")
    await box.press("Enter")
    await expect(phone.locator(".mine .bubble")).to_have_text("第一行\n進度")
    await expect(box).to_have_value("")
    await town.line_says({"type": "text", "text": "您的進度 <b>不是標籤</b>"})
    await expect(phone.locator(".theirs .bubble")).to_have_text("您的進度 <b>不是標籤</b>")
    await expect(phone.locator("li.is-read .read")).to_be_attached()
    assert town.line.transcript(WHO)[0].content["text"] == "第一行\n進度"


async def test_enter_of_an_input_method_does_not_send(page: Page, town: Town) -> None:
    """Enter that picks a character of 注音 stays in the box."""
    town.line.add_friend(WHO)
    box = page.get_by_label("輸入 LINE 訊息")
    await expect(box).to_be_enabled()
    await box.fill("ㄐㄧㄣˋ")
    await box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await expect(box).to_have_value("ㄐㄧㄣˋ")
    assert town.line.transcript(WHO) == []


async def test_flex_is_drawn_to_measure(page: Page, town: Town) -> None:
    """A Flex bubble has LINE's width, its flex ratios and its progress bar's share."""
    town.line.add_friend(WHO)
    await town.line_says(CARD)
    bubble = page.locator("#phone-line .fx-bubble")
    await expect(bubble.get_by_text("115 年 AI 學習進度")).to_be_visible()
    await expect(page.get_by_role("group", name="AI 課程尚缺 1 小時")).to_be_visible()
    measured = await bubble.evaluate(
        """node => {
          const wide = one => one.getBoundingClientRect().width;
          const [row, bar] = node.querySelectorAll(".fx-body > .fx-box > .fx-box");
          const [label, value] = row.children;
          return { bubble: wide(node), share: wide(bar.firstChild) / wide(bar),
                   bar: wide(bar), ratio: wide(value) / wide(label),
                   fill: getComputedStyle(bar.firstChild).backgroundColor };
        }"""
    )
    assert measured["bubble"] == 300
    assert measured["bar"] == 260
    assert measured["share"] == pytest.approx(0.66, abs=0.005)
    assert measured["ratio"] == pytest.approx(3, abs=0.02)
    assert measured["fill"] == "rgb(24, 140, 75)"


async def test_flex_button_posts_back(page: Page, town: Town) -> None:
    """Tapping a Flex button shows its displayText and sends its data."""
    town.line.add_friend(WHO)
    await town.line_says(CARD)
    await page.locator("#phone-line").get_by_role("button", name="下一步").click()
    await expect(page.locator("#phone-line .mine .bubble")).to_have_text("下一步")
    assert town.line.transcript(WHO)[-1].content == {
        "type": "postback",
        "data": "1:next::",
        "displayText": "下一步",
    }


async def test_quick_replies_go_when_someone_speaks(page: Page, town: Town) -> None:
    """Quick replies stand above the input until one is tapped."""
    town.line.add_friend(WHO)
    action = {"type": "message", "label": "日常行政", "text": "日常行政"}
    await town.line_says(
        {
            "type": "text",
            "text": "最主要的工作？",
            "quickReply": {"items": [{"type": "action", "action": action}]},
        }
    )
    chips = page.get_by_role("group", name="快速回覆")
    await chips.get_by_role("button", name="日常行政").click()
    await expect(page.locator("#phone-line .mine .bubble")).to_have_text("日常行政")
    await expect(chips).to_be_hidden()


async def test_blocked_account_can_be_unblocked(page: Page, town: Town) -> None:
    """Blocking closes the input and reaches the platform; unblocking opens it again."""
    town.line.add_friend(WHO)
    phone = page.locator("#phone-line")
    await phone.get_by_role("button", name="封鎖", exact=True).click()
    await expect(phone.get_by_label("輸入 LINE 訊息")).to_be_disabled()
    assert WHO in town.line.channel.friends.blocked
    await phone.get_by_role("button", name="解除封鎖").click()
    await expect(phone.get_by_label("輸入 LINE 訊息")).to_be_enabled()
    assert WHO not in town.line.channel.friends.blocked


async def test_hostile_values_colour_nothing(open_page: OpenPage) -> None:
    """A Flex value that is no colour, no length or no web address never reaches a style or a link."""
    page = await open_page()
    found = await page.evaluate(
        """async () => {
          const { flex } = await import("/static/flex.js");
          const node = flex({ type: "bubble", body: { type: "box", layout: "vertical",
            backgroundColor: "url(https://evil.example/x)", width: "expression(1)", contents: [
              { type: "text", text: "<img src=x onerror=alert(1)>", color: "red;}" },
              { type: "button", action: { type: "uri", label: "開", uri: "javascript:alert(1)" } },
              { type: "image", url: "http://evil.example/x.png" },
              { type: "__proto__" }, null ] } }, () => {});
          document.body.append(node);
          return { links: node.querySelectorAll("a").length, images: node.querySelectorAll("img").length,
                   style: node.querySelector(".fx-body > .fx-box").getAttribute("style") };
        }"""
    )
    assert found["links"] == found["images"] == 0
    assert "url" not in found["style"]
    assert "expression" not in found["style"]
