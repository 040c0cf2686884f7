"""Telegram's updates, by webhook and by polling."""

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram_inbound import OLD, authentic, callback_ids, read, split, split_updates
from handlers.event import Event, Kind
from handlers.payload import Press
from tests.wire.platforms.test_line_inbound import values

TAIPEI = ZoneInfo("Asia/Taipei")
RECEIVED = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
DATE = 1794000000
ME = {"id": 7001, "is_bot": False, "first_name": "王"}
CHAT = {"id": 7001, "type": "private", "first_name": "王"}
GROUP = {"id": -1001234567890, "type": "supergroup", "title": "人事處"}


def message(**fields: Any) -> dict[str, Any]:
    found = {"message_id": 12, "date": DATE, "chat": CHAT, "from": ME, "text": "進度"} | fields
    return {"update_id": 900, "message": {k: v for k, v in found.items() if v is not None}}


def tap(data: Any = "1:do::next", sender: dict[str, Any] = ME, chat: dict[str, Any] = CHAT) -> dict[str, Any]:
    query = {"id": "77", "from": sender, "chat_instance": "1", "data": data}
    return {
        "update_id": 901,
        "callback_query": query | {"message": {"message_id": 5, "date": 0, "chat": chat}},
    }


def member(before: str, now: str, chat: dict[str, Any] = CHAT) -> dict[str, Any]:
    change = {"chat": chat, "from": ME, "date": DATE}
    return {
        "update_id": 902,
        "my_chat_member": change
        | {"old_chat_member": {"status": before}, "new_chat_member": {"status": now}},
    }


def seen(update: object) -> Event:
    return read(json.dumps(update).encode(), RECEIVED, TAIPEI, "n1")


@pytest.mark.parametrize(
    ("secret", "header", "genuine"),
    [
        ("s3cret", "s3cret", True),
        ("s3cret", "s3cretx", False),
        ("s3cret", "", False),
        ("s3cret", None, False),
        ("s3cret", "\ud800", False),
        ("", "", False),
    ],
)
def test_only_our_secret_is_authentic(secret: str, header: str | None, genuine: bool) -> None:
    """No secret, a wrong one, or none configured: refused."""
    assert authentic(secret, header) is genuine


def test_split_keeps_what_the_inbox_needs() -> None:
    """Id, chat, order and message id; a webhook's bytes are kept untouched."""
    raw = json.dumps(message(), indent=1).encode()
    (row,) = split(raw)
    assert (row.platform, row.event_id, row.chat_id, row.order_key) == ("telegram", "900", "7001", 900)
    assert (row.raw, row.message_id) == (raw, "12")


def test_polled_updates_are_split_each_once() -> None:
    """Equal ids are one row; their bytes read back as the update."""
    rows = split_updates([message(), message(text="again"), tap(), None, "x", {}])
    assert [row.event_id for row in rows][:2] == ["900", "901"]
    assert len(rows) == 5
    assert json.loads(rows[0].raw) == message()


@pytest.mark.parametrize("raw", [b"", b"no json", b"[]", b"null", b"\xff", b"{}", b"[" * 100_000])
def test_whatever_a_webhook_brings_is_one_row(raw: bytes) -> None:
    """A malformed update is kept and not answered."""
    (row,) = split(raw)
    assert (row.raw, row.chat_id) == (raw, None)
    assert row.event_id.startswith("sha256:")
    assert read(raw, RECEIVED, TAIPEI, "n").kind is Kind.OTHER


@given(st.binary(max_size=200) | values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_read(raw: bytes) -> None:
    """Neither cutting nor reading ever raises."""
    for row in split(raw):
        assert isinstance(read(row.raw, RECEIVED, TAIPEI, "n"), Event)
        callback_ids([row])


@given(
    st.sampled_from([message(), tap(), member("member", "kicked")]),
    st.sampled_from(
        ["chat", "from", "date", "text", "data", "message", "message_id", "new_chat_member", "id"]
    ),
    values,
)
def test_a_mutated_update_is_read_and_its_neighbours_kept(
    update: dict[str, Any], key: str, value: Any
) -> None:
    """A known update with any field replaced by anything becomes an event, and spoils no other."""
    outer = next(name for name in update if name != "update_id")
    changed = {**update, outer: {**update[outer], key: value}}
    rows = split_updates([message(), {**changed, "update_id": 950}, {**message(), "update_id": 951}])
    assert [row.event_id for row in rows] == ["900", "950", "951"]
    for row in rows:
        found = read(row.raw, RECEIVED, TAIPEI, "n")
        found.text.encode()
        assert row.chat_id is None or len(row.chat_id) <= 20


def test_a_text_is_read() -> None:
    """Words, time, privacy and message id of a text."""
    at = datetime.fromtimestamp(DATE, TAIPEI)
    assert seen(message()) == Event(Kind.TEXT, at, text="進度", private=True, nonce="n1", message_id="12")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"text": "/start"}, Kind.JOINED),
        ({"text": "/start@talent_bot "}, Kind.JOINED),
        ({"text": "/start ABCD-1234"}, Kind.TEXT),
        ({"text": "/help"}, Kind.TEXT),
        ({"text": None, "sticker": {}}, Kind.MEDIA),
        ({"text": None, "photo": [], "caption": "證明"}, Kind.MEDIA),
        ({"text": None, "voice": {}}, Kind.MEDIA),
        ({"text": None, "location": {}}, Kind.MEDIA),
        ({"text": None, "new_chat_title": "x", "chat": GROUP}, Kind.OTHER),
        ({"text": None}, Kind.OTHER),
        ({"from": ME | {"is_bot": True}}, Kind.OTHER),
        ({"chat": {"id": -5, "type": "channel"}}, Kind.OTHER),
        ({"chat": {"id": "x", "type": "private"}}, Kind.OTHER),
        ({"chat": {"id": 2**80, "type": "private"}}, Kind.OTHER),
    ],
)
def test_kinds_of_messages(fields: dict[str, Any], kind: Kind) -> None:
    """Each kind of message becomes its kind; a bot's own and a channel's are not answered."""
    assert seen(message(**fields)).kind is kind


@pytest.mark.parametrize("outer", ["edited_message", "channel_post", "business_message", "something_new"])
def test_other_updates_are_not_answered(outer: str) -> None:
    """An edited message is not taken for a new one: it would log the same hours twice."""
    assert seen({"update_id": 1, outer: message()["message"]}).kind is Kind.OTHER


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ("member", "kicked", Kind.BLOCKED),
        ("member", "left", Kind.BLOCKED),
        ("kicked", "member", Kind.OTHER),  # the /start that comes with it is answered
        ("member", "administrator", Kind.OTHER),
        ("member", "", Kind.OTHER),
    ],
)
def test_being_blocked_and_unblocked(before: str, now: str, kind: Kind) -> None:
    """Only coming and going counts, not a change of rights."""
    assert seen(member(before, now)).kind is kind


def test_a_group_is_not_private() -> None:
    """What is said in a group is marked so."""
    assert not seen(message(chat=GROUP)).private


def test_a_press_in_ones_own_chat_means_what_it_says() -> None:
    """Its time is that of receipt, since Telegram gives none."""
    found = seen(tap("1:role:n7:1.2"))
    assert (found.kind, found.press, found.private) == (Kind.PRESS, Press("role", "1.2", "n7"), True)
    assert found.at == RECEIVED


@pytest.mark.parametrize("chat", [GROUP, {"id": 7002, "type": "private"}])
def test_a_press_elsewhere_is_an_old_button_in_public(chat: dict[str, Any]) -> None:
    """In a group anybody may press anybody's button: it does nothing and tells nothing."""
    found = seen(tap("1:role:n7:1.2", chat=chat))
    assert (found.press, found.private) == (OLD, False)


@pytest.mark.parametrize("data", ["", "x", "2:do::next", "1:do::😀"])
def test_an_unknown_button_is_an_old_one_or_nothing(data: str) -> None:
    """A payload that this version did not pack never acts."""
    assert seen(tap(data)).press in (OLD, None)


def test_presses_are_remembered_for_acknowledging() -> None:
    """The ids of callback queries, and of nothing else."""
    assert callback_ids(split_updates([message(), tap(), {}])) == ["77"]


@pytest.mark.parametrize("date", [None, "now", 0, -1, 10**20, True])
def test_an_absurd_time_is_that_of_receipt(date: Any) -> None:
    """A missing or impossible time is replaced."""
    assert seen(message(date=date)).at == RECEIVED
