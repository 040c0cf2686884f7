"""What LINE shows: message objects within every limit, readable in light and dark."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.platforms import flex
from bot.platforms.line_drawing import draw
from bot.platforms.measure import utf16
from bot.simulator.line_limits import check_messages
from handlers.message import Bar, Button, Card, Choices, Line, Message, Text, plain
from handlers.payload import Press, pack
from tests.wire.platforms.samples import PROGRESS, QUESTION, messages
from tests.wire.platforms.specs import line_validator

Json = dict[str, Any]


def only(message: Message) -> Json:
    ((drawn,),) = draw([message])
    return drawn


def nodes(value: Any) -> Iterator[Json]:
    """Every object inside a JSON value, in reading order."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def words(drawn: Json) -> list[str]:
    return [node["text"] for node in nodes(drawn["contents"]) if node.get("type") == "text"]


def actions(drawn: Json) -> list[Json]:
    return [node["action"] for node in nodes(drawn.get("contents")) if "action" in node]


@settings(max_examples=100, deadline=None)
@example([Card("t", (), (Button("\r\u200d0", url="https://a.tw/"),))])
@given(st.lists(messages, max_size=4))
def test_whatever_is_said_is_within_lines_limits(said: list[Message]) -> None:
    """Any messages become calls of one to five objects that the loopback LINE finds nothing wrong with."""
    for group in draw(said):
        json.dumps({"messages": group}, ensure_ascii=False).encode()
        assert check_messages({"messages": group}) == group


@settings(max_examples=25, deadline=None)
@given(st.lists(messages, min_size=1, max_size=2))
def test_whatever_is_said_fits_lines_schema(said: list[Message]) -> None:
    """Any messages are a reply in LINE's own published schema."""
    validator = line_validator("ReplyMessageRequest")
    for group in draw(said):
        validator.validate({"replyToken": "0" * 32, "messages": group})


@pytest.mark.parametrize("message", [PROGRESS, QUESTION, Text("您好")], ids=["card", "question", "text"])
def test_what_handlers_say_fits_lines_schema(message: Message) -> None:
    """The usual card, question and text are valid pushes."""
    line_validator("PushMessageRequest").validate({"to": "U1", "messages": [only(message)]})


def test_more_than_five_messages_are_several_calls() -> None:
    """In order, five to a call."""
    groups = draw([Text(str(n)) for n in range(12)])
    assert [len(group) for group in groups] == [5, 5, 2]
    assert [m["text"] for group in groups for m in group] == [str(n) for n in range(12)]


def test_a_long_text_is_split_and_nothing_of_it_lost() -> None:
    """Parts of at most 5,000 UTF-16 units, no family cut in two."""
    body = "👨‍👩‍👧‍👦" * 1000
    parts = [m["text"] for group in draw([Text(body)]) for m in group]
    assert "".join(parts) == body
    assert all(utf16(part) <= 5000 and not part.startswith("\u200d") for part in parts)


@pytest.mark.parametrize("body", ["", " ", "\n\n", "\0"])
def test_a_text_of_nothing_is_not_sent(body: str) -> None:
    """LINE refuses an empty text, and the whole call with it."""
    assert draw([Text(body)]) == []


def test_a_card_shows_all_it_says() -> None:
    """Title, subtitle, rows and typed words stand in the bubble; altText says the whole fact."""
    drawn = only(PROGRESS)
    for line in plain(PROGRESS).split("\n"):
        assert line in words(drawn) or all(part in words(drawn) for part in line.split("："))
    assert drawn["altText"] == plain(PROGRESS)


def test_buttons_press_and_open() -> None:
    """A press carries its payload and says its label in the chat; a link is percent-encoded."""
    found = {action["label"]: action for action in actions(only(PROGRESS))}
    assert found["下一步"] == {
        "type": "postback",
        "label": "下一步",
        "data": pack(Press("do", "next")),
        "displayText": "下一步",
    }
    assert found["看課程"]["uri"] == "https://elearn.hrd.gov.tw/%E8%AA%B2%E7%A8%8B?a=1&b=%20"


def test_a_long_label_wraps_instead_of_being_cut() -> None:
    """LINE's own button shows one line, so a long label is a box whose words wrap."""
    kinds = {
        node["action"]["label"]: node["type"]
        for node in nodes(only(PROGRESS)["contents"])
        if "action" in node
    }
    assert kinds["下一步"] == "button"
    assert kinds["問人事，資料有誤請告訴我們承辦"] == "box"


def test_a_question_shows_its_answers_twice() -> None:
    """As boxes in the bubble, which a PC shows too, and as quick replies; in the same order."""
    drawn = only(QUESTION)
    labels = [button.label for button in (*QUESTION.options, *QUESTION.extras)]
    assert [action["label"] for action in actions(drawn)] == labels
    assert [item["action"]["label"] for item in drawn["quickReply"]["items"]] == labels
    assert words(drawn)[:2] == ["2/7", "您最主要的工作是什麼？"]


@pytest.mark.parametrize(
    "options",
    [
        tuple(Button(str(n), Press("q", str(n))) for n in range(14)),
        (Button("這個標籤超過二十個字所以不能當快速回覆按鈕喔", Press("q", "1")),),
        (),
    ],
    ids=["14 answers", "label over 20", "none"],
)
def test_quick_replies_are_all_or_none(options: tuple[Button, ...]) -> None:
    """Half of the answers would look like all of them."""
    assert "quickReply" not in only(Choices("問", options))


def test_quick_replies_stand_on_the_last_message_only() -> None:
    """LINE shows no others."""
    (group,) = draw([QUESTION, QUESTION, Text("請選一項")])
    assert [("quickReply" in m) for m in group] == [False, False, False]
    (group,) = draw([Text("請選一項"), QUESTION])
    assert [("quickReply" in m) for m in group] == [False, True]


def test_a_link_that_line_does_not_open_is_spelt_out() -> None:
    """Nothing that a person needs disappears."""
    far = "https://example.gov.tw/" + "x" * 1000
    drawn = only(Card("連結", buttons=(Button("報名", url=far), Button("撥打", url="tel:1999"))))
    assert f"報名：{far}" in words(drawn)
    assert [action["uri"] for action in actions(drawn)] == ["tel:1999"]


def test_a_card_over_30_kb_becomes_text_with_its_buttons() -> None:
    """It is still read whole, and its buttons can still be pressed."""
    rows = tuple(Line(f"第 {n} 行，" + "字" * 100) for n in range(120))
    card = Card("名單", rows, (Button("下一步", Press("do", "next")), Button("看課程", url="https://a.tw/x")))
    (group,) = draw([card])
    assert {m["type"] for m in group} == {"text"}
    said = "\n".join(m["text"] for m in group)
    assert all(row.text in said for row in rows)
    assert "看課程：https://a.tw/x" in said
    assert [i["action"]["label"] for i in group[-1]["quickReply"]["items"]] == ["下一步"]


def test_a_long_alt_text_is_cut_at_a_line() -> None:
    """At most 1,500 units, the last line is …."""
    alt = only(Card("標題", tuple(Line("字" * 90) for _ in range(30))))["altText"]
    assert utf16(alt) <= 1500
    assert alt.split("\n")[-2:] == ["字" * 90, "…"]


@pytest.mark.parametrize(
    ("bar", "shares"),
    [
        (Bar(90, 45, 180, "x"), {flex.ACCENT: 50, flex.WAITING: 25}),
        (Bar(180, 60, 180, "x"), {flex.ACCENT: 100}),
        (Bar(0, 999, 180, "x"), {flex.WAITING: 100}),
        (Bar(1, 0, 1200, "x"), {flex.ACCENT: 2}),
        (Bar(0, 0, 180, "x"), {}),
        (Bar(-5, -5, 180, "x"), {}),
        (Bar(60, 0, 0, "x"), {}),
    ],
)
def test_a_bar_shows_official_and_waiting_in_proportion(bar: Bar, shares: dict[str, int]) -> None:
    """Two tints beside each other, never more than the whole, always with its caption in words."""
    drawn = only(Card("進度", (bar,)))
    found = {
        node["backgroundColor"]: node["flex"]
        for node in nodes(drawn["contents"])
        if "flex" in node and "backgroundColor" in node
    }
    assert found == shares
    assert "x" in words(drawn)


def test_every_letter_has_contrast_and_every_ground_is_said() -> None:
    """4.5:1 or more on its ground (WCAG 1.4.3); no ground is left to LINE's dark mode."""
    grounds = {
        flex.PAPER: (flex.INK, flex.QUIET, flex.ACCENT, flex.GOOD, flex.DUE),
        flex.TINT: (flex.INK, flex.QUIET),
        flex.ACCENT: (flex.PAPER,),
        flex.SECONDARY: ("#111111",),
    }
    for ground, letters in grounds.items():
        assert all(contrast(letter, ground) >= 4.5 for letter in letters)
    for message in (PROGRESS, QUESTION):
        bubble = only(message)["contents"]
        blocks = {"header", "body", "footer"} & bubble.keys()
        assert all("backgroundColor" in bubble["styles"][block] for block in blocks)
        assert all("color" in node and node["wrap"] for node in nodes(bubble) if node.get("type") == "text")


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    """Relative luminance of sRGB (WCAG 2.2)."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_items_of_a_list_stand_apart() -> None:
    """More room before the next item than between a line and its detail, which is small and quiet."""
    rows = (Line("甲"), Line("細項", "detail"), Line("乙"), Line("細項", "detail"))
    first, detail, second, _ = only(Card("卡", rows))["contents"]["body"]["contents"]
    assert (detail["size"], detail["color"]) == ("xs", flex.QUIET)
    assert "margin" not in detail
    assert ("margin" in first, second["margin"]) == (False, "md")
