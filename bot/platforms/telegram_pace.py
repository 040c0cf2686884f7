"""When the next call to Telegram may go out (platforms.md §2.2: about 30 messages a second, one a second per
chat, 20 a minute per group).

A message waits for two things: its bot's next turn, and a second since its chat's last message. Conversations
(lane 0) take the next turn, before any wave. One that waits for its chat holds up nobody else.

Turns stand `1 / rate` seconds apart. One taken late moves none of those after it, up to `SLACK`: so a long
wave keeps the rate, and no second carries much more than it. A program that starts has nothing to catch up.

After a 429 nothing goes out for `retry_after` seconds: to that chat, where it got a message within the last
`MOMENTS`, else to anybody. Telegram does not say which limit it was. Taking the bot's for the chat's costs
one more 429, since the next chat meets it as well; taking the chat's for the bot's would silence everybody.
Where it was the bot's, the rate is halved, and grows back evenly within `MENDING` seconds.

All of it is the loop's monotonic time.
"""

import asyncio
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

AHEAD: Final = 0.4  # seconds of turns that may be waited for
SLACK: Final = 0.1  # seconds by which turns may be caught up
PATIENCE: Final = 3.0  # seconds; who would have to wait longer comes back later
MOMENTS: Final = 10.0
MENDING: Final = 60.0
_LOWEST: Final = 1.0  # messages a second
_GROUP: Final = 3.0  # seconds between messages to a group


@dataclass(frozen=True, slots=True)
class Turn:
    """`wait` 0: the call may be made, now. Otherwise not for so many seconds, which is too long to wait.
    `recent`: its chat got a message within the last moments. `chat` None: it puts no message into one."""

    chat: int | None
    wait: float
    at: float
    recent: bool = False


@dataclass(slots=True, eq=False)
class _Waiting:
    chat: int | None
    lane: int
    turn: asyncio.Future[Turn]


class Pace:
    """`rate` and `chat_rate` are messages a second: of the bot, and to one chat. `now` is monotonic."""

    def __init__(self, rate: float, chat_rate: float = 1.0, now: Callable[[], float] | None = None) -> None:
        self._most = float(rate)
        self._gap = 1 / chat_rate
        self._clock = now
        self._next = -math.inf  # the bot's next turn
        self._held = -math.inf  # until when nothing goes out
        self._lowered, self._mended_from = self._most, -math.inf
        self._waiting: list[_Waiting] = []
        self._last: OrderedDict[int, float] = OrderedDict()  # when a chat got its last message
        self._chats_held: dict[int, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    @property
    def rate(self) -> float:
        """Messages a second at this moment."""
        grown = max(0.0, self._now() - self._mended_from) * self._most / 2 / MENDING
        return min(self._most, self._lowered + grown)

    def room(self) -> int:
        """How many more may come to wait now: those of the next moments, and no one while all must wait."""
        now = self._now()
        if self._held > now + AHEAD:
            return 0
        soon = sum(self._opens(one.chat, now) <= now + AHEAD for one in self._waiting)
        return max(0, max(1, int(AHEAD * self.rate)) - soon)

    async def turn(self, chat: int | None, lane: int) -> Turn:
        """Returns when the call may be made, or at once where it may not for a while."""
        one = _Waiting(chat, lane, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        self._call()
        try:
            return await one.turn
        finally:
            if one in self._waiting:  # cancelled
                self._waiting.remove(one)

    def answered(self, chat: int | None) -> None:
        """The chat's second begins: counted from the answer, since a slow call may arrive late."""
        if chat is not None:
            self._note(chat, self._now())

    def limited(self, turn: Turn, seconds: float) -> None:
        """A 429 to the call of that turn: nothing goes out for so many seconds."""
        now = self._now()
        if turn.chat is not None and turn.recent:
            until = self._chats_held.get(turn.chat, now)
            self._chats_held[turn.chat] = max(until, now + seconds)
        else:
            if turn.at >= self._held:  # those that were on their way together lower it once
                self._lowered = max(_LOWEST, self.rate / 2)
            self._held = max(self._held, now + seconds)
            self._mended_from = self._held
            self._next = max(self._next, self._held)
        self._call()

    def _now(self) -> float:
        return asyncio.get_running_loop().time() if self._clock is None else self._clock()

    def _opens(self, chat: int | None, now: float) -> float:
        """When that chat may get a message."""
        if chat is None:
            return now
        gap = self._gap if chat > 0 else max(self._gap, _GROUP)
        return max(self._last.get(chat, -math.inf) + gap, self._chats_held.get(chat, -math.inf))

    def _call(self) -> None:
        """Gives out all turns that have come, and comes back for the next one."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        now = self._now()
        self._send_back(now)
        while self._waiting:
            at = max(self._next, self._held)
            if at <= now:
                ready = [one for one in self._waiting if self._opens(one.chat, now) <= now]
                if ready:
                    self._give(min(ready, key=lambda one: one.lane), now)
                    continue
                at = min(self._opens(one.chat, now) for one in self._waiting)
            self._timer = asyncio.get_running_loop().call_later(max(0.0, at - now), self._call)
            return

    def _give(self, one: _Waiting, now: float) -> None:
        self._next = max(self._next, now - SLACK if self._next > -math.inf else now) + 1 / self.rate
        recent = one.chat is not None and now - self._last.get(one.chat, -math.inf) <= MOMENTS
        if one.chat is not None:
            self._note(one.chat, now)
        self._waiting.remove(one)
        if not one.turn.done():
            one.turn.set_result(Turn(one.chat, 0.0, now, recent))

    def _send_back(self, now: float) -> None:
        for one in tuple(self._waiting):
            wait = max(self._held, self._opens(one.chat, now)) - now
            if wait > PATIENCE and not one.turn.done():
                self._waiting.remove(one)
                one.turn.set_result(Turn(one.chat, wait, now))

    def _note(self, chat: int, now: float) -> None:
        """The chats of the last moments, oldest first; the others are forgotten."""
        self._last[chat] = now
        self._last.move_to_end(chat)
        while self._last and next(iter(self._last.values())) < now - max(MOMENTS, self._gap):
            self._last.popitem(last=False)
        if self._chats_held and min(self._chats_held.values()) <= now:
            self._chats_held = {one: until for one, until in self._chats_held.items() if until > now}
