"""A server that answers every call with bytes of the test's choice, and may break off anywhere."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Peer:
    """`answer` is what goes out, to the byte; `requests` is what came in."""

    url: str = ""
    answer: bytes = b""
    requests: list[bytes] = field(default_factory=list)
    seen: asyncio.Event = field(default_factory=asyncio.Event)


def http(status: int, body: bytes, headers: str = "Content-Type: application/json", cut: int = 0) -> bytes:
    """An HTTP answer; `cut` promises so many bytes more than come."""
    head = (
        f"HTTP/1.1 {status} X\r\n{headers}\r\nContent-Length: {len(body) + cut}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


@asynccontextmanager
async def peer(answer: bytes) -> AsyncIterator[Peer]:
    """Answers and closes the connection; with b"" it closes without a word."""
    here = Peer(answer=answer)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length")), 0
        )
        here.requests.append(head + await reader.readexactly(length))
        here.seen.set()
        writer.write(here.answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    here.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield here


def closed_port() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A dispatch as a channel sees it."""

    method: str
    body: str = "{}"
    retry_key: str | None = None
    attempts: int = 1
    lane: int = 0
