"""How updates leave Telegram: by polling, or by a webhook, one at a time per chat (platforms.md §2.1)."""

import asyncio
import itertools
import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp

from bot.simulator.pulse import Pulse
from bot.simulator.telegram_params import refuse
from bot.simulator.transcript import Json
from storage.clock import Clock

# What a bot hears unless it asks for something else (setWebhook, allowed_updates).
DEFAULT_UPDATES = frozenset({"message", "edited_message", "callback_query", "my_chat_member", "inline_query"})
MESSAGE_LIFE = timedelta(hours=24)
CALLBACK_LIFE = timedelta(seconds=150)
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
RETRY_AFTER_MOST = 3600


@dataclass(slots=True, eq=False)
class Pending:
    """An update not yet taken. Updates of one `queue` are delivered one at a time."""

    update: Json
    queue: Hashable
    expires: datetime

    @property
    def id(self) -> int:
        return int(self.update["update_id"])


@dataclass(frozen=True, slots=True)
class Webhook:
    url: str
    secret: str = ""
    max_connections: int = 40


class Updates:
    """The updates of one bot."""

    def __init__(
        self, clock: Clock, retry_delays: Sequence[float], webhook_timeout: float, closing: asyncio.Event
    ) -> None:
        self._clock = clock
        self._delays = tuple(retry_delays)
        self._timeout = webhook_timeout
        self._ids = itertools.count(700_000_001)
        self._pulse = Pulse()
        self._poller = 0
        self._tasks: dict[Hashable, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None
        self.closing = closing
        self.pending: list[Pending] = []
        self.expired: set[int] = set()  # update ids that nobody took in time
        self.allowed = DEFAULT_UPDATES
        self.webhook: Webhook | None = None
        self.last_error: tuple[datetime, str] | None = None
        self.deliveries: list[tuple[int, int | None]] = []  # webhook: update id, HTTP status or None

    def push(self, update: Json, queue: Hashable) -> Json | None:
        """Queue an update (an `update_id` is given to it unless it has one); None when the bot does not
        ask for its kind."""
        kinds = [key for key in update if key != "update_id"]
        if kinds and kinds[0] not in self.allowed and "update_id" not in update:
            return None
        numbered = update if "update_id" in update else {"update_id": next(self._ids), **update}
        life = CALLBACK_LIFE if "callback_query" in update else MESSAGE_LIFE
        self.pending.append(Pending(numbered, queue, self._clock.real() + life))
        self._changed()
        return numbered

    def drop_all(self) -> None:
        self.pending.clear()

    async def poll(self, offset: int | None, limit: int, seconds: float) -> list[Json]:
        """getUpdates. Raises 409 while a webhook is set, and to the older of two pollers."""
        if self.webhook is not None:
            raise refuse(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._poller += 1
        mine = self._poller
        self._pulse.beat()  # an older poller finds itself replaced
        self._forget(offset)

        def due() -> list[Json] | bool:
            if mine != self._poller or self.closing.is_set():
                return True
            self._expire()
            return [p.update for p in self.pending[:limit]]

        found = due() or await self._pulse.until(due, seconds)
        if mine != self._poller or self.webhook is not None:
            raise refuse(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        return found if isinstance(found, list) else []

    def set_webhook(self, webhook: Webhook | None) -> None:
        self.webhook = webhook
        if webhook is not None:
            self._poller += 1  # a poll under way ends with 409
        self._changed()

    async def drained(self, seconds: float) -> bool:
        """Whether every update was taken within that time."""
        return bool(await self._pulse.until(lambda: not self.pending, seconds))

    async def close(self) -> None:
        self.closing.set()
        self._pulse.beat()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _forget(self, offset: int | None) -> None:
        """Updates before `offset` are confirmed; a negative one keeps that many from the end."""
        if offset is None or offset == 0:
            return
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [p for p in self.pending if p.id >= offset]
        self._pulse.beat()

    def _expire(self) -> None:
        now = self._clock.real()
        self.expired |= {p.id for p in self.pending if p.expires <= now}
        self.pending = [p for p in self.pending if p.expires > now]

    def _changed(self) -> None:
        self._pulse.beat()
        if self.webhook is None or self.closing.is_set():
            return
        for queue in {p.queue for p in self.pending}:
            if queue not in self._tasks:
                self._tasks[queue] = asyncio.create_task(self._deliver(queue))

    async def _deliver(self, queue: Hashable) -> None:
        try:
            failures = 0
            while (webhook := self.webhook) is not None:
                self._expire()
                first = next((p for p in self.pending if p.queue == queue), None)
                if first is None:
                    return
                wait = await self._post(webhook, first)
                if wait is None:
                    failures = 0
                    if first in self.pending:
                        self.pending.remove(first)
                    self._pulse.beat()
                else:
                    delay = wait or self._delays[min(failures, len(self._delays) - 1)]
                    failures += 1
                    await asyncio.sleep(delay)
        finally:
            del self._tasks[queue]

    async def _post(self, webhook: Webhook, pending: Pending) -> float | None:
        """None when the update was taken; else the seconds asked for by `Retry-After`, 0 without."""
        headers = {"content-type": "application/json"}
        if webhook.secret:
            headers[SECRET_HEADER] = webhook.secret
        body = json.dumps(pending.update, ensure_ascii=False).encode()
        status: int | None = None
        wait = 0.0
        try:
            async with self._http().post(
                webhook.url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                await answer.read()
                status = answer.status
                asked = answer.headers.get("Retry-After", "")
                wait = float(min(int(asked), RETRY_AFTER_MOST)) if asked.isdigit() else 0.0
                error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except TimeoutError:
            error = "Read timeout expired"
        except aiohttp.ClientError:
            error = "Connection refused"
        self.deliveries.append((pending.id, status))
        if status is not None and 200 <= status < 300:
            return None
        self.last_error = (self._clock.now(), error)
        return wait

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True, limit=100),
                timeout=aiohttp.ClientTimeout(total=self._timeout),
            )
        return self._session
