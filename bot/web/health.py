"""`/healthz` (the process lives), `/readyz` (it does its work; 503 with reasons), `/metrics`."""

from collections.abc import Awaitable, Callable
from secrets import compare_digest

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.troubles import Trouble

LOOPBACK = {"127.0.0.1", "::1"}


def health_routes(
    troubles: Callable[[], Awaitable[list[Trouble]]],
    figures: Callable[[], Awaitable[bytes]],
    metrics_token: str | None,
) -> list[Route]:
    """`troubles()` are what keeps the program from its work, and what an operator should look at beside that;
    `figures()` is the text of the metrics."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        found = await troubles()
        reasons = [one.line for one in found if not one.ready]
        notes = [one.line for one in found if one.ready]
        said = {"ready": not reasons, "reasons": reasons, "notes": notes}
        return JSONResponse(said, 503 if reasons else 200)

    async def prometheus(request: Request) -> Response:
        if not _may_read(request, metrics_token):
            return PlainTextResponse("metrics: from loopback, or with the token\n", 403)
        return Response(await figures(), media_type="text/plain; version=0.0.4")

    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", prometheus),
    ]


def _may_read(request: Request, token: str | None) -> bool:
    """From this machine and not through a proxy on it, or with `http.metrics_token`."""
    given = request.headers.get("authorization", "")
    if token is not None and compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    direct = "x-forwarded-for" not in request.headers and "forwarded" not in request.headers
    return direct and request.client is not None and request.client.host in LOOPBACK
