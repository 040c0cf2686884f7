"""Requests written byte by byte, for what no HTTP library would send."""

import asyncio
import random
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

_PATIENCE: Final = 3.0  # seconds for an answer; without one we hang up
_BODY: Final = b'{"destination":"U","events":[{"type":"message","webhookEventId":"01FORGED"}]}'
_SIGNED: Final = b"x-line-signature: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n"


def request(
    *fields: bytes,
    start: bytes = b"POST /webhooks/line HTTP/1.1",
    body: bytes = _BODY,
    length: bool = False,
    host: bytes = b"host: a\r\n",
) -> bytes:
    """A forged request with these header fields; its right `length` among them if asked for."""
    declared = b"content-length: %d\r\n" % len(body) if length else b""
    lines = b"".join(field + b"\r\n" for field in fields)
    return start + b"\r\n" + host + _SIGNED + declared + lines + b"\r\n" + body


def crooked() -> Iterator[tuple[str, bytes]]:
    """Each with a name of what is wrong with it."""
    for length in (
        b"abc",
        b"-1",
        b"+5",
        b"0x10",
        b"",
        b"5, 6",
        b"1e3",
        b"9" * 30,
        b"9" * 5_000,
        "５".encode(),
    ):
        yield f"length {length[:20]!r}", request(b"content-length: " + length)
    yield "two lengths", request(b"content-length: 5", b"content-length: 6")
    yield "length over the body", request(b"content-length: 900000")
    yield "length under the body", request(b"content-length: 5")
    yield "no length", request()
    chunked = b"transfer-encoding: chunked"
    for chunk in (
        b"ZZ\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b"F" * 40 + b"\r\n",
        b"5\r\nhelloworld",
        b"5;" + b"x" * 99_000,
    ):
        yield f"chunk {chunk[:12]!r}", request(chunked, body=chunk)
        yield f"chunk {chunk[:12]!r} to nowhere", request(chunked, start=b"POST /nope HTTP/1.1", body=chunk)
    yield "chunks cut off", request(chunked, body=b"5\r\nhel")
    yield "chunks and a length", request(chunked, b"content-length: 5", body=b"5\r\nhello\r\n0\r\n\r\n")
    yield "chunked twice", request(b"transfer-encoding: chunked, chunked", body=b"0\r\n\r\n")
    yield "of no coding", request(b"transfer-encoding: gzip")
    yield "compressed", request(b"content-encoding: gzip", length=True)
    yield "to be asked first", request(b"expect: 100-continue", length=True)
    yield "another protocol", request(b"upgrade: h2c", b"connection: upgrade", length=True)
    yield (
        "web socket",
        request(
            *(
                b"upgrade: websocket",
                b"connection: upgrade",
                b"sec-websocket-version: 13",
                b"sec-websocket-key: AAAA",
            ),
            start=b"GET /webhooks/line HTTP/1.1",
            body=b"",
        ),
    )
    yield "no host", request(length=True, host=b"")
    yield "NUL in a field", request(b"x: a\0b", length=True)
    yield "folded field", request(b"x: a", b" b", length=True)
    yield "field without a name", request(b": a", length=True)
    yield "bytes in a field", request(b"x: \xff\xfe", length=True)
    yield "large field", request(b"x: " + b"a" * 200_000, length=True)
    yield "many fields", request(*[b"x%d: a" % number for number in range(20_000)], length=True)
    for start in (
        *(
            b"POST /webhooks/line",
            b"POST /webhooks/line HTTP/9.9",
            b"POST  HTTP/1.1",
            b"\x16\x03\x01\x02\x00\x01",
        ),
        *(b"PRI * HTTP/2.0", b"GET /webhooks/line HTTP/1.1", b"TRACE / HTTP/1.1", b"CONNECT a:1 HTTP/1.1"),
        *(b"POST /webhooks/../webhooks/line HTTP/1.1", b"POST //webhooks/line HTTP/1.1", b"POST * HTTP/1.1"),
        *(
            b"POST http://a/webhooks/line HTTP/1.1",
            b"POST /%77ebhooks/line HTTP/1.1",
            b"POST /webhooks/line%00 HTTP/1.1",
        ),
        *(
            b"POST /" + b"a" * 200_000 + b" HTTP/1.1",
            b"POST /webhooks/\xff HTTP/1.1",
            "POST /網 HTTP/1.1".encode(),
        ),
        b"BREW /webhooks/line HTTP/1.1",
    ):
        yield f"start {start[:40]!r}", request(start=start, length=True)
    yield "line feeds only", request(length=True).replace(b"\r\n", b"\n")
    yield "nothing", b""
    yield "noise", bytes(range(256)) * 400


def stirred(rng: random.Random) -> bytes:
    """A forged request with a few bytes of it changed, moved or lost."""
    raw = bytearray(
        request(rng.choice((b"a: b", b"transfer-encoding: chunked", b"connection: close")), length=True)
    )
    for _ in range(rng.randrange(1, 12)):
        at = rng.randrange(len(raw))
        match rng.randrange(4):
            case 0:
                raw[at] = rng.randrange(256)
            case 1:
                del raw[at : at + rng.randrange(1, 6)]
            case 2:
                raw[at:at] = rng.choice((b"\r\n", b"\n", b"\0", b":", b" ", b"\xff", b"0"))
            case _:
                raw[at:at] = raw[rng.randrange(len(raw)) :][: rng.randrange(1, 30)]
    return bytes(raw)


async def ask(url: str, raw: bytes) -> int | None:
    """Sends this and nothing more; the status of the first answer, None where there was none."""
    reader, writer = await _opened(url)
    try:
        async with asyncio.timeout(_PATIENCE):
            writer.write(raw)
            await writer.drain()
            status = _status(await reader.readline())
            while status == 100:  # "go on", which is no answer
                status = _status(await reader.readline())
            return status
    except (TimeoutError, ConnectionError):
        return None
    finally:
        writer.close()


async def drip(url: str, seconds: float) -> int | None:
    """A body that comes byte by byte for so long and is then given up; what was answered meanwhile."""
    reader, writer = await _opened(url)
    told = asyncio.create_task(reader.readline())
    try:
        writer.write(request(b"content-length: 5000", body=b""))
        for _ in range(round(seconds / 0.25)):
            await asyncio.wait({told}, timeout=0.25)
            if told.done():
                return None if told.exception() else _status(told.result())
            writer.write(b"x")
        return None
    finally:
        told.cancel()
        await asyncio.gather(told, return_exceptions=True)
        writer.transport.abort()


async def _opened(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    at = urlsplit(url)
    return await asyncio.open_connection(at.hostname, at.port)


def _status(line: bytes) -> int | None:
    words = line.split()
    if len(words) > 1 and words[0].startswith(b"HTTP/"):
        return int(words[1])
    return 100 if line == b"\r\n" else None
