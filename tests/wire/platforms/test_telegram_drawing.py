"""What Telegram shows: HTML and keyboards within every limit."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.measure import utf16
from bot.platforms.telegram_drawing import draw, escape
from bot.simulator.telegram_html import parse
from bot.simulator.telegram_limits import inline_keyboard
from handlers.message import Bar, Button, Card, Choices, Line, Message, Text
from handlers.payload import Press
from tests.wire.platforms.samples import PROGRESS, QUESTION, messages
from tests.wire.platforms.specs import telegram_validator

Json = dict[str, Any]


def only(message: Message) -> Json:
    (body,) = draw([message])
    return body


def shown(body: Json) -> str:
    return parse(body["text"])[0]


def keys(body: Json) -> list[list[str]]:
    return [[key["text"] for key in row] for row in body["reply_markup"]["inline_keyboard"]]


@settings(max_examples=100, deadline=None)
@given(st.lists(messages, max_size=3))
def test_whatever_is_said_is_within_telegrams_limits(said: list[Message]) -> None:
    """Any messages become bodies whose HTML parses, that are not empty, and whose keyboards are taken."""
    for body in draw(said):
        json.dumps(body, ensure_ascii=False).encode()
        assert shown(body).strip()
        assert utf16(body["text"]) <= 4096
        inline_keyboard(body.get("reply_markup"))


@settings(max_examples=40, deadline=None)
@given(messages)
def test_whatever_is_said_fits_telegrams_schema(said: Message) -> None:
    """Any message is a sendMessage in Telegram's own published schema."""
    validator = telegram_validator("sendMessage")
    for body in draw([said]):
        validator.validate({"chat_id": 1, **body})


@given(st.text())
def test_escaped_text_is_shown_as_it_was_meant(text: str) -> None:
    """Nothing a person wrote becomes a tag or an entity."""
    once = f"x{text}x".replace("\0", "")
    assert parse(escape(once, "b"))[0] == once


def test_a_card_is_a_bold_title_lines_and_a_keyboard() -> None:
    """Short labels stand two a row, long ones alone; links open."""
    body = only(PROGRESS)
    assert body["text"].startswith("<b>115 年 AI 學習進度</b>\n11/18 查詢")
    assert "單位：教育局/體育科" in shown(body)
    assert keys(body) == [["下一步", "回報時數"], ["問人事，資料有誤請告訴我們承辦"], ["看課程"]]
    assert body["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "1:do::next"
    assert body["link_preview_options"] == {"is_disabled": True}


def test_a_question_has_its_answers_one_a_row() -> None:
    """Progress before the prompt, the ways out two a row below."""
    body = only(QUESTION)
    assert shown(body).startswith("（2/7）您最主要的工作是什麼？\n請依近半年")
    assert keys(body) == [*([option.label] for option in QUESTION.options), ["上一題", "取消"]]


@pytest.mark.parametrize(
    ("bar", "cells"),
    [
        (Bar(180, 0, 180, "滿"), "■■■■■■■■■■"),
        (Bar(90, 36, 180, "半"), "■■■■■▣▣□□□"),
        (Bar(0, 0, 180, "無"), "□□□□□□□□□□"),
        (Bar(1, 1, 1200, "少"), "■▣□□□□□□□□"),
        (Bar(1199, 0, 1200, "差"), "■■■■■■■■■□"),
        (Bar(1100, 99, 1200, "差"), "■■■■■■■■■□"),
        (Bar(500, 900, 180, "過"), "■■■■■■■■■■"),
    ],
)
def test_a_bar_is_cells_and_its_caption(bar: Bar, cells: str) -> None:
    """What is something shows, what is not whole is not full, and the words say it again."""
    assert shown(only(Card("進度", (bar,)))).split("\n")[1:] == [cells, bar.caption]


def test_a_long_text_is_split_and_nothing_of_it_lost() -> None:
    """Parts of at most 4,096 units even where every character is escaped; no entity is cut."""
    body = "&<" * 3000
    parts = draw([Text(body)])
    assert "".join(map(shown, parts)) == body
    assert all(utf16(part["text"]) <= 4096 for part in parts)


def test_the_keyboard_hangs_on_the_last_part() -> None:
    """A card over the limit keeps its lines whole and its buttons at the end."""
    rows = tuple(Line(f"第 {n} 行" + "字" * 80, "good") for n in range(100))
    parts = draw([Card("名單", rows, (Button("下一步", Press("do", "next")),))])
    assert ["reply_markup" in part for part in parts] == [False] * (len(parts) - 1) + [True]
    assert "\n".join(map(shown, parts)).split("\n") == ["名單", *(row.text for row in rows)]


def test_paragraphs_of_a_text_stay_apart() -> None:
    """Blank lines inside a text are kept."""
    assert shown(only(Text("一\n\n二\n三"))) == "一\n\n二\n三"


def test_a_heading_stands_off() -> None:
    """A section begins after a blank line."""
    assert shown(only(Card("卡", (Line("一"), Line("段", "heading"), Line("二"))))) == "卡\n一\n\n段\n二"


def test_a_card_breathes() -> None:
    """One blank line, never two, behind the subtitle and before the note that ends the card."""
    rows = (Line("段", "heading"), Line("一"), Line("小字", "note"), Line("二"), Line("註", "note"))
    shown_lines = shown(only(Card("卡", rows, subtitle="副題"))).split("\n")
    assert shown_lines == ["卡", "副題", "", "段", "一", "小字", "二", "", "註"]


def test_items_of_a_list_stand_apart() -> None:
    """A detail stays with its line; what follows it begins after one blank line, a heading too."""
    items = (Line("甲"), Line("細項", "detail"), Line("乙"), Line("細項", "detail"), Line("段", "heading"))
    lines = shown(only(Card("卡", (*items, Line("丙"), Line("細項", "detail"))))).split("\n")
    assert lines == ["卡", "甲", "細項", "", "乙", "細項", "", "段", "丙", "細項"]


@pytest.mark.parametrize("body", ["", " ", "\n\n", "\0"])
def test_a_text_of_nothing_is_not_sent(body: str) -> None:
    """Telegram refuses an empty text."""
    assert draw([Text(body)]) == []


@pytest.mark.parametrize("url", ["tel:1999", "http://localhost/x", "javascript:alert(1)", "http://["])
def test_a_link_that_telegram_refuses_is_spelt_out(url: str) -> None:
    """One refused link would lose the whole message; in words it stays readable."""
    body = only(Card("連結", buttons=(Button("前往", url=url),)))
    assert f"前往：{url}" in shown(body)
    assert "reply_markup" not in body


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://a.gov.tw/課程", "https://a.gov.tw/%E8%AA%B2%E7%A8%8B"),
        ("https://例子.tw:8443/x", "https://xn--fsqu00a.tw:8443/x"),
        ("http://127.0.0.1:8080/hr", "http://127.0.0.1:8080/hr"),
        ("http://[::1]/x", "http://[::1]/x"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
    ],
)
def test_a_link_that_telegram_takes_is_a_button(url: str, taken: str) -> None:
    """Hosts with a dot, addresses and Telegram's own links, all in ASCII."""
    body = only(Card("連結", buttons=(Button("前往", url=url),)))
    assert body["reply_markup"]["inline_keyboard"] == [[{"text": "前往", "url": taken}]]


def test_more_than_a_hundred_buttons_are_an_error() -> None:
    """Telegram would refuse the message; a handler that asks so is wrong."""
    with pytest.raises(ValueError, match="100 buttons"):
        draw([Choices("問", tuple(Button(str(n), Press("q", str(n))) for n in range(101)))])
