"""What LINE sends to a program: signed, in the published shape, redelivered only on request."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
from typing import Any

import pytest
from linebot.v3 import WebhookParser  # type: ignore[import-untyped]
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.simulator.line_events import event, group_id, sign, user_id, user_source
from bot.simulator.server import serve
from tests.wire.simulator.conftest import SECRET, HandClock, LineWire, Receiver
from tests.wire.simulator.specs import hold_webhook

AMY, BEN = user_id("amy"), user_id("ben")


@pytest.fixture
def hooked(line: LineWire, receiver: Receiver) -> LineWire:
    line.sim.webhook_url = receiver.url
    return line


def events(receiver: Receiver) -> list[dict[str, Any]]:
    return [one for body in receiver.bodies for one in json.loads(body)["events"]]


def test_the_official_signature_vector() -> None:
    """The signature of LINE's documentation comes out (verify-webhook-signature)."""
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    assert sign(SECRET, body) == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


async def test_every_event_is_as_published(hooked: LineWire, receiver: Receiver) -> None:
    """Each thing a person does is a signed webhook which the schema and the SDK's parser both take."""
    sim = hooked.sim
    said = await sim.say(AMY, "您好")
    await sim.tap(AMY, "v1:next", "下一步")
    await sim.sticker(AMY)
    await sim.image(AMY)
    await sim.unsend(AMY, said.events[0]["message"]["id"])
    await sim.group_say(group_id("室"), BEN, "大家好")
    await sim.unfollow(AMY)
    await sim.follow(AMY)
    parser = WebhookParser(SECRET)
    for body, headers in zip(receiver.bodies, receiver.headers, strict=True):
        hold_webhook(json.loads(body))
        assert parser.parse(body.decode(), headers["x-line-signature"])
    kinds = [one["type"] for one in events(receiver)]
    assert kinds == ["message", "postback", "message", "message", "unsend", "message", "unfollow", "follow"]
    assert events(receiver)[-1]["follow"] == {"isUnblocked": True}
    assert "replyToken" not in events(receiver)[-2]
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", one["webhookEventId"]) for one in events(receiver))


async def test_what_people_do_is_in_the_transcript(hooked: LineWire) -> None:
    """Words and taps stand in the transcript as the page draws them; a message taken back is gone."""
    said = await hooked.sim.say(AMY, "您好")
    await hooked.sim.tap(AMY, "v1:next", "下一步")
    shown = [entry.content for entry in hooked.sim.transcript(AMY)]
    assert shown == [
        {"type": "text", "text": "您好"},
        {"type": "postback", "data": "v1:next", "displayText": "下一步"},
    ]
    before = hooked.sim.transcript(AMY)[-1].version
    await hooked.sim.unsend(AMY, said.events[0]["message"]["id"])
    (changed,) = hooked.sim.changed_since(before)
    assert (changed.id, changed.content, changed.edited) == (1, {"type": "unsent"}, True)


async def test_a_failed_delivery_comes_again_only_on_request(hooked: LineWire, receiver: Receiver) -> None:
    """What was answered 500 waits; redelivered it is the same event, marked, and then waits no more."""
    receiver.statuses = [500, 500]
    assert (await hooked.sim.say(AMY, "一")).status == 500
    assert not (await hooked.sim.say(AMY, "二")).ok
    assert len(hooked.sim.undelivered) == 2
    assert [delivery.status for delivery in await hooked.sim.redeliver()] == [200, 200]
    first, _, again, _ = events(receiver)
    assert again == {**first, "deliveryContext": {"isRedelivery": True}}
    assert hooked.sim.undelivered == []
    assert await hooked.sim.redeliver() == []


@pytest.mark.parametrize(("minutes", "status"), [(19, 200), (21, 400)])
async def test_a_redelivered_token_lives_twenty_minutes(
    hooked: LineWire, receiver: Receiver, clock: HandClock, minutes: int, status: int
) -> None:
    """Redelivery gives the reply token its minute again, until 20 minutes after the event."""
    receiver.statuses = [500]
    token = (await hooked.sim.say(AMY, "hi")).events[0]["replyToken"]
    clock.move(minutes=minutes)
    body = {"replyToken": token, "messages": [{"type": "text", "text": "您好"}]}
    assert (await hooked.post("message/reply", body))[0] == 400
    await hooked.sim.redeliver()
    assert (await hooked.post("message/reply", body))[0] == status


async def test_faults_of_delivery(hooked: LineWire, receiver: Receiver) -> None:
    """The same event several times, a held one, a lost one, one on standby."""
    await hooked.sim.say(AMY, "三次", times=3)
    assert len({one["webhookEventId"] for one in events(receiver)}) == 1
    assert len(events(receiver)) == 3
    assert (await hooked.sim.say(AMY, "等", hold=True)).reason == "held"
    assert (await hooked.sim.say(AMY, "失", lost=True)).reason == "lost"
    await hooked.sim.say(AMY, "旁", mode="standby")
    await hooked.sim.redeliver()
    assert [one["message"]["text"] for one in events(receiver)[3:]] == ["旁", "等"]
    assert events(receiver)[3]["mode"] == "standby"
    with pytest.raises(TypeError, match="no such fault: tims"):
        await hooked.sim.say(AMY, "x", tims=2)


async def test_reordered_events_in_one_webhook(hooked: LineWire, receiver: Receiver) -> None:
    """Built events are delivered in the order given, several people in one webhook."""
    one, two = hooked.sim.message_event(AMY, "一"), hooked.sim.message_event(BEN, "二")
    assert (await hooked.sim.send([two, one])).ok
    assert [e["message"]["text"] for e in events(receiver)] == ["二", "一"]
    assert len(receiver.bodies) == 1


async def test_raw_bytes_under_any_signature(hooked: LineWire, receiver: Receiver) -> None:
    """Nothing is added to a raw body: its signature is the given one, or none."""
    await hooked.sim.send_raw(b"\xff{", "forged")
    await hooked.sim.send_raw(b"{}", None)
    assert receiver.bodies == [b"\xff{", b"{}"]
    assert receiver.headers[0]["x-line-signature"] == "forged"
    assert "x-line-signature" not in receiver.headers[1]


async def test_the_signature_is_over_the_raw_body(hooked: LineWire, receiver: Receiver) -> None:
    """Verified by the standard library alone, over Chinese text and emoji."""
    await hooked.sim.say(AMY, "進度🍎")
    digest = hmac.new(SECRET.encode(), receiver.bodies[0], hashlib.sha256).digest()
    assert receiver.headers[0]["x-line-signature"] == base64.b64encode(digest).decode()


async def test_two_seconds_are_all_line_waits(line: LineWire) -> None:
    """A webhook that does not answer in time is a timeout, kept for redelivery; none at all is told."""

    async def sleepy(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.sleep(0.3)

    line.sim.channel.webhook.timeout = 0.05

    async with serve(Starlette(routes=[Mount("/", sleepy)])) as served:
        line.sim.webhook_url = served.url + "/"
        assert (await line.sim.say(AMY, "hi")).reason == "request_timeout"
        await asyncio.sleep(0.3)
    assert (await line.sim.say(AMY, "hi")).reason == "could_not_connect"
    line.sim.webhook_url = None
    assert (await line.sim.say(AMY, "hi")).reason == "no_webhook"
    assert len(line.sim.undelivered) == 3


async def test_ids_must_have_lines_form(line: LineWire) -> None:
    """A made-up id is refused where it is used, not somewhere later."""
    with pytest.raises(ValueError, match="not a LINE id"):
        await line.sim.say("amy", "hi")


def test_any_event_can_be_built(clock: HandClock) -> None:
    """The builder makes events of other types as well."""
    built = event("leave", clock.now(), user_source(AMY))
    hold_webhook({"destination": user_id("bot"), "events": [built]})
