"""LINE's limits on what a bot sends (platforms.md §1.7), with LINE's own wording of refusals."""

import re
from typing import Any

from bot.simulator import flex
from bot.simulator.line_actions import action
from bot.simulator.line_checks import Check, Problem, Problems, keys, matches, text, url, whole
from bot.simulator.transcript import Json
from bot.simulator.units import utf16_units
from bot.simulator.wire import Answer, RefusalError

MESSAGES = 5
RECIPIENTS = 500
TEXT_UNITS = 5000
ALT_TEXT_UNITS = 1500
QUICK_REPLIES = 13
LABEL = 20
BODY_BYTES = 2 * 1024 * 1024

USER_ID = re.compile(r"U[0-9a-f]{32}")
CHAT_ID = re.compile(r"[UCR][0-9a-f]{32}")
RETRY_KEY = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def refuse(status: int, message: str, details: list[Problem] | None = None) -> RefusalError:
    """LINE's error body: `{"message": …, "details": [{"message": …, "property": …}]}`."""
    body: Json = {"message": message}
    if details:
        body["details"] = [{"message": p.message, "property": p.property} for p in details]
    return RefusalError(Answer(body, status))


def check_messages(body: Json) -> list[Json]:
    """The messages of a request. Raises LINE's 400 when they break a limit."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not 1 <= len(messages) <= MESSAGES:
        size = [Problem(f"Size must be between 1 and {MESSAGES}", "messages")]
        raise refuse(400, "The request body has 1 error(s)", size)
    general = [p for i, message in enumerate(messages) for p in _message(message, f"messages[{i}]")]
    if general:
        raise refuse(400, f"The request body has {len(general)} error(s)", general)
    for index, message in enumerate(messages):
        if message["type"] == "flex" and (wrong := list(flex.problems(message["contents"]))):
            raise refuse(400, f"A message (messages[{index}]) in the request body is invalid", wrong)
    return messages


def check_keys(body: Json, *known: str) -> None:
    """Raises 400 for a key that the endpoint does not know (the published schema refuses it)."""
    unknown = [Problem("unknown field", name) for name in body if name not in known]
    if unknown:
        raise refuse(400, f"The request body has {len(unknown)} error(s)", unknown)


def _any(_: Any) -> str | None:
    return None


_STRING = text(None)
_MEDIA = url(2000, "https")
_MESSAGES: dict[str, tuple[dict[str, Check], tuple[str, ...]]] = {
    "text": (
        {"text": text(TEXT_UNITS, utf16_units), "emojis": _any, "quoteToken": _STRING},
        ("text",),
    ),
    "textV2": (
        {"text": text(TEXT_UNITS, utf16_units), "substitution": _any, "quoteToken": _STRING},
        ("text",),
    ),
    "sticker": (
        {"packageId": matches(r"\d+"), "stickerId": matches(r"\d+"), "quoteToken": _STRING},
        ("packageId", "stickerId"),
    ),
    "image": (
        {"originalContentUrl": _MEDIA, "previewImageUrl": _MEDIA},
        ("originalContentUrl", "previewImageUrl"),
    ),
    "video": (
        {"originalContentUrl": _MEDIA, "previewImageUrl": _MEDIA, "trackingId": text(100)},
        ("originalContentUrl", "previewImageUrl"),
    ),
    "audio": ({"originalContentUrl": _MEDIA, "duration": whole}, ("originalContentUrl", "duration")),
    "location": (
        {"title": text(100), "address": text(100), "latitude": _any, "longitude": _any},
        ("title", "address", "latitude", "longitude"),
    ),
    "flex": ({"altText": text(ALT_TEXT_UNITS, utf16_units), "contents": _any}, ("altText", "contents")),
}


def _message(message: Any, at: str) -> Problems:
    if not isinstance(message, dict):
        yield Problem("must be an object", at)
        return
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in _MESSAGES:
        names = ", ".join(_MESSAGES)
        yield Problem(f"Must be one of the following values: [{names}]", f"{at}.type")
        return
    known, required = _MESSAGES[kind]
    shared: dict[str, Check] = {"type": _any, "quickReply": _any, "sender": _any}
    yield from keys(message, {**known, **shared}, required, f"{at}.")
    if kind == "textV2" and isinstance(message.get("text"), str):
        yield from _substitutions(message, at)
    if "quickReply" in message:
        yield from _quick_reply(message["quickReply"], f"{at}.quickReply")
    if "sender" in message:
        if isinstance(message["sender"], dict):
            yield from keys(message["sender"], {"name": text(20), "iconUrl": _MEDIA}, (), f"{at}.sender.")
        else:
            yield Problem("must be an object", f"{at}.sender")


def _substitutions(message: Json, at: str) -> Problems:
    """In textV2 every `{name}` is replaced; a brace that is text must be doubled."""
    substitution = message.get("substitution", {})
    if not isinstance(substitution, dict) or len(substitution) > 100:
        yield Problem("Size must be between 0 and 100", f"{at}.substitution")
        return
    bare = message["text"].replace("{{", "").replace("}}", "")
    for name in re.findall(r"\{([A-Za-z0-9_]{1,20})\}", bare):
        if name not in substitution:
            yield Problem(f"{name} is not in substitution", f"{at}.text")
    if re.search(r"[{}]", re.sub(r"\{[A-Za-z0-9_]{1,20}\}", "", bare)):
        yield Problem("invalid placeholder", f"{at}.text")


def _quick_reply(value: Any, at: str) -> Problems:
    items = value.get("items") if isinstance(value, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= QUICK_REPLIES:
        yield Problem(f"Size must be between 1 and {QUICK_REPLIES}", f"{at}.items")
        return
    yield from keys(value, {"items": _any}, (), f"{at}.")
    known: dict[str, Check] = {"type": matches("action"), "imageUrl": _MEDIA, "action": _any}
    for index, item in enumerate(items):
        place = f"{at}.items[{index}]"
        if not isinstance(item, dict):
            yield Problem("must be an object", place)
            continue
        yield from keys(item, known, ("type", "action"), f"{place}.")
        if "action" in item:
            yield from action(
                item["action"], f"{place}.action.", label=LABEL, label_required=True, quick_reply=True
            )
