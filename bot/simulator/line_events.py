"""LINE's webhook events as LINE sends them (reference, "Webhook event objects")."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Any

from bot.simulator.transcript import Json

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def user_id(name: str) -> str:
    """A LINE user id of the right form, always the same for a name."""
    return "U" + hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


def group_id(name: str) -> str:
    return "C" + hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()


def sign(channel_secret: str, body: bytes) -> str:
    """`x-line-signature`: Base64 of HMAC-SHA256 over the raw body (verify-webhook-signature)."""
    digest = hmac.new(channel_secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def ulid(at: datetime) -> str:
    """A ULID: 48 bits of milliseconds, 80 random bits."""
    number = (milliseconds(at) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def message_id() -> str:
    return str(secrets.randbelow(9 * 10**17) + 10**17)


def event(kind: str, at: datetime, source: Json, *, mode: str = "active", **rest: Any) -> Json:
    """An event of any type; `rest` are the keys of that type."""
    return {
        "type": kind,
        **rest,
        "webhookEventId": ulid(at),
        "deliveryContext": {"isRedelivery": False},
        "timestamp": milliseconds(at),
        "source": source,
        "mode": mode,
    }


def user_source(user: str) -> Json:
    return {"type": "user", "userId": user}


def group_source(group: str, user: str) -> Json:
    return {"type": "group", "groupId": group, "userId": user}


def text_content(text: str) -> Json:
    return _content("text", text=text)


def sticker_content(package: str = "446", sticker: str = "1988") -> Json:
    return _content(
        "sticker",
        packageId=package,
        stickerId=sticker,
        stickerResourceType="STATIC",
        keywords=["謝謝", "OK"],
    )


def image_content() -> Json:
    return _content("image", contentProvider={"type": "line"})


def _content(kind: str, **rest: Any) -> Json:
    return {
        "type": kind,
        "id": message_id(),
        **rest,
        "quoteToken": secrets.token_urlsafe(48),
        "markAsReadToken": secrets.token_urlsafe(24),
    }
