"""Reading the settings: the file, then the environment over it; each fault in one line naming its key."""

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.settings.model import Settings, Table

FILE_NAME = "talentbot.toml"
PREFIX = "TALENTBOT_"
_SQLITE = "sqlite+aiosqlite:///"

_FAULTS = {
    "extra_forbidden": "不認得的設定",
    "missing": "尚未填寫",
    "string_type": "須為加上引號的文字",
    "int_type": "須為整數",
    "int_parsing": "須為整數",
    "int_from_float": "須為整數",
    "bool_type": "須為 true 或 false",
    "model_type": "須為一個 [表格]",
    "model_attributes_type": "須為一個 [表格]",
    "path_type": "須為檔案路徑",
}


class SettingsError(Exception):
    """The settings cannot be used; the message is one line naming the key at fault and what to do."""


def keys() -> tuple[str, ...]:
    """Every key, dotted, in the order of the file."""
    return tuple(_keys(Settings, ""))


def _keys(model: type[BaseSettings] | type[Table], prefix: str) -> Iterable[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Table):
            yield from _keys(field.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def variable(key: str) -> str:
    """The environment variable of a dotted key."""
    return PREFIX + key.replace(".", "__").upper()


def load_settings(config: Path | None = None, folder: Path | None = None) -> Settings:
    """Reads `config`, or `talentbot.toml` in `folder` (the working directory) where there is one, with the
    environment over it. Relative paths within hold from the file's own folder.

    Raises SettingsError.
    """
    path = config
    if path is None:
        default = (folder or Path.cwd()) / FILE_NAME
        path = default if default.exists() else None
    _refuse_unknown_variables(os.environ)
    values = _read(path) if path else {}
    try:
        settings = _Layered.of(values)
    except ValidationError as error:
        raise SettingsError(_sentence(error, path)) from None
    return _anchored(settings, path.parent if path else (folder or Path.cwd()))


class _Layered(Settings):
    """Settings whose file has been read already: the environment stands above it."""

    @classmethod
    def of(cls, values: dict[str, Any]) -> Settings:
        return cls(**values)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise SettingsError(f"找不到設定檔 {path}；可用 talentbot init 建立") from None
    except tomllib.TOMLDecodeError as error:
        # The parser's own words may quote the line, and the line may hold a secret.
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"第 {place[1]} 行第 {place[2]} 字" if place else "結尾處"
        raise SettingsError(f"設定檔 {path} {where}的 TOML 格式有誤；文字須加引號，表格寫成 [名稱]") from None
    except UnicodeDecodeError:
        raise SettingsError(f"設定檔 {path} 不是 UTF-8 編碼；請以 UTF-8 另存") from None
    except OSError as error:
        raise SettingsError(f"無法讀取設定檔 {path}：{error.strerror}") from None


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    known = {variable(key) for key in keys()}
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsError(f"不認得的環境變數 {name}{_nearest(name.upper(), known)}")


def _sentence(error: ValidationError, path: Path | None) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    more = error.error_count() - 1
    key = ".".join(str(part) for part in first["loc"])
    fault = _fault(str(first["type"]), first.get("ctx", {}))
    if first["type"] == "extra_forbidden":
        fault += _nearest(key, keys())
    if not key:
        where = ""
    elif variable(key) in {name.upper() for name in os.environ}:
        where = f"環境變數 {variable(key)}："
    else:
        where = f"{path.name if path else '設定'} 的 {key}："
    return f"{where}{fault}" + (f"（另有 {more} 項錯誤）" if more else "")


def _fault(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return "只能填 " + str(context["expected"]).replace(" or ", " 或 ").replace("'", "")
    if kind == "greater_than":
        return f"須大於 {context.get('gt')}"
    if kind in {"greater_than_equal", "less_than_equal"}:
        bound = context.get("ge", context.get("le"))
        return f"須{'大於' if 'ge' in context else '小於'}或等於 {bound}"
    return _FAULTS.get(kind, "填寫的內容無法使用")


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"，是否為 {near[0]}？" if near else "；可用的設定見 docs/settings.md"


def _anchored(settings: Settings, folder: Path) -> Settings:
    """Relative paths of the database and the overlay, made to hold from any working directory."""
    changed: dict[str, Any] = {}
    if settings.database_url.startswith(_SQLITE):
        name, _, query = settings.database_url.removeprefix(_SQLITE).partition("?")
        if name and name != ":memory:" and not Path(name).is_absolute():
            where = (folder / name).resolve()
            changed["database_url"] = f"{_SQLITE}{where}" + (f"?{query}" if query else "")
    overlay = settings.edition_overlay
    if overlay is not None and not overlay.is_absolute():
        changed["edition_overlay"] = (folder / overlay).resolve()
    return settings.model_copy(update=changed)
