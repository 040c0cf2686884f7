"""Who may call Telegram next: on a clock of the test's own, and over HTTP against the strict loopback."""

import asyncio
import json
from dataclasses import dataclass

import pytest

from bot.platforms.session import open_session
from bot.platforms.telegram_outbound import TelegramChannel
from bot.platforms.telegram_pace import MENDING, Pace
from bot.simulator.faults import Fault
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from reminders.verdicts import Accepted, Later, Room
from storage.clock import SystemClock
from tests.wire.platforms.peer import Sent

TOKEN = "123456:loopback-token_for-the-tests-000000"


@dataclass
class Watch:
    """Monotonic seconds, moved by hand."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


async def test_there_is_room_for_a_call_whenever_its_turn_has_come() -> None:
    """None before it, and no more than one; who comes just before it is let wait that long."""
    watch = Watch()
    pace = Pace(20, now=watch)
    assert pace.room() == Room(1, 0)
    assert (await pace.turn(1)).wait == 0
    assert pace.room().calls == 0
    assert pace.room().after == pytest.approx(0.05)
    watch.at += 0.03
    assert pace.room().after == pytest.approx(0.02)
    watch.at += 0.03
    assert pace.room().calls == 1


async def test_whose_chat_is_not_ready_is_sent_back_and_takes_no_turn() -> None:
    """The second message to a chat comes back after its second; another chat goes at once."""
    watch = Watch()
    pace = Pace(20, now=watch)
    await pace.turn(1)
    watch.at += 0.06
    pace.answered(1)
    assert (await pace.turn(1)).wait == 1
    assert pace.room().calls == 1
    assert (await pace.turn(2)).wait == 0
    watch.at += 1
    assert (await pace.turn(1)).wait == 0


async def test_a_429_to_a_chat_just_written_to_is_the_chats() -> None:
    """That chat is left alone for as long as told; nobody else hears of it, and the rate stays."""
    watch = Watch()
    pace = Pace(25, now=watch)
    await pace.turn(1)
    watch.at += 2
    again = await pace.turn(1)
    assert again.recent
    pace.limited(again, 30)
    watch.at += 1
    assert (await pace.turn(1)).wait == 29
    assert (await pace.turn(2)).wait == 0
    assert pace.rate == 25
    assert pace.room().calls > 0
    watch.at += 29
    assert (await pace.turn(1)).wait == 0


async def test_a_429_to_a_chat_not_written_to_is_the_bots() -> None:
    """Nothing goes out for as long as told; then at half the rate, which grows back evenly."""
    watch = Watch()
    pace = Pace(20, now=watch)
    first = await pace.turn(1)
    watch.at += 0.05
    second = await pace.turn(2)
    pace.limited(first, 7)
    pace.limited(second, 7)  # on its way when the first 429 came
    assert pace.room() == Room(0, 7)
    assert (await pace.turn(4)).wait == 7
    assert pace.rate == 10
    watch.at += 7
    assert pace.room().calls > 0
    assert (await pace.turn(4)).wait == 0
    watch.at += MENDING / 2
    assert pace.rate == 15
    watch.at += MENDING
    assert pace.rate == 20


async def taken(pace: Pace, watch: Watch, seconds: float) -> int:
    """How many calls go out in so many seconds, each as soon as there is room."""
    count, until = 0, watch.at + seconds
    while watch.at < until:
        for _ in range(pace.room().calls):
            assert (await pace.turn(None)).wait == 0
            count += 1
        watch.at += 0.001
    return count


async def test_a_long_silence_saves_up_no_burst() -> None:
    """A fifth of a second is made good at once, and nothing else."""
    watch = Watch()
    pace = Pace(22, now=watch)
    await pace.turn(1)
    watch.at += 3600
    assert pace.room().calls == 5
    assert await taken(pace, watch, 5) in range(113, 116)


async def test_a_pause_in_a_wave_is_made_good_little_by_little() -> None:
    """Half a second, in which nothing could be sent: no second carries more than a third above the rate, and
    after a while all is as if there had been no pause."""
    watch = Watch()
    pace = Pace(25, now=watch)
    before = await taken(pace, watch, 2)
    watch.at += 0.5
    seconds = [await taken(pace, watch, 1) for _ in range(8)]
    assert max(seconds) <= 33
    assert before + sum(seconds) in range(261, 265)
    assert seconds[-1] in (25, 26)


async def test_a_limit_met_by_one_message_is_kept_for_all_that_follow() -> None:
    """Over HTTP: after one 429 no call is made before its time."""
    simulator = TelegramSimulator(TOKEN, clock=SystemClock())
    for user in (7001, 7002):
        simulator.add_user(user)
    async with serve(simulator.app) as served, open_session() as session:
        for user in (7001, 7002):
            await simulator.start(user)
        simulator.faults.next("sendMessage", Fault.rate_limit(retry_after=9))
        channel = TelegramChannel(session, served.url, TOKEN)
        answers = [
            await channel.send(Sent("sendMessage", json.dumps({"chat_id": user, "text": "您好"})))
            for user in (7001, 7002)
        ]
        assert all(isinstance(answer, Later) and answer.seconds > 8 for answer in answers)
        assert len([call for call in simulator.calls if call.endpoint == "sendMessage"]) == 1


async def test_quick_messages_to_one_chat_meet_no_limit() -> None:
    """Over HTTP, against a Telegram that takes one message a second and no burst: the next one is not even
    tried until its second is over."""
    simulator = TelegramSimulator(TOKEN, clock=SystemClock(), chat_burst=1)
    simulator.add_user(7001)
    async with serve(simulator.app) as served, open_session() as session:
        await simulator.start(7001)
        channel = TelegramChannel(session, served.url, TOKEN)
        sent = Sent("sendMessage", json.dumps({"chat_id": 7001, "text": "您好"}))
        assert await channel.send(sent) == Accepted()
        answer = await channel.send(sent)
        assert isinstance(answer, Later)
        assert not answer.made
        await asyncio.sleep(answer.seconds)
        assert await channel.send(sent) == Accepted()
        assert len([call for call in simulator.calls if call.endpoint == "sendMessage"]) == 2
