"""What a mail server's answers mean, against a real one on the loopback."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.codes.links import Bots
from bot.platforms.mail import MAIL, MailVoice
from bot.platforms.mail_outbound import BAD_ADDRESS, MOST, TRIES, Link, MailChannel, no_link
from bot.platforms.mail_server import Server
from bot.platforms.mail_writing import Sender
from handlers.commands import Name
from handlers.desk import Agency
from handlers.message import Bar, Button, Card, Line
from handlers.wording import do, news, pc
from reminders.verdicts import Accepted, Answer, Later, Refused, Room, Undecided
from storage.dispatches import DIGEST, REMINDER, To
from storage.files import NewFile
from tests.wire.platforms.peer import closed_port
from tests.wire.platforms.postbox import Postbox, certificate, postbox

SENDER = Sender("hr@example.gov.tw", "臺中市政府 AI 學習小幫手", "人事處（分機 1234）")
VOICE = MailVoice(Agency("臺中市政府", "人事處", "分機 1234"), Bots("@abc", "talent_bot"))
AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
CARD = Card(
    "AI 學習時數提醒",
    (Line("AI 課程尚缺 1 小時", "due"), Bar(60, 0, 180, "進階：官方 1／3　尚缺 2 小時")),
    (
        Button("看課程", url="https://elearn.example/?a=1&b=2"),
        do("我已上過", Name.NEXT),
        do("停止提醒", Name.STOP),
    ),
    typed=pc("下一步", "停止提醒"),
)


@dataclass(frozen=True)
class Mail:
    """A dispatch as the channel sees it."""

    body: str
    address: str = "wang@example.gov.tw"
    id: int = 7
    attempts: int = 1
    person_id: int | None = 3
    method: str = MAIL
    created_at: datetime = AT
    first_attempt_at: datetime = AT


def reminder(**changed: object) -> Mail:
    body = VOICE.say([To("wang@example.gov.tw", None, 3)], [CARD], REMINDER)[0].body
    return Mail(**{"body": body, **changed})  # type: ignore[arg-type]


def server(port: int, username: str = "", password: str = "") -> Server:
    return Server("127.0.0.1", port, "example.gov.tw", username, password)


@pytest.fixture
async def box() -> AsyncIterator[Postbox]:
    async with postbox() as opened:
        yield opened


async def sent(box: Postbox, *mails: Mail, link: Link = no_link, handing: float = 5.0) -> list[Answer]:
    channel = MailChannel(server(box.port), SENDER, link, handing=handing)
    try:
        return [await channel.send(mail) for mail in mails]
    finally:
        await channel.close()


async def test_a_reminder_arrives_as_words_and_as_a_page(box: Postbox) -> None:
    """To one person, from the agency, with what it says in both forms, and marked as a machine's."""
    assert await sent(box, reminder()) == [Accepted()]
    mail = box.mails[0]
    assert box.recipients == [["wang@example.gov.tw"]]
    assert mail["To"] == "wang@example.gov.tw"
    assert mail["From"] == "臺中市政府 AI 學習小幫手 <hr@example.gov.tw>"
    assert mail["Subject"] == "【臺中市政府】AI 學習時數提醒"
    assert (mail["Auto-Submitted"], mail["Precedence"]) == ("auto-generated", "bulk")
    text, html = (part.get_content() for part in mail.iter_parts())
    for said in ("進階：官方 1／3　尚缺 2 小時", "AI 課程尚缺 1 小時", "「我已上過」", "人事處（分機 1234）"):
        assert said in text
        assert said in html
    assert "看課程：https://elearn.example/?a=1&b=2" in text
    assert '<a href="https://elearn.example/?a=1&amp;b=2">看課程</a>' in html
    assert "電腦版請輸入" not in text
    assert "「停止提醒」" not in text


async def test_the_message_id_is_the_same_each_time(box: Postbox) -> None:
    """So that a mailbox can tell a copy; another dispatch has another."""
    await sent(box, reminder(), reminder(attempts=2), reminder(id=8))
    first, again, other = (mail["Message-ID"] for mail in box.mails)
    assert first == again != other


async def test_a_reminder_shows_how_to_end_them(box: Postbox) -> None:
    """By a link where this server can be reached; else by an answer. A digest shows neither."""
    links: list[int] = []

    async def link(person_id: int) -> str:
        links.append(person_id)
        return "https://bot.example/reminders/abc"

    digest = VOICE.say([To("wang@example.gov.tw", None, 3)], [CARD], DIGEST)[0].body
    await sent(box, reminder(), Mail(digest), link=link)
    await sent(box, reminder())
    linked, unlinked, answered = box.mails
    assert links == [3]
    assert linked["List-Unsubscribe"] == "<https://bot.example/reminders/abc>"
    assert linked["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "不想再收到提醒：https://bot.example/reminders/abc" in words(linked)
    assert unlinked["List-Unsubscribe"] is answered["List-Unsubscribe"] is None
    assert "不想再收到提醒" not in words(unlinked)
    assert "回覆本信或洽人事處（分機 1234）" in words(answered)


async def test_one_click_is_promised_over_https_alone(box: Postbox) -> None:
    """RFC 8058 §3.1; without it the link is still there."""

    async def link(_: int) -> str:
        return "http://127.0.0.1:8080/reminders/abc"

    await sent(box, reminder(), link=link)
    assert box.mails[0]["List-Unsubscribe"] == "<http://127.0.0.1:8080/reminders/abc>"
    assert box.mails[0]["List-Unsubscribe-Post"] is None


def words(mail: object) -> str:
    part = mail.get_body(("plain",))  # type: ignore[attr-defined]
    return str(part.get_content())


async def test_a_brief_notice_says_no_more_in_a_mail(box: Postbox) -> None:
    """精簡通知: that there is news, in the subject as in the text."""
    said = [news("您的學習進度", "看進度", Name.PROGRESS, "進度")]
    await sent(box, Mail(VOICE.say([To("wang@example.gov.tw", None, 3)], said, REMINDER)[0].body))
    assert box.mails[0]["Subject"] == "【臺中市政府】您的學習進度有更新"
    assert "小時" not in words(box.mails[0])


async def test_a_file_is_attached(box: Postbox) -> None:
    """Under its name, to the byte; of the call nothing is kept once it is settled."""
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    sheet = NewFile("AI 學習週報.ods", kind, b"PK\x03\x04\x00\xff")
    (call,) = VOICE.say([To("a@example.gov.tw", None, 3)], [CARD], DIGEST, [sheet])
    assert call.fleeting
    assert await sent(box, Mail(call.body)) == [Accepted()]
    (attached,) = box.mails[0].iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == (sheet.name, sheet.content)


async def test_mails_share_a_connection_which_is_closed_in_the_end(box: Postbox) -> None:
    """Five mails, a refused one among them, by one connection."""
    channel = MailChannel(server(box.port), SENDER)
    await channel.send(reminder())
    box.rcpt, box.once = "550 5.1.1 no such user wang@example.gov.tw", True
    assert await channel.send(reminder()) == Refused("550 5.1.1")
    assert await channel.send(reminder()) == Accepted()
    assert box.connections == 1
    await channel.close()


async def test_a_slow_server_gets_more_mails_at_once_but_no_more_than_four(box: Postbox) -> None:
    """The next one waits a moment for the one before it, then goes by a connection of its own."""
    channel = MailChannel(server(box.port), SENDER)
    box.silent = 1.5
    under_way = []
    for number in range(MOST):
        await asyncio.sleep(channel.room().after + 0.01 if number else 0)
        assert channel.room() == Room(1)
        under_way.append(asyncio.create_task(channel.send(reminder(id=number))))
        await asyncio.sleep(0)
        assert channel.room().calls == 0
    assert channel.room() == Room(0)
    assert await asyncio.gather(*under_way) == [Accepted()] * MOST
    assert (len(box.mails), box.connections) == (MOST, MOST)
    assert channel.room() == Room(1)
    box.silent = 0
    assert await channel.send(reminder()) == Accepted()
    assert box.connections == MOST
    await channel.close()


async def test_a_server_that_takes_fewer_connections_is_obeyed(box: Postbox) -> None:
    """421 beside others is about their number: the mail was not even tried, and no more come at once. 421 to
    the only one puts the mail off."""
    channel = MailChannel(server(box.port), SENDER)
    box.silent, box.most = 0.3, 1
    answers = await asyncio.gather(*(channel.send(reminder(id=n)) for n in range(MOST)))
    assert answers.count(Accepted()) == 1
    assert all(not one.made for one in answers if isinstance(one, Later))
    one = asyncio.create_task(channel.send(reminder()))
    await asyncio.sleep(0)
    assert channel.room() == Room(0)
    assert await one == Accepted()
    await channel.close()
    box.most = -1
    assert await channel.send(reminder()) == Later(60, "421 4.7.0")
    await channel.close()


async def test_a_mail_that_is_stopped_before_its_words_was_not_sent(box: Postbox) -> None:
    """The program stops while the server thinks about the recipient: the claim is given back."""
    channel = MailChannel(server(box.port), SENDER)
    box.mute = True
    under_way = asyncio.create_task(channel.send(reminder()))
    while not box.asked:
        await asyncio.sleep(0.01)
    under_way.cancel()
    answer = await under_way
    assert isinstance(answer, Later)
    assert not answer.made
    await channel.close()


async def test_a_connection_that_nobody_needs_is_closed(box: Postbox) -> None:
    """And opened again for the next mail."""
    channel = MailChannel(server(box.port), SENDER, idle=0.05)
    assert await channel.send(reminder()) == Accepted()
    async with asyncio.timeout(5):
        while box.open:
            await asyncio.sleep(0.01)
    assert await channel.send(reminder()) == Accepted()
    assert box.connections == 2
    await channel.close()


async def test_a_connection_closed_meanwhile_is_opened_again(box: Postbox) -> None:
    """Nothing was sent by it: the mail goes by another."""
    channel = MailChannel(server(box.port), SENDER)
    await channel.send(reminder())
    box.hang_up()
    await asyncio.sleep(0.05)
    assert await channel.send(reminder()) == Accepted()
    assert box.connections == 2
    await channel.close()


@pytest.mark.parametrize(
    ("where", "said", "verdict"),
    [
        ("rcpt", "550 5.1.1 unknown", Refused("550 5.1.1")),
        ("rcpt", "553 no", Refused("553")),
        ("data", "554 5.6.0 not liked", Refused("554 5.6.0")),
        ("mail_from", "552 5.3.4 too large", Refused("552 5.3.4")),
        ("rcpt", "450 4.2.0 greylisted", Later(60, "450 4.2.0")),
        ("data", "452 4.3.1 disk full", Later(60, "452 4.3.1")),
        ("mail_from", "421 4.7.0 later", Later(60, "421 4.7.0")),
    ],
)
async def test_an_answer_is_told_apart_by_its_number(
    box: Postbox, where: str, said: str, verdict: Answer
) -> None:
    """5xx is final, 4xx passes; the server's own words, which may name somebody, are kept nowhere."""
    setattr(box, where, said)
    assert await sent(box, reminder()) == [verdict]
    assert box.mails == []


@pytest.mark.parametrize(
    ("where", "said"),
    [("mail_from", "553 5.7.1 sender not allowed"), ("rcpt", "554 5.7.1 Relay access denied")],
)
async def test_what_the_operator_has_to_mend_waits(box: Postbox, where: str, said: str) -> None:
    """A refused sender or no relay is nobody's fault who should get the mail."""
    setattr(box, where, said)
    (answer,) = await sent(box, reminder())
    assert isinstance(answer, Later)
    assert "smtp" in answer.reason


async def test_what_is_put_off_waits_longer_each_time_and_not_for_ever(box: Postbox) -> None:
    """A full mailbox is asked most of a day, then another way is tried."""
    box.rcpt = "452 4.2.2 mailbox full"
    answers = await sent(box, *(reminder(attempts=n) for n in (1, 2, 3, TRIES)))
    assert [a.seconds for a in answers if isinstance(a, Later)] == [60, 120, 240]
    assert isinstance(answers[-1], Refused)


async def test_no_connection_is_later() -> None:
    """Surely nothing was sent."""
    port = int(closed_port().rpartition(":")[2])
    (answer,) = await sent(Postbox(port), reminder())
    assert isinstance(answer, Later)


async def test_a_connection_lost_after_the_mail_is_undecided(box: Postbox) -> None:
    """The server may have taken it: never sent again by itself; the next mail goes by a new connection."""
    box.drops = True
    channel = MailChannel(server(box.port), SENDER)
    assert isinstance(await channel.send(reminder()), Undecided)
    box.drops = False
    assert await channel.send(reminder()) == Accepted()
    await channel.close()


async def test_silence_after_the_mail_is_undecided(box: Postbox) -> None:
    """It took the mail and does not say so in time."""
    box.silent = 1.0
    (answer,) = await sent(box, reminder(), handing=0.2)
    assert isinstance(answer, Undecided)


@pytest.mark.parametrize(
    "address", ["", "wang", "a@b@c", "a b@c.tw", "王@example.tw", "a@x\r\nRCPT TO:<b@y>", "<a@b>", "a@-b"]
)
async def test_an_address_that_is_none_is_refused(box: Postbox, address: str) -> None:
    """Addresses come from the roster: what is none never reaches the server."""
    assert await sent(box, reminder(address=address)) == [Refused(BAD_ADDRESS)]
    assert box.connections == 0


async def test_a_body_of_our_own_making_only(box: Postbox) -> None:
    """Another platform's method is no mail."""
    assert isinstance((await sent(box, Mail(json.dumps({}), method="push")))[0], Refused)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
async def test_a_login_goes_over_tls_or_not_at_all(tmp_path: Path) -> None:
    """STARTTLS first; a wrong password, no TLS and a certificate of somebody's are the operator's to mend."""
    serving, believing = certificate(tmp_path)
    async with postbox(login=("hr", "secret"), tls=serving) as box:
        right = MailChannel(server(box.port, "hr", "secret"), SENDER, tls=believing)
        wrong = MailChannel(server(box.port, "hr", "guess"), SENDER, tls=believing)
        stranger = MailChannel(server(box.port, "hr", "secret"), SENDER)
        answers = [await channel.send(reminder()) for channel in (right, wrong, stranger)]
        assert answers[0] == Accepted()
        assert all(isinstance(one, Later) and "smtp" in one.reason for one in answers[1:])
        for channel in (right, wrong, stranger):
            await channel.close()
    async with postbox(login=("hr", "secret")) as plain:
        bare = MailChannel(server(plain.port, "hr", "secret"), SENDER, tls=believing)
        answer = await bare.send(reminder())
        assert isinstance(answer, Later)
        assert "smtp" in answer.reason
        await bare.close()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may serve at port 465")
async def test_port_465_speaks_tls_from_the_first_byte(tmp_path: Path) -> None:
    """RFC 8314; a certificate of somebody's is the operator's to mend."""
    serving, believing = certificate(tmp_path)
    async with postbox(at_once=serving, port=465) as box:
        right = MailChannel(server(box.port), SENDER, tls=believing)
        stranger = MailChannel(server(box.port), SENDER)
        assert await right.send(reminder()) == Accepted()
        answer = await stranger.send(reminder())
        assert isinstance(answer, Later)
        assert "smtp" in answer.reason
        for channel in (right, stranger):
            await channel.close()
