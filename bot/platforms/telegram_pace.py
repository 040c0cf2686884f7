"""When the next call to Telegram may go out (platforms.md §2.2: about 30 messages a second, one a second per
chat, 20 a minute per group).

A message needs two things: its bot's next turn, and a second since its chat's last message. Nothing waits for
either in here: only as much is claimed as has its turn now (`room`), conversations before any wave, and a
message whose chat is not ready is given back. So a crash leaves in doubt what was really on its way.

Turns stand `1 / rate` seconds apart. What was missed (a commit that took its time) is made good: `SLACK` at
once and up to `OWED` at a rate of `LIFT`. So a long wave keeps the rate, and no second carries more than a
third above it. After a silence there is nothing to make good but `SLACK`.

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

from reminders.verdicts import Room

SLACK: Final = 0.2  # seconds of turns that may be made good at once
OWED: Final = 0.8  # and that may be made good at all
LIFT: Final = 1.05  # times the rate
NEAR: Final = 0.06  # seconds; who would have to wait longer comes back later
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


class Pace:
    """`rate` and `chat_rate` are messages a second: of the bot, and to one chat. `now` is monotonic."""

    def __init__(self, rate: float, chat_rate: float = 1.0, now: Callable[[], float] | None = None) -> None:
        self._most = float(rate)
        self._gap = 1 / chat_rate
        self._clock = now
        self._next = -math.inf  # the bot's next turn
        self._soonest = -math.inf  # the same at the lifted rate
        self._taken = -math.inf  # when one was taken last
        self._held = -math.inf  # until when nothing goes out
        self._lowered, self._mended_from = self._most, -math.inf
        self._last: OrderedDict[int, float] = OrderedDict()  # when a chat got its last message
        self._chats_held: dict[int, float] = {}

    @property
    def rate(self) -> float:
        """Messages a second at this moment."""
        grown = max(0.0, self._now() - self._mended_from) * self._most / 2 / MENDING
        return min(self._most, self._lowered + grown)

    def room(self, ahead: float = 0.0) -> Room:
        """As many calls as have their turn in `ahead` seconds, at most `NEAR`."""
        now = self._now() + min(ahead, NEAR)
        following, soonest = self._following(now)
        if (at := max(following, soonest, self._held)) > now:
            return Room(0, at - now)
        return Room(1 + int(min(now - following, (now - soonest) * LIFT) * self.rate), 0.0)

    async def turn(self, chat: int | None) -> Turn:
        """Returns when the call may be made, or at once where it may not for a while."""
        now = self._now()
        following, soonest = self._following(now)
        at = max(now, following, soonest, self._held, self._opens(chat, now))
        if at > now + NEAR:
            return Turn(chat, at - now, now)
        self._next, self._soonest = following + 1 / self.rate, soonest + 1 / self.rate / LIFT
        self._taken = at
        recent = chat is not None and at - self._last.get(chat, -math.inf) <= MOMENTS
        if chat is not None:
            self._note(chat, at)
        if at > now:
            await asyncio.sleep(at - now)
        return Turn(chat, max(0.0, self._held - at), at, recent)

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
            self._soonest = max(self._soonest, self._held)

    def _now(self) -> float:
        return asyncio.get_running_loop().time() if self._clock is None else self._clock()

    def _following(self, now: float) -> tuple[float, float]:
        """The bot's next turn, in the past where it was missed; and when it may be taken at the soonest."""
        if self._taken == -math.inf:
            return now, now
        owed = OWED if now - self._taken <= OWED else SLACK
        return max(self._next, now - owed), max(self._soonest, now - SLACK)

    def _opens(self, chat: int | None, now: float) -> float:
        """When that chat may get a message."""
        if chat is None:
            return now
        gap = self._gap if chat > 0 else max(self._gap, _GROUP)
        return max(self._last.get(chat, -math.inf) + gap, self._chats_held.get(chat, -math.inf))

    def _note(self, chat: int, now: float) -> None:
        """The chats of the last moments, oldest first; the others are forgotten."""
        self._last[chat] = now
        self._last.move_to_end(chat)
        while self._last and next(iter(self._last.values())) < now - max(MOMENTS, self._gap):
            self._last.popitem(last=False)
        if self._chats_held and min(self._chats_held.values()) <= now:
            self._chats_held = {one: until for one, until in self._chats_held.items() if until > now}
