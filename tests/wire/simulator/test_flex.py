"""What LINE takes as a Flex Message, and what it refuses."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.simulator.flex import BUBBLE_BYTES, CAROUSEL_BYTES, problems
from tests.wire.simulator.conftest import LineWire
from tests.wire.simulator.specs import hold_line

Json = dict[str, Any]
LINK = "https://example.gov.tw/a.png"


def bubble(*contents: Json, **changes: Any) -> Json:
    return {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": list(contents)},
        **changes,
    }


def words(text: str = "進度", **changes: Any) -> Json:
    return {"type": "text", "text": text, **changes}


def button(label: str = "好", **changes: Any) -> Json:
    return {"type": "button", "action": {"type": "postback", "label": label, "data": "x"}, **changes}


def full() -> Json:
    """A card with nearly everything that a bot may draw."""
    bar = {
        "type": "box",
        "layout": "horizontal",
        "contents": [{"type": "filler"}],
        "width": "40%",
        "height": "6px",
        "backgroundColor": "#0F7B6CFF",
        "cornerRadius": "md",
        "background": {
            "type": "linearGradient",
            "angle": "90deg",
            "startColor": "#000000",
            "endColor": "#ffffff",
        },
    }
    lines = [
        words(
            size="lg", weight="bold", color="#112233", wrap=True, maxLines=2, scaling=True, lineSpacing="4px"
        ),
        {"type": "text", "contents": [{"type": "span", "text": "已完成", "decoration": "underline"}]},
        {"type": "separator", "margin": "md", "color": "#EEEEEE"},
        {"type": "box", "layout": "baseline", "contents": [{"type": "icon", "url": LINK}, words(flex=0)]},
        {"type": "image", "url": LINK, "size": "full", "aspectRatio": "20:13", "aspectMode": "cover"},
        bar,
    ]
    return bubble(
        *lines,
        size="mega",
        direction="ltr",
        hero={"type": "image", "url": LINK},
        footer={"type": "box", "layout": "vertical", "contents": [button(style="primary", height="sm")]},
        styles={"footer": {"separator": True, "separatorColor": "#DDDDDD"}},
        action={"type": "uri", "uri": "tel:0223456789"},
    )


def sized(container: Json, size: int) -> Json:
    """The same with its first text as long as makes the JSON `size` bytes."""
    copied = copy.deepcopy(container)
    first = copied["contents"][0] if copied["type"] == "carousel" else copied
    now = len(json.dumps(copied, ensure_ascii=False, separators=(",", ":")).encode())
    first["body"]["contents"][0]["text"] += "a" * (size - now)
    return copied


def carousel(*bubbles: Json) -> Json:
    return {"type": "carousel", "contents": list(bubbles)}


GOOD = {
    "a full card": full(),
    "an empty box": bubble(),
    "a label of 40": bubble(button("字" * 40)),
    "12 bubbles": carousel(*[bubble(words())] * 12),
    "a bubble of 30 KB": sized(bubble(words()), BUBBLE_BYTES),
    "a carousel of 50 KB": sized(carousel(bubble(words()), bubble(words("b" * 29_000))), CAROUSEL_BYTES),
    "a video in the hero": bubble(
        hero={"type": "video", "url": LINK, "previewUrl": LINK, "altContent": {"type": "image", "url": LINK}}
    ),
}
BAD: dict[str, tuple[Json, str]] = {
    "a label of 41": (bubble(button("字" * 41)), "/body/contents/0/action/label"),
    "a button without a label": (
        bubble({"type": "button", "action": {"type": "postback", "data": "x"}}),
        "/body/contents/0/action/label",
    ),
    "13 bubbles": (carousel(*[bubble(words())] * 13), "/contents"),
    "no bubble": (carousel(), "/contents"),
    "bubbles of two sizes": (carousel(bubble(size="kilo"), bubble(size="mega")), "/contents"),
    "a bubble over 30 KB": (sized(bubble(words()), BUBBLE_BYTES + 1), "/"),
    "a carousel over 50 KB": (
        sized(carousel(bubble(words()), bubble(words("b" * 29_000))), CAROUSEL_BYTES + 1),
        "/",
    ),
    "an unknown component": (bubble({"type": "table"}), "/body/contents/0/type"),
    "a spacer, withdrawn": (bubble({"type": "spacer"}), "/body/contents/0/type"),
    "an unknown key": (bubble(words(bold=True)), "/body/contents/0/bold"),
    "an unknown block": (bubble(sidebar={}), "/sidebar"),
    "a text without text": (bubble({"type": "text"}), "/body/contents/0/text"),
    "an empty text": (bubble(words("")), "/body/contents/0/text"),
    "a wrong size": (bubble(words(size="huge")), "/body/contents/0/size"),
    "a wrong weight": (bubble(words(weight="heavy")), "/body/contents/0/weight"),
    "a wrong colour": (bubble(words(color="red")), "/body/contents/0/color"),
    "a wrong layout": (
        {"type": "bubble", "body": {"type": "box", "layout": "grid", "contents": []}},
        "/body/layout",
    ),
    "a box without layout": ({"type": "bubble", "body": {"type": "box", "contents": []}}, "/body/layout"),
    "a body that is no box": ({"type": "bubble", "body": words()}, "/body/type"),
    "no block at all": ({"type": "bubble"}, "/"),
    "a button in a baseline box": (
        {"type": "bubble", "body": {"type": "box", "layout": "baseline", "contents": [button()]}},
        "/body/contents/0/type",
    ),
    "an icon in a vertical box": (bubble({"type": "icon", "url": LINK}), "/body/contents/0/type"),
    "a span outside a text": (bubble({"type": "span", "text": "a"}), "/body/contents/0/type"),
    "an image by http": (
        bubble({"type": "image", "url": "http://example.gov.tw/a.png"}),
        "/body/contents/0/url",
    ),
    "a flex that is no number": (bubble(words(flex="1")), "/body/contents/0/flex"),
    "a wrap that is no boolean": (bubble(words(wrap="true")), "/body/contents/0/wrap"),
    "a wrong bubble size": (bubble(size="huge"), "/size"),
    "a wrong style": (bubble(styles={"body": {"color": "#000000"}}), "/styles/body/color"),
    "a video in a small bubble": (
        bubble(
            size="nano",
            hero={
                "type": "video",
                "url": LINK,
                "previewUrl": LINK,
                "altContent": {"type": "image", "url": LINK},
            },
        ),
        "/size",
    ),
    "a null": (bubble(words(color=None)), "/body/contents/0/color"),
    "a nested mistake in a carousel": (
        carousel(bubble(words()), bubble(words(size="huge"))),
        "/contents/1/body/contents/0/size",
    ),
}


@pytest.mark.parametrize("container", GOOD.values(), ids=GOOD.keys())
def test_good_flex(container: Json) -> None:
    """What LINE takes is taken, and the published schema agrees."""
    assert list(problems(container)) == []
    hold_line("FlexContainer", container)


@pytest.mark.parametrize(("container", "place"), BAD.values(), ids=BAD.keys())
async def test_bad_flex(line: LineWire, container: Json, place: str) -> None:
    """What LINE refuses is 400 with the message's number and the place of the fault."""
    message = {"type": "flex", "altText": "卡片", "contents": container}
    status, answer = await line.post("message/validate/reply", {"messages": [message]})
    assert status == 400
    assert answer["message"] == "A message (messages[0]) in the request body is invalid"
    assert place in [detail["property"] for detail in answer["details"]]
    hold_line("ErrorResponse", answer)


@pytest.mark.parametrize(
    "break_it", [lambda _: None, lambda _: [], lambda _: "x", lambda b: {**b, "type": "box"}]
)
def test_no_container_at_all(break_it: Callable[[Json], Any]) -> None:
    """Anything that is no bubble and no carousel is one problem, never a crash."""
    assert [problem.property for problem in problems(break_it(bubble()))] == ["/type"]
