"""Telegram: from messages to sendMessage bodies, each within the limits (platforms.md §2.2).

Bold is the only style: slanted Chinese is hard to read. HTML is made of whole lines: a line is escaped and
put into its tags in one place, and messages are cut between lines. So no tag and no entity is ever cut.
"""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Literal

from bot.platforms.links import in_ascii, is_public, scheme
from bot.platforms.measure import is_blank, shorten, split, utf16, width
from bot.platforms.tolerant import clean
from handlers.message import Bar, Button, Card, Choices, Field, Line, Message, Row, Text, apart, closes
from handlers.payload import pack

Json = dict[str, Any]
Tag = Literal["", "b"]

TEXT = 4_096  # UTF-16 units; Telegram counts them without the tags, here the tags count too
BUTTONS = 100  # of one message
SHORT = 14  # half-width columns of a label of which two stand in a row on a small phone
LABEL = 64  # clusters; Telegram names no limit and shows about this much
CELLS = 10  # of a progress bar


@dataclass(frozen=True, slots=True)
class _Words:
    """A line, or what is left of one, in one style."""

    text: str
    tag: Tag = ""

    @property
    def html(self) -> str:
        return escape(self.text, self.tag)


def escape(text: str, tag: Tag = "") -> str:
    """The text as HTML that Telegram takes; the one place where text becomes HTML."""
    safe = html.escape(clean(text), quote=False)
    return f"<{tag}>{safe}</{tag}>" if tag and not is_blank(text) else safe


def draw(messages: Sequence[Message]) -> list[Json]:
    """The bodies of the sendMessage calls that say `messages`, without chat_id. A keyboard stands under
    the last part of its message."""
    return [body for message in messages for body in _drawn(message)]


def _drawn(message: Message) -> list[Json]:
    match message:
        case Text(body):
            return _bodies([_GAP if is_blank(line) else _Words(line) for line in body.split("\n")], [])
        case Card():
            subtitle = [] if is_blank(message.subtitle) else [_Words(message.subtitle), _GAP]
            lines = [_Words(message.title, "b"), *subtitle, *_rows(message.rows), *_spelt(message.buttons)]
            single = [
                line
                for line, before in zip(lines, [None, *lines], strict=False)
                if line != _GAP or before != _GAP
            ]
            return _bodies(single, _keyboard((), message.buttons))
        case Choices():
            head = f"（{message.progress}）{message.prompt}" if message.progress else message.prompt
            lines = [_Words(head, "b"), *map(_Words, message.hint.split("\n"))]
            spelt = _spelt((*message.options, *message.extras))
            return _bodies([*lines, *spelt], _keyboard(message.options, message.extras))


def _rows(rows: Sequence[Row]) -> list[_Words]:
    """An empty line stands before every section, between the items of a list, and before the note that ends
    the card."""
    words: list[_Words] = []
    for place, row in enumerate(rows):
        if closes(rows, place) or apart(rows, place):
            words.append(_GAP)
        match row:
            case Line(text, "heading"):
                words += [_GAP, _Words(text, "b")]
            case Line(text, "good" | "due"):
                words.append(_Words(text, "b"))
            case Line(text):
                words.append(_Words(text))
            case Field(label, value):
                words.append(_Words(f"{label}：{value}" if not is_blank(value) else ""))
            case Bar():
                words += [_Words(_cells(row)), _Words(row.caption)]
    return words


_GAP = _Words("\n")  # an empty line that is meant


def _cells(bar: Bar) -> str:
    """■ official, ▣ waiting for upload, □ still missing; what is not nothing has a cell, what is not yet
    whole is not full."""
    if bar.needed <= 0:
        return ""
    official = min(max(bar.official, 0), bar.needed)
    waiting = min(max(bar.waiting, 0), bar.needed - official)
    missing = bar.needed - official - waiting
    full = _share(official, bar.needed)
    half = min(_share(waiting, bar.needed), CELLS - full)
    if missing and full + half == CELLS:
        full, half = (full, half - 1) if half else (full - 1, half)
    return "■" * full + "▣" * half + "□" * (CELLS - full - half)


def _share(part: int, whole: int) -> int:
    return max(1, part * CELLS // whole) if part else 0


def _bodies(lines: list[_Words], keyboard: list[list[Json]]) -> list[Json]:
    parts = _packed(lines)
    if not parts and keyboard:
        parts = ["…"]  # buttons need a text to hang on
    bodies = [_body(part) for part in parts]
    if bodies and keyboard:
        bodies[-1]["reply_markup"] = {"inline_keyboard": keyboard}
    return bodies


def _body(text: str) -> Json:
    return {"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}


def _packed(lines: list[_Words]) -> list[str]:
    """Lines put together into as few texts as hold them."""
    texts: list[str] = []
    open_text: list[str] = []
    room = TEXT
    for piece in (piece for line in lines for piece in _pieces(line)):
        size = utf16(piece) + 1  # with its line break
        if size - 1 > room:
            texts.append("\n".join(open_text))
            open_text, room = [], TEXT
        open_text.append(piece)
        room -= size
    texts.append("\n".join(open_text))
    trimmed = (text.strip("\n") for text in texts)
    return [text for text in trimmed if text.strip()]


def _pieces(words: _Words) -> list[str]:
    """The line as HTML; of one that is too long, pieces that each fit."""
    if words == _GAP:
        return [""]
    if is_blank(words.text):
        return []
    frame = utf16(escape("x", words.tag)) - 1
    cut = split(clean(words.text), TEXT - frame, lambda text: utf16(escape(text)))
    return [_Words(piece, words.tag).html for piece in cut if not is_blank(piece)]


def _keyboard(options: tuple[Button, ...], others: tuple[Button, ...]) -> list[list[Json]]:
    """Answers one a row; other buttons two a row where both are short."""
    rows = [[_key(option)] for option in options if _opens(option)]
    waiting = [button for button in others if _opens(button)]
    while waiting:
        pair = len(list(takewhile(lambda button: width(button.label) <= SHORT, waiting[:2])))
        taken, waiting = waiting[: max(pair, 1)], waiting[max(pair, 1) :]
        rows.append([_key(button) for button in taken])
    if sum(map(len, rows)) > BUTTONS:
        raise ValueError(f"over {BUTTONS} buttons in one message")
    return rows


def _key(button: Button) -> Json:
    label = "…" if is_blank(button.label) else shorten(clean(button.label).strip(), LABEL)
    if button.press is not None:
        return {"text": label, "callback_data": pack(button.press)}
    return {"text": label, "url": in_ascii(button.url or "") or ""}


def _opens(button: Button) -> bool:
    """Whether Telegram takes the button: it refuses a whole message over a link without a real host."""
    if button.press is not None:
        return True
    url = in_ascii(button.url or "")
    return url is not None and (scheme(url) == "tg" or (scheme(url) in ("http", "https") and is_public(url)))


def _spelt(buttons: Iterable[Button]) -> list[_Words]:
    return [_Words(f"{button.label}：{button.url}") for button in buttons if not _opens(button)]
