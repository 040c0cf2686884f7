"""A real mail server on the loopback, which misbehaves on request."""

import asyncio
import ssl
import subprocess
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Postbox:
    """`mails` are what was taken. The rest is what it says: an empty answer is a yes."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    connections: int = 0
    open: int = 0  # of them, now
    rcpt: str = ""
    mail_from: str = ""
    data: str = ""
    drops: bool = False  # takes the mail and hangs up without a word
    silent: float = 0.0  # seconds until it answers the mail
    asked: int = 0  # for how many recipients
    mute: bool = False  # says nothing to a recipient
    most: int = 0  # connections that it takes at once; 0: any number
    once: bool = False  # its answers hold for one mail only
    transports: list[asyncio.Transport] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mail_from:
            return self._said("mail_from")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked += 1
        if self.mute:
            await asyncio.Event().wait()
        if self.rcpt:
            return self._said("rcpt")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data:
            return self._said("data")
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients.append(list(envelope.rcpt_tos))
        if self.silent:
            await asyncio.sleep(self.silent)
        if self.drops and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 OK"

    def hang_up(self) -> None:
        """Closes every connection, as servers do with those that say nothing for long."""
        for transport in self.transports:
            transport.close()

    def _said(self, name: str) -> str:
        answer = str(getattr(self, name))
        if self.once:
            setattr(self, name, "")
        return answer


class _Server(SMTP):
    def __init__(self, box: Postbox, **options: object) -> None:
        self._box = box
        self._counted = False
        super().__init__(box, hostname="loopback", **options)  # type: ignore[arg-type]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        if not self._over_ssl_again(transport):
            self._box.connections += 1
            if self._box.most and self._box.open >= self._box.most:
                transport.write(b"421 4.7.0 too many connections\r\n")
                transport.close()
                return
            self._box.open += 1
            self._counted = True
        if isinstance(transport, asyncio.Transport):
            self._box.transports.append(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self._counted:
            self._box.open -= 1
            super().connection_lost(error)

    def _over_ssl_again(self, transport: asyncio.BaseTransport) -> bool:
        """aiosmtpd calls connection_made once more after STARTTLS."""
        return transport.get_extra_info("sslcontext") is not None and self._tls_protocol is not None


@asynccontextmanager
async def postbox(
    *,
    login: tuple[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
    at_once: ssl.SSLContext | None = None,
    port: int = 0,
) -> AsyncIterator[Postbox]:
    """`tls`: STARTTLS is offered. `at_once`: TLS from the first byte. `login`: nothing is taken without it,
    over TLS where there is any. `port` 0: any."""
    box = Postbox()

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        right = login is not None and data == LoginPassword(login[0].encode(), login[1].encode())
        return AuthResult(success=right, handled=False)

    def make() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a login without TLS is what a test may want
            return _Server(
                box,
                tls_context=tls,
                authenticator=authenticate if login else None,
                auth_required=login is not None,
                auth_require_tls=tls is not None,
            )

    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", port, ssl=at_once)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        server.close()
        for transport in box.transports:
            transport.abort()
        await asyncio.sleep(0)
        await server.wait_closed()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for 127.0.0.1, and a client's that believes it."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(  # noqa: S603 - our own arguments
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=loopback", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(cert, key)
    return served, ssl.create_default_context(cafile=str(cert))
