"""The commented `talentbot.toml` that `init` writes, drawn from the settings themselves."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from bot.settings.loading import variable
from bot.settings.model import Settings, Table

_HEAD = """\
# talentbot 設定檔。以 # 開頭的設定為預設值，需要更改時再去掉 #。
# 每一項也可用環境變數設定，例如 TALENTBOT_LINE__CHANNEL_SECRET；環境變數優先於本檔。
# 本檔含有密鑰：請勿放進版本控制，也不要以電子郵件傳送。
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting: its dotted key, explanation, and its default as TOML ("" where there is none)."""

    key: str
    explanation: str
    default: str

    @property
    def environment(self) -> str:
        return variable(self.key)


def entries() -> tuple[Entry, ...]:
    """Every setting in the order of the file."""
    return tuple(_entries(Settings, ""))


def _entries(model: type[BaseSettings] | type[Table], prefix: str) -> Iterator[Entry]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Table):
            yield from _entries(field.annotation, f"{prefix}{name}.")
        else:
            yield Entry(f"{prefix}{name}", field.description or "", _toml(field.default))


def _toml(value: object) -> str:
    match value:
        case None:
            return '""'
        case int() | float():
            return str(value)
        case SecretStr():
            return '""'
        case _:
            # A JSON string without escapes beyond ASCII's is also a TOML string.
            return json.dumps(str(value), ensure_ascii=False)


def render(filled: Mapping[str, str] | None = None) -> str:
    """The file's text. `filled` gives values (plain strings) by dotted key; what it names is not commented
    out. The rest is shown with its default, commented out."""
    given = filled or {}
    lines = [_HEAD]
    table = ""
    for entry in entries():
        group, _, name = entry.key.rpartition(".")
        if group != table:
            table = group
            field = Settings.model_fields[group]
            lines += [f"# {field.description}", f"[{group}]", ""]
        value = json.dumps(given[entry.key], ensure_ascii=False) if entry.key in given else None
        lines += [
            f"# {entry.explanation}",
            f"{name} = {value}" if value is not None else f"# {name} = {entry.default}".rstrip(),
            "",
        ]
    return "\n".join(lines).rstrip() + "\n"
