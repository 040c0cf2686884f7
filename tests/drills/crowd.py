"""Chats of people on both platforms, which carry their words, and the drill's own books of what was sent and
wanted.

Each platform sends an event again until it is taken, always with the same id; now and then it sends one again
that was taken.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from guideline.records import Platform
from tests.drills.agency import Member
from tests.drills.town import Town
from tests.wire.phones import LinePhone, Phone, TelegramPhone

Json = dict[str, Any]
PATIENCE: Final = 4.0  # seconds until somebody who reads nothing tries again; twice that the next time
LONGEST: Final = 32.0  # of those
LOOK: Final = 0.1
TWICE: Final = 0.1  # the share of events that come again though they were taken
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
TITLES: Final = tuple(f"{_STEMS[n % 10]}{_BRANCHES[n % 12]}研習" for n in range(60))


@dataclass
class Sent:
    """One event. `chat` is the chat's id; `key` orders the chat's events as the platform did; `began` and
    `taken` are moments of the drill's (time.monotonic)."""

    platform: Platform
    id: str
    chat: str
    key: int
    began: float
    taken: float | None = None


@dataclass
class Wanted:
    """A report of hours that a person confirmed (`kept`) or called off before, and perhaps took back."""

    day: date
    minutes: int
    kept: bool = True
    undone: bool = False

    def words(self, title: str) -> str:
        day = f"{self.day.year - 1911}/{self.day.month}/{self.day.day}"
        return f"回報 {day} {title} {self.minutes}分鐘"


@dataclass
class Books:
    """The drill's own: what was sent, and what people wanted, by person and title."""

    sent: dict[tuple[Platform, str], Sent] = field(default_factory=dict)
    perhaps: set[tuple[Platform, str]] = field(default_factory=set)
    wanted: dict[int, dict[str, Wanted]] = field(default_factory=dict)
    roles: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0  # tries that were not answered 200
    twice: int = 0  # events that came again though they were taken
    later: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def said(self) -> str:
        return f"{self.unanswered} tries of LINE not answered 200, {self.twice} taken events came again"

    def note(self, platform: Platform, event_id: str, chat: str, key: int) -> Sent:
        sent = Sent(platform, event_id, chat, key, time.monotonic())
        self.sent[platform, event_id] = sent
        return sent

    def gave_up(self, numbers: Iterable[int]) -> None:
        """Telegram dropped these: whether the bot took them before nobody knows, and who asked asks again."""
        for number in numbers:
            key: tuple[Platform, str] = "telegram", str(number)
            self.perhaps.add(key)
            self.sent.pop(key, None)

    def title(self, number: int, today: date) -> tuple[str, Wanted]:
        """A new report of this person's: no two have the same title or the same day."""
        mine = self.wanted.setdefault(number, {})
        place = len(mine)
        wanted = Wanted(today - timedelta(days=1 + 2 * place), 30 + 10 * (place % 12))
        mine[TITLES[place]] = wanted
        return TITLES[place], wanted


class Chat:
    """One person's private chat. `lone`: they have no other."""

    platform: Platform
    phone: Phone

    def __init__(self, town: Town, one: Member, rng: random.Random, books: Books, *, lone: bool) -> None:
        self.town, self.number, self.rng, self.books, self.lone = town, one.number, rng, books, lone
        self._patience = PATIENCE

    async def joins(self) -> None:
        """As who adds the account, or presses Start."""
        raise NotImplementedError

    async def says(self, *texts: str) -> None:
        """Typed in one breath; returns, as the others do, once the platform got rid of all of it."""
        raise NotImplementedError

    async def taps(self, data: str) -> None:
        raise NotImplementedError

    @property
    def shown(self) -> int:
        """Messages of the bot in this chat."""
        raise NotImplementedError

    def report(self) -> tuple[str, Wanted]:
        return self.books.title(self.number, self.town.clock.now().date())

    async def ask(self, act: Awaitable[None]) -> None:
        """Does this, and reads until something new is there, or patience ends."""
        before = self.shown
        await act
        until = time.monotonic() + self._patience
        while self.shown == before and time.monotonic() < until:
            await asyncio.sleep(LOOK)
        self._patience = min(LONGEST, 2 * self._patience) if self.shown == before else PATIENCE

    def later(self, what: Awaitable[None]) -> None:
        async def one() -> None:
            await asyncio.sleep(self.rng.uniform(0.0, 1.5))
            await what

        task = asyncio.create_task(one())
        self.books.later.add(task)


class LineChat(Chat):
    platform: Platform = "line"

    def __init__(self, town: Town, one: Member, rng: random.Random, books: Books, *, lone: bool) -> None:
        super().__init__(town, one, rng, books, lone=lone)
        self.user = one.line_id
        self.phone = LinePhone(town.line, one.line_id, _never)

    @property
    def shown(self) -> int:
        return self.town.line.delivered[self.user]

    async def joins(self) -> None:
        await self._carried((await self.town.line.follow(self.user, hold=True)).events)

    async def says(self, *texts: str) -> None:
        now = self.town.clock.now()
        events = [
            self.town.line.message_event(self.user, text, at=now + timedelta(milliseconds=n))
            for n, text in enumerate(texts)
        ]
        if self.rng.random() < 0.5:  # in one webhook
            await self._carried(events)
        else:
            await asyncio.gather(*(self._carried([event]) for event in events))

    async def taps(self, data: str) -> None:
        await self._carried([self.town.line.postback_event(self.user, data)])

    async def _carried(self, events: Sequence[Json]) -> None:
        sent = [self.books.note("line", e["webhookEventId"], self.user, e["timestamp"]) for e in events]
        await self._until_taken(events)
        for one in sent:
            one.taken = time.monotonic()
        if self.rng.random() < TWICE:
            self.books.twice += len(events)
            self.later(self._until_taken(self._again(events)))

    async def _until_taken(self, events: Sequence[Json]) -> None:
        while not (await self.town.line.send(list(events))).ok:
            self.books.unanswered += 1
            await asyncio.sleep(self.rng.uniform(0.1, 0.8))
            events = self._again(events)

    def _again(self, events: Sequence[Json]) -> list[Json]:
        for event in events:
            self.town.line.channel.tokens.delivered_again(event["replyToken"])
        return [{**event, "deliveryContext": {"isRedelivery": True}} for event in events]


class TelegramChat(Chat):
    platform: Platform = "telegram"

    def __init__(self, town: Town, one: Member, rng: random.Random, books: Books, *, lone: bool) -> None:
        super().__init__(town, one, rng, books, lone=lone)
        self.user = one.telegram_id
        self.phone = TelegramPhone(town.telegram, one.telegram_id, _never)
        self.webhook = town.settings["telegram"]["mode"] == "webhook"

    @property
    def shown(self) -> int:
        return self.town.telegram.delivered[self.user]

    async def joins(self) -> None:
        await self._carried([await self.town.telegram.start(self.user)])

    async def says(self, *texts: str) -> None:
        await self._carried([await self.town.telegram.say(self.user, text) for text in texts])

    async def taps(self, data: str) -> None:
        holder = next(
            entry.content["message_id"]
            for entry in reversed(self.town.telegram.transcript(self.user))
            if data in str(entry.content.get("reply_markup"))
        )
        await self._carried([await self.town.telegram.tap(self.user, holder, data)])

    async def _carried(self, updates: Sequence[Json | None]) -> None:
        mine = {int(update["update_id"]): update for update in updates if update}
        sent = [self.books.note("telegram", str(number), str(self.user), number) for number in mine]
        while any(waiting["update_id"] in mine for waiting in self.town.telegram.pending):
            await asyncio.sleep(LOOK)
        for one in sent:
            one.taken = time.monotonic()
        self.books.gave_up(number for number in mine if number in self.town.telegram.expired)
        if self.webhook and self.rng.random() < TWICE:
            self.books.twice += len(mine)
            self.later(self._pushed(list(mine.values())))

    async def _pushed(self, updates: Sequence[Json]) -> None:
        for update in updates:
            await self.town.telegram.push_update(update)


def chats_of(town: Town, people: Sequence[Member], books: Books) -> list[Chat]:
    found: list[Chat] = []
    for one in people:
        kinds: list[type[Chat]] = [kind for kind in (LineChat, TelegramChat) if kind.platform in one.ways]
        for kind in kinds:
            rng = random.Random(f"{one.number}{kind.platform}")  # noqa: S311 - the same wishes at every run
            found.append(kind(town, one, rng, books, lone=len(kinds) == 1))
    return found


async def _never() -> None:
    raise AssertionError("a crowd is never quiet")
