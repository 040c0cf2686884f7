"""How people's doings reach a program: by polling and by webhook."""

import asyncio
import json
from typing import Any

import pytest
from telegram.error import BadRequest, Conflict

from bot.simulator.telegram import TelegramSimulator
from tests.wire.simulator.conftest import BOT_TOKEN, HandClock, Receiver, TelegramWire
from tests.wire.simulator.specs import hold_telegram

AMY, BEN, GROUP = 1001, 1002, -100200


async def test_every_update_is_as_published(tg: TelegramWire) -> None:
    """Each thing a person does is an update which the schema and the SDK both take."""
    sim = tg.sim
    await sim.start(AMY, "CODE-1_x")
    sent = await tg.bot.send_message(AMY, "選", reply_markup=None)
    await sim.tap(AMY, sent.message_id, "v1:next")
    await sim.tap(AMY, 999, "stale")
    await sim.say(AMY, "您好")
    await sim.photo(AMY, "照片")
    await sim.sticker(AMY)
    await sim.block(AMY)
    await sim.unblock(AMY)
    await sim.group_say(GROUP, BEN, "大家好")
    updates = await tg.bot.get_updates()
    assert len(updates) == 9
    for raw in sim.pending:
        hold_telegram("Update", raw)
    first, tap, stale = updates[:3]
    assert first.message is not None
    assert first.message.text == "/start CODE-1_x"
    assert first.message.entities[0].type == "bot_command"
    assert tap.callback_query is not None
    assert (tap.callback_query.data, tap.callback_query.message is not None) == ("v1:next", True)
    assert stale.callback_query is not None
    assert stale.callback_query.message is None
    assert updates[6].my_chat_member is not None
    assert updates[6].my_chat_member.new_chat_member.status == "kicked"
    assert [u.update_id for u in updates] == list(range(first.update_id, first.update_id + 9))


async def test_the_offset_confirms(tg: TelegramWire) -> None:
    """Unconfirmed updates come again; the offset forgets those before it; a negative one keeps the last."""
    for words in ("一", "二", "三"):
        await tg.sim.say(AMY, words)
    first = await tg.bot.get_updates()
    assert await tg.bot.get_updates() == first
    (rest,) = await tg.bot.get_updates(offset=first[1].update_id, limit=1)
    assert rest.update_id == first[1].update_id
    (last,) = await tg.bot.get_updates(offset=-1)
    assert last.update_id == first[2].update_id
    assert await tg.bot.get_updates(offset=last.update_id + 1) == ()
    assert await tg.sim.drained()


async def test_a_long_poll_ends_with_the_first_update(tg: TelegramWire) -> None:
    """A poll of 30 seconds answers as soon as something is said."""
    poll = asyncio.create_task(tg.bot.get_updates(timeout=30))
    await _polling(tg, 1)
    await tg.sim.say(AMY, "您好")
    (update,) = await asyncio.wait_for(poll, 5)
    assert update.message is not None
    assert update.message.text == "您好"


async def test_one_poller_at_a_time(tg: TelegramWire) -> None:
    """A second poller ends the first with 409, and gets the updates itself."""
    older = asyncio.create_task(tg.bot.get_updates(timeout=30))
    await _polling(tg, 1)
    newer = asyncio.create_task(tg.call("getUpdates", timeout=30))  # the SDK would wait for its own first
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await older
    await tg.sim.say(AMY, "您好")
    _, answer = await newer
    assert len(answer["result"]) == 1


async def test_a_webhook_and_polling_exclude_each_other(tg: TelegramWire, receiver: Receiver) -> None:
    """With a webhook set a poll is 409; deleted, it works again."""
    await tg.bot.set_webhook(receiver.url)
    with pytest.raises(Conflict, match="webhook is active"):
        await tg.bot.get_updates()
    await tg.bot.delete_webhook()
    assert await tg.bot.get_updates() == ()


async def test_only_allowed_updates_come(tg: TelegramWire) -> None:
    """What the bot does not ask for is not queued; an empty list is the default again."""
    await tg.bot.get_updates(allowed_updates=["callback_query"])
    assert await tg.sim.say(AMY, "hi") is None
    assert await tg.sim.tap(AMY, 1, "x") is not None
    await tg.bot.get_updates(allowed_updates=[])
    assert await tg.sim.say(AMY, "hi") is not None
    assert len(await tg.bot.get_updates()) == 2


async def test_taps_die_after_150_seconds_messages_after_a_day(tg: TelegramWire, clock: HandClock) -> None:
    """What nobody fetched in time is gone."""
    await tg.sim.tap(AMY, 1, "x")
    await tg.sim.say(AMY, "hi")
    clock.move(seconds=149)
    assert len(await tg.bot.get_updates()) == 2
    clock.move(seconds=1)
    assert len(await tg.bot.get_updates()) == 1
    clock.move(hours=24)
    assert await tg.bot.get_updates() == ()


async def test_a_webhook_delivers_in_order_and_insists(tg: TelegramWire, receiver: Receiver) -> None:
    """A chat's updates come one at a time, the failing one again until it is taken, under the secret."""
    receiver.statuses = [500, 503]
    await tg.bot.set_webhook(receiver.url, secret_token="s3cret_-")
    await tg.sim.say(AMY, "一")
    await tg.sim.say(AMY, "二")
    assert await tg.sim.drained()
    words = [json.loads(body)["message"]["text"] for body in receiver.bodies]
    assert words == ["一", "一", "一", "二"]
    assert {h["x-telegram-bot-api-secret-token"] for h in receiver.headers} == {"s3cret_-"}
    assert [status for _, status in tg.sim.webhook_deliveries] == [500, 503, 200, 200]
    info = await tg.bot.get_webhook_info()
    assert (info.url, info.pending_update_count) == (receiver.url, 0)
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    hold_telegram("WebhookInfo", tg.sim.calls[-1].answer["result"])  # type: ignore[index]


async def test_one_stuck_chat_does_not_hold_the_others(tg: TelegramWire, receiver: Receiver) -> None:
    """While one chat's update is refused, another chat's is delivered."""
    receiver.statuses = [500] * 3
    await tg.bot.set_webhook(receiver.url)
    await tg.sim.say(AMY, "一")
    await tg.sim.say(BEN, "二")
    assert await tg.sim.drained()
    assert {json.loads(body)["message"]["chat"]["id"] for body in receiver.bodies} == {AMY, BEN}


async def test_a_webhook_set_later_gets_what_waited(tg: TelegramWire, receiver: Receiver) -> None:
    """Updates wait for whoever comes; drop_pending_updates throws them away."""
    await tg.sim.say(AMY, "一")
    await tg.bot.set_webhook(receiver.url, drop_pending_updates=True)
    await tg.bot.delete_webhook()
    await tg.sim.say(AMY, "二")
    await tg.bot.set_webhook(receiver.url)
    assert await tg.sim.drained()
    assert [json.loads(body)["message"]["text"] for body in receiver.bodies] == ["二"]


@pytest.mark.parametrize(
    "params",
    [
        {"url": "http://example.gov.tw/hook"},
        {"url": "https://example.gov.tw/hook", "secret_token": "a" * 257},
        {"url": "https://example.gov.tw/hook", "secret_token": "密"},
    ],
)
async def test_a_bad_webhook_is_refused(tg: TelegramWire, params: dict[str, Any]) -> None:
    """HTTPS only, and a secret of 1-256 plain characters."""
    with pytest.raises(BadRequest):
        await tg.bot.set_webhook(**params)
    assert (await tg.bot.set_webhook("https://example.gov.tw/hook", secret_token="a" * 256)) is True


async def test_raw_updates_come_as_they_are(tg: TelegramWire) -> None:
    """A malformed update is delivered untouched; one without an id gets one."""
    await tg.sim.push_update({"update_id": 5, "mystery": None})
    numbered = await tg.sim.push_update({"message": {"oops": True}})
    status, answer = await tg.call("getUpdates")
    assert status == 200
    assert answer["result"] == [{"update_id": 5, "mystery": None}, numbered]


@pytest.mark.parametrize("payload", ["", "a" * 65, "有", "a b"])
async def test_a_start_payload_is_what_a_link_can_carry(tg: TelegramWire, payload: str) -> None:
    """1-64 of A-Z a-z 0-9 _ -, as in a deep link."""
    with pytest.raises(ValueError, match="start payload"):
        await tg.sim.start(AMY, payload)
    assert await tg.sim.start(AMY, "A" * 64) is not None


async def test_privacy_mode_keeps_groups_from_the_bot(clock: HandClock) -> None:
    """With privacy mode on, a group's talk is shown in the group and not told; a command is."""
    sim = TelegramSimulator(BOT_TOKEN, clock=clock, privacy_mode=True)
    assert await sim.group_say(GROUP, AMY, "進度") is None
    assert await sim.group_say(GROUP, AMY, "/progress") is not None
    assert [entry.sender for entry in sim.transcript(GROUP)] == ["user", "user"]


async def test_ids_must_have_telegrams_form(tg: TelegramWire) -> None:
    """People are positive, groups negative, texts of 1-4096."""
    with pytest.raises(ValueError, match="positive"):
        await tg.sim.say(-1, "hi")
    with pytest.raises(ValueError, match="negative"):
        await tg.sim.group_say(1, AMY, "hi")
    with pytest.raises(ValueError, match="4096"):
        await tg.sim.say(AMY, "字" * 4097)


async def _polling(tg: TelegramWire, count: int) -> None:
    """Until that many polls have arrived."""
    async with asyncio.timeout(5):
        while sum(call.endpoint == "getUpdates" for call in tg.sim.calls) < count:
            await asyncio.sleep(0.005)
