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

One connection serves one mail after another. Where the server takes its time over a mail (it looks for
viruses), up to `MOST` stand side by side; one that wants fewer is obeyed. A link that ends the reminders is
made for each mail when it is sent; of it only a hash is stored (`storage.opt_outs`).
"""

import asyncio
import math
import ssl
from base64 import b64decode
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Final, Protocol

import structlog

from bot.platforms import mail_writing
from bot.platforms.mail import MAIL
from bot.platforms.mail_connection import SHORT, TRIES, Connection, Full, put_off
from bot.platforms.mail_server import Server
from bot.platforms.mail_writing import Sender, is_address
from bot.platforms.tolerant import decode, mapping, string
from guideline.records import Way
from reminders.verdicts import Answer, Later, Refused, Room
from storage.dispatches import Dispatch, NewDispatch
from storage.errors import StorageError
from storage.files import NewFile

log = structlog.get_logger()

__all__ = ["BAD_ADDRESS", "MOST", "TRIES", "MailChannel"]

BAD_ADDRESS = "bad-address"
MOST: Final = 4  # connections at once
SLOW: Final = 0.2  # seconds after which a mail is not waited for with the next one
_HANDING = 30.0  # seconds from DATA on; with what comes before within a lease
IDLE = 15.0  # seconds after which a connection that nobody needs is closed

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
        idle: float = IDLE,
    ) -> None:
        self._sender = sender
        self._link = link
        self._another = partial(Connection, server, sender.address, tls, handing, idle)
        self._free: list[Connection] = []  # the one used last comes last, and is used next
        self._busy = 0
        self._began = -math.inf  # the last one, on the loop's monotonic clock
        self._most = MOST

    def room(self, ahead: float = 0.0) -> Room:
        """A connection for each: what is claimed is sent at once."""
        if not self._busy:
            return Room(1)
        if self._busy >= self._most:
            return Room(0)  # until one of them has been answered
        left = self._began + SLOW - asyncio.get_running_loop().time()
        return Room(0, left) if left > 0 else Room(1)

    def instead(self, dispatch: Dispatch, refused: Refused) -> Sequence[NewDispatch]:
        return ()

    async def send(self, dispatch: Letter) -> Answer:
        """One mail. Never raises for anything that the network or the server does."""
        if dispatch.method != MAIL:
            return Refused(f"unknown method {dispatch.method}")
        if not is_address(dispatch.address):
            return Refused(BAD_ADDRESS)
        connection = self._free.pop() if self._free else self._another()
        self._busy += 1
        self._began = asyncio.get_running_loop().time()
        try:
            mail = await self._written(dispatch)
            return await connection.hand_over(mail, dispatch.address, dispatch.attempts)
        except StorageError as error:
            return Later(SHORT, f"not sent: {type(error).__name__}")
        except Full as full:
            return self._fewer(str(full), dispatch.attempts)
        finally:
            self._busy -= 1
            self._free.append(connection)

    async def close(self) -> None:
        """Ends the connections; the next mail opens another."""
        for connection in self._free:
            await connection.close()

    def _fewer(self, reason: str, attempts: int) -> Answer:
        """So many connections are too many, where others stand; else it takes nobody's mail for now."""
        if self._busy == 1:
            return put_off(reason, attempts)
        self._most = max(1, min(self._most, self._busy) - 1)
        log.warning("smtp.fewer_connections", action=MAIL, most=self._most, reason=reason)
        return Later(SHORT, reason, made=False)

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


def _files(found: object) -> list[NewFile]:
    files = [mapping(one) for one in found] if isinstance(found, list) else []
    return [
        NewFile(string(one, "name"), string(one, "type"), b64decode(string(one, "content"))) for one in files
    ]
