"""How values stand in a row, the same on SQLite and PostgreSQL."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, String, Text, TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNSOUND = re.compile("[\0\ud800-\udfff]")
_MILLISECOND = timedelta(milliseconds=1)

# SQLite numbers rows by itself only in a column declared INTEGER, which is 64 bits wide there.
Id = BigInteger().with_variant(Integer, "sqlite")


def milliseconds(instant: datetime) -> int:
    """Whole milliseconds since 1970 UTC. Raises ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a timezone")
    return (instant - EPOCH) // _MILLISECOND


class Instant(TypeDecorator[datetime]):
    """An aware datetime as integer milliseconds UTC: no database's idea of timezones comes between."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else milliseconds(value)

    def process_result_value(self, value: Any | None, dialect: Dialect | None = None) -> datetime | None:
        return None if value is None else EPOCH + timedelta(milliseconds=value)


class Day(TypeDecorator[date]):
    """A date as its ISO text, which sorts as dates do."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any | None, dialect: Dialect | None = None) -> date | None:
        return None if value is None else date.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """A JSON value as ASCII text: NUL and lone surrogates, which PostgreSQL refuses, stay escaped."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, separators=(",", ":"), default=_plain)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:
        return None if value is None else json.loads(value)


class Words(TypeDecorator[str]):
    """Text that people read. What no database can hold as text (NUL, lone surrogates) becomes U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else sound(value)


def sound(text: str) -> str:
    """The text as `Words` keeps it."""
    return text if text.isascii() and "\0" not in text else _UNSOUND.sub("\ufffd", text)


class Exact(TypeDecorator[str]):
    """A string kept to the last code unit, as bytes: what is sent again must be the same."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else value.encode("utf-8", "surrogatepass")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else bytes(value).decode("utf-8", "surrogatepass")


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"not a JSON value: {type(value).__name__}")
