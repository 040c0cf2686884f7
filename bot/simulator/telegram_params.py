"""Parameters of a Bot API call, as query, JSON, form or multipart (bots/api#making-requests)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from bot.simulator.transcript import Json
from bot.simulator.wire import Answer, RefusalError


def refuse(status: int, description: str, **parameters: int) -> RefusalError:
    """Telegram's error body; its `error_code` is also the HTTP status."""
    body: Json = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return RefusalError(Answer(body, status))


def bad(reason: str) -> RefusalError:
    return refuse(400, f"Bad Request: {reason}")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart request."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Params:
    values: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str) -> int | None:
        """A number, also where it came as text; None when absent or no number."""
        value = self.values.get(name)
        if isinstance(value, bool) or value is None:
            return None
        return int(value) if re.fullmatch(r"-?\d{1,18}", str(value)) else None

    def flag(self, name: str) -> bool:
        return str(self.values.get(name, "")).lower() in ("true", "yes", "1")

    def object(self, name: str) -> Any:
        """A JSON value, also where it came as text. None when absent. Raises 400 when it is no JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None


def read(query: str, content_type: str, raw: bytes) -> Params:
    """All parameters of a call; the body's win over the query's. Raises 400 for an unreadable body."""
    values: Json = dict(parse_qsl(query, keep_blank_values=True))
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        values.update(_json(raw))
    elif kind == "application/x-www-form-urlencoded":
        values.update(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    elif kind == "multipart/form-data":
        fields, files = _multipart(content_type, raw)
        return Params({**values, **fields}, files)
    return Params(values)


def _json(raw: bytes) -> Json:
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        body = None
    return body if isinstance(body, dict) else _unreadable()


def _multipart(content_type: str, raw: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    boundary = _header(content_type).get_param("boundary")
    if not isinstance(boundary, str):
        _unreadable()
    fields: dict[str, str] = {}
    files: dict[str, Upload] = {}
    for part in (b"\r\n" + raw).split(b"\r\n--" + boundary.encode())[1:-1]:
        head, _, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = dict(
            line.split(":", 1) for line in head.decode("utf-8", "replace").split("\r\n") if ":" in line
        )
        headers = {name.lower(): value.strip() for name, value in headers.items()}
        disposition = headers.get("content-disposition", "")
        name = _parameter(disposition, "name")
        filename = _parameter(disposition, "filename")
        if filename:
            mime = headers.get("content-type", "application/octet-stream")
            files[name] = Upload(filename, mime, data)
        else:
            fields[name] = data.decode("utf-8", "replace")
    return fields, files


def _header(content_type: str) -> Message:
    message = Message()
    message["content-type"] = content_type
    return message


def _parameter(disposition: str, name: str) -> str:
    match = re.search(rf'(?:^|[;\s]){name}="((?:[^"\\]|\\.)*)"', disposition)
    return match[1].replace('\\"', '"') if match else ""


def _unreadable() -> NoReturn:
    raise bad("can't parse request body")
