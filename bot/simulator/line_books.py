"""What LINE keeps count of: friends, reply tokens, retry keys, the month's quota."""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from storage.clock import Clock

_LINE_TIME = timezone(timedelta(hours=9))  # LINE's months begin in Japan


class Friends:
    """Who ever wrote or followed, who blocked the account, and who sits in which group."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.blocked: set[str] = set()
        self.groups: defaultdict[str, set[str]] = defaultdict(set)

    def meet(self, user_id: str, name: str | None = None) -> None:
        self.names.setdefault(user_id, name or f"使用者{user_id[1:5]}")
        if name:
            self.names[user_id] = name

    def knows(self, chat_id: str) -> bool:
        return chat_id in self.names or chat_id in self.groups

    def reachable(self, chat_id: str) -> bool:
        return self.knows(chat_id) and chat_id not in self.blocked

    def cost(self, chat_id: str) -> int:
        """What a push to this chat counts: one a recipient who can get it (pricing)."""
        if not self.reachable(chat_id):
            return 0
        return len(self.groups[chat_id]) if chat_id in self.groups else 1


@dataclass(slots=True)
class _Token:
    chat: str
    event_at: datetime
    delivered_at: datetime
    used: bool = False


class ReplyTokens:
    """A reply token works once, within `life` of its (re)delivery, and 20 minutes of its event at most."""

    LONGEST = timedelta(minutes=20)

    def __init__(self, clock: Clock, life: timedelta = timedelta(minutes=1)) -> None:
        self._clock = clock
        self.life = life
        self._tokens: dict[str, _Token] = {}

    def issue(self, chat: str) -> str:
        token = secrets.token_hex(16)
        now = self._clock.real()
        self._tokens[token] = _Token(chat, now, now)
        return token

    def delivered_again(self, token: str) -> None:
        if token in self._tokens:
            self._tokens[token].delivered_at = self._clock.real()

    def chat(self, token: str) -> str | None:
        """Whose token this is, while it works."""
        kept = self._tokens.get(token)
        now = self._clock.real()
        if kept is None or kept.used:
            return None
        fresh = now - kept.delivered_at <= self.life and now - kept.event_at <= self.LONGEST
        return kept.chat if fresh else None

    def of(self, token: str) -> str:
        """Whose token this is or was. KeyError for one that was never given."""
        return self._tokens[token].chat

    def use(self, token: str) -> None:
        self._tokens[token].used = True


@dataclass(frozen=True, slots=True)
class Accepted:
    """A request that was accepted under a retry key."""

    fingerprint: str
    request_id: str
    body: Mapping[str, object]
    at: datetime


class RetryKeys:
    """Retry keys of accepted requests, for 24 hours."""

    LIFE = timedelta(hours=24)

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._accepted: dict[str, Accepted] = {}

    def find(self, key: str) -> Accepted | None:
        kept = self._accepted.get(key.lower())
        if kept is None or self._clock.real() - kept.at > self.LIFE:
            return None
        return kept

    def accept(
        self, key: str, endpoint: str, raw: bytes, request_id: str, body: Mapping[str, object]
    ) -> None:
        self._accepted[key.lower()] = Accepted(
            fingerprint(endpoint, raw), request_id, body, self._clock.real()
        )


def fingerprint(endpoint: str, raw: bytes) -> str:
    """Tells whether a retry is the same request."""
    return hashlib.sha256(endpoint.encode() + b"\n" + raw).hexdigest()


class Quota:
    """Messages a month, by the business clock; `limit` None is a plan without a limit."""

    def __init__(self, clock: Clock, limit: int | None) -> None:
        self._clock = clock
        self.limit = limit
        self._used: defaultdict[str, int] = defaultdict(int)

    def _month(self) -> str:
        return self._clock.now().astimezone(_LINE_TIME).strftime("%Y-%m")

    @property
    def used(self) -> int:
        return self._used[self._month()]

    def spend(self, count: int) -> bool:
        """Count these, all or none. False when they do not fit."""
        if count and self.limit is not None and self.used + count > self.limit:
            return False
        self._used[self._month()] += count
        return True
