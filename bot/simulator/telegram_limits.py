"""Telegram's limits on what a bot sends (platforms.md §2.2), with the Bot API's own wording of refusals."""

import re
from typing import Any
from urllib.parse import urlsplit

from bot.simulator.telegram_html import HtmlError, parse
from bot.simulator.telegram_params import Params, bad
from bot.simulator.transcript import Json
from bot.simulator.units import utf16_units

TEXT = 4096  # after parsing. Whether Telegram counts code points or UTF-16 units is unknown: the stricter
CAPTION = 1024
CALLBACK_DATA_BYTES = 64
CALLBACK_ANSWER = 200
COMMANDS = 100
DOCUMENT_BYTES = 50 * 1024 * 1024
START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,256}")
CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
_BUTTON_KINDS = ("callback_data", "url", "copy_text", "web_app", "login_url", "switch_inline_query", "pay")


def formatted(params: Params, field: str, entities_field: str) -> tuple[str, list[Json]]:
    """The text of a call after parsing, with its entities. Raises 400 when it cannot be parsed."""
    text = params.text(field)
    mode = params.text("parse_mode").lower()
    if mode == "html":
        try:
            return parse(text)
        except HtmlError as error:
            raise bad(f"can't parse entities: {error}") from None
    if mode:
        # Markdown is not simulated: the program sends HTML only.
        raise bad("unsupported parse_mode")
    entities = params.object(entities_field) or []
    if not isinstance(entities, list) or not all(isinstance(e, dict) and "type" in e for e in entities):
        raise bad("can't parse MessageEntity")
    return text.strip() if not entities else text, entities


def message_text(params: Params) -> tuple[str, list[Json]]:
    text, entities = formatted(params, "text", "entities")
    if not text:
        raise bad("message text is empty")
    if utf16_units(text) > TEXT:
        raise bad("message is too long")
    return text, entities


def caption(params: Params) -> tuple[str, list[Json]]:
    text, entities = formatted(params, "caption", "caption_entities")
    if utf16_units(text) > CAPTION:
        raise bad("message caption is too long")
    return text, entities


def inline_keyboard(markup: Any) -> Json | None:
    """A checked `reply_markup`: the inline keyboard, or None without one. Raises 400."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in markup:
        known = {"keyboard", "remove_keyboard", "force_reply"} & set(markup)
        if not known:
            raise bad("object expected as reply markup")
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    for row in rows:
        for button in row:
            _button(button)
    if sum(map(len, rows)) > 100:
        raise bad("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": [row for row in rows if row]}


def _button(button: Any) -> None:
    where = "can't parse inline keyboard button"
    if not isinstance(button, dict):
        raise bad(f"{where}: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad(f'{where}: Field "text" must be a non-empty String')
    kinds = [kind for kind in _BUTTON_KINDS if kind in button]
    if not kinds:
        raise bad(f"{where}: Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        raise bad(f"{where}: exactly one of the optional fields must be used")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= CALLBACK_DATA_BYTES:
            raise bad("BUTTON_DATA_INVALID")
    if "url" in button:
        _link(str(button["url"]))
    if "copy_text" in button and not 1 <= len(str(button["copy_text"].get("text", ""))) <= 256:
        raise bad("BUTTON_COPY_TEXT_INVALID")


def _link(url: str) -> None:
    """A link that Telegram takes: http, https or tg, and a host with a dot in it (never `localhost`)."""
    parts = urlsplit(url)
    web = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    if not web and parts.scheme != "tg":
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def commands(value: Any) -> list[Json]:
    """Checked commands of setMyCommands. Raises 400."""
    if not isinstance(value, list):
        raise bad("can't parse commands: expected an Array")
    if len(value) > COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in value:
        if not isinstance(command, dict):
            raise bad("can't parse BotCommand: expected an Object")
        if not re.fullmatch(r"/?[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return [{"command": c["command"].removeprefix("/"), "description": c["description"]} for c in value]
