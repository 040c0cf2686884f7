"""Reads one TOML table key by key and notes every problem instead of stopping at the first."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final, TypeVar

from guideline.edition import Cite
from guideline.problems import Problem

Choice = TypeVar("Choice", bound=str)

# Ids stand in buttons beside a task and a nonce (64 bytes in all) and in addresses.
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ID_LIMIT: Final = 24
_SOURCE: Final = re.compile(r"Q[1-9][0-9]?|law|agency|provisional")
_MISSING: Final = object()


class Table:
    """`key` is the table's place in the file (courses[x]). After reading, `close` reports the keys nobody
    asked for."""

    def __init__(
        self, file: str, key: str, data: Mapping[str, object], note: Callable[[Problem], None]
    ) -> None:
        self.file = file
        self.key = key
        self._data = data
        self._note = note
        self._read: set[str] = set()

    def problem(self, name: str, reason: str) -> None:
        self._note(Problem(self.file, f"{self.key}.{name}", reason))

    def has(self, name: str) -> bool:
        return name in self._data

    def text(self, name: str, default: str | None = None) -> str:
        """A string that is not blank; without a default it must be there."""
        value = self._value(name, default)
        if isinstance(value, str) and (value.strip() or value == default):
            return value
        if value is not _MISSING:
            self.problem(name, "須為不空白的文字")
        return ""

    def ident(self, name: str = "id") -> str:
        value = self.text(name)
        if value and not (_ID.fullmatch(value) and len(value) <= ID_LIMIT):
            self.problem(name, f"「{value}」須為小寫英數字與連字號，至多 {ID_LIMIT} 字")
        return value

    def matching(self, name: str, pattern: str, shape: str) -> str:
        value = self.text(name)
        if value and not re.fullmatch(pattern, value):
            self.problem(name, f"「{value}」須為{shape}")
        return value

    def one_of(self, name: str, choices: tuple[Choice, ...], default: Choice | None = None) -> Choice:
        value = self._value(name, default)
        if isinstance(value, str) and value in choices:
            return value
        if value is not _MISSING:
            self.problem(name, f"須為 {'、'.join(choice or '（空白）' for choice in choices)} 之一")
        return choices[0]

    def optional_one_of(self, name: str, choices: tuple[Choice, ...]) -> Choice | None:
        return self.one_of(name, choices) if self.has(name) else None

    def whole(self, name: str, least: int, default: int | None = None) -> int:
        value = self._value(name, default)
        if isinstance(value, int) and not isinstance(value, bool):
            if value >= least:
                return value
            self.problem(name, f"須大於 0，現為 {value}" if least == 1 else f"至少為 {least}，現為 {value}")
        elif value is not _MISSING:
            self.problem(name, "須為整數")
        return least

    def optional_whole(self, name: str, least: int) -> int | None:
        return self.whole(name, least) if self.has(name) else None

    def flag(self, name: str) -> bool:
        value = self._value(name, False)
        if isinstance(value, bool):
            return value
        self.problem(name, "須為 true 或 false")
        return False

    def day(self, name: str) -> date:
        value = self._value(name, None)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if value is not _MISSING:
            self.problem(name, "須為日期，例如 2026-06-30，不加引號")
        return date.min

    def optional_day(self, name: str) -> date | None:
        return self.day(name) if self.has(name) else None

    def month_day(self, name: str) -> date | None:
        """`"12-24"` as a date of a leap year; None where absent or wrong."""
        if not self.has(name):
            return None
        value = self._value(name, None)
        if isinstance(value, str) and (found := re.fullmatch(r"(\d{2})-(\d{2})", value)):
            try:
                return date(2024, int(found[1]), int(found[2]))
            except ValueError:
                pass
        self.problem(name, '須為存在的月日，例如 "12-24"')
        return None

    def address(self, name: str, default: str | None = None) -> str:
        value = self.text(name, default)
        if value and not re.fullmatch(r"https?://\S+", value):
            self.problem(name, "須為 http 或 https 網址")
        return value

    def words(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of strings, none blank, none twice."""
        value = self._value(name, default)
        if isinstance(value, list | tuple) and all(isinstance(word, str) and word.strip() for word in value):
            words = tuple(value)
            if len(set(words)) < len(words):
                self.problem(name, "有重複的項目")
            return words
        if value is not _MISSING:
            self.problem(name, "須為文字的清單")
        return ()

    def wholes(self, name: str, least: int) -> tuple[int, ...]:
        """A list of whole numbers from `least` on, none twice."""
        value = self._value(name, None)
        if isinstance(value, list) and value and all(type(one) is int and one >= least for one in value):
            if len(set(value)) < len(value):
                self.problem(name, "有重複的項目")
            return tuple(value)
        if value is not _MISSING:
            self.problem(name, f"須為從 {least} 起的整數清單")
        return ()

    def table(self, name: str) -> "Table":
        """A table inside this one; an absent one is empty."""
        value = self._value(name, {})
        if not isinstance(value, dict):
            self.problem(name, "須為表格")
            value = {}
        return Table(self.file, f"{self.key}.{name}", value, self._note)

    def numbers(self, name: str) -> dict[str, int]:
        """A table of whole numbers from 1, e.g. weights by role."""
        inner = self.table(name)
        return {key: inner.whole(key, 1) for key in inner.keys()}  # noqa: SIM118 - not a mapping

    def keys(self) -> tuple[str, ...]:
        return tuple(self._data)

    def tables(self, name: str) -> list["Table"]:
        """A list of tables with ids, at least one; each is named by its id."""
        value = self._value(name, None)
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            if value is not _MISSING:
                self.problem(name, "須為至少一項的表格清單")
            return []
        return [
            Table(self.file, f"{self.key}.{name}[{item.get('id', place)}]", item, self._note)
            for place, item in enumerate(value, start=1)
        ]

    def cite(self, prefix: str = "") -> Cite:
        kind = self.text(f"{prefix}source")
        text = self.text(f"{prefix}note", "")
        if kind and not _SOURCE.fullmatch(kind):
            self.problem(f"{prefix}source", f"「{kind}」須為 Q1…Q8、law、agency 或 provisional")
        if kind == "law" and not text:
            self.problem(f"{prefix}note", "引用法律須註明名稱與條次")
        return Cite(kind, text)

    def close(self) -> None:
        for name in self._data:
            if name not in self._read:
                self.problem(name, "不認得的鍵")

    def _value(self, name: str, default: object) -> object:
        self._read.add(name)
        if name in self._data:
            return self._data[name]
        if default is None:
            self.problem(name, "缺少這個鍵")
            return _MISSING
        return default
