"""`POST /webhooks/line` and `/webhooks/telegram`: verify, store, commit, 200. Nothing else stands between.

LINE waits two seconds and does not redeliver by default; Telegram repeats whatever is not 2xx for a day
and holds the chat back meanwhile (platforms.md §0.1, §0.4). So a malformed body that is genuine is stored
and answered 200, and only a database that cannot commit answers 503.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final

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
PATIENCE = 10.0  # seconds for a body to arrive; LINE itself waits two for the answer
_UNREAD: Final[Mapping[int, str]] = {408: "body too slow\n", 413: "body over 1 MiB\n"}


def path_of(platform: Platform) -> str:
    """Where this platform hands its events over, behind the public address."""
    return f"/webhooks/{platform}"


def webhook_routes(
    receiving: Receiving, line_secrets: Sequence[str], telegram_secrets: Sequence[str]
) -> list[Route]:
    """Routes of the platforms that are on; a platform without a secret is off (404). Where one is being
    changed there are two, and either is good."""
    routes = []
    if line_secrets:
        routes.append(_route("line", receiving, _line(line_secrets)))
    if telegram_secrets:
        routes.append(_route("telegram", receiving, _telegram(telegram_secrets)))
    return routes


Genuine = Callable[[Request, bytes], bool]
Split = Callable[[bytes], Sequence[Received]]


def _line(secrets: Sequence[str]) -> tuple[Genuine, Split]:
    def genuine(request: Request, body: bytes) -> bool:
        signed = request.headers.get("x-line-signature")
        return any(line_inbound.verify(secret, body, signed) for secret in secrets)

    return genuine, line_inbound.split


def _telegram(secrets: Sequence[str]) -> tuple[Genuine, Split]:
    def genuine(request: Request, _: bytes) -> bool:
        carried = request.headers.get("x-telegram-bot-api-secret-token")
        return any(telegram_inbound.authentic(secret, carried) for secret in secrets)

    return genuine, telegram_inbound.split


def _route(platform: Platform, receiving: Receiving, ways: tuple[Genuine, Split]) -> Route:
    genuine, split = ways

    async def webhook(request: Request) -> Response:
        body = await _body(request)
        if isinstance(body, int):  # the rest of it is not waited for
            return PlainTextResponse(_UNREAD[body], body, {"connection": "close"})
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

    return Route(path_of(platform), webhook, methods=["POST"], name=f"{platform}-webhook")


async def _body(request: Request) -> bytes | int:
    """The untouched bytes, or the status that refuses them where they are too many or come too slowly:
    reading stops there, since whoever holds no secret must not hold memory either."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > LIMIT:
        return 413
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(PATIENCE):
            async for part in request.stream():
                size += len(part)
                if size > LIMIT:
                    return 413
                parts.append(part)
    except TimeoutError:
        return 408
    except ClientDisconnect:
        return b""  # nobody left to answer, and nothing that a signature would fit
    return b"".join(parts)
