"""LINE on the loopback: its HTTP API as an ASGI app, and the hands of the people who use it."""

import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

from starlette.applications import Starlette

from bot.simulator import line_events as events
from bot.simulator.faults import Faults
from bot.simulator.line_api import Channel, LineApi, render_fault, request_id
from bot.simulator.line_books import Friends, Quota, ReplyTokens, RetryKeys
from bot.simulator.line_limits import CHAT_ID, USER_ID
from bot.simulator.line_webhook import Delivery, WebhookSender
from bot.simulator.transcript import Chat, Entry, Json, Transcript
from bot.simulator.wire import Call, Wire
from storage.clock import Clock

DESTINATION = events.user_id("talentbot")


class LineSimulator:
    """One LINE channel. Its API is `app`; its users act by the methods below, each of which really posts
    a signed webhook to `webhook_url` and returns a `Delivery`.

    User ids have LINE's form, `U` and 32 hex digits (`line_events.user_id("amy")` makes one); ValueError
    otherwise. The keywords that the user's methods take (`**faults`):
    `times` delivers the same event so often; `at` is the event's own time; `mode="standby"`;
    `redelivery=True` marks it as redelivered; `hold=True` does not deliver it yet (see `redeliver`);
    `lost=True` is an event whose webhook never came and never will.
    Events carry business time (`clock.now()`); tokens, keys and rates age by `clock.real()`.
    """

    def __init__(
        self,
        channel_secret: str,
        access_token: str,
        *,
        clock: Clock,
        destination: str = DESTINATION,
        webhook_url: str | None = None,
        quota: int | None = 200,
        webhook_timeout: float = 2.0,
        reply_token_life: timedelta = timedelta(minutes=1),
    ) -> None:
        transcript = Transcript(clock.now)
        self._clock = clock
        self._wire = Wire(clock.real, render_fault, request_id)
        self._webhook = WebhookSender(
            channel_secret, destination, lambda: self.channel.webhook_url, webhook_timeout
        )
        self.channel = Channel(
            access_token=access_token,
            destination=destination,
            clock=clock,
            webhook_url=webhook_url,
            friends=Friends(),
            tokens=ReplyTokens(clock, reply_token_life),
            retry_keys=RetryKeys(clock),
            quota=Quota(clock, quota),
            transcript=transcript,
            webhook=self._webhook,
        )
        self._shown: dict[str, int] = {}  # message id of a user -> entry of the transcript
        self.app = Starlette(routes=LineApi(self.channel, self._wire).routes, lifespan=self._lifespan)
        self.app.state.close = self.close

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        yield
        await self.close()

    async def close(self) -> None:
        """Let go of everything; calls kept waiting end."""
        self._wire.closing.set()
        await self._webhook.close()

    # -- looking ---------------------------------------------------------------------------------------

    @property
    def webhook_url(self) -> str | None:
        return self.channel.webhook_url

    @webhook_url.setter
    def webhook_url(self, url: str | None) -> None:
        self.channel.webhook_url = url

    def reissue(self, *, channel_secret: str = "", access_token: str = "") -> None:
        """New ones, as in LINE's console; the old ones are worth nothing from now on."""
        self._webhook.secret = channel_secret or self._webhook.secret
        self.channel.access_token = access_token or self.channel.access_token

    @property
    def faults(self) -> Faults:
        return self._wire.faults

    @property
    def calls(self) -> list[Call]:
        return self._wire.calls

    @property
    def delivered(self) -> Counter[Chat]:
        """Messages of the bot that were shown, by chat."""
        return self.channel.transcript.delivered

    @property
    def quota_used(self) -> int:
        return self.channel.quota.used

    def transcript(self, user_id: str) -> list[Entry]:
        """All of one chat: a user's id, or a group's."""
        return self.channel.transcript.of(user_id)

    def since(self, entry_id: int) -> list[Entry]:
        return self.channel.transcript.since(entry_id)

    def changed_since(self, version: int) -> list[Entry]:
        return self.channel.transcript.changed_since(version)

    async def wait_for(self, user_id: str, count: int, timeout: float = 5.0) -> list[Entry]:  # noqa: ASYNC109
        """The bot's messages in a chat once there are `count`; TimeoutError after `timeout` seconds."""
        return await self.channel.transcript.wait_for(user_id, count, timeout)

    async def wait_until(self, holds: Callable[[], bool], timeout: float = 5.0) -> None:  # noqa: ASYNC109
        await self.channel.transcript.wait_until(holds, timeout)

    # -- what people do --------------------------------------------------------------------------------

    def add_friend(self, user_id: str, display_name: str | None = None) -> None:
        """Make someone known without an event, as if they had followed long ago."""
        self._check(user_id)
        self.channel.friends.meet(user_id, display_name)

    async def say(self, user_id: str, text: str, **faults: Any) -> Delivery:
        """Type a message in the chat with the bot."""
        return await self._speak(user_id, events.text_content(text), {"type": "text", "text": text}, faults)

    async def sticker(self, user_id: str, **faults: Any) -> Delivery:
        content = events.sticker_content()
        shown = {key: content[key] for key in ("type", "packageId", "stickerId")}
        return await self._speak(user_id, content, shown, faults)

    async def image(self, user_id: str, **faults: Any) -> Delivery:
        return await self._speak(user_id, events.image_content(), {"type": "image"}, faults)

    async def tap(self, user_id: str, data: str, display_text: str | None = None, **faults: Any) -> Delivery:
        """Press a postback button."""
        self._meet(user_id)
        shown: Json = {"type": "postback", "data": data}
        if display_text is not None:
            shown["displayText"] = display_text
        self.channel.transcript.add(user_id, "user", shown)
        return await self._deliver(self.postback_event(user_id, data, **_event_only(faults)), faults)

    async def follow(self, user_id: str, **faults: Any) -> Delivery:
        """Add the account as a friend, or unblock it."""
        self._meet(user_id)
        unblocked = user_id in self.channel.friends.blocked
        self.channel.friends.blocked.discard(user_id)
        event = self._event("follow", user_id, faults, follow={"isUnblocked": unblocked}, reply=True)
        return await self._deliver(event, faults)

    async def unfollow(self, user_id: str, **faults: Any) -> Delivery:
        """Block the account: from now on it is answered 200 and reaches nobody."""
        self._meet(user_id)
        self.channel.friends.blocked.add(user_id)
        return await self._deliver(self._event("unfollow", user_id, faults), faults)

    async def unsend(self, user_id: str, message_id: str, **faults: Any) -> Delivery:
        """Take a message back; its id stands in `Delivery.events[0]["message"]["id"]`."""
        if message_id in self._shown:
            self.channel.transcript.edit(self._shown[message_id], {"type": "unsent"})
        return await self._deliver(
            self._event("unsend", user_id, faults, unsend={"messageId": message_id}), faults
        )

    async def group_say(self, group_id: str, user_id: str, text: str, **faults: Any) -> Delivery:
        """Type a message in a group where the bot is. The transcript is the group's."""
        event = self.message_event(user_id, text, group_id=group_id, **_event_only(faults))
        entry = self.channel.transcript.add(group_id, "user", {"type": "text", "text": text})
        self._shown[event["message"]["id"]] = entry.id
        return await self._deliver(event, faults)

    async def send(self, raw_events: list[Json]) -> Delivery:
        """Deliver events as given, in this order, in one webhook."""
        return await self._webhook.send(raw_events)

    async def send_raw(self, body: bytes, signature: str | None) -> Delivery:
        """POST any bytes under any signature (`line_events.sign` makes a right one), or none."""
        return await self._webhook.post(body, signature)

    async def redeliver(self) -> list[Delivery]:
        """Deliver again what was not answered 2xx or was held: LINE's webhook redelivery, on request."""

        def renew(event: Json) -> None:
            self.channel.tokens.delivered_again(str(event.get("replyToken")))

        return await self._webhook.redeliver(renew)

    @property
    def undelivered(self) -> list[Json]:
        """Events that wait for a redelivery."""
        return list(self._webhook.failed)

    # -- building events -------------------------------------------------------------------------------

    def message_event(
        self,
        user_id: str,
        text: str = "",
        *,
        content: Json | None = None,
        group_id: str | None = None,
        at: datetime | None = None,
        mode: str = "active",
    ) -> Json:
        """A message event with a reply token that works, to be delivered by `send`."""
        self._meet(user_id)
        chat = group_id or user_id
        if group_id:
            self._check(group_id)
            self.channel.friends.groups[group_id].add(user_id)
        source = events.group_source(group_id, user_id) if group_id else events.user_source(user_id)
        return events.event(
            "message",
            at or self._clock.now(),
            source,
            mode=mode,
            message=content or events.text_content(text),
            replyToken=self.channel.tokens.issue(chat),
        )

    def postback_event(
        self, user_id: str, data: str, *, at: datetime | None = None, mode: str = "active"
    ) -> Json:
        return events.event(
            "postback",
            at or self._clock.now(),
            events.user_source(user_id),
            mode=mode,
            postback={"data": data},
            replyToken=self.channel.tokens.issue(user_id),
        )

    def _event(self, kind: str, user_id: str, faults: Json, *, reply: bool = False, **rest: Any) -> Json:
        options = _event_only(faults)
        if reply:
            rest["replyToken"] = self.channel.tokens.issue(user_id)
        at = options.pop("at", None) or self._clock.now()
        return events.event(kind, at, events.user_source(user_id), **options, **rest)

    async def _speak(self, user_id: str, content: Json, shown: Json, faults: Json) -> Delivery:
        self._meet(user_id)
        event = self.message_event(user_id, content=content, **_event_only(faults))
        self._shown[content["id"]] = self.channel.transcript.add(user_id, "user", shown).id
        return await self._deliver(event, faults)

    async def _deliver(self, event: Json, faults: Json) -> Delivery:
        unknown = set(faults) - {"times", "at", "mode", "redelivery", "hold", "lost"}
        if unknown:
            raise TypeError(f"no such fault: {', '.join(sorted(unknown))}")
        if faults.get("redelivery"):
            event["deliveryContext"] = {"isRedelivery": True}
        if faults.get("hold") or faults.get("lost"):
            if faults.get("hold"):
                self._webhook.failed.append(event)
            return Delivery((event,), None, "held" if faults.get("hold") else "lost")
        for _ in range(int(faults.get("times", 1)) - 1):
            await self._webhook.send([event])
        return await self._webhook.send([event])

    def _meet(self, user_id: str) -> None:
        self._check(user_id)
        self.channel.friends.meet(user_id)

    def _check(self, chat_id: str) -> None:
        if not CHAT_ID.fullmatch(chat_id):
            raise ValueError(f"not a LINE id (U or C and 32 hex digits): {chat_id!r}")


def _event_only(faults: Json) -> Json:
    """The keywords that shape the event itself."""
    return {key: faults[key] for key in ("at", "mode") if key in faults}


__all__ = ["DESTINATION", "USER_ID", "Delivery", "LineSimulator"]
