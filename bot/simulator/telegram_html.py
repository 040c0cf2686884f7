"""Telegram's HTML (bots/api#html-style): tags to entities, or the error that Telegram gives.

Offsets and lengths of entities are UTF-16 code units. Byte offsets in errors are UTF-8.
"""

import re
from dataclasses import dataclass

from bot.simulator.transcript import Json
from bot.simulator.units import utf16_units

_PLAIN = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_TAGS = {*_PLAIN, "a", "span", "tg-emoji"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]+));?")
_ATTRIBUTE = re.compile(r"""\s*([^\s=>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")


class HtmlError(ValueError):
    """Why Telegram cannot parse the text, in its own words."""


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int


def parse(html: str) -> tuple[str, list[Json]]:
    """The text that is shown and its entities. Raises HtmlError for anything Telegram refuses."""
    out: list[str] = []
    entities: list[Json] = []
    stack: list[_Open] = []
    shown = 0
    position = 0
    while position < len(html):
        char = html[position]
        if char == "&":
            piece, position = _reference(html, position)
        elif char != "<":
            piece, position = char, position + 1
        elif html.startswith("</", position):
            position = _close(html, position, stack, entities, shown)
            continue
        else:
            tag, attributes, position = _start(html, position)
            stack.append(_Open(tag, attributes, shown))
            continue
        out.append(piece)
        shown += utf16_units(piece)
    if stack:
        raise HtmlError(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    entities.reverse()  # closed last is opened first: the outer of two equal ones leads
    return _trimmed("".join(out), sorted(entities, key=lambda e: (e["offset"], -e["length"])))


def _at(html: str, position: int) -> int:
    return len(html[:position].encode("utf-8", "surrogatepass"))


def _reference(html: str, position: int) -> tuple[str, int]:
    """A character reference, or the bare ampersand that Telegram leaves as it is."""
    match = _REFERENCE.match(html, position)
    if match is None:
        return "&", position + 1
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return (_NAMED[name], match.end()) if name in _NAMED else ("&", position + 1)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return (chr(code), match.end()) if 0 < code < 0x110000 else ("&", position + 1)


def _start(html: str, position: int) -> tuple[str, dict[str, str], int]:
    end = html.find(">", position)
    where = _at(html, position)
    if end < 0:
        raise HtmlError(f"Unclosed start tag at byte offset {where}")
    name = re.split(r"[\s/]", html[position + 1 : end], maxsplit=1)[0].lower()
    if name not in _TAGS:
        raise HtmlError(f'Unsupported start tag "{name}" at byte offset {where}')
    attributes: dict[str, str] = {}
    cursor = position + 1 + len(name)
    while match := _ATTRIBUTE.match(html, cursor):
        key, *values = match.groups()
        attributes[key.lower()] = next((v for v in values if v is not None), "")
        cursor = match.end()
    rest = html[cursor:]
    end = cursor + len(rest) - len(rest.lstrip())
    if not html.startswith(">", end):
        raise HtmlError(f'Unclosed start tag "{name}" at byte offset {where}')
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise HtmlError(f'Tag "span" must have class "tg-spoiler" at byte offset {where}')
    return name, attributes, end + 1


def _close(html: str, position: int, stack: list[_Open], entities: list[Json], shown: int) -> int:
    where = _at(html, position)
    end = html.find(">", position)
    if end < 0:
        raise HtmlError(f"Unclosed end tag at byte offset {where}")
    if not stack:
        raise HtmlError(f"Unexpected end tag at byte offset {where}")
    opened = stack.pop()
    name = html[position + 2 : end].strip().lower()
    if name and name != opened.tag:
        raise HtmlError(
            f'Unmatched end tag at byte offset {where}, expected "</{opened.tag}>", found "</{name}>"'
        )
    length = shown - opened.offset
    if length and (entity := _entity(opened)):
        placed = {**entity, "offset": opened.offset, "length": length}
        inner = entities[-1] if entities else {}
        if opened.tag == "pre" and inner == {**placed, "type": "code", "language": inner.get("language")}:
            placed["language"] = entities.pop()["language"]  # <pre><code class="language-…"> is one entity
        entities.append(placed)
    return end + 1


def _entity(opened: _Open) -> Json | None:
    attributes = opened.attributes
    match opened.tag:
        case "a":
            link = re.sub(_REFERENCE, lambda m: _reference(m[0], 0)[0], attributes.get("href", ""))
            return {"type": "text_link", "url": link} if link else None
        case "code" if attributes.get("class", "").startswith("language-"):
            return {"type": "code", "language": attributes["class"].removeprefix("language-")}
        case "span":
            return {"type": "spoiler"}
        case "tg-emoji":
            return {"type": "custom_emoji", "custom_emoji_id": attributes.get("emoji-id", "")}
        case "blockquote" if "expandable" in attributes:
            return {"type": "expandable_blockquote"}
        case tag:
            return {"type": _PLAIN[tag]}


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Telegram cuts white space at both ends, and entities with it."""
    cut = utf16_units(text) - utf16_units(text.lstrip())
    stripped = text.strip()
    size = utf16_units(stripped)
    kept = []
    for entity in entities:
        begin = max(entity["offset"] - cut, 0)
        end = min(entity["offset"] + entity["length"] - cut, size)
        if end > begin:
            kept.append({**entity, "offset": begin, "length": end - begin})
    return stripped, kept
