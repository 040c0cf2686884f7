"""Replies as API calls: which token, which chat, which key."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.outgoing import Envelope
from bot.platforms.line import FRESH, LineReader
from bot.platforms.telegram import TelegramReader
from guideline.records import Account
from handlers.message import Button, Choices, Message, Text
from handlers.payload import Press
from tests.wire.platforms.test_line_inbound import event

USER = "U" + "0" * 31 + "1"
NOW = datetime(2026, 11, 18, tzinfo=UTC)


def line_envelope(chat: str = USER, age: timedelta = timedelta(seconds=1), **fields: Any) -> Envelope:
    raw = json.dumps(event(**fields)).encode()
    return Envelope(Account(3, "line", chat), cause=9, raw=raw, age=age)


def test_a_fresh_event_is_answered_with_its_token() -> None:
    """One free call; the receipt goes with it."""
    (letter,) = LineReader().letters(line_envelope(), [Text("一"), Text("二")], "已回報")
    body = json.loads(letter.body)
    assert body["replyToken"] == event()["replyToken"]
    assert [m["text"] for m in body["messages"]] == ["一", "二"]
    assert (letter.method, letter.retry_key, letter.receipt) == ("reply", None, "已回報")


@pytest.mark.parametrize("envelope", [line_envelope(age=FRESH), line_envelope(replyToken=None)])
def test_a_stale_event_is_answered_by_a_push(envelope: Envelope) -> None:
    """To the person, under a retry key."""
    (letter,) = LineReader().letters(envelope, [Text("一")], "")
    assert letter.method == "push"
    assert json.loads(letter.body)["to"] == USER
    assert uuid.UUID(letter.retry_key or "")


def test_what_does_not_fit_into_the_reply_is_pushed_after_it() -> None:
    """In order; the receipt goes with each, since any of them may be lost."""
    letters = LineReader().letters(line_envelope(), [Text(str(n)) for n in range(7)], "已回報")
    assert [(one.method, one.ordinal, one.receipt) for one in letters] == [
        ("reply", 0, "已回報"),
        ("push", 1, "已回報"),
    ]


def test_nothing_is_pushed_to_a_group() -> None:
    """A group is answered with the free token or not at all."""
    group = "C" + "0" * 32
    assert len(LineReader().letters(line_envelope(group), [Text("一")], "")) == 1
    assert LineReader().letters(line_envelope(group, age=FRESH), [Text("一")], "") == []


def test_nothing_to_say_is_no_letter() -> None:
    """No call is made for an empty text."""
    assert LineReader().letters(line_envelope(), [Text(" ")], "") == []


def test_telegram_gets_one_call_a_message() -> None:
    """To the account's chat, in order, the receipt with each."""
    envelope = Envelope(Account(4, "telegram", "7001"), cause=9, raw=b"{}", age=timedelta())
    letters = TelegramReader().letters(envelope, [Text("一"), Text("二")], "已回報")
    assert [json.loads(one.body)["chat_id"] for one in letters] == [7001, 7001]
    assert [(one.method, one.ordinal, one.receipt, one.retry_key) for one in letters] == [
        ("sendMessage", 0, "已回報", None),
        ("sendMessage", 1, "已回報", None),
    ]


def pressed(**message: Any) -> bytes:
    """A press on message 55 of the chat 7001, by its owner."""
    chat = message.pop("chat", {"id": 7001, "type": "private"})
    held = {"message_id": 55, "date": 1763949600, "chat": chat, **message}
    query = {"id": "1", "from": {"id": 7001}, "data": "1:x:y:z", "message": held}
    return json.dumps({"update_id": 1, "callback_query": query}).encode()


LIST = Choices("請選", (Button("☑ 1", Press("x", "y")),), replaces=True)
EDITS: list[tuple[str, bytes, list[Message], bool]] = [
    ("the only reply", pressed(), [LIST], True),
    ("beside another one", pressed(), [Text("前一則回覆可能未送達"), LIST], False),
    ("an ordinary question", pressed(), [Choices("請選", LIST.options)], False),
    ("typed, not pressed", b'{"update_id": 1, "message": {"message_id": 55}}', [LIST], False),
    ("in a group", pressed(chat={"id": -5, "type": "group"}), [LIST], False),
    ("too old to be shown", pressed(date=0), [LIST], False),
    ("too long for one message", pressed(), [Choices("選" * 5000, LIST.options, replaces=True)], False),
]


@pytest.mark.parametrize(
    ("raw", "replies", "edits"), [row[1:] for row in EDITS], ids=[row[0] for row in EDITS]
)
def test_telegram_edits_the_pressed_message_for_the_one_reply_that_replaces_it(
    raw: bytes, replies: list[Message], edits: bool
) -> None:
    """The message's own number, and a key that says it may be repeated; in any other case a new message."""
    envelope = Envelope(Account(4, "telegram", "7001"), cause=9, raw=raw, age=timedelta())
    letters = TelegramReader().letters(envelope, replies, "已記下")
    assert {letter.method for letter in letters} == {"editMessageText" if edits else "sendMessage"}
    assert letters[0].receipt == "已記下"
    assert json.loads(letters[0].body).get("message_id") == (55 if edits else None)
    assert (letters[0].retry_key is not None) == edits
