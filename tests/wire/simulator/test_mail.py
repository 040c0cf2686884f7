"""The loopback mail server, spoken to by a real client and by hand."""

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

import aiosmtplib
import pytest

from bot.simulator.faults import Fault
from bot.simulator.mail import MailSimulator
from tests.wire.simulator.conftest import HandClock

SENDER, AMY = "bot@demo.gov.tw", "d005@demo.gov.tw"


class Box:
    """The server, where it listens, and a client's ways to speak to it."""

    def __init__(self, mail: MailSimulator, port: int) -> None:
        self.mail = mail
        self.port = port

    async def send(self, message: EmailMessage) -> None:
        await aiosmtplib.send(message, hostname="127.0.0.1", port=self.port, timeout=2)

    async def says(self, *lines: bytes) -> list[bytes]:
        """The first line of each answer, the greeting not among them."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        await reader.readline()
        heard = []
        for line in lines:
            writer.write(line + b"\r\n")
            heard.append(await reader.readline())
            while heard[-1][3:4] == b"-" and (await reader.readline())[3:4] == b"-":
                pass
        writer.close()
        await writer.wait_closed()
        return heard


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    mail = MailSimulator(HandClock())
    async with mail.serving() as port:
        yield Box(mail, port)


def letter(text: str = "AI 課程尚缺 1 小時\n.\n請看課程", **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, AMY, "AI 課程尚缺 1 小時"
    message["Date"], message["Message-ID"] = (
        format_datetime(HandClock().now()),
        make_msgid(domain="demo.gov.tw"),
    )
    message.set_content(text)
    for name, value in headers.items():
        del message[name]
        if value:
            message[name] = value
    return message


async def test_a_letter_is_kept_as_it_was_written(box: Box) -> None:
    """Subject, text with its dots, rendered form, file and envelope come out as they went in."""
    message = letter()
    message.add_alternative("<p>尚缺 <b>1</b> 小時</p>", subtype="html")
    message.add_attachment(b"PK", maintype="application", subtype="zip", filename="週報.xlsx")
    await box.send(message)
    (kept,) = box.mail.letters
    assert (kept.sender, kept.to, kept.subject) == (SENDER, (AMY,), "AI 課程尚缺 1 小時")
    assert kept.text.splitlines() == ["AI 課程尚缺 1 小時", ".", "請看課程"]
    assert "<b>1</b>" in kept.html
    assert kept.attachments == ["週報.xlsx"]


@pytest.mark.parametrize("missing", ["Date", "Message-ID", "Subject"])
async def test_a_letter_without_a_header_is_refused(box: Box, missing: str) -> None:
    """A header that a real server marks as spam where it is missing is refused here."""
    with pytest.raises(aiosmtplib.SMTPDataError, match=missing):
        await box.send(letter(**{missing: ""}))
    assert box.mail.letters == []


async def test_an_unknown_address_is_refused(box: Box) -> None:
    """Nobody there: 550, and nothing is kept."""
    box.mail.unknown.add(AMY)
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await box.send(letter())
    assert refused.value.recipients[0].code == 550
    assert box.mail.letters == []


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([b"MAIL FROM:<a@b.tw>"], b"503"),
        ([b"EHLO x", b"RCPT TO:<a@b.tw>"], b"503"),
        ([b"EHLO x", b"DATA"], b"503"),
        ([b"EHLO x", b"MAIL FROM:a@b.tw"], b"501"),
        ([b"EHLO x", b"MAIL FROM:<a@b.tw>", b"RCPT TO:<a b@b.tw>"], b"501"),
        ([b"EHLO x", b"MAIL FROM:<a@b.tw>", b"MAIL FROM:<a@b.tw>"], b"503"),
        ([b"EHLO x", b"STARTTLS"], b"502"),
        ([b"EHLO x", "MAIL FROM:<王@b.tw>".encode()], b"500"),
        ([b"NOOP" + b" " * 600], b"500"),
        ([b"EHLO x", b"MAIL FROM:<a@b.tw>", b"RCPT TO:<a@b.tw>", b"DATA", b"x" * 1000 + b"\r\n."], b"500"),
        ([b"EHLO x", b"MAIL FROM:<a@b.tw>", b"RCPT TO:<a@b.tw>", b"DATA", b"a\nb\r\n."], b"500"),
        ([b"EHLO x", b"MAIL FROM:<a@b.tw>", b"RCPT TO:<a@b.tw>", b"DATA", b"\xe4\xbd\xa0\r\n."], b"554"),
        (
            [b"EHLO x", b"MAIL FROM:<a@b.tw>", b"RCPT TO:<a@b.tw>", b"DATA", b"To: c@d.tw\r\n\r\nx\r\n."],
            b"554",
        ),
    ],
)
async def test_what_is_against_the_protocol_is_refused(box: Box, lines: list[bytes], code: bytes) -> None:
    """Order, syntax, line lengths and 8-bit text as RFC 5321 has them."""
    assert (await box.says(*lines))[-1][:3] == code
    assert box.mail.letters == []


async def test_it_misbehaves_on_request(box: Box) -> None:
    """Busy, gone without taking it, gone after taking it: the client sees an error each time."""
    box.mail.faults.next("rcpt", Fault.error(451))
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused):
        await box.send(letter())
    box.mail.faults.next("data", Fault.reset())
    with pytest.raises(aiosmtplib.SMTPException):
        await box.send(letter())
    assert box.mail.letters == []
    box.mail.faults.next("data", Fault.reset(accepted=True))
    with pytest.raises(aiosmtplib.SMTPException):
        await box.send(letter())
    assert len(box.mail.letters) == 1


async def test_silence_ends_with_the_server() -> None:
    """A client that waits for an answer does not keep the server from closing."""
    mail = MailSimulator(HandClock())
    mail.faults.next("connect", Fault.silence())
    async with mail.serving() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
