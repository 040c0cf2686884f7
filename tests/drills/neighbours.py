"""Good people who talk while others attack; each of their messages is to be answered."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle

from tests.drills.agency import Member
from tests.drills.besieged import Siege

ASKED = "說明"
_COUNT = 120  # of each platform


@dataclass
class Neighbours:
    """They lend their ids to nobody."""

    siege: Siege
    asked: dict[str, str] = field(default_factory=dict)  # reply token -> who
    answered: set[str] = field(default_factory=set)  # reply tokens
    pushed: Counter[str] = field(default_factory=Counter)  # answers that came too late for the token, by whom
    telegram: Counter[int] = field(default_factory=Counter)
    _line: Iterator[Member] = field(init=False)
    _telegram: Iterator[Member] = field(init=False)

    def __post_init__(self) -> None:
        people = self.siege.town.people
        self._line = cycle([one for one in people if "line" in one.ways][:_COUNT])
        self._telegram = cycle([one for one in people if "telegram" in one.ways][:_COUNT])

    def lending(self) -> tuple[list[str], list[int]]:
        """LINE ids and Telegram ids of everybody else, and of strangers."""
        people = self.siege.town.people
        line = [one.line_id for one in people if "line" in one.ways][_COUNT:]
        telegram = [one.telegram_id for one in people if "telegram" in one.ways][_COUNT:]
        strangers = range(5_000_001, 5_000_301)
        return line + [f"U{n:032x}" for n in strangers], telegram + list(strangers)

    def event(self) -> bytes:
        """A good LINE event, to be put among others."""
        who = next(self._line).line_id
        event = self.siege.town.line.message_event(who, ASKED)
        self.asked[event["replyToken"]] = who
        return json.dumps(event, ensure_ascii=False).encode()

    async def talk(self) -> None:
        """One of Telegram says something, by the platform's own webhook."""
        number = next(self._telegram).telegram_id
        self.telegram[number] += 1
        await self.siege.town.telegram.say(number, ASKED)

    def noted(self) -> None:
        """Whom the bot answered is noted, and what the platforms wrote down is let go: it would fill the
        drill's memory."""
        line, telegram = self.siege.town.line, self.siege.town.telegram
        for call in line.calls:
            if call.endpoint == "reply" and call.status == 200:
                self.answered.add(str(call.body["replyToken"]))
            elif call.endpoint == "push" and call.status == 200:
                self.pushed[str(call.body["to"])] += 1
        line.calls.clear()
        telegram.calls.clear()

    async def all_answered(self) -> str:
        """Holds every message of theirs to its answer; says how many there were."""
        assert await self.siege.town.telegram.drained(600)
        await self.siege.quiet()
        self.noted()
        late = Counter(who for token, who in self.asked.items() if token not in self.answered)
        lost = late - self.pushed
        assert not lost, f"{lost.total()} of {len(self.asked)} good LINE events were not answered: {lost}"
        delivered = self.siege.town.telegram.delivered
        short = {number: count for number, count in self.telegram.items() if delivered[number] != count}
        assert not short, f"Telegram, asked and answered: {[(n, c, delivered[n]) for n, c in short.items()]}"
        return (
            f"{len(self.asked)} good LINE events and {self.telegram.total()} good Telegram messages answered"
        )
