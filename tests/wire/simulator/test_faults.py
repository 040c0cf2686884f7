"""What the platforms do on a bad day, and how the servers stop."""

import asyncio
import contextlib
import socket
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
import telegram.error
from linebot.v3.messaging import (  # type: ignore[import-untyped]
    ApiException,
    PushMessageRequest,
    TextMessage,
)
from starlette.applications import Starlette

from bot.simulator.faults import ANY, MONTHLY_LIMIT, Fault, Faults
from bot.simulator.line_api import RATE_LIMIT
from bot.simulator.line_events import user_id
from bot.simulator.server import serve
from tests.wire.simulator.conftest import LineWire, TelegramWire
from tests.wire.simulator.specs import hold_line

AMY, BEN = user_id("amy"), 1002
PUSH = {"to": AMY, "messages": [{"type": "text", "text": "您好"}]}
SOON = aiohttp.ClientTimeout(total=0.2)


@pytest.fixture(autouse=True)
async def friends(line: LineWire, tg: TelegramWire) -> None:
    line.sim.add_friend(AMY)
    tg.sim.add_user(BEN)


async def test_faults_come_in_order_and_once(line: LineWire) -> None:
    """Each fault meets one call of its endpoint; then all is well, and other endpoints never noticed."""
    line.sim.faults.next("push", Fault.error(500), times=2)
    line.sim.faults.next("push", Fault.rate_limit())
    assert (await line.post("message/validate/push", {"messages": PUSH["messages"]}))[0] == 200
    statuses = [(await line.post("message/push", PUSH))[0] for _ in range(4)]
    assert statuses == [500, 500, 429, 200]
    assert line.sim.delivered[AMY] == 1
    assert [call.status for call in line.sim.calls if call.endpoint == "push"] == statuses


async def test_500_after_accept_is_found_by_the_retry_key(line: LineWire) -> None:
    """The message was sent although the answer was 500; the retry under its key is 409 and sends nothing."""
    line.sim.faults.next("push", Fault.error(500, accepted=True))
    key = str(uuid.uuid4())
    statuses = [(await line.post("message/push", PUSH, x_line_retry_key=key))[0] for _ in range(2)]
    assert statuses == [500, 409]
    assert line.sim.delivered[AMY] == 1


async def test_500_before_accept_leaves_the_key_free(line: LineWire) -> None:
    """Nothing was sent, and the retry under its key is taken."""
    line.sim.faults.next("push", Fault.error(500))
    key = str(uuid.uuid4())
    statuses = [(await line.post("message/push", PUSH, x_line_retry_key=key))[0] for _ in range(2)]
    assert statuses == [500, 200]
    assert line.sim.delivered[AMY] == 1


async def test_both_429_of_line(line: LineWire) -> None:
    """Rate and quota are the same status and different messages."""
    line.sim.faults.next("push", Fault.rate_limit())
    line.sim.faults.next("push", Fault.quota())
    answers = [await line.post("message/push", PUSH) for _ in range(2)]
    assert answers == [(429, {"message": RATE_LIMIT}), (429, {"message": MONTHLY_LIMIT})]
    for _, body in answers:
        hold_line("ErrorResponse", body)


async def test_what_is_refused_anyway_is_refused(line: LineWire) -> None:
    """A fault after acceptance does not make a bad message accepted."""
    line.sim.faults.next("push", Fault.error(500, accepted=True))
    assert (await line.post("message/push", {"to": AMY, "messages": []}))[0] == 400


@pytest.mark.parametrize("accepted", [True, False])
async def test_silence_and_reset(line: LineWire, accepted: bool) -> None:
    """No answer, and the message is there or not as the fault says."""
    line.sim.faults.next("push", Fault.silence(accepted=accepted))
    line.sim.faults.next("push", Fault.reset(accepted=accepted))
    with pytest.raises(TimeoutError):
        await line.http.post(f"{line.url}/v2/bot/message/push", json=PUSH, timeout=SOON)
    with pytest.raises(aiohttp.ClientOSError):
        await line.http.post(f"{line.url}/v2/bot/message/push", json=PUSH)
    assert line.sim.delivered[AMY] == (2 if accepted else 0)
    assert [call.status for call in line.sim.calls] == [None, None]


async def test_garbage_is_200_and_was_sent(line: LineWire) -> None:
    """The SDK cannot read the 200, but the message stands in the chat."""
    line.sim.faults.next("push", Fault.garbage())
    request = PushMessageRequest(to=AMY, messages=[TextMessage(text="您好")])
    with pytest.raises((ApiException, ValueError)):
        await line.sdk.push_message(request)
    assert line.sim.delivered[AMY] == 1


async def test_slow_is_late_and_right(line: LineWire) -> None:
    """The right answer after the time asked for."""
    line.sim.faults.next("push", Fault.slow(0.1))
    began = asyncio.get_running_loop().time()
    assert (await line.post("message/push", PUSH))[0] == 200
    assert asyncio.get_running_loop().time() - began >= 0.1


async def test_telegram_renders_its_own_errors(tg: TelegramWire, monkeypatch: pytest.MonkeyPatch) -> None:
    """429 carries retry_after, 500 and 403 their descriptions, as the SDK reads them."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    tg.sim.faults.next("sendMessage", Fault.rate_limit(retry_after=7))
    with pytest.raises(telegram.error.RetryAfter) as caught:
        await tg.bot.send_message(BEN, "hi")
    assert caught.value.retry_after == timedelta(seconds=7)
    tg.sim.faults.next(ANY, Fault.error(500, accepted=True))
    with pytest.raises(telegram.error.NetworkError):
        await tg.bot.send_message(BEN, "hi")
    assert tg.sim.delivered[BEN] == 1
    tg.sim.faults.next("sendMessage", Fault.error(403))
    with pytest.raises(telegram.error.Forbidden):
        await tg.bot.send_message(BEN, "hi")


async def test_a_reset_is_ambiguous_to_the_sdk(tg: TelegramWire) -> None:
    """A connection that dies after acceptance is a NetworkError, and the message is there."""
    tg.sim.faults.next("sendMessage", Fault.reset(accepted=True))
    with pytest.raises(telegram.error.NetworkError):
        await tg.bot.send_message(BEN, "hi")
    assert tg.sim.delivered[BEN] == 1


def test_faults_are_counted_and_cleared() -> None:
    """An endpoint's own faults come before those for any endpoint."""
    faults = Faults()
    faults.next(ANY, Fault.error(502))
    faults.next("push", Fault.error(500))
    assert len(faults) == 2
    taken = [faults.take("push"), faults.take("push"), faults.take("push")]
    assert [fault and fault.status for fault in taken] == [500, 502, None]
    faults.next("push", Fault.silence(), times=3)
    faults.clear()
    assert len(faults) == 0


async def test_stopping_ends_what_waits(tg: TelegramWire) -> None:
    """Calls kept silent and long polls end when the simulator closes, and so does the server."""
    tg.sim.faults.next("sendMessage", Fault.silence())
    silent = asyncio.create_task(tg.call("sendMessage", chat_id=BEN, text="hi"))
    poll = asyncio.create_task(tg.call("getUpdates", timeout=30))
    async with asyncio.timeout(5):
        while len(tg.sim.calls) < 2:
            await asyncio.sleep(0.005)
        await tg.sim.close()
        with pytest.raises(aiohttp.ClientError):
            await silent
        assert await poll == (200, {"ok": True, "result": []})


async def test_a_port_is_free_again(line: LineWire) -> None:
    """After `serve` the port can be bound anew, and a taken one is an OSError."""
    async with serve(Starlette()) as served:
        with pytest.raises(OSError, match="in use"):
            async with serve(Starlette(), served.port):
                pytest.fail("two servers on one port")
    with socket.create_server(("127.0.0.1", served.port)):
        assert served.url == f"http://127.0.0.1:{served.port}"


async def test_a_lifespan_that_fails_is_told() -> None:
    """An app that cannot start raises where it is served."""

    @contextlib.asynccontextmanager
    async def broken(app: Starlette) -> AsyncIterator[None]:
        raise OSError("no database")
        yield

    with pytest.raises(RuntimeError, match="lifespan"):
        async with serve(Starlette(lifespan=broken)):
            pytest.fail("it started")


async def test_waiting_tells_what_came(line: LineWire) -> None:
    """wait_for returns the bot's messages and says in its error what there was instead."""
    await line.sim.say(AMY, "您好")
    waiting = asyncio.create_task(line.sim.wait_for(AMY, 1))
    await line.post("message/push", PUSH)
    assert [entry.content["text"] for entry in await waiting] == ["您好"]
    assert [entry.id for entry in line.sim.since(1)] == [2]
    with pytest.raises(TimeoutError, match="1 of 2 messages"):
        await line.sim.wait_for(AMY, 2, timeout=0.05)
    with pytest.raises(TimeoutError):
        await line.sim.wait_until(lambda: False, timeout=0.05)
