"""What a button carries. One place packs and parses it.

A payload is `1:task:nonce:choice` in ASCII. It never carries an employee number, a name or a text of a
person; what it may do is decided from the account that pressed it and the nonce of that account's own
conversation. The tighter of the platforms' limits holds: Telegram's 64 bytes of callback_data (Bot API,
InlineKeyboardButton) against LINE's 300 characters of postback data.
"""

import re
from dataclasses import dataclass

VERSION = "1"
LIMIT = 64  # bytes
_FIELD = re.compile(r"[A-Za-z0-9_.,-]*")


@dataclass(frozen=True, slots=True)
class Press:
    """`nonce` is empty for buttons that stand for a typed command and hold at any time."""

    task: str
    choice: str = ""
    nonce: str = ""


def pack(press: Press) -> str:
    """Raises ValueError for a field outside `A-Za-z0-9_.,-` or a payload over 64 bytes."""
    fields = (press.task, press.nonce, press.choice)
    if not press.task or not all(_FIELD.fullmatch(f) for f in fields):
        raise ValueError(f"not a payload: {press!r}")
    packed = ":".join((VERSION, *fields))
    if len(packed) > LIMIT:
        raise ValueError(f"payload over {LIMIT} bytes: {packed}")
    return packed


def parse(data: str) -> Press | None:
    """None for anything this version did not pack: the caller answers it as an old button."""
    if len(data) > LIMIT or not data.isascii():
        return None
    parts = data.split(":")
    if len(parts) != 4 or parts[0] != VERSION or not parts[1]:
        return None
    if not all(_FIELD.fullmatch(part) for part in parts[1:]):
        return None
    return Press(task=parts[1], nonce=parts[2], choice=parts[3])
