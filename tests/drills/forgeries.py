"""Requests of those who do not know the secret, in all the ways in which one may try."""

import base64
import hashlib
import hmac
import random
import string
from collections.abc import Sequence
from typing import Final

from bot.simulator.line_events import sign
from tests.drills.besieged import HOOK_SECRET, SECRET, Headers
from tests.drills.hostile import broken

Forged = tuple[bytes, Headers]

LINE: Final = "X-Line-Signature"
TELEGRAM: Final = "X-Telegram-Bot-Api-Secret-Token"
_BASE64: Final = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"


def forged_line(seed: int, number: int, genuine: Sequence[bytes]) -> Forged:
    """The `number`th forgery of `seed`, always the same; `genuine` are bodies that LINE signed."""
    rng = random.Random(seed * 10_000_003 + number)  # noqa: S311 - the same at every run
    seen = rng.choice(genuine)
    right = sign(SECRET, seen)
    body = _changed(rng, seen)
    if rng.random() < 0.4:  # a replay: the signature is genuine, the body is not
        return body, [(LINE, right)]
    body = seen if rng.random() < 0.5 else body
    right = sign(SECRET, body)
    return body, _carried(rng, LINE, _bent_signature(rng, right, body))


def forged_telegram(seed: int, number: int, genuine: Sequence[bytes]) -> Forged:
    rng = random.Random(seed * 10_000_003 + number)  # noqa: S311 - the same at every run
    body = rng.choice(genuine)
    return _changed(rng, body) if rng.random() < 0.5 else body, _carried(rng, TELEGRAM, _bent_secret(rng))


def _changed(rng: random.Random, body: bytes) -> bytes:
    """Never the same bytes."""
    changed = rng.choice(
        (
            lambda: body.replace(b'"text"', b'"text" '),
            lambda: body + b" ",
            lambda: broken(rng, body),
            lambda: body.replace(b"1", b"2", 1),
            lambda: body[:-1],
        )
    )()
    return changed if changed != body else body + b"\n"


def _carried(rng: random.Random, name: str, value: str | None) -> Headers:
    """The header as it is, twice, by another name, or none at all; never with the right value."""
    if value is None:
        return []
    match rng.randrange(8):
        case 0:
            return [(name, value), (name, value)]
        case 1:
            return [(name.upper(), value), (name.lower(), "")]
        case 2:
            return [(name.replace("-", "_"), value)]
        case 3:
            return [("Authorization", f"Bearer {value}"), ("Cookie", f"{name}={value}")]
        case _:
            return [(name, value)]


def _bent_signature(rng: random.Random, right: str, body: bytes) -> str | None:
    raw = base64.b64decode(right)
    last = _BASE64[_BASE64.index(right[-2]) ^ 1]  # the same bytes to a decoder that does not look closely
    bent = (
        None,
        "",
        "=",
        right[: rng.randrange(len(right))],
        right[: -1 - rng.randrange(1, 4)] + right[-1],
        right.rstrip("="),
        right + rng.choice("=A0"),
        f"{right[:-2]}{last}=",
        right.swapcase(),
        raw.hex(),
        f"sha256={raw.hex()}",
        f"sha256={right}",
        f'"{right}"',
        f"{right},{right}",
        right.replace("=", "%3D"),
        base64.urlsafe_b64encode(raw[:-1] + bytes([raw[-1] ^ 1])).decode(),
        base64.b64encode(raw[::-1]).decode(),
        base64.b64encode(raw[:-1]).decode(),
        base64.b64encode(hashlib.sha256(body).digest()).decode(),
        base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha512).digest()).decode(),
        base64.b64encode(hmac.new(SECRET.encode(), body, "md5").digest()).decode(),
        sign("", body),
        sign(SECRET[:-1], body),
        sign(SECRET.upper(), body),
        sign(SECRET + "\n", body),
        sign(HOOK_SECRET, body),
        base64.b64encode(rng.randbytes(32)).decode(),
        "簽章" + right,
        right[:10] + "\u00e9" + right[11:],
        "Ａ" * 44,
        "A" * 7_000,
        "null",
    )
    return rng.choice(bent)


def _bent_secret(rng: random.Random) -> str | None:
    at = rng.randrange(len(HOOK_SECRET))
    bent = (
        None,
        "",
        HOOK_SECRET[:at],
        HOOK_SECRET[at + 1 :],
        HOOK_SECRET[:at] + "x" + HOOK_SECRET[at:],
        HOOK_SECRET.upper(),
        HOOK_SECRET.replace("-", "_"),
        HOOK_SECRET[::-1],
        HOOK_SECRET * 2,
        f'"{HOOK_SECRET}"',
        f"Bearer {HOOK_SECRET}",
        f"{HOOK_SECRET},{HOOK_SECRET}",
        f"{HOOK_SECRET}%00",
        HOOK_SECRET.replace("o", "\u043e"),
        HOOK_SECRET.replace("k", "\uff4b"),
        HOOK_SECRET.replace("h", "\u00e9"),
        base64.b64encode(HOOK_SECRET.encode()).decode(),
        hashlib.sha256(HOOK_SECRET.encode()).hexdigest(),
        SECRET,
        "".join(rng.choices(_BASE64, k=len(HOOK_SECRET))),
        "A" * 7_000,
        "*",
        "null",
    )
    return rng.choice(bent)
