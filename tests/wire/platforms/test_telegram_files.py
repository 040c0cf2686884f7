"""sendDocument: the file is read when it is sent, and judged like every other call that has no key."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.platforms.session import open_session
from bot.platforms.telegram_outbound import GONE, Load, TelegramChannel
from bot.simulator.faults import Fault
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from reminders.verdicts import Accepted, Answer, Later, Refused, Undecided
from storage.clock import SystemClock
from storage.errors import Locked
from storage.files import NewFile
from tests.wire.platforms.peer import Sent, closed_port
from tests.wire.platforms.test_telegram_outbound import TOKEN, USER

CONTENT = bytes(range(256)) * 40
NAME = "我的資料-1151124 「複本」.xlsx"


async def load(number: int) -> NewFile | None:
    return NewFile(NAME, "application/octet-stream", CONTENT) if number == 7 else None


async def locked(_: int) -> NewFile | None:
    raise Locked


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as opened:
        yield opened


@pytest.fixture
async def telegram() -> AsyncIterator[tuple[TelegramSimulator, str]]:
    simulator = TelegramSimulator(TOKEN, clock=SystemClock(), chat_rate=None)
    async with serve(simulator.app) as served:
        await simulator.start(USER)
        yield simulator, served.url


def document(number: int = 7) -> Sent:
    return Sent("sendDocument", json.dumps({"chat_id": USER, "file": number, "caption": "說明 <b>&"}))


async def test_a_document_arrives_whole(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str]
) -> None:
    """Byte for byte, with its Chinese name and its words as they are."""
    simulator, url = telegram
    assert await TelegramChannel(session, url, TOKEN, load=load).send(document()) == Accepted()
    content = simulator.transcript(USER)[-1].content
    assert (content["document"]["file_name"], content["caption"]) == (NAME, "說明 <b>&")
    assert simulator.files[content["document"]["file_id"]] == CONTENT


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [
        (Fault.rate_limit(retry_after=3), Later),
        (Fault.error(403), Refused),
        (Fault.reset(accepted=True), Undecided),
    ],
)
async def test_what_the_answers_mean(
    session: aiohttp.ClientSession, telegram: tuple[TelegramSimulator, str], fault: Fault, verdict: type
) -> None:
    """As of sendMessage: a definite no is a no, a lost answer is never made good by itself."""
    simulator, url = telegram
    simulator.faults.next("sendDocument", fault)
    assert isinstance(await TelegramChannel(session, url, TOKEN, load=load).send(document()), verdict)


@pytest.mark.parametrize(
    ("number", "how", "verdict"),
    [(8, load, Refused(GONE)), (7, locked, Later(2.0, "not sent: Locked"))],
)
async def test_a_file_that_cannot_be_read_is_not_sent(
    session: aiohttp.ClientSession, number: int, how: Load, verdict: Answer
) -> None:
    """Gone: refused. A database that is busy: later; nothing was sent, so it may be tried again."""
    channel = TelegramChannel(session, closed_port(), TOKEN, load=how)
    assert await channel.send(document(number)) == verdict


async def test_a_channel_without_files_refuses(session: aiohttp.ClientSession) -> None:
    """Where nothing reads files none is sent."""
    assert await TelegramChannel(session, closed_port(), TOKEN).send(document()) == Refused(GONE)
