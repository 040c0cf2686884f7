"""The published schemas of both platforms, where they are at hand."""

import functools
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

_DOCUMENT = "urn:document"


def _folder() -> Path:
    for parent in Path(__file__).resolve().parents:
        folder = parent / "shared" / "specs"
        if folder.is_dir():
            return folder
    pytest.skip("the platforms' schemas (../shared/specs) are not on this machine")


@functools.cache
def document(name: str) -> dict[str, Any]:
    """A schema file below ../shared/specs; skips the test where it is not at hand."""
    text = (_folder() / name).read_text("utf-8")
    read: dict[str, Any] = json.loads(text) if name.endswith(".json") else yaml.safe_load(text)
    return read


def _hold(name: str, pointer: str, value: Any) -> None:
    resource = DRAFT202012.create_resource(document(name))
    registry: Registry[Any] = Registry().with_resource(_DOCUMENT, resource)
    validator = Draft202012Validator({"$ref": f"{_DOCUMENT}#{pointer}"}, registry=registry)
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    assert not errors, errors


def hold_webhook(body: Any) -> None:
    """A LINE webhook's body is as LINE publishes it."""
    _hold("line/webhook.strict.yml", "/components/schemas/CallbackRequest", body)


def hold_line(schema: str, value: Any) -> None:
    _hold("line/messaging-api.strict.yml", f"/components/schemas/{schema}", value)


def hold_telegram(schema: str, value: Any) -> None:
    _hold("telegram/bot-api.schema.json", f"/$defs/{schema}", value)


def hold_telegram_call(method: str, params: Any) -> None:
    _hold("telegram/bot-api.schema.json", f"/methods/{method}", params)
