"""Telegram: from updates, by webhook or by polling, to events (platforms.md §2.1)."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.platforms.tolerant import (
    NOTHING,
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

ALLOWED = ("message", "callback_query", "my_chat_member")
"""What we ask Telegram for (allowed_updates). An edited message is not asked for: taking it for a new one
would log the same hours twice."""

OLD = Press(task="old")  # a button that this version did not pack, or pressed where it must not be answered
# What a message may hold instead of text; the first that is there says what it is, since an animation
# carries a document too, and a venue its location.
_MEDIA: Mapping[str, Media] = {
    "animation": "sticker",
    "sticker": "sticker",
    "dice": "sticker",
    "photo": "photo",
    "video": "video",
    "video_note": "video",
    "voice": "voice",
    "audio": "voice",
    "venue": "location",
    "location": "location",
    "document": "file",
    "contact": "contact",
    "paid_media": "",
    "poll": "",
    "story": "",
}
_GONE = frozenset({"kicked", "left"})
_THERE = frozenset({"member", "administrator", "creator", "restricted"})


def authentic(secret: str, header: str | None) -> bool:
    """Whether `header` (X-Telegram-Bot-Api-Secret-Token) is our secret; in the same time wherever they
    differ. An empty secret lets nobody in."""
    if not secret or header is None:
        return False
    return hmac.compare_digest(secret.encode(), header.encode("utf-8", "replace"))


def split(body: bytes) -> list[Received]:
    """The one update of a webhook's body; whatever else the body is, it is one row too."""
    try:
        return [_received(mapping(decode(body)), body)]
    except UnreadableError:
        return [_received(NOTHING, body)]


def split_updates(updates: Sequence[object]) -> list[Received]:
    """The updates of one getUpdates, each once."""
    rows: dict[str, Received] = {}
    for update in updates:
        row = _received(mapping(update), _raw(update))
        rows.setdefault(row.event_id, row)
    return list(rows.values())


def read(raw: bytes, received_at: datetime, zone: ZoneInfo, nonce: str) -> Event:
    """One update, as it was kept. Never raises: what cannot be read is Kind.OTHER.

    `received_at` is the time of a press, which carries none (Telegram drops it after 150 s), and stands
    in for a time that is missing or absurd.
    """
    update = _update(raw)
    chat = _chat(update)
    blank = Event(
        kind=Kind.OTHER,
        at=received_at.astimezone(zone),
        private=string(chat, "type") == "private",
        nonce=nonce,
    )
    if integer(chat, "id") is None:
        return blank
    if "message" in update:
        return _message(inside(update, "message"), blank, zone)
    if "callback_query" in update:
        return _press(inside(update, "callback_query"), chat, blank)
    if "my_chat_member" in update:
        return _membership(inside(update, "my_chat_member"), blank, zone)
    return blank


def pressed_message(raw: bytes) -> int | None:
    """The message of ours whose button was pressed, where it may be edited: in the presser's own private
    chat, and not so old that Telegram no longer shows what it said (InaccessibleMessage, date 0)."""
    query = inside(_update(raw), "callback_query")
    message = inside(query, "message")
    chat = inside(message, "chat")
    own = string(chat, "type") == "private" and integer(chat, "id") == integer(inside(query, "from"), "id")
    return integer(message, "message_id") if own and integer(message, "date") else None


def callback_ids(rows: Iterable[Received]) -> list[str]:
    """Ids of the presses among `rows`: each is acknowledged once, so that the button stops spinning."""
    found = (identifier(inside(_update(row.raw), "callback_query"), "id") for row in rows)
    return [callback_id for callback_id in found if callback_id]


def _message(message: Mapping[str, object], blank: Event, zone: ZoneInfo) -> Event:
    at = _time(message)
    known = replace(
        blank,
        at=at.astimezone(zone) if at else blank.at,
        message_id=str(integer(message, "message_id") or ""),
    )
    if inside(message, "from").get("is_bot") is True or string(inside(message, "chat"), "type") == "channel":
        return known
    if isinstance(message.get("text"), str):
        text = clean(string(message, "text"))
        if _bare_start(text):
            return replace(known, kind=Kind.JOINED)
        return replace(known, kind=Kind.TEXT, text=text)
    if held := next((key for key in _MEDIA if key in message), None):
        return replace(known, kind=Kind.MEDIA, text=clean(string(message, "caption")), media=_MEDIA[held])
    return known  # a service message: somebody joined, a title changed …


def _bare_start(text: str) -> bool:
    """`/start` without a code; with one it is typed text that a handler reads."""
    words = text.split()
    return len(words) == 1 and words[0].partition("@")[0] == "/start"


def _press(query: Mapping[str, object], chat: Mapping[str, object], blank: Event) -> Event:
    """A button. Only in the presser's own private chat does it mean what it says: elsewhere somebody else
    may have pressed it."""
    presser = inside(query, "from")
    if presser.get("is_bot") is True or not string(query, "data"):
        return blank
    message_id = str(integer(inside(query, "message"), "message_id") or "")
    own = blank.private and integer(presser, "id") == integer(chat, "id")
    press = parse(string(query, "data")) if own else None
    return replace(blank, kind=Kind.PRESS, press=press or OLD, private=own, message_id=message_id)


def _membership(change: Mapping[str, object], blank: Event, zone: ZoneInfo) -> Event:
    """The bot itself was blocked, unblocked, added or removed. A mere change of its rights is nothing."""
    at = _time(change)
    known = replace(blank, at=at.astimezone(zone)) if at else blank
    before = string(inside(change, "old_chat_member"), "status")
    now = string(inside(change, "new_chat_member"), "status")
    if string(inside(change, "chat"), "type") == "channel":
        return known
    if now in _GONE:
        return replace(known, kind=Kind.BLOCKED)
    # A person who unblocks the bot presses Start, and that /start is what is answered.
    joined = now in _THERE and before not in _THERE and not known.private
    return replace(known, kind=Kind.JOINED) if joined else known


def _received(update: Mapping[str, object], raw: bytes) -> Received:
    update_id = integer(update, "update_id")
    chat_id = integer(_chat(update), "id")
    return Received(
        platform="telegram",
        event_id=fingerprint(raw) if update_id is None else str(update_id),
        chat_id=None if chat_id is None else str(chat_id),
        order_key=max(update_id or 0, 0),
        raw=raw,
        message_id=str(integer(inside(update, "message"), "message_id") or ""),
    )


def _chat(update: Mapping[str, object]) -> Mapping[str, object]:
    """The chat an update belongs to, of whatever kind it is: every kind but a press names it directly."""
    for value in update.values():
        found = mapping(value)
        chat = inside(found, "chat") or inside(inside(found, "message"), "chat")
        if chat:
            return chat
    return NOTHING


def _raw(update: object) -> bytes:
    try:
        return encode(update)
    except UnreadableError:  # just shallow enough to be read and too deep to be written
        return encode({"update_id": integer(mapping(update), "update_id")})


def _update(raw: bytes) -> Mapping[str, object]:
    try:
        return mapping(decode(raw))
    except UnreadableError:
        return NOTHING


def _time(message: Mapping[str, object]) -> datetime | None:
    return instant(integer(message, "date"))
