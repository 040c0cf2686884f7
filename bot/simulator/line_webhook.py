"""Delivers webhooks as LINE does: signed, one try, 2 s to answer, redelivered only when asked."""

import copy
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

from bot.simulator.line_events import sign
from bot.simulator.transcript import Json


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of one delivery: the HTTP status, or why there is none
    (`request_timeout`, `could_not_connect`, `no_webhook`, `held`)."""

    events: tuple[Json, ...]
    status: int | None
    reason: str = ""
    seconds: float = 0

    @property
    def ok(self) -> bool:
        """2xx: LINE takes the events as delivered."""
        return self.status is not None and 200 <= self.status < 300


class WebhookSender:
    """One channel's webhook. `failed` holds the events that were not taken, oldest first."""

    def __init__(self, channel_secret: str, destination: str, url: Callable[[], str | None], timeout: float):
        self.secret = channel_secret
        self._destination = destination
        self._url = url
        self.timeout = timeout
        self.failed: list[Json] = []
        self._session: aiohttp.ClientSession | None = None

    async def send(self, events: list[Json], *, url: str | None = None) -> Delivery:
        """Deliver these events in one webhook. Events that are not taken are kept in `failed`."""
        body = json.dumps({"destination": self._destination, "events": events}, ensure_ascii=False).encode()
        delivery = await self.post(body, sign(self.secret, body), url=url, events=events)
        if not delivery.ok:
            self.failed.extend(events)
        return delivery

    async def redeliver(self, mark: Callable[[Json], None]) -> list[Delivery]:
        """Deliver all that failed again, each alone, only `isRedelivery` changed. `mark` sees each event."""
        waiting, self.failed = self.failed, []
        done = []
        for event in waiting:
            again = copy.deepcopy(event)
            again["deliveryContext"] = {"isRedelivery": True}
            mark(again)
            done.append(await self.send([again]))
        return done

    async def post(
        self, body: bytes, signature: str | None, *, url: str | None = None, events: list[Json] | None = None
    ) -> Delivery:
        """POST raw bytes. `signature` None leaves the header out."""
        target = url or self._url()
        sent = tuple(events or ())
        if target is None:
            return Delivery(sent, None, "no_webhook")
        headers = {"content-type": "application/json; charset=utf-8", "user-agent": "LineBotWebhook/2.0"}
        if signature is not None:
            headers["x-line-signature"] = signature
        began = time.monotonic()
        try:
            async with self._http().post(target, data=body, headers=headers) as answer:
                await answer.read()
                return Delivery(sent, answer.status, "", time.monotonic() - began)
        except TimeoutError:
            return Delivery(sent, None, "request_timeout", time.monotonic() - began)
        except aiohttp.ClientError:
            return Delivery(sent, None, "could_not_connect", time.monotonic() - began)

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            # A new connection each time: a program that restarts leaves no half-dead one behind.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True, limit=0),
                timeout=aiohttp.ClientTimeout(total=self.timeout),
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
