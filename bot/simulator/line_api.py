"""LINE's HTTP API: what a bot may call, checked as LINE checks it."""

import json
import secrets
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.simulator import line_limits as limits
from bot.simulator.faults import MONTHLY_LIMIT, Fault
from bot.simulator.line_books import Friends, Quota, ReplyTokens, RetryKeys, fingerprint
from bot.simulator.line_checks import Problem
from bot.simulator.line_events import message_id
from bot.simulator.line_limits import refuse
from bot.simulator.line_menu_api import MenuApi
from bot.simulator.line_menus import RichMenus
from bot.simulator.line_webhook import WebhookSender
from bot.simulator.rates import TokenBucket
from bot.simulator.transcript import Json, Transcript
from bot.simulator.wire import Answer, Call, RefusalError, Wire
from storage.clock import Clock

RATE_LIMIT = "The API rate limit has been exceeded. Try again later."
_REPLY_TOKEN = "Invalid reply token"  # noqa: S105 - LINE's message, no token

# Calls a second per channel and endpoint; the webhook test is 60 an hour, rich menus 100 (platforms.md §1.5).
_RATES = {
    "multicast": (200, 200.0),
    "loading": (100, 100.0),
    "webhook/test": (60, 60 / 3600),
    "richmenu/list": (10, 10.0),
    **dict.fromkeys(("richmenu/create", "richmenu/delete", "richmenu/alias/delete"), (100, 100 / 3600)),
}
_USUAL_RATE = (2000, 2000.0)


@dataclass(slots=True)
class Channel:
    """The channel as LINE knows it; shared by the API and the user side."""

    access_token: str
    destination: str
    clock: Clock
    webhook_url: str | None
    friends: Friends
    tokens: ReplyTokens
    retry_keys: RetryKeys
    quota: Quota
    transcript: Transcript
    webhook: WebhookSender
    display_name: str = "AI 學習小幫手"
    basic_id: str = "@talentbot"
    loading: list[tuple[str, int]] = field(default_factory=list)  # animations shown: chat, seconds
    menus: RichMenus = field(default_factory=RichMenus)


def render_fault(fault: Fault) -> Json:
    """LINE's body for an error status without one of its own."""
    if fault.status == 429:
        return {"message": RATE_LIMIT}
    return {"message": "Internal error" if fault.status >= 500 else "Bad Request"}


def request_id() -> dict[str, str]:
    return {"x-line-request-id": str(uuid.uuid4())}


_Handle = Callable[[Call, Request], Awaitable[Answer]]


class LineApi:
    """The endpoints of one channel. `routes` are Starlette's."""

    def __init__(self, channel: Channel, wire: Wire) -> None:
        self._channel = channel
        self._wire = wire
        self._buckets: dict[str, TokenBucket] = {}
        bot = "/v2/bot"
        self.routes = [
            self._route(f"{bot}/message/reply", "reply", self._reply),
            self._route(f"{bot}/message/push", "push", self._push),
            self._route(f"{bot}/message/multicast", "multicast", self._multicast),
            *(
                self._route(f"{bot}/message/validate/{kind}", f"validate/{kind}", self._validate)
                for kind in ("reply", "push", "multicast")
            ),
            self._route(f"{bot}/message/quota", "quota", self._quota, "GET"),
            self._route(f"{bot}/message/quota/consumption", "consumption", self._consumption, "GET"),
            self._route(f"{bot}/info", "info", self._info, "GET"),
            self._route(f"{bot}/profile/{{user_id}}", "profile", self._profile, "GET"),
            self._route(f"{bot}/channel/webhook/endpoint", "webhook", self._get_webhook, "GET"),
            self._route(f"{bot}/channel/webhook/endpoint", "webhook/set", self._set_webhook, "PUT"),
            self._route(f"{bot}/channel/webhook/test", "webhook/test", self._test_webhook),
            self._route(f"{bot}/chat/loading/start", "loading", self._loading),
            *(
                self._route(one.path, one.name, one.handle, one.method, body=one.body)
                for one in MenuApi(channel.menus, channel.friends).endpoints
            ),
            Route("/{path:path}", self._unknown, methods=["GET", "POST", "PUT", "DELETE"]),
        ]

    def _route(
        self, path: str, endpoint: str, handle: _Handle, method: str = "POST", *, body: bool = True
    ) -> Route:
        """`body`: what is not a GET carries a JSON object."""

        async def answer(request: Request) -> Response:
            async def checked(call: Call) -> Answer:
                self._admit(call)
                if body and call.method != "GET":
                    call.body = _json_object(call)
                return await handle(call, request)

            return await self._wire.answer(request, endpoint, checked)

        return Route(path, answer, methods=[method])

    async def _unknown(self, request: Request) -> Response:
        async def not_found(call: Call) -> Answer:
            raise refuse(404, "Not found")

        return await self._wire.answer(request, "unknown", not_found)

    def _admit(self, call: Call) -> None:
        """Token, rate and size: what LINE checks before it looks at the endpoint's own rules."""
        given = call.headers.get("authorization", "").encode("latin-1", "replace")
        if not secrets.compare_digest(given, f"Bearer {self._channel.access_token}".encode()):
            raise refuse(
                401,
                "Authentication failed. Confirm that the access token in the authorization header is valid.",
            )
        bucket = self._buckets.get(call.endpoint)
        if bucket is None:
            capacity, per_second = _RATES.get(call.endpoint, _USUAL_RATE)
            bucket = TokenBucket(capacity, per_second, self._channel.clock.real)
            self._buckets[call.endpoint] = bucket
        if bucket.take():
            raise refuse(429, RATE_LIMIT)
        if len(call.raw) > limits.BODY_BYTES:
            raise refuse(413, "The request body is too large")

    # -- messages ------------------------------------------------------------------------------------

    async def _reply(self, call: Call, request: Request) -> Answer:
        if "x-line-retry-key" in call.headers:
            raise refuse(400, "The retry key is not supported by this endpoint")
        limits.check_keys(call.body, "replyToken", "messages", "notificationDisabled")
        messages = limits.check_messages(call.body)
        token = call.body.get("replyToken")
        chat = self._channel.tokens.chat(token) if isinstance(token, str) else None
        if not isinstance(token, str) or chat is None:
            raise refuse(400, _REPLY_TOKEN)
        self._channel.tokens.use(token)
        return Answer({"sentMessages": self._deliver(chat, messages)})

    async def _push(self, call: Call, request: Request) -> Answer:
        self._refuse_repeat(call)
        limits.check_keys(call.body, "to", "messages", "notificationDisabled", "customAggregationUnits")
        to = call.body.get("to")
        if not isinstance(to, str) or not to:
            raise refuse(400, "The request body has 1 error(s)", [Problem("May not be empty", "to")])
        messages = limits.check_messages(call.body)
        if not limits.CHAT_ID.fullmatch(to) or not self._channel.friends.knows(to):
            raise _bad_recipient()
        self._spend([to])
        return self._accept(call, {"sentMessages": self._deliver(to, messages)})

    async def _multicast(self, call: Call, request: Request) -> Answer:
        self._refuse_repeat(call)
        limits.check_keys(call.body, "to", "messages", "notificationDisabled", "customAggregationUnits")
        to = call.body.get("to")
        if not isinstance(to, list) or not 1 <= len(to) <= limits.RECIPIENTS:
            size = [Problem(f"Size must be between 1 and {limits.RECIPIENTS}", "to")]
            raise refuse(400, "The request body has 1 error(s)", size)
        messages = limits.check_messages(call.body)
        if not all(isinstance(one, str) and limits.USER_ID.fullmatch(one) for one in to):
            raise _bad_recipient()
        recipients = list(dict.fromkeys(to))
        # "If a message is sent to a user ID that doesn't exist": LINE's FAQ on messages.
        if not all(map(self._channel.friends.knows, recipients)):
            raise refuse(400, "Failed to send messages")
        self._spend(recipients)
        for recipient in recipients:
            self._deliver(recipient, messages)
        return self._accept(call, {})

    async def _validate(self, call: Call, request: Request) -> Answer:
        limits.check_keys(call.body, "messages")
        limits.check_messages(call.body)
        return Answer({})

    def _refuse_repeat(self, call: Call) -> None:
        """409 for a key that was accepted before.

        LINE asks that a retry be the same request and does not say what happens when it is not; here that
        is 400, so that a program which mixes up its keys is caught instead of losing a message quietly.
        """
        key = call.headers.get("x-line-retry-key")
        if key is None:
            return
        if not limits.RETRY_KEY.fullmatch(key):
            raise refuse(400, "The retry key is invalid")
        accepted = self._channel.retry_keys.find(key)
        if accepted is None:
            return
        if accepted.fingerprint != fingerprint(call.endpoint, call.raw):
            raise refuse(400, "The retry key was used for another request")
        body = {"message": "The retry key is already accepted", **accepted.body}
        raise RefusalError(Answer(body, 409, {"x-line-accepted-request-id": accepted.request_id}))

    def _accept(self, call: Call, body: Json) -> Answer:
        headers = request_id()
        if key := call.headers.get("x-line-retry-key"):
            self._channel.retry_keys.accept(key, call.endpoint, call.raw, headers["x-line-request-id"], body)
        return Answer(body, headers=headers)

    def _spend(self, chats: list[str]) -> None:
        if not self._channel.quota.spend(sum(map(self._channel.friends.cost, chats))):
            raise refuse(429, MONTHLY_LIMIT)

    def _deliver(self, chat: str, messages: list[Json]) -> list[Json]:
        """Show the messages, unless nobody there can see them: LINE answers 200 either way."""
        sent = []
        for message in messages:
            if self._channel.friends.reachable(chat):
                self._channel.transcript.add(chat, "bot", message)
            sent.append({"id": message_id(), "quoteToken": secrets.token_urlsafe(48)})
        return sent

    # -- the rest ------------------------------------------------------------------------------------

    async def _quota(self, call: Call, request: Request) -> Answer:
        limit = self._channel.quota.limit
        return Answer({"type": "none"} if limit is None else {"type": "limited", "value": limit})

    async def _consumption(self, call: Call, request: Request) -> Answer:
        return Answer({"totalUsage": self._channel.quota.used})

    async def _info(self, call: Call, request: Request) -> Answer:
        return Answer(
            {
                "userId": self._channel.destination,
                "basicId": self._channel.basic_id,
                "displayName": self._channel.display_name,
                "chatMode": "bot",
                "markAsReadMode": "auto",
            }
        )

    async def _profile(self, call: Call, request: Request) -> Answer:
        user = request.path_params["user_id"]
        friends = self._channel.friends
        if user not in friends.names or user in friends.blocked:
            raise refuse(404, "Not found")
        return Answer({"userId": user, "displayName": friends.names[user], "language": "zh-TW"})

    async def _get_webhook(self, call: Call, request: Request) -> Answer:
        if self._channel.webhook_url is None:
            raise refuse(404, "Webhook endpoint not found")
        return Answer({"endpoint": self._channel.webhook_url, "active": True})

    async def _set_webhook(self, call: Call, request: Request) -> Answer:
        limits.check_keys(call.body, "endpoint")
        self._channel.webhook_url = _endpoint(call.body.get("endpoint"))
        return Answer({})

    async def _test_webhook(self, call: Call, request: Request) -> Answer:
        limits.check_keys(call.body, "endpoint")
        url = _endpoint(call.body["endpoint"]) if "endpoint" in call.body else self._channel.webhook_url
        if url is None:
            raise refuse(404, "Webhook endpoint not found")
        delivery = await self._channel.webhook.send([], url=url)
        reason = "OK" if delivery.ok else (delivery.reason or "error_status_code").upper()
        return Answer(
            {
                "success": delivery.ok,
                "timestamp": self._channel.clock.now().astimezone(UTC).isoformat().replace("+00:00", "Z"),
                "statusCode": delivery.status or 0,
                "reason": reason,
                "detail": str(delivery.status or delivery.reason),
            }
        )

    async def _loading(self, call: Call, request: Request) -> Answer:
        limits.check_keys(call.body, "chatId", "loadingSeconds")
        chat, seconds = call.body.get("chatId"), call.body.get("loadingSeconds", 20)
        if not isinstance(chat, str) or not limits.USER_ID.fullmatch(chat):
            raise refuse(400, "The property, 'chatId', in the request body is invalid (line: -, column: -)")
        if seconds not in range(5, 61, 5):
            wrong = [Problem("must be 5, 10, … 60", "loadingSeconds")]
            raise refuse(400, "The request body has 1 error(s)", wrong)
        self._channel.loading.append((chat, int(seconds)))
        return Answer({}, 202)


def _bad_recipient() -> RefusalError:
    return refuse(400, "The property, 'to', in the request body is invalid (line: -, column: -)")


def _json_object(call: Call) -> Json:
    try:
        body: Any = json.loads(call.raw)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise refuse(400, "The request body could not be parsed as JSON (line: 1, column: 1)")
    return body


def _endpoint(value: Any) -> str:
    """A webhook address: HTTPS, at most 500 characters; plain HTTP only on the loopback."""
    parts = urlsplit(value) if isinstance(value, str) and len(value) <= 500 else None
    loopback = parts is not None and parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    if parts is None or not (loopback or (parts.scheme == "https" and parts.hostname)):
        raise refuse(400, "Invalid webhook endpoint URL")
    return str(value)
