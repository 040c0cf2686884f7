"""The platforms' published schemas, where they are at hand."""

import functools
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

_FOLDER = Path(__file__).parents[4] / "shared" / "specs"


def line_validator(schema: str) -> Draft202012Validator:
    """Of one schema of LINE's Messaging API, unknown keys refused; skips the test where it is absent."""
    return _line(schema) or pytest.skip("LINE's schemas are not at hand")


def telegram_validator(method: str) -> Draft202012Validator:
    """Of one method's parameters; skips the test where the schema is absent."""
    return _telegram(method) or pytest.skip("Telegram's schemas are not at hand")


@functools.cache
def _line(schema: str) -> Draft202012Validator | None:
    path = _FOLDER / "line" / "messaging-api.strict.yml"
    if not path.exists():
        return None
    document: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    components = {"components": document["components"]}
    return Draft202012Validator({"$ref": f"#/components/schemas/{schema}", **components})


@functools.cache
def _telegram(method: str) -> Draft202012Validator | None:
    path = _FOLDER / "telegram" / "bot-api.schema.json"
    if not path.exists():
        return None
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return Draft202012Validator({**document["methods"][method], "$defs": document["$defs"]})
