"""`POST /webhooks/line` and `/webhooks/telegram`: verify, store, commit, 200. Nothing else stands between.

LINE waits two seconds and does not redeliver by default; Telegram repeats whatever is not 2xx for a day
and holds the chat back meanwhile (platforms.md §0.1, §0.4). So a malformed body that is genuine is stored
and answered 200, and only a database that cannot commit answers 503.
"""

import asyncio
from collections.abc import Callable, Sequence

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.platforms import line_inbound, telegram_inbound
from bot.receiving import Receiving
from guideline.records import Platform
from storage.errors import StorageError
from storage.inbox import Received

log = structlog.get_logger()

LIMIT = 1024 * 1024  # bytes of body, checked before anything is computed over it


def webhook_routes(receiving: Receiving, line_secret: str | None, telegram_secret: str | None) -> list[Route]:
    """Routes of the platforms that are on; a platform whose secret is None is off (404)."""
    routes = []
    if line_secret is not None:
        routes.append(_route("line", receiving, _line(line_secret)))
    if telegram_secret is not None:
        routes.append(_route("telegram", receiving, _telegram(telegram_secret)))
    return routes


Genuine = Callable[[Request, bytes], bool]
Split = Callable[[bytes], Sequence[Received]]


def _line(secret: str) -> tuple[Genuine, Split]:
    def genuine(request: Request, body: bytes) -> bool:
        return line_inbound.verify(secret, body, request.headers.get("x-line-signature"))

    return genuine, line_inbound.split


def _telegram(secret: str) -> tuple[Genuine, Split]:
    def genuine(request: Request, _: bytes) -> bool:
        return telegram_inbound.authentic(secret, request.headers.get("x-telegram-bot-api-secret-token"))

    return genuine, telegram_inbound.split


def _route(platform: Platform, receiving: Receiving, ways: tuple[Genuine, Split]) -> Route:
    genuine, split = ways

    async def webhook(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("body over 1 MiB\n", 413)
        if not genuine(request, body):
            log.warning("webhook.refused", action=platform, bytes=len(body))
            return PlainTextResponse("signature or secret does not match\n", 401)
        try:
            await receiving.take(platform, split(body))
        except StorageError as error:
            log.error("webhook.not_stored", action=platform, reason=str(error))
            return PlainTextResponse("cannot store now, please deliver again\n", 503)
        except asyncio.CancelledError:  # the program stops, and waits no longer for the commit
            log.warning("webhook.not_stored", action=platform, reason="stopping")
            return PlainTextResponse("stopping, please deliver again\n", 503)
        return Response(status_code=200)  # an empty body: Telegram executes a `method` found in one

    return Route(f"/webhooks/{platform}", webhook, methods=["POST"], name=f"{platform}-webhook")


async def _body(request: Request) -> bytes | None:
    """The untouched bytes, or None when there are too many: reading stops there."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > LIMIT:
        return None
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > LIMIT:
                return None
            parts.append(part)
    except ClientDisconnect:
        return b""  # nobody left to answer, and nothing that a signature would fit
    return b"".join(parts)
