"""Whatever several people do, and however it arrives: all ends as if each had been served alone, one event
after the other, each once."""

import asyncio
import re
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from bot.outgoing import Envelope
from guideline.records import Account, HoursEntry, Person, Platform, Preference
from tests.drills.conftest import Say
from tests.drills.engine import DESK, Engine, Letter, Stands
from tests.drills.histories import (
    HISTORIES,
    PEOPLE,
    Act,
    History,
    Sent,
    deliveries,
    from_line,
    from_telegram,
)
from tests.drills.sequential import Colleague, Numbers, Waits, promised
from tests.handlers.scene import NOON, TAIPEI

ALL: Final = 10_000  # histories, in parts on a file of its own each
PARTS: Final = 5


@dataclass
class Figures:
    histories: int = 0
    events: int = 0
    copies: int = 0
    batches: int = 0
    letters: int = 0
    entries: int = 0
    withdrawn: int = 0

    def __str__(self) -> str:
        return (
            f"{self.histories} histories, {self.events} events in {self.copies} copies, "
            f"{self.batches} batches, {self.letters} calls, "
            f"{self.entries} entries of hours ({self.withdrawn} withdrawn): equal"
        )


@pytest.mark.parametrize("part", [0, *(pytest.param(n, marks=pytest.mark.whole) for n in range(1, PARTS))])
def test_shuffled_and_repeated_histories_equal_the_sequential_model(
    sqlite_template: Path, tmp_path: Path, part: int, whole: bool, said: Say
) -> None:
    """State, receipts and every call's body, chat by chat, are those of the pure handlers applied in memory
    to each event once, in the promised order; and what people were told was recorded is what is recorded."""
    figures, begun = Figures(), time.monotonic()
    count = ALL // PARTS // PEOPLE if whole else 5
    file = Path(shutil.copy(sqlite_template, tmp_path / "talentbot.db"))
    with asyncio.Runner() as runner:
        engine = runner.run(Engine.open(f"sqlite+aiosqlite:///{file}"))
        try:
            through(runner, engine, figures, part, count)
        finally:
            runner.run(engine.close())
    said(f"part {part + 1}: {figures}; {time.monotonic() - begun:.0f} s")
    assert figures.histories >= count * PEOPLE


def through(runner: asyncio.Runner, engine: Engine, figures: Figures, part: int, count: int) -> None:
    """So many examples of `PEOPLE` people each, the same for the same `part`."""

    @seeded(part)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],  # which chat differs, and how, says more than a smaller history
        suppress_health_check=list(HealthCheck),
    )
    @given(HISTORIES)
    def lived(history: History) -> None:
        runner.run(Example(engine, figures).live(history))

    lived()
    figures.batches += engine.batches


@dataclass
class Example:
    """One drawn history, of people and chats that nobody else has."""

    engine: Engine
    figures: Figures
    colleagues: list[Colleague] = field(default_factory=list)
    past: list[Sent] = field(default_factory=list)
    told: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    seq: int = 0  # the latest event that was compared

    async def live(self, history: History) -> None:
        self.seq = await self.engine.highest()
        await self._settle(history)
        for number in range(len(history.rounds)):
            await self._round(history, number)
        await self._as_it_stands()
        self.figures.histories += len(self.colleagues)

    async def _settle(self, history: History) -> None:
        people: list[Person] = []
        accounts: list[Account] = []
        for human in history.people:
            number = self.engine.next_number()
            person = None
            if human.chats != ("stranger",):
                person = Person(number, f"E{number:07d}", f"同仁{number}", "教育局/體育科")
                people.append(person)
            chats = [_account(number, place, kind, person) for place, kind in enumerate(human.chats)]
            accounts += chats
            self.colleagues.append(Colleague.of(number, person, chats, DESK))
        await self.engine.hire(people, accounts)

    async def _round(self, history: History, number: int) -> None:
        self.engine.clock.at = NOON + timedelta(minutes=number)
        one = history.rounds[number]
        sent = [
            (self._sent(who, chat, history.said(who, act)), copies)
            for who, chat, act, copies in history.steps(number)
        ]
        coming = deliveries(sent, self.past, one)
        self.past += [event for event, _ in sent]
        known: dict[tuple[str, str], Sent] = {(each.platform, each.event_id): each for each in self.past}
        middle = len(coming) // 2 if one.halves else 0
        for some in (coming[:middle], coming[middle:]):
            await self.engine.deliver(some, at_once=one.at_once)
            stored = await self.engine.seqs(self.seq)
            await self.engine.drain(one.limit)
            await self._as_promised([Waits(seq, known[name]) for name, seq in stored.items()])
            self.figures.copies += sum(len(each.events) for each in some)
        self.figures.events += len(sent)

    def _sent(self, who: int, chat: int, act: Act) -> Sent:
        """A label is that of a button the chat was shown, a press any of those; where it has none, it is
        words."""
        chats = list(self.colleagues[who].chats.values())
        held = chats[chat % len(chats)]
        what, value = act
        shown = held.payloads()
        if what == "label":
            match = next((data for label, data in shown if label == value), None)
            what, value = ("press", match) if match is not None else ("type", value)
        elif what == "press":
            value = shown[value % len(shown)][1] if shown else "1:do::help"
        number = self.engine.next_event()
        at = round(self.engine.clock.at.timestamp() * 1000) - 30_000 + number % 30_000
        make = from_line if held.account.platform == "line" else from_telegram
        return make(held.account.user_id, number, at, what, value)

    async def _as_promised(self, waiting: Sequence[Waits]) -> None:
        """Lets the model hear them, and holds each chat's calls to what the model says."""
        owners = {
            (chat.account.platform, chat.account.user_id): (one, chat.account.id)
            for one in self.colleagues
            for chat in one.chats.values()
        }
        numbers = await self.engine.numbers([one.number for one in self.colleagues])
        expected: dict[int, list[Letter]] = defaultdict(list)
        for one in promised(waiting):
            colleague, account_id = owners[one.sent.platform, one.sent.user_id]
            expected[account_id] += self._heard(colleague, account_id, one, numbers)
        found = await self.engine.letters(self.seq)
        for account_id in expected.keys() | found.keys():
            assert found.get(account_id, []) == expected[account_id]
        self.figures.letters += sum(map(len, found.values()))
        self.seq = max([self.seq, *(one.seq for one in waiting)])

    def _heard(self, colleague: Colleague, account_id: int, one: Waits, numbers: Numbers) -> list[Letter]:
        reader, at = self.engine.readers[one.sent.platform], self.engine.clock.at
        raw = self.engine.raw(one.sent)
        event = reader.read(raw, at, TAIPEI, in_base_36(one.seq))
        chat = colleague.hears(account_id, event, numbers)
        if chat.receipt:
            self.told[colleague.number].append(chat.receipt)
        if not chat.replies:
            return []
        envelope = Envelope(chat.account, one.seq, raw, timedelta())
        return [
            Letter(account_id, one.seq, each.ordinal, each.method, each.body, each.receipt)
            for each in reader.letters(envelope, chat.replies, chat.receipt)
        ]

    async def _as_it_stands(self) -> None:
        assert await self.engine.undone() == 0
        stands = await self.engine.stands(
            [one.number for one in self.colleagues],
            [chat for one in self.colleagues for chat in one.chats],
        )
        for one in self.colleagues:
            for number, chat in one.chats.items():
                assert replace(stands.accounts[number], code_locked_until=None) == replace(
                    chat.account, code_locked_until=None
                )
                assert stands.conversations.get(number) == chat.conversation
            if not one.released:
                self._person(one, stands)

    def _person(self, one: Colleague, stands: Stands) -> None:
        number = one.number
        entries: list[HoursEntry] = sorted(stands.entries.get(number, []), key=lambda entry: entry.id)
        assert tuple(entries) == tuple(one.known("entries"))
        assert tuple(stands.roles.get(number, [])) == one.known("roles")
        assert stands.preferences.get(number, Preference()) == one.known("preference")
        assert tuple(stands.questions.get(number, [])) == one.known("questions")
        active = [entry for entry in entries if entry.withdrawn_at is None]
        for year in {entry.learned_on.year for entry in entries}:
            parts = DESK.editions.reckon(
                year, [each for each in active if each.learned_on.year == year], None
            )
            assert sorted(stands.standings[number, year]) == sorted(
                (part.requirement, part.part, part.waiting, part.state) for part in parts.parts
            )
        as_told(self.told[number], active)
        self.figures.entries += len(entries)
        self.figures.withdrawn += len(entries) - len(active)


# -- what people were told, by a book of its own -------------------------------------------------------

_SAID: Final = re.compile(r"(已回報|已撤回|已復原|已更正為) (.+?)「(.*)」（([^（）]*)）", re.DOTALL)
_LONG: Final = re.compile(r"(?:(\d+)(?:\.(5))? 小時)?(?: ?(\d+) 分鐘?)?")
_BOOKED: Final = {"已回報": 1, "已更正為": 1, "已撤回": -1, "已復原": -1}


def as_told(receipts: Sequence[str], active: Sequence[HoursEntry]) -> None:
    """A book kept from receipts alone: what was reported and not taken back is what counts. A correction
    does not name what it replaces; it is one of what is then too much."""
    book: Counter[tuple[int, str, date]] = Counter()
    corrected = 0
    for verb, item in _items(receipts):
        book[item] += _BOOKED[verb]
        corrected += verb == "已更正為"
    counts = Counter((entry.minutes, entry.title, entry.learned_on) for entry in active)
    assert counts <= book
    assert book.total() - counts.total() == corrected


def _items(receipts: Sequence[str]) -> Iterator[tuple[str, tuple[int, str, date]]]:
    for receipt in receipts:
        if match := _SAID.fullmatch(receipt):
            verb, long, title, days = match.groups()
            spoken = _LONG.fullmatch(long)
            assert spoken is not None, receipt
            hours, half, rest = spoken.groups()
            year, month, day = map(int, days.rpartition("～")[2].split("/"))
            minutes = int(hours or 0) * 60 + (30 if half else 0) + int(rest or 0)
            yield verb, (minutes, title, date(year + 1911, month, day))


def in_base_36(number: int) -> str:
    """The name of an event: its place in the inbox (handlers.event.Event.nonce)."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[number] if number < 36 else in_base_36(number // 36) + digits[number % 36]


def _account(number: int, place: int, kind: str, person: Person | None) -> Account:
    platform: Platform = "telegram" if kind == "telegram" else "line"
    user_id = f"U{number:032x}" if platform == "line" else str(5_000_000_000 + number)
    bound = {"person_id": person.id, "consented_at": NOON} if person is not None else {}
    return Account(2 * number + place, platform, user_id, **bound)  # type: ignore[arg-type]
