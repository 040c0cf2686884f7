"""Where an answer takes over a second, the chat shows that it is on its way."""

import asyncio
import json
from collections.abc import Callable

from bot.loading import Loading
from bot.platforms.line_outbound import LineChannel
from bot.platforms.session import open_session
from bot.platforms.telegram_outbound import TelegramChannel
from bot.simulator.faults import Fault
from tests.wire.house import TOKEN, House, line_id
from tests.wire.platforms.peer import closed_port
from tests.wire.simulator.specs import hold_line, hold_telegram_call
from tests.wire.test_webhooks import event, post_line, post_telegram, update

GROUP = {"type": "group", "groupId": "C" + "0" * 31 + "1", "userId": line_id(3)}


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.02)


async def test_whoever_waits_sees_that_an_answer_is_made(house: House) -> None:
    """Nobody works on anything: each private chat that asked is shown so, once; a group and one that said
    goodbye are not; and who was answered in time saw nothing."""
    await house.line_phone(9).says("說明")
    await house.telegram_phone(9).says("/help")
    house.program.pipeline.stop()
    asked = [
        event("L1", 1),
        event("L2", 1),
        event("L3", 3, source=GROUP),
        event("L4", 4, type="unfollow"),
        event("L5", 5, type="postback", postback={"data": "1:do::help"}),
    ]
    assert await post_line(house, {"events": asked}) == 200
    group = update(2, user=7002)
    group["message"]["chat"] = {"id": -5, "type": "group", "title": "x"}
    assert await post_telegram(house, group) == 200
    assert await post_telegram(house, update(1, user=7001)) == 200
    shown = house.line.channel.loading
    await until(lambda: len(shown) == 2 and bool(house.telegram.actions))
    assert sorted(shown) == [(line_id(1), 10), (line_id(5), 10)]
    assert house.telegram.actions == [(7001, "typing")]
    (action,) = [call for call in house.telegram.calls if call.endpoint == "sendChatAction"]
    hold_telegram_call("sendChatAction", json.loads(action.raw))
    for call in house.line.calls:
        if call.endpoint == "loading":
            hold_line("ShowLoadingAnimationRequest", json.loads(call.raw))


async def test_a_failure_passes_and_holds_up_nothing(house: House) -> None:
    """LINE refuses to show it; the events stay as they are, and the next one is shown."""
    house.line.faults.next("loading", Fault.error(500))
    house.program.pipeline.stop()
    assert await post_line(house, {"events": [event("L1", 1)]}) == 200
    await until(lambda: any(call.endpoint == "loading" for call in house.line.calls))
    assert await post_line(house, {"events": [event("L2", 2)]}) == 200
    await until(lambda: house.line.channel.loading == [(line_id(2), 10)])
    assert await house.rows("SELECT state, count(*) FROM inbox GROUP BY state") == [("waiting", 2)]


async def test_work_that_is_known_to_be_long_is_shown_at_once(house: House) -> None:
    """Once for a chat within the time that it lasts; a platform that is off, or away, is no matter."""
    async with open_session() as session:
        line = LineChannel(session, house.line_url, TOKEN)
        loading = Loading(house.program.database, {}, {"line": line})
        await loading.show("line", line_id(1))
        await loading.show("line", line_id(1))
        await loading.show("line", line_id(2))
        await loading.show("telegram", "7001")
        assert house.line.channel.loading == [(line_id(1), 10), (line_id(2), 10)]
        assert house.telegram.actions == []
        await LineChannel(session, closed_port(), TOKEN).busy(line_id(1))
        await TelegramChannel(session, closed_port(), "1:x").busy("7001")
