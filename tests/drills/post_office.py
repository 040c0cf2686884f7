"""A real SMTP server on the loopback, which keeps count of what it accepted and has bad days."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from aiosmtpd.smtp import SMTP, Envelope, Session

Trouble = Literal["", "later", "refused", "silence", "reset", "reset after accept"]


def _bytes(content: str | bytes | None) -> bytes:
    return content.encode() if isinstance(content, str) else content or b""


class PostOffice:
    """`accepted` counts the messages by recipient; `trouble` is how it answers the end of a message until
    told otherwise: 451, 550, nothing at all, or a broken connection, before or after it took it."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        self.subjects: Counter[str] = Counter()
        self.trouble: Trouble = ""
        self.port = 0
        self._closing = asyncio.Event()

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.trouble in ("", "reset after accept"):
            self.accepted.update(envelope.rcpt_tos)
            found = re.search(rb"^Subject: .*$", _bytes(envelope.content), re.MULTILINE)
            self.subjects[found[0].decode() if found else ""] += 1
        match self.trouble:
            case "later":
                return "451 4.3.0 try again later"
            case "refused":
                return "550 5.7.1 refused"
            case "silence":
                await self._closing.wait()
            case "reset" | "reset after accept":
                assert isinstance(server.transport, asyncio.Transport)
                server.transport.abort()
        return "250 2.0.0 OK"

    @asynccontextmanager
    async def open(self) -> AsyncIterator["PostOffice"]:
        loop = asyncio.get_running_loop()

        def session() -> Any:
            return SMTP(self, hostname="post.example", enable_SMTPUTF8=True, loop=loop)

        server = await loop.create_server(session, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._closing.set()
            server.close()
            await asyncio.sleep(0)
