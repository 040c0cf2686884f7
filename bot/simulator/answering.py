"""How the demo's own pages answer: under one strict policy, problems told in JSON, streams of events."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.simulator.handset import ProblemError

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' https:; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}

Endpoint = Callable[[Request], Awaitable[Response]]


def answering(endpoint: Endpoint) -> Endpoint:
    """The endpoint with its problems told in JSON and the page's headers on every answer."""

    async def answer(request: Request) -> Response:
        try:
            response = await endpoint(request)
        except ProblemError as problem:
            response = JSONResponse({"error": str(problem)}, problem.status)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer


def event(name: str, data: Any) -> str:
    """A server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
