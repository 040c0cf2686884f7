"""Bodies of LINE's webhook that LINE would not send, signed as if it did."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.drills.hostile import PAYLOADS, TEXTS, broken, large, moment, varied, written

Json = dict[str, Any]

_MANY: Final = 2_000  # events of one body
_HEAD: Final = b'{"destination":"U%032x","events":[' % 7


@dataclass(frozen=True, slots=True)
class LineBody:
    """`raw`, or events as JSON text among which good ones are put before they are sent: so many of them,
    each behind the event of that place."""

    raw: bytes | None
    events: Sequence[bytes] = ()
    good: Sequence[int] = ()

    def with_good(self, good: Sequence[bytes]) -> bytes:
        if self.raw is not None:
            return self.raw
        events = list(self.events)
        for place, event in zip(sorted(self.good, reverse=True), good, strict=True):
            events.insert(place, event)
        return _HEAD + b",".join(events) + b"]}"


def line_body(seed: int, number: int, chats: Sequence[str], now: int, schemas: Sequence[Json]) -> LineBody:
    """The `number`th body of `seed`, always the same at the same `now` (ms). `chats` are of people who are
    known and lend their ids; `schemas` are bodies by LINE's published schema."""
    rng = random.Random(seed * 10_000_003 + number)  # noqa: S311 - the same storm at every run
    chosen = rng.random()
    if chosen < 0.0002 or number == 7:
        some = [written(rng, varied(rng, [number])) for _ in range(40)]
        few = [odd for odd in some if len(odd) < 150]
        many = [b'{"timestamp":%d,"odd":%s}' % (n, few[n % len(few)]) for n in range(_MANY)]
        return LineBody(None, many, (0, _MANY // 2, _MANY))
    if chosen < 0.0006 or number == 8:
        event = _whole(rng, number, chats, now)
        event["message"] = {"type": "text", "id": str(number), "text": large(rng)}
        return LineBody(None, (written(rng, event),), ())
    if chosen < 0.2:
        one = LineBody(None, (_event(rng, number, chats, now, schemas),))
        return LineBody(broken(rng, one.with_good(())))
    if chosen < 0.3 and schemas:
        body = varied(rng, copied(rng.choice(schemas)), schemas)
        return LineBody(written(rng, body))
    count = 1 if chosen < 0.8 else rng.randrange(2, 7)
    events = tuple(_event(rng, number, chats, now, schemas) for _ in range(count))
    good = tuple(rng.randrange(count + 1) for _ in range(rng.choice((0, 1, 2)))) if chosen >= 0.8 else ()
    return LineBody(None, events, good)


def _event(rng: random.Random, number: int, chats: Sequence[str], now: int, schemas: Sequence[Json]) -> bytes:
    if schemas and rng.random() < 0.3:
        published = rng.choice(schemas).get("events")
        event: Any = copied(rng.choice(published)) if isinstance(published, list) and published else {}
        if isinstance(event, dict):
            if rng.random() < 0.7:
                event |= _usual(rng, number, chats, now)
            if rng.random() < 0.3:
                return written(rng, event)
    else:
        event = _whole(rng, number, chats, now)
    return written(rng, varied(rng, event, _DONORS) if rng.random() < 0.85 else event)


def _whole(rng: random.Random, number: int, chats: Sequence[str], now: int) -> Json:
    """As LINE sends it, of some kind, from somebody who is known."""
    event: Json = copied(rng.choice(_FIXTURES)(rng))
    return event | _usual(rng, number, chats, now)


def _usual(rng: random.Random, number: int, chats: Sequence[str], now: int) -> Json:
    chat = rng.choice(chats)
    source = {"type": "user", "userId": chat}
    if rng.random() < 0.05:
        kind = rng.choice(("group", "room"))
        source = {"type": kind, f"{kind}Id": f"C{rng.randrange(200):032x}", "userId": chat}
    return {
        "webhookEventId": f"01{number:012d}{rng.randrange(10**12):012d}",
        "timestamp": moment(rng, now // 1_000) * 1_000 + number % 1_000,
        "mode": "standby" if rng.random() < 0.01 else "active",
        "source": source,
        "replyToken": f"{rng.getrandbits(128):032x}",
        "deliveryContext": {"isRedelivery": rng.random() < 0.1},
    }


def _message(kind: str, **rest: Any) -> Json:
    token = "q" * 64
    return {"type": "message", "message": {"type": kind, "id": "5" * 18, "quoteToken": token, **rest}}


def _said(rng: random.Random) -> Json:
    mention = {
        "mentionees": [{"index": 0, "length": 2, "type": "user", "userId": "U" + "1" * 32, "isSelf": True}]
    }
    emojis = [{"index": 1, "length": 6, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}]
    more = {"emojis": emojis, "mention": mention, "quotedMessageId": "4" * 18} if rng.random() < 0.1 else {}
    return _message("text", text=rng.choice(TEXTS), **more)


def _pressed(rng: random.Random) -> Json:
    params = rng.choice(
        ({}, {"datetime": "2026-13-41T25:61"}, {"newRichMenuAliasId": "x", "status": "SUCCESS"})
    )
    return {"type": "postback", "postback": {"data": rng.choice(PAYLOADS), "params": params}}


_OTHERS: Final[tuple[Json, ...]] = (
    _message(
        "image",
        contentProvider={"type": "external", "originalContentUrl": "https://x/", "previewImageUrl": ""},
    ),
    _message("video", duration=60000, contentProvider={"type": "line"}),
    _message("audio", duration=1, contentProvider={"type": "line"}),
    _message("file", fileName="名冊.xlsx", fileSize=2138),
    _message("location", title="市府", address="臺中市", latitude=24.16, longitude=120.64),
    _message("sticker", packageId="446", stickerId="1988", stickerResourceType="STATIC", keywords=["謝謝"]),
    {"type": "follow", "follow": {"isUnblocked": True}},
    {"type": "unfollow"},
    {"type": "join"},
    {"type": "leave"},
    {"type": "memberJoined", "joined": {"members": [{"type": "user", "userId": "U" + "2" * 32}]}},
    {"type": "memberLeft", "left": {"members": [{"type": "user", "userId": "U" + "2" * 32}]}},
    {"type": "unsend", "unsend": {"messageId": "5" * 18}},
    {"type": "videoPlayComplete", "videoPlayComplete": {"trackingId": "t"}},
    {"type": "beacon", "beacon": {"hwid": "d41d8cd98f", "type": "enter", "dm": "ff"}},
    {"type": "accountLink", "link": {"result": "ok", "nonce": "n" * 40}},
    {"type": "membership", "membership": {"type": "joined", "membershipId": 3189}},
    {"type": "module", "module": {"type": "attached", "botId": "U", "scopes": ["message:send"]}},
    {"type": "activated", "chatControl": {"expireAt": 1763949600000}},
    {"type": "botSuspended"},
    {"type": "messageEdited", "message": {"type": "text", "id": "5" * 18, "text": "改過的話"}},
    {
        "type": "delivery",
        "delivery": {"data": "15034552939884E28681A7D668CEA94C147C716C0EC9DFE8B80B44EF3B57F6BD"},
    },
)
_FIXTURES: Final = (*(_said, _said, _said, _pressed, _pressed), lambda rng: rng.choice(_OTHERS))
_DONORS: Final = (
    *_OTHERS,
    {"source": {"type": "user", "userId": "U" + "3" * 32}, "timestamp": 1763949600000},
)


def copied(value: Any) -> Any:
    """Deep, and quicker than `copy.deepcopy`: these are JSON."""
    if isinstance(value, dict):
        return {key: copied(one) for key, one in value.items()}
    return [copied(one) for one in value] if isinstance(value, list) else value
