"""The agency's mail server: how it is connected to, and how its refusals read.

| port | transport |
|---|---|
| 465 | TLS from the first byte (RFC 8314) |
| 25 without a username | plain, as relays inside an agency are |
| any other | STARTTLS where the server offers it; with a username always, or nothing is sent |
"""

import contextlib
import re
import ssl
from dataclasses import dataclass
from typing import Final

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

PATIENCE: Final = 8.0  # seconds for one command
_LEAVING: Final = 2.0
_ENHANCED: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Server:
    """`username` empty: no login. `name`: how we say hello (EHLO), a host name."""

    host: str
    port: int
    name: str
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port})"


async def connect(server: Server, tls: ssl.SSLContext | None = None) -> SMTP:
    """A connection that is ready for a mail. `tls` None: the machine's own certificates are believed. Raises
    SMTPException or OSError."""
    implicit = server.port == 465
    start: bool | None = None
    if implicit or (server.port == 25 and not server.username):
        start = False
    elif server.username:
        start = True
    client = SMTP(
        hostname=server.host,
        port=server.port,
        local_hostname=server.name,
        username=server.username or None,
        password=server.password or None,
        timeout=PATIENCE,
        use_tls=implicit,
        start_tls=start,
        tls_context=tls,
    )
    try:
        await client.connect()
    except BaseException:
        client.close()
        raise
    return client


async def leave(client: SMTP) -> None:
    """Says goodbye where anybody listens."""
    with contextlib.suppress(SMTPException, OSError):
        if client.is_connected:
            await client.quit(timeout=_LEAVING)
    client.close()


def status(error: SMTPResponseException) -> str:
    """550 5.1.1. The server's own words are left out: they often say the address back."""
    enhanced = _ENHANCED.match(error.message)
    return f"{error.code} {enhanced[1]}" if enhanced else str(error.code)


def untrusted(error: BaseException) -> bool:
    """Whether we did not believe the server's certificate, which no waiting mends."""
    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    return any(isinstance(one, ssl.SSLCertVerificationError) for one in causes)
