"""Bodies out of the platforms' published schemas, by schemathesis: as the schema allows them, and as it does
not. It makes about ten a second, so a storm takes some of them and varies those."""

import json
from typing import Any

from tests.wire.simulator.specs import document

Json = dict[str, Any]

_WHERE = "#/components/schemas/"


def line_schemas(count: int) -> list[Json]:
    """Bodies of LINE's webhook, the same at every run; skips where the schemas are not at hand."""
    return _made(document("line/webhook.strict.yml"), count)


def telegram_schemas(count: int) -> list[Json]:
    """Updates of Telegram, likewise."""
    published = json.dumps(document("telegram/bot-api.schema.json")["$defs"])
    schemas = json.loads(published.replace("#/$defs/", _WHERE))
    body = {"required": True, "content": {"application/json": {"schema": {"$ref": f"{_WHERE}Update"}}}}
    api = {
        "openapi": "3.1.0",
        "info": {"title": "webhook", "version": "1"},
        "paths": {"/webhook": {"post": {"requestBody": body, "responses": {"200": {"description": "OK"}}}}},
        "components": {"schemas": schemas},
    }
    return _made(api, count)


def _made(api: Json, count: int) -> list[Json]:
    """Half of them as the schema's only operation allows its body, half with something amiss."""
    import schemathesis  # noqa: PLC0415 - a second to import, and only where there are schemas
    from hypothesis import HealthCheck, Phase, given, settings  # noqa: PLC0415 - see above
    from schemathesis import GenerationMode  # noqa: PLC0415 - see above
    from schemathesis.core.result import Ok  # noqa: PLC0415 - see above

    made: list[Json] = []
    found = next(iter(schemathesis.openapi.from_dict(api).get_all_operations()))
    assert isinstance(found, Ok)
    operation = found.ok()
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

        @settings(
            max_examples=count // 2,
            database=None,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def make(case: Any) -> None:
            if isinstance(case.body, dict):
                made.append(case.body)

        make()
    return made
