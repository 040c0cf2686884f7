"""One HTTP session for all calls to the platforms, and what can be known when a call fails.

Whether a message may be sent again depends on whether the request can have arrived (platforms.md §5):
before a connection stands it surely has not; after that nobody can know.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import aiohttp

CALL = aiohttp.ClientTimeout(total=20, connect=5, sock_connect=5, sock_read=10)
"""Seconds. `total` is longer than connecting and waiting together, so that it cuts short a trickling body
only; all of it is well inside the lease of a dispatch."""

QUICK = aiohttp.ClientTimeout(total=5, connect=2, sock_connect=2, sock_read=3)
"""For calls of the moment, on which nothing depends."""

_KEEP_ALIVE = 10  # seconds; shorter than the platforms', so that they do not close under our hands
_CONNECTIONS = 200
_USER_AGENT = "talentbot"
_BEFORE_SENDING = (
    aiohttp.ClientConnectorError,  # DNS, refused, unreachable, TLS
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ServerFingerprintMismatch,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)


class Outgoing(Protocol):
    """What a channel needs of a dispatch: `body` is the exact JSON, the same at every try."""

    @property
    def method(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def retry_key(self) -> str | None: ...
    @property
    def attempts(self) -> int:
        """How often the call was made, this time included."""
        ...


@dataclass(frozen=True, slots=True)
class Got:
    """An answer: its status is certain, its body may have been cut off on the way (`whole` is False)."""

    status: int
    body: bytes
    headers: Mapping[str, str]
    whole: bool = True


class NotSentError(Exception):
    """The request surely did not arrive: no connection came about."""


class AnswerLostError(Exception):
    """The request may or may not have arrived: the connection broke, or no answer came in time."""


def open_session(*, trust_env: bool = False) -> aiohttp.ClientSession:
    """The session that everything shares; close it, or use it in `async with`. `trust_env` obeys HTTP_PROXY,
    HTTPS_PROXY and NO_PROXY. Must be called in the running loop."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=_CONNECTIONS, ttl_dns_cache=60, keepalive_timeout=_KEEP_ALIVE),
        timeout=CALL,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": _USER_AGENT},
        trust_env=trust_env,
    )


async def post(
    session: aiohttp.ClientSession,
    url: str,
    body: bytes | aiohttp.FormData,
    headers: Mapping[str, str] | None = None,
    timeout: aiohttp.ClientTimeout = CALL,  # noqa: ASYNC109 - aiohttp's, per phase; asyncio.timeout knows none
) -> Got:
    """POSTs JSON, or a form with files. Follows no redirect (the token would go along). Raises NotSentError
    or AnswerLostError, whose texts name the kind of failure and nothing of the request."""
    json = {} if isinstance(body, aiohttp.FormData) else {"Content-Type": "application/json"}
    return await call(session, "POST", url, body, {**json, **(headers or {})}, timeout)


async def call(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    body: bytes | aiohttp.FormData = b"",
    headers: Mapping[str, str] | None = None,
    timeout: aiohttp.ClientTimeout = CALL,  # noqa: ASYNC109 - see post
) -> Got:
    """As `post`, with any method and any body."""
    try:
        async with session.request(
            method, url, data=body or None, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            return await _answer(response)
    except _BEFORE_SENDING as error:
        raise NotSentError(type(error).__name__) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise AnswerLostError(type(error).__name__) from None


async def _answer(response: aiohttp.ClientResponse) -> Got:
    """The status has come: whatever becomes of the body, it holds."""
    parts: list[bytes] = []
    whole = False
    with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
        async for part in response.content.iter_any():
            parts.append(part)  # noqa: PERF401 - what came before the connection broke is kept
        whole = True
    return Got(response.status, b"".join(parts), response.headers, whole)
