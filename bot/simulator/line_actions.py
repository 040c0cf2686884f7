"""LINE's action objects: what a button does (reference, "Action objects")."""

from typing import Any

from bot.simulator.line_checks import Check, Problem, Problems, keys, one_of, text, url
from bot.simulator.units import graphemes, utf16_units

_DATE = text(None)
_LINK = url(1000, "http", "https", "line", "tel")
_DATA = text(300, utf16_units)


def _alt_uri(value: Any) -> str | None:
    fits = isinstance(value, dict) and set(value) == {"desktop"}
    return _LINK(value["desktop"]) if fits else "invalid property"


_ACTIONS: dict[str, tuple[dict[str, Check], tuple[str, ...]]] = {
    "postback": (
        {
            "data": _DATA,
            "displayText": text(300, graphemes),
            "text": text(300, utf16_units),
            "inputOption": one_of("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice"),
            "fillInText": text(300, graphemes),
        },
        ("data",),
    ),
    "message": ({"text": text(300, utf16_units)}, ("text",)),
    "uri": ({"uri": _LINK, "altUri": _alt_uri}, ("uri",)),
    "datetimepicker": (
        {
            "data": _DATA,
            "mode": one_of("date", "time", "datetime"),
            "initial": _DATE,
            "max": _DATE,
            "min": _DATE,
        },
        ("data", "mode"),
    ),
    "clipboard": ({"clipboardText": text(1000, utf16_units)}, ("clipboardText",)),
    "camera": ({}, ()),
    "cameraRoll": ({}, ()),
    "location": ({}, ()),
}
_QUICK_REPLY_ONLY = {"camera", "cameraRoll", "location"}


def action(value: Any, path: str, *, label: int, label_required: bool, quick_reply: bool = False) -> Problems:
    """What is wrong with an action. `path` ends before a key's name; `label` is its longest label."""
    if not isinstance(value, dict):
        yield Problem("must be an object", path[:-1])
        return
    kind = value.get("type")
    allowed = [name for name in _ACTIONS if quick_reply or name not in _QUICK_REPLY_ONLY]
    if wrong := one_of(*allowed)(kind):
        yield Problem(wrong, path + "type")
        return
    known, required = _ACTIONS[str(kind)]
    known = {**known, "type": text(None), "label": text(label, graphemes)}
    yield from keys(value, known, (*required, "label") if label_required else required, path)
    if kind == "postback" and "displayText" in value and "text" in value:
        yield Problem("displayText and text cannot be used together", path + "text")
    if kind == "postback" and "fillInText" in value and value.get("inputOption") != "openKeyboard":
        yield Problem("invalid property", path + "fillInText")
