"""E-mail: handing a mail to the agency's server, and what its answers mean.

| answer | verdict |
|---|---|
| 2xx after the mail | accepted: from here on it is the server's |
| no connection, or lost before DATA | later |
| 421, 4xx at any command | later, longer each time, refused after `TRIES` |
| login refused, STARTTLS missing or not to be trusted, sender refused, no relay | later, and loud |
| 5xx to the recipient | refused: no such mailbox |
| 5xx to the mail | refused |
| lost, or no answer, from DATA on | undecided |

SMTP knows no retry key: whatever may have arrived is never sent again by itself. The Message-ID is always the
same of one dispatch, so that whoever resends it by hand does not fill a mailbox twice.

One connection serves one mail after another, and is closed when none has come for a while. A link that ends
the reminders is made for each mail when it is sent; of it only a hash is stored (`storage.opt_outs`).
"""

import asyncio
import ssl
from base64 import b64decode
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

import structlog
from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from bot.platforms import mail_writing
from bot.platforms.mail import MAIL
from bot.platforms.mail_server import Server, connect, leave, status, untrusted
from bot.platforms.mail_writing import Sender, is_address
from bot.platforms.tolerant import decode, mapping, string
from guideline.records import Way
from reminders.verdicts import Accepted, Answer, Later, Refused, Undecided
from storage.dispatches import Dispatch, NewDispatch
from storage.errors import StorageError
from storage.files import NewFile

log = structlog.get_logger()

BAD_ADDRESS = "bad-address"
TRIES = 12  # of a mail that the server puts off: most of a day
_SHORT, _PUT_OFF, _MENDING = 5.0, 60.0, 60.0  # seconds until the next try
_LONGEST = 7200.0
_BEFORE, _HANDING = 20.0, 30.0  # seconds for everything up to DATA, and from there; together within a lease
IDLE = 15.0  # seconds after which a connection that nobody needs is closed
_MOST = 100  # mails by one connection; servers end it at some number of their own

Link = Callable[[int], Awaitable[str]]  # ends a person's reminders; empty: there is none. Raises StorageError


class Letter(Protocol):
    """What the channel needs of a dispatch. `address` is where the mail goes, as it is now."""

    @property
    def id(self) -> int: ...
    @property
    def method(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def attempts(self) -> int: ...
    @property
    def address(self) -> str: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def first_attempt_at(self) -> datetime: ...


async def no_link(_: int) -> str:
    """For a server that nobody reaches from outside."""
    return ""


class MailChannel:
    """Sends by one server, as one sender. `tls` as for `mail_server.connect`."""

    platform: Way = "email"

    def __init__(
        self,
        server: Server,
        sender: Sender,
        link: Link = no_link,
        tls: ssl.SSLContext | None = None,
        handing: float = _HANDING,
    ) -> None:
        self._server = server
        self._sender = sender
        self._link = link
        self._tls = tls
        self._handing = handing
        self._lock = asyncio.Lock()
        self._client: SMTP | None = None
        self._sent = 0  # by this connection
        self._idle: asyncio.TimerHandle | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    def room(self) -> int:
        """One mail at a time: what is claimed is sent at once."""
        return 0 if self._lock.locked() else 1

    def instead(self, dispatch: Dispatch, refused: Refused) -> Sequence[NewDispatch]:
        return ()

    async def send(self, dispatch: Letter) -> Answer:
        """One mail. Never raises for anything that the network or the server does."""
        if dispatch.method != MAIL:
            return Refused(f"unknown method {dispatch.method}")
        if not is_address(dispatch.address):
            return Refused(BAD_ADDRESS)
        async with self._lock:
            try:
                mail = await self._written(dispatch)
            except StorageError as error:
                return Later(_SHORT, f"not sent: {type(error).__name__}")
            return await self._sent_off(dispatch, mail)

    async def close(self) -> None:
        """Ends the connection; the next mail opens another."""
        async with self._lock:
            await self._drop()
        if self._leaving:
            await asyncio.gather(*self._leaving)

    async def _written(self, dispatch: Letter) -> bytes:
        said = mapping(decode(dispatch.body.encode()))
        stops = said.get("stops") is True and dispatch.person_id is not None
        return mail_writing.write(
            sender=self._sender,
            to=dispatch.address,
            number=f"talentbot.{dispatch.id}.{dispatch.created_at:%Y%m%d%H%M%S%f}",
            at=dispatch.first_attempt_at,
            subject=string(said, "subject"),
            text=string(said, "text"),
            html=string(said, "html"),
            stop=await self._link(dispatch.person_id) if stops and dispatch.person_id is not None else None,
            attached=_files(said.get("files")),
        )

    # The connection ----------------------------------------------------------------------------------

    async def _sent_off(self, dispatch: Letter, mail: bytes) -> Answer:
        if self._idle is not None:
            self._idle.cancel()
        try:
            async with asyncio.timeout(_BEFORE):
                client = await self._addressed(dispatch.address)
        except (SMTPException, OSError) as error:
            await self._spoilt(error)
            return _before(error, dispatch.attempts)
        try:
            async with asyncio.timeout(self._handing):
                await client.data(mail)
        except SMTPDataError as error:
            answer = _judged(error, dispatch.attempts)
            if not isinstance(answer, Accepted):
                await self._spoilt(error)
                return answer
        except (SMTPException, OSError) as error:
            self._lost()
            return Undecided(f"no answer: {type(error).__name__}")
        self._sent += 1
        self._idle = asyncio.get_running_loop().call_later(IDLE, self._nobody_came)
        return Accepted()

    async def _addressed(self, to: str) -> SMTP:
        """A connection that has taken sender and recipient. One that was open before may have been closed by
        the server meanwhile: then another is opened, since nothing has been sent."""
        if self._client is not None and self._client.is_connected and self._sent < _MOST:
            try:
                return await self._envelope(self._client, to)
            except (SMTPServerDisconnected, SMTPTimeoutError):
                pass
            except SMTPResponseException as error:
                if error.code != 421:
                    raise
        await self._drop()
        self._client = await connect(self._server, self._tls)
        self._sent = 0
        return await self._envelope(self._client, to)

    async def _envelope(self, client: SMTP, to: str) -> SMTP:
        await client.mail(self._sender.address)
        await client.rcpt(to)
        return client

    async def _spoilt(self, error: Exception) -> None:
        """A refused recipient leaves the connection good for the next mail."""
        refused = isinstance(error, SMTPResponseException) and error.code != 421
        if refused and self._client is not None and self._client.is_connected:
            try:
                async with asyncio.timeout(_SHORT):
                    await self._client.rset()
                self._idle = asyncio.get_running_loop().call_later(IDLE, self._nobody_came)
            except (SMTPException, OSError):
                self._lost()
        else:
            self._lost()

    def _lost(self) -> None:
        """Nothing more is said by it: what would come back nobody could tell apart."""
        if self._client is not None:
            self._client.close()
            self._client = None

    async def _drop(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        client, self._client = self._client, None
        if client is not None:
            await leave(client)

    def _nobody_came(self) -> None:
        if not self._lock.locked():
            task = asyncio.create_task(self.close_idle())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def close_idle(self) -> None:
        async with self._lock:
            await self._drop()


def _files(found: object) -> list[NewFile]:
    files = [mapping(one) for one in found] if isinstance(found, list) else []
    return [
        NewFile(string(one, "name"), string(one, "type"), b64decode(string(one, "content"))) for one in files
    ]


def _before(error: Exception, attempts: int) -> Answer:  # noqa: PLR0911 - a table
    """Before DATA nothing was sent, whatever happened."""
    match error:
        case SMTPRecipientRefused():
            return _judged(error, attempts)
        case SMTPSenderRefused(code=552):
            return Refused(status(error))
        case SMTPResponseException(code=code) if 400 <= code < 500 and code != 454:
            return _put_off(error, attempts)
        case SMTPAuthenticationError() | SMTPSenderRefused() | SMTPNotSupported():
            return _loud(error)
        case SMTPConnectError() | SMTPServerDisconnected() | SMTPTimeoutError() if not untrusted(error):
            return Later(_SHORT, f"not sent: {type(error).__name__}")
        case SMTPException() | ssl.SSLError():
            return _loud(error)
        case _:
            return Later(_SHORT, f"not sent: {type(error).__name__}")


def _judged(error: SMTPRecipientRefused | SMTPDataError, attempts: int) -> Answer:
    if 200 <= error.code < 300:
        return Accepted()
    if error.code < 500:
        return _put_off(error, attempts)
    if error.code in (530, 535) or "relay" in error.message.lower():
        return _loud(error)
    return Refused(status(error))


def _put_off(error: SMTPResponseException, attempts: int) -> Answer:
    if attempts >= TRIES:
        return Refused(f"{TRIES} tries: {status(error)}")
    return Later(min(_PUT_OFF * 2 ** (attempts - 1), _LONGEST), status(error))


def _loud(error: Exception) -> Answer:
    reason = status(error) if isinstance(error, SMTPResponseException) else type(error).__name__
    log.error("smtp.misconfigured", action=MAIL, reason=reason)
    return Later(_MENDING, f"{reason}: smtp.* is wrong, or the server's certificate (talentbot doctor)")
