"""LINE: from messages to message objects, each within the limits (platforms.md §1.7)."""

import json
from collections.abc import Sequence
from typing import Any

from bot.platforms import flex
from bot.platforms.measure import count, first_lines, is_blank, split
from bot.platforms.tolerant import clean
from handlers.message import Button, Card, Choices, Message, Text, plain

Json = dict[str, Any]

CALL = 5  # message objects of one API call
TEXT = 5_000  # UTF-16 units
ALT_TEXT = 1_500  # UTF-16 units
BUBBLE = 30_000  # bytes; LINE says 30 KB
QUICK_REPLIES = 13
QUICK_LABEL = 20  # clusters


def draw(messages: Sequence[Message]) -> list[list[Json]]:
    """The message objects that say `messages`, in groups of at most five: one group, one API call.

    Quick replies stand on the very last object only; on any other LINE shows none.
    """
    objects = [drawn for message in messages for drawn in _drawn(message)]
    for earlier in objects[:-1]:
        earlier.pop("quickReply", None)
    return [objects[start : start + CALL] for start in range(0, len(objects), CALL)]


def _drawn(message: Message) -> list[Json]:
    match message:
        case Text(body):
            return _texts(body)
        case Card():
            return _flex(message, flex.card(message), message.buttons, quick=False)
        case Choices():
            buttons = (*message.options, *message.extras)
            return _flex(message, flex.choices(message), buttons, quick=True)


def _flex(message: Card | Choices, bubble: Json, buttons: tuple[Button, ...], *, quick: bool) -> list[Json]:
    if _bytes(bubble) > BUBBLE:
        return _in_words(message, buttons)
    words = clean(plain(message)).strip()
    alt = "…" if is_blank(words) else first_lines(words, ALT_TEXT)
    drawn: Json = {"type": "flex", "altText": alt, "contents": bubble}
    if quick and (replies := _quick_replies(buttons)):
        drawn["quickReply"] = replies
    return [drawn]


def _in_words(message: Card | Choices, buttons: tuple[Button, ...]) -> list[Json]:
    """A bubble too big for LINE as plain text; its links are spelt out, its other buttons quick replies."""
    links = [flex.spelt(button) for button in buttons if button.url]
    texts = _texts("\n".join([plain(message), *links]))
    if texts and (replies := _quick_replies(tuple(b for b in buttons if b.press))):
        texts[-1]["quickReply"] = replies
    return texts


def _texts(body: str) -> list[Json]:
    """LINE refuses a text of nothing but white space, so there is none."""
    parts = (part.strip("\n") for part in split(clean(body), TEXT))
    return [{"type": "text", "text": part} for part in parts if not is_blank(part)]


def _quick_replies(buttons: tuple[Button, ...]) -> Json | None:
    """All buttons again below the chat, or none: half of the answers would look like all of them."""
    fits = all(count(b.label) <= QUICK_LABEL and flex.opens(b) for b in buttons)
    if not fits or not 1 <= len(buttons) <= QUICK_REPLIES:
        return None
    return {"items": [{"type": "action", "action": flex.action(b, QUICK_LABEL)} for b in buttons]}


def _bytes(value: Json) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
