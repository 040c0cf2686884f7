"""Who may call Telegram next: on a clock of the test's own, and over HTTP against the strict loopback."""

import asyncio
import json
from dataclasses import dataclass

from bot.platforms.session import open_session
from bot.platforms.telegram_outbound import TelegramChannel
from bot.platforms.telegram_pace import MENDING, Pace
from bot.simulator.faults import Fault
from bot.simulator.server import serve
from bot.simulator.telegram import TelegramSimulator
from reminders.verdicts import Accepted, Later
from storage.clock import SystemClock
from tests.wire.platforms.peer import Sent

TOKEN = "123456:loopback-token_for-the-tests-000000"


@dataclass
class Watch:
    """Monotonic seconds, moved by hand."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


async def said(pace: Pace, order: list[int], chat: int, lane: int = 1) -> None:
    await pace.turn(chat, lane)
    order.append(chat)


async def test_a_conversation_takes_the_next_turn() -> None:
    """It comes after what went out already and before all of the wave that waits."""
    pace, order = Pace(50), list[int]()
    wave = [asyncio.create_task(said(pace, order, chat)) for chat in range(1, 9)]
    await asyncio.sleep(0)
    before = len(order)
    await said(pace, order, 99, lane=0)
    assert order.index(99) == before
    await asyncio.gather(*wave)
    assert [chat for chat in order if chat != 99] == list(range(1, 9))


async def test_who_waits_for_its_chat_holds_up_nobody() -> None:
    """The second message to a chat waits for its second; other chats go before it."""
    pace, order = Pace(100, chat_rate=5), list[int]()
    await asyncio.gather(*(said(pace, order, chat) for chat in (1, 1, 2, 3)))
    assert order == [1, 2, 3, 1]


async def test_a_429_to_a_chat_just_written_to_is_the_chats() -> None:
    """That chat is left alone for as long as told; nobody else hears of it, and the rate stays."""
    watch = Watch()
    pace = Pace(25, now=watch)
    await pace.turn(1, 0)
    watch.at += 2
    again = await pace.turn(1, 0)
    assert again.recent
    pace.limited(again, 30)
    watch.at += 1
    assert (await pace.turn(1, 0)).wait == 29
    assert (await pace.turn(2, 1)).wait == 0
    assert pace.rate == 25
    assert pace.room() > 0
    watch.at += 29
    assert (await pace.turn(1, 0)).wait == 0


async def test_a_429_to_a_chat_not_written_to_is_the_bots() -> None:
    """Nothing goes out for as long as told; then at half the rate, which grows back evenly."""
    watch = Watch()
    pace = Pace(20, now=watch)
    first, second = await pace.turn(1, 1), asyncio.create_task(pace.turn(2, 1))
    watch.at += 0.05
    await pace.turn(3, 1)
    pace.limited(first, 7)
    pace.limited(await second, 7)  # on its way when the first 429 came
    assert pace.room() == 0
    assert (await pace.turn(4, 0)).wait == 7
    assert pace.rate == 10
    watch.at += 7
    assert pace.room() > 0
    assert (await pace.turn(4, 0)).wait == 0
    watch.at += MENDING / 2
    assert pace.rate == 15
    watch.at += MENDING
    assert pace.rate == 20


async def test_turns_that_were_missed_are_caught_up_but_for_a_few() -> None:
    """A late turn moves none after it; a long silence saves up no burst."""
    watch = Watch()
    pace = Pace(20, now=watch)
    await pace.turn(1, 1)
    watch.at += 3600
    waiting = [asyncio.create_task(pace.turn(chat, 1)) for chat in range(2, 20)]
    await asyncio.sleep(0)
    assert sum(task.done() for task in waiting) == 3
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert pace.room() > 1


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
    """Over HTTP, against a Telegram that takes one message a second and no burst."""
    simulator = TelegramSimulator(TOKEN, clock=SystemClock(), chat_burst=1)
    simulator.add_user(7001)
    async with serve(simulator.app) as served, open_session() as session:
        await simulator.start(7001)
        channel = TelegramChannel(session, served.url, TOKEN)
        body = json.dumps({"chat_id": 7001, "text": "您好"})
        assert [await channel.send(Sent("sendMessage", body)) for _ in range(3)] == [Accepted()] * 3
