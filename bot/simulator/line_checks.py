"""The pieces out of which LINE's message and Flex checks are made.

A check looks at one JSON value and says what is wrong with it, or None.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Check = Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where, as in `details` of LINE's error body."""

    message: str
    property: str


Problems = Iterator[Problem]


def one_of(*values: str) -> Check:
    def check(value: Any) -> str | None:
        known = isinstance(value, str) and value in values
        return None if known else f"Must be one of the following values: [{', '.join(values)}]"

    return check


def matches(*patterns: str, hint: str = "invalid property") -> Check:
    compiled = [re.compile(pattern) for pattern in patterns]

    def check(value: Any) -> str | None:
        fits = isinstance(value, str) and any(pattern.fullmatch(value) for pattern in compiled)
        return None if fits else hint

    return check


def flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "must be a boolean"


def whole(value: Any) -> str | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return None if fits else "must be a non-negative integer"


def text(limit: int | None, measure: Callable[[str], int] = len, *, least: int = 1) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, str):
            return "must be a string"
        size = measure(value)
        if size < least:
            return "May not be empty"
        if limit is not None and size > limit:
            return f"Length must be between {least} and {limit}"
        return None

    return check


def url(limit: int, *schemes: str) -> Check:
    """A URI of one of these schemes, at most `limit` characters."""

    def check(value: Any) -> str | None:
        if not isinstance(value, str) or not value:
            return "May not be empty"
        if len(value) > limit:
            return f"Length must be between 0 and {limit}"
        parts = urlsplit(value)
        web = parts.scheme in ("http", "https")
        if parts.scheme not in schemes or (web and not parts.netloc):
            return "invalid uri scheme"
        return None if value.isascii() and not re.search(r"\s", value) else "invalid uri"

    return check


def json_bytes(value: Any) -> int:
    """Size of a value as compact UTF-8 JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def keys(value: dict[str, Any], known: dict[str, Check], required: tuple[str, ...], path: str) -> Problems:
    """Missing, unknown and wrong keys of one object; `path` ends where the key is to be appended."""
    for name in required:
        if name not in value:
            yield Problem("must be specified", path + name)
    for name, item in value.items():
        check = known.get(name)
        if check is None:
            yield Problem("unknown field", path + name)
        elif wrong := check(item):
            yield Problem(wrong, path + name)
