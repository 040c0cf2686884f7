"""Who is on the simulated Telegram, and what stands in the chats."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.rates import TokenBucket
from bot.simulator.telegram_params import bad, refuse
from bot.simulator.transcript import Entry, Json, Transcript
from storage.clock import Clock


@dataclass(slots=True)
class Message:
    """A message as the Bot API has it (`api`) and the id of its entry in the transcript."""

    api: Json
    entry: int


@dataclass(slots=True)
class Query:
    """A tap on a button, until it is answered or too old."""

    user: int
    at: datetime
    answer: Json | None = None


@dataclass(slots=True)
class Chats:
    """All chats of one bot. `rate` is the messages a second that one chat takes (None: unlimited), after a
    `burst`; a group takes 20 a minute and the bot `bot_rate` in all: 30 a second (bots/faq)."""

    clock: Clock
    bot: Json
    transcript: Transcript
    rate: float | None = 1.0
    burst: int = 3
    bot_rate: int = 30
    users: dict[int, Json] = field(default_factory=dict)
    groups: dict[int, Json] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    messages: dict[tuple[int, int], Message] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _buckets: dict[object, TokenBucket] = field(default_factory=dict)

    def meet(self, user_id: int, name: str | None = None) -> Json:
        """The User object of a person; from now on the bot may write to them."""
        if user_id <= 0:
            raise ValueError(f"a Telegram user id is positive: {user_id}")
        user = self.users.setdefault(
            user_id,
            {
                "id": user_id,
                "is_bot": False,
                "first_name": name or f"使用者{user_id}",
                "language_code": "zh-hant",
            },
        )
        if name:
            user["first_name"] = name
        return user

    def join(self, chat_id: int, title: str | None = None) -> Json:
        if chat_id >= 0:
            raise ValueError(f"a Telegram group id is negative: {chat_id}")
        group = {"id": chat_id, "type": "supergroup", "title": title or "群組"}
        return self.groups.setdefault(chat_id, group)

    def chat(self, chat_id: int) -> Json:
        """The Chat object. KeyError for a chat nobody opened."""
        if chat_id in self.groups:
            return self.groups[chat_id]
        user = self.users[chat_id]
        return {"id": chat_id, "type": "private", "first_name": user["first_name"]}

    def writable(self, chat_id: int | None) -> int:
        """A chat the bot may write to. Raises 400 `chat not found`, 403 `blocked by the user`."""
        if chat_id is None or (chat_id not in self.users and chat_id not in self.groups):
            raise bad("chat not found")
        if chat_id in self.blocked:
            reason = (
                "bot was blocked by the user" if chat_id > 0 else "bot was kicked from the supergroup chat"
            )
            raise refuse(403, f"Forbidden: {reason}")
        return chat_id

    def admit(self, chat_id: int) -> None:
        """Count a message toward the limits. Raises 429 with `retry_after` in whole seconds."""
        buckets = [self._bucket("all", self.bot_rate, float(self.bot_rate))]
        if self.rate is not None:
            buckets.append(self._bucket(chat_id, self.burst, self.rate))
            if chat_id < 0:
                buckets.append(self._bucket(("group", chat_id), 20, 20 / 60))
        wait = max(bucket.take() for bucket in buckets)
        if wait:
            seconds = max(1, int(wait + 0.999))
            raise refuse(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)

    def _bucket(self, key: object, capacity: int, per_second: float) -> TokenBucket:
        if key not in self._buckets:
            self._buckets[key] = TokenBucket(capacity, per_second, self.clock.real)
        return self._buckets[key]

    def new_message(self, chat_id: int, sender: Json, **content: Any) -> Json:
        """The next message of a chat as the Bot API has it; not yet kept."""
        return {
            "message_id": next(self._ids),
            "from": sender,
            "chat": self.chat(chat_id),
            "date": int(self.clock.now().timestamp()),
            **content,
        }

    def keep(self, message: Json, shown: Json) -> Entry:
        """Put a message into its chat; `shown` is how it stands in the transcript."""
        chat_id = message["chat"]["id"]
        mine = message["from"]["id"] == self.bot["id"]
        entry = self.transcript.add(chat_id, "bot" if mine else "user", shown)
        self.messages[chat_id, message["message_id"]] = Message(message, entry.id)
        return entry

    def mine(self, chat_id: int, message_id: int | None) -> Message:
        """A message of the bot, to be edited. Raises 400."""
        kept = self.messages.get((chat_id, message_id or 0))
        if kept is None:
            raise bad("message to edit not found")
        if kept.api["from"]["id"] != self.bot["id"]:
            raise bad("message can't be edited")
        return kept

    def new_query(self, user_id: int) -> Query:
        return Query(user_id, self.clock.real())

    def open_query(self, query_id: str, life: timedelta) -> Query:
        """A tap that may still be answered. Raises 400 when it is unknown or too old."""
        query = self.queries.get(query_id)
        if query is None or self.clock.real() - query.at > life:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        return query
