"""What a program may send through LINE, with the real SDK."""

import uuid
from typing import Any

import aiohttp
import pytest
from linebot.v3.messaging import (  # type: ignore[import-untyped]
    ApiException,
    FlexContainer,
    FlexMessage,
    MulticastRequest,
    PushMessageRequest,
    ReplyMessageRequest,
    SetWebhookEndpointRequest,
    ShowLoadingAnimationRequest,
    TextMessage,
)
from linebot.v3.messaging import (
    TestWebhookEndpointRequest as WebhookTest,
)

from bot.simulator.faults import MONTHLY_LIMIT
from bot.simulator.line import LineSimulator
from bot.simulator.line_api import RATE_LIMIT
from bot.simulator.line_events import group_id, user_id
from bot.simulator.server import serve
from tests.wire.simulator.conftest import ACCESS_TOKEN, SECRET, HandClock, LineWire, Receiver
from tests.wire.simulator.specs import hold_line

AMY, BEN, EVE = user_id("amy"), user_id("ben"), user_id("eve")


def text(words: str = "您好") -> dict[str, Any]:
    return {"type": "text", "text": words}


def push(to: str = AMY, *words: str) -> PushMessageRequest:
    return PushMessageRequest(to=to, messages=[TextMessage(text=w) for w in words or ("您好",)])


async def refusal(awaitable: Any) -> ApiException:
    with pytest.raises(ApiException) as caught:
        await awaitable
    return caught.value


async def test_a_push_is_shown_and_counted(line: LineWire) -> None:
    """A push by the real SDK stands in the transcript, and costs one however many texts it has."""
    line.sim.add_friend(AMY)
    answer = await line.sdk.push_message(push(AMY, "一", "二"))
    assert len(answer.sent_messages) == 2
    shown = [entry.content["text"] for entry in await line.sim.wait_for(AMY, 2)]
    assert shown == ["一", "二"]
    assert line.sim.delivered[AMY] == 2
    assert (await line.sdk.get_message_quota_consumption()).total_usage == 1
    hold_line("PushMessageResponse", line.sim.calls[0].answer)
    hold_line("QuotaConsumptionResponse", line.sim.calls[1].answer)


async def test_flex_by_the_sdk_is_taken(line: LineWire) -> None:
    """A bubble that the SDK builds is taken and kept as raw JSON."""
    line.sim.add_friend(AMY)
    bubble = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": []}}
    message = FlexMessage(alt_text="進度", contents=FlexContainer.from_dict(bubble))
    await line.sdk.push_message(PushMessageRequest(to=AMY, messages=[message]))
    assert line.sim.transcript(AMY)[0].content["contents"]["type"] == "bubble"


async def test_a_reply_is_free_and_works_once(line: LineWire) -> None:
    """A reply token answers once without quota; the second use is LINE's 400."""
    event = line.sim.message_event(AMY, "hi")
    request = ReplyMessageRequest(reply_token=event["replyToken"], messages=[TextMessage(text="您好")])
    await line.sdk.reply_message(request)
    error = await refusal(line.sdk.reply_message(request))
    assert (error.status, "Invalid reply token" in error.body) == (400, True)
    assert line.sim.quota_used == 0
    assert line.sim.delivered[AMY] == 1
    hold_line("ReplyMessageResponse", line.sim.calls[0].answer)
    hold_line("ErrorResponse", line.sim.calls[1].answer)


@pytest.mark.parametrize(("seconds", "status"), [(60, 200), (61, 400)])
async def test_a_reply_token_lasts_a_minute(
    line: LineWire, clock: HandClock, seconds: int, status: int
) -> None:
    """At 60 seconds the token still works, at 61 no more."""
    token = line.sim.message_event(AMY, "hi")["replyToken"]
    clock.move(seconds=seconds)
    assert (await line.post("message/reply", {"replyToken": token, "messages": [text()]}))[0] == status


async def test_a_refused_reply_leaves_the_token(line: LineWire) -> None:
    """A reply with a bad message is 400 and the token can still be used."""
    token = line.sim.message_event(AMY, "hi")["replyToken"]
    assert (await line.post("message/reply", {"replyToken": token, "messages": [text("")]}))[0] == 400
    assert (await line.post("message/reply", {"replyToken": token, "messages": [text()]}))[0] == 200


async def test_a_reply_takes_no_retry_key(line: LineWire) -> None:
    """X-Line-Retry-Key on reply is 400."""
    token = line.sim.message_event(AMY, "hi")["replyToken"]
    body = {"replyToken": token, "messages": [text()]}
    status, _ = await line.post("message/reply", body, x_line_retry_key=str(uuid.uuid4()))
    assert status == 400


async def test_an_accepted_retry_key_is_409(line: LineWire) -> None:
    """The same push under its key is sent once; the retry tells the accepted request and its messages."""
    line.sim.add_friend(AMY)
    key = str(uuid.uuid4())
    first = await line.sdk.push_message_with_http_info(push(), x_line_retry_key=key)
    error = await refusal(line.sdk.push_message(push(), x_line_retry_key=key))
    assert error.status == 409
    assert error.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    answer = line.sim.calls[1].answer
    assert isinstance(answer, dict)
    assert answer["sentMessages"][0]["id"] == first.data.sent_messages[0].id
    assert line.sim.delivered[AMY] == 1
    assert line.sim.quota_used == 1
    hold_line("ErrorResponse", answer)


async def test_a_retry_key_lives_a_day(line: LineWire, clock: HandClock) -> None:
    """After 24 hours the same key sends again."""
    line.sim.add_friend(AMY)
    key = str(uuid.uuid4())
    body = {"to": AMY, "messages": [text()]}
    assert (await line.post("message/push", body, x_line_retry_key=key))[0] == 200
    clock.move(hours=24)
    assert (await line.post("message/push", body, x_line_retry_key=key))[0] == 409
    clock.move(seconds=1)
    assert (await line.post("message/push", body, x_line_retry_key=key))[0] == 200


async def test_a_retry_key_belongs_to_one_request(line: LineWire) -> None:
    """A key that was accepted for another body is refused, and a key that is no UUID too."""
    line.sim.add_friend(AMY)
    key = str(uuid.uuid4())
    await line.post("message/push", {"to": AMY, "messages": [text("一")]}, x_line_retry_key=key)
    other = {"to": AMY, "messages": [text("二")]}
    assert (await line.post("message/push", other, x_line_retry_key=key))[0] == 400
    assert (await line.post("message/push", other, x_line_retry_key="not-a-uuid"))[0] == 400


async def test_a_refused_push_does_not_use_its_key(line: LineWire) -> None:
    """A key whose request was refused can be used again."""
    line.sim.add_friend(AMY)
    key = str(uuid.uuid4())
    bad = {"to": AMY, "messages": [text("")]}
    assert (await line.post("message/push", bad, x_line_retry_key=key))[0] == 400
    good = {"to": AMY, "messages": [text()]}
    assert (await line.post("message/push", good, x_line_retry_key=key))[0] == 200


async def test_a_blocked_user_gets_nothing_and_costs_nothing(line: LineWire) -> None:
    """A push to someone who blocked the account is 200, not shown, not counted; a stranger's id is 400."""
    await line.sim.unfollow(AMY)
    await line.sdk.push_message(push())
    assert line.sim.delivered[AMY] == 0
    assert line.sim.quota_used == 0
    error = await refusal(line.sdk.push_message(push(EVE)))
    assert (error.status, "'to'" in error.body) == (400, True)


async def test_the_quota_is_all_or_nothing(line: LineWire) -> None:
    """The tenth message of ten goes, the eleventh is 429 by its own message, and nothing of it is sent."""
    people = [user_id(f"p{i}") for i in range(9)]
    for person in (AMY, BEN, *people):
        line.sim.add_friend(person)
    await line.sdk.multicast(MulticastRequest(to=people, messages=[TextMessage(text="提醒")]))
    both = MulticastRequest(to=[AMY, BEN], messages=[TextMessage(text="提醒")])
    error = await refusal(line.sdk.multicast(both))
    assert (error.status, MONTHLY_LIMIT in error.body) == (429, True)
    assert line.sim.delivered[AMY] == 0
    await line.sdk.push_message(push())
    assert (await refusal(line.sdk.push_message(push()))).status == 429
    assert line.sim.quota_used == 10


async def test_the_quota_begins_anew_each_month(line: LineWire, clock: HandClock) -> None:
    """A new month in Japan's time has its whole quota again."""
    line.sim.add_friend(AMY)
    for _ in range(10):
        await line.sdk.push_message(push())
    assert (await refusal(line.sdk.push_message(push()))).status == 429
    clock.time = clock.time.replace(day=30, hour=15)  # 1 December, 00:00 in Tokyo
    await line.sdk.push_message(push())
    assert line.sim.quota_used == 1


async def test_a_group_costs_by_its_members(line: LineWire) -> None:
    """One push to a group of two counts two."""
    group = group_id("室")
    await line.sim.group_say(group, AMY, "hi")
    await line.sim.group_say(group, BEN, "hi")
    await line.sdk.push_message(push(group))
    assert line.sim.quota_used == 2
    assert [entry.sender for entry in line.sim.transcript(group)] == ["user", "user", "bot"]


async def test_the_rate_is_a_bucket(line: LineWire, clock: HandClock) -> None:
    """The 201st multicast in one second is 429 by the rate's message; a moment later it goes."""
    line.sim.add_friend(AMY)
    line.sim.channel.quota.limit = None
    body = {"to": [AMY], "messages": [text()]}
    statuses = [(await line.post("message/multicast", body))[0] for _ in range(200)]
    assert set(statuses) == {200}
    status, answer = await line.post("message/multicast", body)
    assert (status, answer["message"]) == (429, RATE_LIMIT)
    clock.move(seconds=0.01)
    assert (await line.post("message/multicast", body))[0] == 200


@pytest.mark.parametrize(("count", "status"), [(0, 400), (1, 200), (500, 200), (501, 400)])
async def test_multicast_takes_500(line: LineWire, count: int, status: int) -> None:
    """Between 1 and 500 recipients."""
    to = [user_id(str(i)) for i in range(count)]
    line.sim.channel.quota.limit = None
    for one in to:
        line.sim.add_friend(one)
    assert (await line.post("message/multicast", {"to": to, "messages": [text()]}))[0] == status


@pytest.mark.parametrize("other", ["amy", user_id("nobody"), group_id("室")])
async def test_multicast_refuses_an_id_that_is_none(line: LineWire, other: str) -> None:
    """One malformed id, unknown person or group refuses the whole multicast, and nobody gets it."""
    line.sim.add_friend(AMY)
    body = {"to": [AMY, other], "messages": [text()]}
    assert (await line.post("message/multicast", body))[0] == 400
    assert line.sim.delivered[AMY] == 0


async def test_a_wrong_token_is_401(line: LineWire) -> None:
    """Without the channel's access token every endpoint is 401, with LINE's headers and body."""
    async with line.http.get(f"{line.url}/v2/bot/info", headers={"authorization": "Bearer x"}) as answer:
        assert answer.status == 401
        assert answer.headers["x-line-request-id"]
        hold_line("ErrorResponse", await answer.json())


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"\xff"])
async def test_a_body_that_is_no_json_object_is_400(line: LineWire, body: bytes) -> None:
    """Bad JSON is answered, not crashed on."""
    assert (await line.post("message/push", body))[0] == 400


async def test_a_body_over_2_mb_is_413(line: LineWire) -> None:
    """2 MiB is the last size that is read."""
    most = 2 * 1024 * 1024
    padding = len(b'{"x":""}')
    assert (await line.post("message/push", b'{"x":"' + b"a" * (most - padding) + b'"}'))[0] == 400
    assert (await line.post("message/push", b'{"x":"' + b"a" * (most - padding + 1) + b'"}'))[0] == 413


async def test_the_rest_by_the_sdk(line: LineWire, receiver: Receiver) -> None:
    """Bot info, quota, profile, loading animation and the webhook's settings answer as published."""
    line.sim.add_friend(AMY, "王小美")
    assert (await line.sdk.get_bot_info()).user_id == line.sim.channel.destination
    assert (await line.sdk.get_message_quota()).value == 10
    assert (await line.sdk.get_profile(AMY)).display_name == "王小美"
    assert (await refusal(line.sdk.get_profile(EVE))).status == 404
    await line.sdk.show_loading_animation(ShowLoadingAnimationRequest(chatId=AMY, loadingSeconds=5))
    assert (await refusal(line.sdk.get_webhook_endpoint())).status == 404
    await line.sdk.set_webhook_endpoint(SetWebhookEndpointRequest(endpoint=receiver.url))
    assert (await line.sdk.get_webhook_endpoint()).active
    tested = await line.sdk.test_webhook_endpoint(WebhookTest())
    assert (tested.success, tested.status_code) == (True, 200)
    schemas = {
        "info": "BotInfoResponse",
        "quota": "MessageQuotaResponse",
        "profile": "UserProfileResponse",
        "webhook": "GetWebhookEndpointResponse",
        "webhook/test": "TestWebhookEndpointResponse",
    }
    for call in line.sim.calls:
        if call.status == 200 and call.endpoint in schemas:
            hold_line(schemas[call.endpoint], call.answer)
    assert line.sim.channel.loading == [(AMY, 5)]


@pytest.mark.parametrize(("seconds", "status"), [(5, 202), (60, 202), (7, 400), (65, 400), (True, 400)])
async def test_loading_seconds(line: LineWire, seconds: int, status: int) -> None:
    """5 to 60 seconds in steps of 5."""
    body = {"chatId": AMY, "loadingSeconds": seconds}
    assert (await line.post("chat/loading/start", body))[0] == status


async def test_no_limit_is_type_none(clock: HandClock) -> None:
    """A plan without a limit says `none` and never refuses."""
    sim = LineSimulator(SECRET, ACCESS_TOKEN, clock=clock, quota=None)
    async with serve(sim.app) as served:
        headers = {"authorization": f"Bearer {ACCESS_TOKEN}"}
        async with (
            aiohttp.ClientSession(headers=headers) as http,
            http.get(f"{served.url}/v2/bot/message/quota") as answer,
        ):
            assert await answer.json() == {"type": "none"}
