"""Each limit of a LINE message: what just passes and what just fails (platforms.md §1.7)."""

from typing import Any

import pytest

from bot.simulator.units import graphemes, utf16_units
from tests.wire.simulator.conftest import LineWire
from tests.wire.simulator.specs import hold_line


def with_quick_reply(*actions: dict[str, Any]) -> dict[str, Any]:
    items = [{"type": "action", "action": action} for action in actions]
    return {"type": "text", "text": "選一個", "quickReply": {"items": items}}


def postback(**changes: Any) -> dict[str, Any]:
    return {"type": "postback", "label": "好", "data": "x", **changes}


def link(length: int) -> dict[str, Any]:
    head = "https://example.gov.tw/"
    return {"type": "uri", "label": "開啟", "uri": head + "a" * (length - len(head))}


def flex(**changes: Any) -> dict[str, Any]:
    body = {"type": "box", "layout": "vertical", "contents": []}
    return {"type": "flex", "altText": "進度", "contents": {"type": "bubble", "body": body}, **changes}


TEXT = {"type": "text", "text": "您好"}
CASES: list[tuple[str, list[Any], int]] = [
    ("text of 5,000 units", [{"type": "text", "text": "字" * 5000}], 200),
    ("text of 5,001 units", [{"type": "text", "text": "字" * 5001}], 400),
    ("2,500 apples are 5,000 units", [{"type": "text", "text": "🍎" * 2500}], 200),
    ("2,501 apples are 5,002 units", [{"type": "text", "text": "🍎" * 2501}], 400),
    ("empty text", [{"type": "text", "text": ""}], 400),
    ("five messages", [TEXT] * 5, 200),
    ("six messages", [TEXT] * 6, 400),
    ("no message", [], 400),
    ("altText of 1,500", [flex(altText="字" * 1500)], 200),
    ("altText of 1,501", [flex(altText="字" * 1501)], 400),
    ("13 quick replies", [with_quick_reply(*[postback()] * 13)], 200),
    ("14 quick replies", [with_quick_reply(*[postback()] * 14)], 400),
    ("no quick reply", [with_quick_reply()], 400),
    ("label of 20", [with_quick_reply(postback(label="字" * 20))], 200),
    ("label of 20 families", [with_quick_reply(postback(label="👨‍👩‍👧" * 20))], 200),
    ("label of 21", [with_quick_reply(postback(label="字" * 21))], 400),
    ("no label", [with_quick_reply({"type": "postback", "data": "x"})], 400),
    ("data of 300", [with_quick_reply(postback(data="x" * 300))], 200),
    ("data of 301", [with_quick_reply(postback(data="x" * 301))], 400),
    ("empty data", [with_quick_reply(postback(data=""))], 400),
    ("displayText of 300", [with_quick_reply(postback(displayText="字" * 300))], 200),
    ("displayText of 301", [with_quick_reply(postback(displayText="字" * 301))], 400),
    ("displayText and text", [with_quick_reply(postback(displayText="a", text="a"))], 400),
    ("URI of 1,000", [with_quick_reply(link(1000))], 200),
    ("URI of 1,001", [with_quick_reply(link(1001))], 400),
    ("URI of another scheme", [with_quick_reply({**link(30), "uri": "ftp://example.gov.tw/"})], 400),
    ("message action of 300", [with_quick_reply({"type": "message", "label": "a", "text": "字" * 300})], 200),
    ("message action of 301", [with_quick_reply({"type": "message", "label": "a", "text": "字" * 301})], 400),
    ("unknown action", [with_quick_reply({"type": "dance", "label": "a"})], 400),
    ("unknown type", [{"type": "file", "text": "x"}], 400),
    ("unknown key", [{**TEXT, "parse_mode": "HTML"}], 400),
    ("no object", ["您好"], 400),
    ("sender name of 20", [{**TEXT, "sender": {"name": "字" * 20}}], 200),
    ("sender name of 21", [{**TEXT, "sender": {"name": "字" * 21}}], 400),
    ("sticker", [{"type": "sticker", "packageId": "446", "stickerId": "1988"}], 200),
    ("textV2 with its name", [{"type": "textV2", "text": "{a}", "substitution": {"a": {}}}], 200),
    ("textV2 without its name", [{"type": "textV2", "text": "{a}"}], 400),
    ("textV2 with doubled braces", [{"type": "textV2", "text": "{{a}}"}], 200),
    ("textV2 with a bare brace", [{"type": "textV2", "text": "a}"}], 400),
]


@pytest.mark.parametrize(
    ("messages", "status"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
async def test_a_message_limit(line: LineWire, messages: list[Any], status: int) -> None:
    """The limit holds at its edge, and the refusal has LINE's published shape."""
    assert await line.check(*messages) == status
    if status == 400:
        hold_line("ErrorResponse", line.sim.calls[0].answer)


async def test_details_name_the_place(line: LineWire) -> None:
    """The body of a 400 says how many errors there are, what they are and where."""
    _, answer = await line.post("message/validate/push", {"messages": [{"type": "text", "text": ""}, TEXT]})
    assert answer == {
        "message": "The request body has 1 error(s)",
        "details": [{"message": "May not be empty", "property": "messages[0].text"}],
    }


@pytest.mark.parametrize(
    ("text", "units", "clusters"),
    [
        ("", 0, 0),
        ("字", 1, 1),
        ("🍎", 2, 1),
        ("e\u0301", 2, 1),
        ("👨‍👩‍👧", 8, 1),
        ("👍🏽", 4, 1),
        ("🇹🇼🇯🇵", 8, 2),
    ],
)
def test_units(text: str, units: int, clusters: int) -> None:
    """UTF-16 units and grapheme clusters are counted as LINE does."""
    assert (utf16_units(text), graphemes(text)) == (units, clusters)
