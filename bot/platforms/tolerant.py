"""Reading JSON that may be anything.

A platform may add, drop or change fields without notice (platforms.md §1.1), and one event that cannot be
read must cost nothing but itself. So nothing here expects a shape: what is not there reads as empty.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

NOTHING: Mapping[str, object] = {}
LONGEST_ID = 64  # LINE's ids have 33 characters, its event ids 26, Telegram's at most 20
LARGEST = 2**63 - 1  # what a database keeps as an integer
_UNSOUND = re.compile("[\0\ud800-\udfff]")
_EARLIEST = datetime(2010, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


class UnreadableError(ValueError):
    """The bytes are not JSON in UTF-8, or nest deeper than Python reads."""


def decode(raw: bytes) -> object:
    """The JSON value in `raw`. Raises UnreadableError."""
    try:
        return json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UnreadableError(type(error).__name__) from None


def encode(value: object) -> bytes:
    """`value` as compact JSON in UTF-8, a lone surrogate as its escape. Raises UnreadableError."""
    try:
        try:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        except UnicodeEncodeError:
            return json.dumps(value, separators=(",", ":")).encode("ascii")
    except (ValueError, RecursionError) as error:
        raise UnreadableError(type(error).__name__) from None


def mapping(value: object) -> Mapping[str, object]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else NOTHING


def inside(value: Mapping[str, object], key: str) -> Mapping[str, object]:
    """The object under `key`, or an empty one."""
    return mapping(value.get(key))


def string(value: Mapping[str, object], key: str) -> str:
    """The string under `key`, or an empty one."""
    found = value.get(key)
    return found if isinstance(found, str) else ""


def integer(value: Mapping[str, object], key: str) -> int | None:
    """The whole number under `key`, if there is one that a database can keep."""
    found = value.get(key)
    if isinstance(found, bool) or not isinstance(found, int):
        return None
    return found if -LARGEST <= found <= LARGEST else None


def identifier(value: Mapping[str, object], key: str) -> str:
    """The id under `key`, or "" where it is missing or no id that a platform gives."""
    found = string(value, key)
    return found if len(found) <= LONGEST_ID and found.isascii() and found.isprintable() else ""


def instant(seconds: float | None) -> datetime | None:
    """A Unix time as an aware datetime in UTC; None where it is missing or absurd (not 2010 to 2099)."""
    if seconds is None or not _EARLIEST <= seconds < _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def fingerprint(raw: bytes) -> str:
    """What stands for the id of something that carries none: the same bytes, the same id."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def clean(text: str) -> str:
    """Text that any database and any platform takes: lone surrogates become U+FFFD, NUL goes."""
    if _UNSOUND.search(text) is None:
        return text
    return text.replace("\0", "").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
