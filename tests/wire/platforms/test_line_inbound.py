"""LINE's webhook: signatures, cutting a body into events, reading one."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.line_inbound import OLD, read, reply_token, split, verify
from handlers.event import Event, Kind
from handlers.payload import Press

TAIPEI = ZoneInfo("Asia/Taipei")
RECEIVED = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
USER = "U" + "0" * 31 + "1"
# docs/messaging-api/verify-webhook-signature, the official test vector
SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
BODY = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
SIGNATURE = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def event(**fields: Any) -> dict[str, Any]:
    """A text event as LINE sends it, with `fields` laid over it."""
    return {
        "type": "message",
        "mode": "active",
        "timestamp": 1794000000000,
        "source": {"type": "user", "userId": USER},
        "webhookEventId": "01JDXE1000000000000000000A",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "nHuyWiB7yP5Zw52FIkcQobQuGDXCTA",
        "message": {"id": "5001", "type": "text", "quoteToken": "q", "text": "進度"},
    } | fields


def seen(given: object) -> Event:
    return read(json.dumps(given).encode(), RECEIVED, TAIPEI, "n1")


def body(*events: object) -> bytes:
    return json.dumps({"destination": "U", "events": events}).encode()


def ids(raw: bytes) -> list[str]:
    return [row.event_id for row in split(raw)]


def test_the_official_vector_verifies() -> None:
    """LINE's own example of a signature holds."""
    assert verify(SECRET, BODY, SIGNATURE)


@pytest.mark.parametrize(
    ("secret", "raw", "signature"),
    [
        (SECRET, BODY + b" ", SIGNATURE),
        (SECRET, BODY, SIGNATURE[:-2]),
        (SECRET, BODY, SIGNATURE.lower()),
        (SECRET, BODY, ""),
        (SECRET, BODY, None),
        (SECRET, BODY, "簽章"),
        (SECRET, BODY, "\ud800"),
        ("other", BODY, SIGNATURE),
        ("", BODY, base64.b64encode(hmac.new(b"", BODY, hashlib.sha256).digest()).decode()),
    ],
)
def test_anything_else_does_not_verify(secret: str, raw: bytes, signature: str | None) -> None:
    """Another byte, another secret, no signature, or no secret at all: refused, never an exception."""
    assert not verify(secret, raw, signature)


def test_split_keeps_what_the_inbox_needs() -> None:
    """Id, chat, order and message id of each event, and bytes that read back as the event."""
    first, second = split(body(event(), event(webhookEventId="B", source={"type": "group", "groupId": "C1"})))
    assert (first.platform, first.event_id, first.chat_id) == ("line", "01JDXE1000000000000000000A", USER)
    assert (first.order_key, first.message_id) == (1794000000000, "5001")
    assert json.loads(first.raw) == event()
    assert second.chat_id == "C1"


def test_a_health_check_has_no_rows() -> None:
    """`events: []` is nothing to keep."""
    assert split(BODY) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no json",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"events":null}',
        b'{"events":{"a":1}}',
        b'{"destination":"U"}',
        b"[" * 100_000,
        b'{"events":' + b'{"a":' * 50_000,
        b'{"events":[{"type":"message"',
    ],
)
def test_a_body_without_events_is_one_row_with_all_its_bytes(raw: bytes) -> None:
    """What is genuine and cannot be read is kept whole, once."""
    (row,) = split(raw)
    assert row.raw == raw
    assert (row.chat_id, row.order_key) == (None, 0)
    assert row.event_id == f"sha256:{hashlib.sha256(raw).hexdigest()}"
    assert read(row.raw, RECEIVED, TAIPEI, "n").kind is Kind.OTHER


@pytest.mark.parametrize(
    "bad",
    [
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"text":"\xff\xfe"}',
        b'{"n":' + b"9" * 5000 + b"}",
        b'{"text":"]},{[", "x": \x01}',
        b"{nonsense}",
    ],
    ids=["deep", "not utf-8", "huge number", "brackets in a string", "no json"],
)
def test_an_event_that_spoils_the_whole_body_loses_no_neighbour(bad: bytes) -> None:
    """Where the body as a whole cannot be read, the events around the bad one are cut out of it."""
    good = [json.dumps(event(webhookEventId=name)).encode() for name in ("A", "B")]
    rows = split(b'{ "destination" : "U", "events" :\n [' + b" , ".join([good[0], bad, good[1]]) + b"] }")
    assert [row.event_id for row in rows if row.chat_id] == ["A", "B"]
    assert len(rows) == 3
    assert bad in [row.raw for row in rows]


def test_the_same_id_twice_in_a_body_is_one_row() -> None:
    """The first one counts."""
    assert ids(body(event(webhookEventId="A"), event(webhookEventId="A"), event(webhookEventId="B"))) == [
        "A",
        "B",
    ]


def test_an_event_without_an_id_keeps_the_same_name_when_redelivered() -> None:
    """`deliveryContext` is what a redelivery changes, so the name does not hang on it."""
    fields = event()
    del fields["webhookEventId"]
    again = {**fields, "deliveryContext": {"isRedelivery": True}}
    assert ids(body(fields)) == ids(body(again))
    assert ids(body(fields))[0].startswith("sha256:")


@given(st.lists(values, max_size=5))
def test_any_json_among_good_events_loses_no_neighbour(strange: list[Any]) -> None:
    """Whatever stands between them, the good events come out, in order."""
    rows = split(body(event(webhookEventId="A"), *strange, event(webhookEventId="B")))
    kept = [row.event_id for row in rows if row.chat_id == USER]
    assert (kept[0], kept[-1]) == ("A", "B")
    for row in rows:
        assert isinstance(read(row.raw, RECEIVED, TAIPEI, "n"), Event)
        assert len(row.event_id) <= 80
        assert 0 <= row.order_key < 2**63


@given(st.binary(max_size=200))
def test_any_bytes_are_read(raw: bytes) -> None:
    """Neither cutting nor reading ever raises."""
    for row in split(raw):
        read(row.raw, RECEIVED, TAIPEI, "n")
    read(raw, RECEIVED, TAIPEI, "n")
    reply_token(raw)


@given(st.sampled_from(sorted(event())), values, st.sampled_from(["text", "id", "type"]), values)
def test_a_mutated_event_is_read(key: str, value: Any, inner: str, other: Any) -> None:
    """A known event with any field replaced by anything still becomes an event."""
    changed = event(**{key: value})
    if isinstance(changed["message"], dict):
        changed["message"] = {**changed["message"], inner: other}
    found = seen(changed)
    assert found.nonce == "n1"
    assert found.at.tzinfo is TAIPEI
    assert "\0" not in found.text
    found.text.encode()


def test_a_text_is_read() -> None:
    """Words, time, privacy and message id of a text."""
    at = datetime.fromtimestamp(1794000000, TAIPEI)
    assert seen(event()) == Event(Kind.TEXT, at, text="進度", private=True, nonce="n1", message_id="5001")


def test_text_holds_no_lone_surrogate_and_no_nul() -> None:
    """What a database or a platform would refuse is mended; whole pairs stay."""
    raw = json.dumps(event(message={"id": "1", "type": "text", "text": "a\ud800b\0c😀"})).encode()
    assert read(raw, RECEIVED, TAIPEI, "n").text == "a\ufffdbc😀"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"type": "follow"}, Kind.JOINED),
        ({"type": "join", "source": {"type": "group", "groupId": "C1"}}, Kind.JOINED),
        ({"type": "unfollow"}, Kind.BLOCKED),
        ({"type": "leave", "source": {"type": "room", "roomId": "R1"}}, Kind.BLOCKED),
        ({"type": "memberJoined"}, Kind.OTHER),
        ({"type": "brandNew"}, Kind.OTHER),
        ({"type": None}, Kind.OTHER),
        ({"message": {"id": "1", "type": "sticker"}}, Kind.MEDIA),
        ({"message": {"id": "1", "type": "image"}}, Kind.MEDIA),
        ({"message": {"id": "1", "type": "audio"}}, Kind.MEDIA),
        ({"message": {"id": "1", "type": "location"}}, Kind.MEDIA),
        ({"message": {"id": "1", "type": "file"}}, Kind.MEDIA),
        ({"message": {"id": "1", "type": "hologram"}}, Kind.OTHER),
        ({"message": {"id": "1", "type": "text"}}, Kind.OTHER),
        ({"mode": "standby"}, Kind.OTHER),
        ({"mode": "dreaming"}, Kind.OTHER),
        ({"source": None}, Kind.OTHER),
        ({"source": {"type": "user"}}, Kind.OTHER),
        ({"source": {"type": "user", "userId": "U" * 5000}}, Kind.OTHER),
        ({"type": "unsend", "unsend": {}}, Kind.OTHER),
    ],
)
def test_kinds_of_events(fields: dict[str, Any], kind: Kind) -> None:
    """Each type of LINE's becomes its kind; what is unknown is kept and not answered."""
    assert seen(event(**fields)).kind is kind


def test_an_unsent_message_is_named() -> None:
    """The id of the message taken back, so that its text can be erased; the row itself names none."""
    unsend = event(type="unsend", unsend={"messageId": "5001"}, message=None)
    assert (seen(unsend).kind, seen(unsend).message_id) == (Kind.UNSENT, "5001")
    assert split(body(unsend))[0].message_id == ""


@pytest.mark.parametrize(
    ("data", "press"),
    [
        ("1:role:n7:1.2", Press("role", "1.2", "n7")),
        ("1:do::next", Press("do", "next")),
        ("2:do::next", OLD),
        ("", OLD),
        ("1:do::😀", OLD),
        (None, OLD),
    ],
)
def test_a_button_is_read_or_is_an_old_one(data: str | None, press: Press) -> None:
    """A payload of this version is a press; anything else reads as a button of long ago."""
    found = seen(event(type="postback", postback={"data": data}, message=None))
    assert (found.kind, found.press) == (Kind.PRESS, press)


@pytest.mark.parametrize(
    "source", [{"type": "group", "groupId": "C1", "userId": USER}, {"type": "room", "roomId": "R"}]
)
def test_groups_are_not_private(source: dict[str, str]) -> None:
    """What is said in a group is marked so."""
    assert not seen(event(source=source)).private


@pytest.mark.parametrize("timestamp", [None, "soon", -5, 0, 10**30, True, 1.5e12])
def test_an_absurd_time_is_that_of_receipt(timestamp: Any) -> None:
    """A missing or impossible time is replaced; the order then is that of coming."""
    assert seen(event(timestamp=timestamp)).at == RECEIVED
    assert split(body(event(timestamp=timestamp)))[0].order_key == 0
    assert reply_token(json.dumps(event(timestamp=timestamp)).encode()) is None


def test_the_reply_token_comes_with_its_age() -> None:
    """Token and the event's own time; none in standby, where the bot must not speak."""
    raw = json.dumps(event()).encode()
    assert reply_token(raw) == ("nHuyWiB7yP5Zw52FIkcQobQuGDXCTA", datetime.fromtimestamp(1794000000, UTC))
    assert reply_token(json.dumps(event(mode="standby")).encode()) is None
    assert reply_token(json.dumps(event(replyToken=None)).encode()) is None
