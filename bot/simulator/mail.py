"""A mail server on the loopback: takes what an agency's own would, checks it, and keeps it to be read.

`faults` waits by the names `connect`, `mail`, `rcpt` and `data`; an error's status is an SMTP code.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final, cast

from bot.simulator.faults import Fault, Faults
from bot.simulator.pulse import Pulse
from bot.simulator.server import reset
from storage.clock import Clock

COMMAND: Final = 512  # octets of a command with its CRLF (RFC 5321 §4.5.3.1.4)
LINE: Final = 998  # octets of a line of text without its CRLF (RFC 5321 §4.5.3.1.6)
SIZE: Final = 10 * 1024 * 1024  # octets of a message
ONCE: Final = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")
_PATH = re.compile(
    r"(FROM|TO):<([\w!#$%&'*+/=?^`{|}~.-]+@[A-Z0-9.-]+)>((?: [!-~]+)*)", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it was taken. `at` is business time; `sender` and `to` are the envelope's."""

    id: int
    at: datetime
    sender: str
    to: tuple[str, ...]
    message: EmailMessage = field(repr=False)

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        """Empty where the message has none."""
        return self._body("html")

    @property
    def attachments(self) -> list[str]:
        """Names of the files that came with it."""
        return [part.get_filename() or "" for part in self.message.iter_attachments()]

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return "" if part is None else str(part.get_content())


class _ReplyError(Exception):
    """An SMTP answer other than the usual one."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(f"{code} {words}")


class _GoneError(Exception):
    """The connection ends without another word."""


@dataclass(slots=True)
class _Envelope:
    """What one connection has said so far."""

    greeted: bool = False
    sender: str | None = None
    eight_bit: bool = False
    to: list[str] = field(default_factory=list)

    def clear(self) -> None:
        self.sender, self.eight_bit, self.to = None, False, []


class MailSimulator:
    """All mail that came in, newest last. `unknown` holds addresses that nobody has: 550."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pulse = Pulse()
        self._open: set[asyncio.Task[None]] = set()
        self.letters: list[Letter] = []
        self.unknown: set[str] = set()
        self.faults = Faults()

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[int]:
        """The port of 127.0.0.1 at which it listens, meanwhile."""
        server = await asyncio.start_server(self._met, "127.0.0.1", 0, limit=SIZE)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)
            await server.wait_closed()

    async def wait_until(self, holds: Callable[[], bool], timeout: float) -> None:  # noqa: ASYNC109
        """Wait for what shows in `letters`. Raises TimeoutError after `timeout` seconds."""
        if not await self._pulse.until(lambda: holds() or None, timeout):
            raise TimeoutError(f"still not so after {timeout} s; {len(self.letters)} letters")

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        self._open.add(task)
        try:
            await self._talk(reader, writer)
        except (_GoneError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._open.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kept = _Envelope()
        await self._answer(writer, "connect", lambda: "220 loopback ESMTP")
        verb = ""
        while verb != "QUIT":
            raw = await reader.readuntil(b"\r\n")
            line = raw[:-2].decode("ascii", "replace")
            verb, _, rest = line.partition(" ")
            verb = verb.upper()
            if verb == "DATA" and kept.to:
                await self._say(writer, "354 End with a line of one dot")
                text = await reader.readuntil(b"\r\n.\r\n")
                await self._answer(writer, "data", lambda text=text: self._taken(kept, text))  # type: ignore[misc]
                kept.clear()
            elif len(raw) > COMMAND or not line.isascii() or "\n" in line or "\r" in line:
                await self._say(writer, "500 Not a command of ASCII within 512 octets")
            else:
                step = {"MAIL": "mail", "RCPT": "rcpt"}.get(verb, "")
                await self._answer(writer, step, lambda v=verb, r=rest: _command(kept, v, r, self.unknown))  # type: ignore[misc]

    async def _answer(self, writer: asyncio.StreamWriter, step: str, act: Callable[[], str]) -> None:
        """What `act` says, unless a fault has its way."""
        fault = self.faults.take(step) if step else None
        if fault is not None and fault.seconds:
            await asyncio.sleep(fault.seconds)
        try:
            said = act() if fault is None or fault.accepted else ""
        except _ReplyError as refusal:
            said, fault = str(refusal), None
        if fault is None or fault.kind == "slow":
            await self._say(writer, said)
        else:
            await self._misanswer(writer, fault)

    async def _misanswer(self, writer: asyncio.StreamWriter, fault: Fault) -> None:
        if fault.kind == "silence":
            await asyncio.Event().wait()  # until the server closes
        if fault.kind == "reset":
            reset(cast("asyncio.Transport", writer.transport))
            raise _GoneError
        await self._say(writer, "???" if fault.kind == "garbage" else f"{fault.status} Not now")

    async def _say(self, writer: asyncio.StreamWriter, words: str) -> None:
        writer.write(f"{words}\r\n".encode("ascii"))
        await writer.drain()

    def _taken(self, kept: _Envelope, raw: bytes) -> str:
        raw = raw.removesuffix(b".\r\n")
        lines = [line.removeprefix(b".") for line in raw.split(b"\r\n")]  # the sender doubled a leading dot
        if len(raw) > SIZE:
            raise _ReplyError(552, "Too large")
        if any(len(line) > LINE or b"\r" in line or b"\n" in line or b"\0" in line for line in lines):
            raise _ReplyError(500, "A line of more than 998 octets, or a bare CR, LF or NUL")
        if not kept.eight_bit and not raw.isascii():
            raise _ReplyError(554, "8-bit text without BODY=8BITMIME")
        message = message_from_bytes(b"\r\n".join(lines), policy=policy.default)
        if wrong := [name for name in ONCE if len(message.get_all(name, [])) != 1]:
            raise _ReplyError(554, f"Not exactly one {wrong[0]}")
        if any(part.defects for part in message.walk()) or message.get_body(("plain",)) is None:
            raise _ReplyError(554, "Malformed, or without a plain text")
        named = {one.addr_spec for one in message["To"].addresses}
        if not named or not named <= set(kept.to):
            raise _ReplyError(554, "To names others than the envelope")
        letter = Letter(len(self.letters) + 1, self._clock.now(), kept.sender or "", tuple(kept.to), message)
        self.letters.append(letter)
        self._pulse.beat()
        return f"250 Taken as {letter.id}"


def _command(kept: _Envelope, verb: str, rest: str, unknown: set[str]) -> str:
    """What is answered to one command (RFC 5321 §4.1), noted in `kept`. Raises _ReplyError."""
    match verb:
        case "EHLO" | "HELO" if rest:
            kept.clear()
            kept.greeted = True
            return f"250-loopback\r\n250-SIZE {SIZE}\r\n250 8BITMIME" if verb == "EHLO" else "250 loopback"
        case "NOOP" | "RSET":
            if verb == "RSET":
                kept.clear()
            return "250 OK"
        case "QUIT":
            return "221 Bye"
        case "MAIL" if kept.greeted and kept.sender is None:
            kept.sender, options = _path("FROM", rest)
            kept.eight_bit = "BODY=8BITMIME" in options.upper().split()
            return "250 OK"
        case "RCPT" if kept.sender is not None:
            address, options = _path("TO", rest)
            if options or address in unknown:
                raise _ReplyError(550, "No such mailbox")
            kept.to.append(address)
            return "250 OK"
        case "MAIL" | "RCPT" | "DATA":
            raise _ReplyError(503, "Not in this order")
        case _:
            raise _ReplyError(502, "Not known here")


def _path(word: str, rest: str) -> tuple[str, str]:
    """The address after FROM or TO, and the options behind it."""
    path = _PATH.fullmatch(rest)
    if path is None or path[1].upper() != word:
        raise _ReplyError(501, f"{word}:<address>")
    return path[2], path[3]
