"""One connection to the agency's mail server: a mail after another, each with what the answer means
(`mail_outbound` has the table)."""

import asyncio
import ssl
from typing import Final

import structlog
from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPConnectResponseError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from bot.platforms.mail import MAIL
from bot.platforms.mail_server import Server, connect, leave, status, untrusted
from reminders.verdicts import Accepted, Answer, Later, Refused, Undecided

log = structlog.get_logger()

TRIES: Final = 12  # of a mail that the server puts off: most of a day
SHORT: Final = 5.0  # seconds until the next try, as the following
_PUT_OFF, _MENDING = 60.0, 60.0
_LONGEST = 7200.0
_BEFORE = 20.0  # seconds for everything up to DATA
_MOST = 100  # mails by one connection; servers end it at some number of their own


class Full(Exception):  # noqa: N818 - no error: the server's word about how many may come at once
    """The server takes no connection more beside those that stand."""


class Connection:
    """Opened when there is a mail, closed when none came for `idle` seconds. One mail at a time."""

    def __init__(
        self, server: Server, sender: str, tls: ssl.SSLContext | None, handing: float, idle: float
    ) -> None:
        """`sender` is the address the mails come from; `handing` the seconds from DATA on."""
        self._server = server
        self._sender = sender
        self._tls = tls
        self._handing = handing
        self._idle = idle
        self._client: SMTP | None = None
        self._sent = 0  # since it was opened
        self._unused: asyncio.TimerHandle | None = None
        self._leaving: asyncio.Task[None] | None = None

    async def hand_over(self, mail: bytes, to: str, attempts: int) -> Answer:
        """Raises Full when the server does not let us in for the number of those who are there; nothing else
        that the network or the server does."""
        self._used()
        try:
            async with asyncio.timeout(_BEFORE):
                client = await self._addressed(to)
        except SMTPConnectResponseError as error:
            self._lost()
            if error.code == 421:
                raise Full(status(error)) from None
            return _before(error, attempts)
        except (SMTPException, OSError) as error:
            await self._spoilt(error)
            return _before(error, attempts)
        except asyncio.CancelledError:  # the program stops: surely nothing was sent
            self._lost()
            return Later(0.0, "the program stopped", made=False)
        try:
            async with asyncio.timeout(self._handing):
                await client.data(mail)
        except SMTPDataError as error:
            answer = _judged(error, attempts)
            if not isinstance(answer, Accepted):
                await self._spoilt(error)
                return answer
        except (SMTPException, OSError) as error:
            self._lost()
            return Undecided(f"no answer: {type(error).__name__}")
        self._sent += 1
        self._rests()
        return Accepted()

    async def close(self) -> None:
        """The next mail opens it again."""
        self._used()
        if self._leaving is not None:
            await self._leaving
        client, self._client = self._client, None
        if client is not None:
            await leave(client)

    async def _addressed(self, to: str) -> SMTP:
        """Has taken sender and recipient. What was open before may have been closed by the server meanwhile:
        then it is opened again, since nothing has been sent."""
        if self._client is not None and self._client.is_connected and self._sent < _MOST:
            try:
                return await self._envelope(self._client, to)
            except (SMTPServerDisconnected, SMTPTimeoutError):
                pass
            except SMTPResponseException as error:
                if error.code != 421:
                    raise
        await self.close()
        self._client = await connect(self._server, self._tls)
        self._sent = 0
        return await self._envelope(self._client, to)

    async def _envelope(self, client: SMTP, to: str) -> SMTP:
        await client.mail(self._sender)
        await client.rcpt(to)
        return client

    async def _spoilt(self, error: Exception) -> None:
        """A refused recipient leaves the connection good for the next mail."""
        refused = isinstance(error, SMTPResponseException) and error.code != 421
        if refused and self._client is not None and self._client.is_connected:
            try:
                async with asyncio.timeout(SHORT):
                    await self._client.rset()
                self._rests()
            except (SMTPException, OSError):
                self._lost()
        else:
            self._lost()

    def _lost(self) -> None:
        """Nothing more is said by it: what would come back nobody could tell apart."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _used(self) -> None:
        if self._unused is not None:
            self._unused.cancel()
            self._unused = None

    def _rests(self) -> None:
        self._unused = asyncio.get_running_loop().call_later(self._idle, self._nobody_came)

    def _nobody_came(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            self._leaving = asyncio.create_task(leave(client))


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
            return Later(SHORT, f"not sent: {type(error).__name__}")
        case SMTPException() | ssl.SSLError():
            return _loud(error)
        case _:
            return Later(SHORT, f"not sent: {type(error).__name__}")


def _judged(error: SMTPRecipientRefused | SMTPDataError, attempts: int) -> Answer:
    if 200 <= error.code < 300:
        return Accepted()
    if error.code < 500:
        return _put_off(error, attempts)
    if error.code in (530, 535) or "relay" in error.message.lower():
        return _loud(error)
    return Refused(status(error))


def _put_off(error: SMTPResponseException, attempts: int) -> Answer:
    return put_off(status(error), attempts)


def put_off(reason: str, attempts: int) -> Answer:
    """Later, longer each time, and not for ever."""
    if attempts >= TRIES:
        return Refused(f"{TRIES} tries: {reason}")
    return Later(min(_PUT_OFF * 2 ** (attempts - 1), _LONGEST), reason)


def _loud(error: Exception) -> Answer:
    reason = status(error) if isinstance(error, SMTPResponseException) else type(error).__name__
    log.error("smtp.misconfigured", action=MAIL, reason=reason)
    words = f"{reason}: smtp.* is wrong, or the server's certificate (talentbot doctor)"
    return Later(_MENDING, words, barred=True)
