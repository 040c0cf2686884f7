"""LINE: from a webhook's body to events (platforms.md §1.1, §1.2).

The SDK's parser loses a whole body over one odd event (§4), so this reads by itself: every event is cut
out, kept as raw bytes and read alone.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.platforms import salvage
from bot.platforms.tolerant import (
    UnreadableError,
    clean,
    decode,
    encode,
    fingerprint,
    identifier,
    inside,
    instant,
    integer,
    mapping,
    string,
)
from handlers.event import Event, Kind, Media
from handlers.payload import Press, parse
from storage.inbox import Received

OLD = Press(task="old")  # a button that this version did not pack
_CHAT = {"user": "userId", "group": "groupId", "room": "roomId"}  # source.type -> its id
_PLAIN = {
    "follow": Kind.JOINED,
    "join": Kind.JOINED,
    "unfollow": Kind.BLOCKED,
    "leave": Kind.BLOCKED,
}
_MEDIA: Mapping[str, Media] = {
    "sticker": "sticker",
    "image": "photo",
    "video": "video",
    "audio": "voice",
    "location": "location",
    "file": "file",
}


def verify(secret: str, body: bytes, signature: str | None) -> bool:
    """Whether `signature` (x-line-signature) is the Base64 of HMAC-SHA256 over the untouched body.

    Takes the same time wherever they differ. An empty secret verifies nothing.
    """
    if not secret or signature is None:
        return False
    expected = base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
    return hmac.compare_digest(expected, signature.encode("utf-8", "replace"))


def split(body: bytes) -> list[Received]:
    """The events of a genuine body, each once, in its order; a health check (`events: []`) has none.

    A body in which no events are to be found is one row with all its bytes.
    """
    try:
        events = mapping(decode(body)).get("events")
        if isinstance(events, list):
            return _distinct(_received(event, encode(event)) for event in events)
    except UnreadableError:
        pieces = salvage.elements(body, b'"events"')
        if pieces is not None:
            return _distinct(_received(_event(piece), piece) for piece in pieces)
    return [_received(None, body)]


def read(raw: bytes, received_at: datetime, zone: ZoneInfo, nonce: str) -> Event:
    """One event, as `split` cut it out. Never raises: what cannot be read is Kind.OTHER.

    `received_at` stands in for a time that is missing or absurd.
    """
    event = _event(raw)
    source = inside(event, "source")
    blank = Event(
        kind=Kind.OTHER,
        at=(_time(event) or received_at).astimezone(zone),
        private=string(source, "type") == "user",
        nonce=nonce,
    )
    if _chat(source) is None or event.get("mode", "active") != "active":
        return blank  # mode standby: another module holds the chat, and the bot must not speak
    kind = string(event, "type")
    if kind == "message":
        return _message(inside(event, "message"), blank)
    if kind == "postback":
        return replace(blank, kind=Kind.PRESS, press=_press(inside(event, "postback")))
    if kind == "unsend":
        taken_back = identifier(inside(event, "unsend"), "messageId")
        return replace(blank, kind=Kind.UNSENT, message_id=taken_back) if taken_back else blank
    return replace(blank, kind=_PLAIN.get(kind, Kind.OTHER))


def reply_token(raw: bytes) -> tuple[str, datetime] | None:
    """The token that answers this event for free, and the event's own time in UTC: it holds about a minute
    (§1.3). None where there is no token, or the bot must not speak, or the token's age cannot be known."""
    event = _event(raw)
    token, at = string(event, "replyToken"), _time(event)
    if not token or at is None or event.get("mode", "active") != "active":
        return None
    return token, at


def _message(message: Mapping[str, object], blank: Event) -> Event:
    known = replace(blank, message_id=identifier(message, "id"))
    kind = string(message, "type")
    if kind == "text" and isinstance(message.get("text"), str):
        return replace(known, kind=Kind.TEXT, text=clean(string(message, "text")))
    return replace(known, kind=Kind.MEDIA, media=_MEDIA[kind]) if kind in _MEDIA else known


def _press(postback: Mapping[str, object]) -> Press:
    return parse(string(postback, "data")) or OLD


def _received(event: object, raw: bytes) -> Received:
    fields = mapping(event)
    at = _time(fields)
    return Received(
        platform="line",
        event_id=identifier(fields, "webhookEventId") or _id(fields, raw),
        chat_id=_chat(inside(fields, "source")),
        order_key=round(at.timestamp() * 1000) if at else 0,
        raw=raw,
        message_id=identifier(inside(fields, "message"), "id"),
    )


def _id(event: Mapping[str, object], raw: bytes) -> str:
    """For an event without an id. A redelivery differs in `deliveryContext` only, so that is left out."""
    if "deliveryContext" not in event:
        return fingerprint(raw)
    try:
        return fingerprint(encode({key: value for key, value in event.items() if key != "deliveryContext"}))
    except UnreadableError:  # just deep enough to be read and too deep to be written
        return fingerprint(raw)


def _distinct(rows: Iterable[Received]) -> list[Received]:
    first: dict[str, Received] = {}
    for row in rows:
        first.setdefault(row.event_id, row)
    return list(first.values())


def _event(raw: bytes) -> Mapping[str, object]:
    try:
        return mapping(decode(raw))
    except UnreadableError:
        return {}


def _chat(source: Mapping[str, object]) -> str | None:
    return identifier(source, _CHAT.get(string(source, "type"), "")) or None


def _time(event: Mapping[str, object]) -> datetime | None:
    milliseconds = integer(event, "timestamp")
    return None if milliseconds is None else instant(milliseconds / 1000)
