"""People on both platforms who report hours by webhook, one message after the other, whether or not the
program is there: what is not acknowledged is delivered again, as the platforms do."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from bot.simulator.telegram import TelegramSimulator
from tests.drills.agency import Member
from tests.drills.command import HOOK_SECRET
from tests.drills.histories import Sent, from_line, from_telegram
from tests.drills.town import SECRET

LONGEST: Final = 12.0  # seconds: what is not answered, refused or broken off by then hangs
CYCLE: Final = ("回報 今天 AI簡報設計 1小時", "確認回報", "復原")  # one entry, withdrawn at once
_PAUSE: Final = 0.2  # seconds until the platform tries again
_THINKING: Final = (
    0.5  # seconds between what one says on Telegram, which is answered at most 30 times a second
)


@dataclass
class Callers:
    """`acknowledged` are the ids of events by person, in their order; `outcomes` counts what became of each
    call, `hung` those of which nothing became; `refused` is by person the event that was answered 503 and is
    to be delivered again. Every third person's events come once more although they
    were acknowledged."""

    url: str
    people: Sequence[Member]
    polled: TelegramSimulator | None = None  # whose people are polled for, instead
    acknowledged: dict[int, list[str]] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    hung: int = 0
    _going: bool = True
    _number: int = 0

    async def call(self) -> None:
        """Until `hang_up`; each person ends with a whole `CYCLE`."""
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
            for one in self.people:
                group.create_task(self._reports(session, one))

    def hang_up(self) -> None:
        self._going = False

    async def _reports(self, session: aiohttp.ClientSession, one: Member) -> None:
        mine = self.acknowledged.setdefault(one.number, [])
        while self._going:
            for words in CYCLE:
                if self.polled is not None and "telegram" in one.ways:
                    mine.append(await self._polled(self.polled, one, words))
                    continue
                event = self._event(one, words)
                while (outcome := await self._deliver(session, event)) != "200":
                    self.outcomes[outcome] += 1
                    self.refused.pop(one.number, None)
                    if outcome == "503":
                        self.refused[one.number] = event.event_id
                    await asyncio.sleep(_PAUSE)
                self.outcomes[outcome] += 1
                self.refused.pop(one.number, None)
                mine.append(event.event_id)
                if event.platform == "telegram":
                    await asyncio.sleep(_THINKING)
                if one.number % 3 == 0:  # acknowledged, and delivered once more
                    self.outcomes["again " + await self._deliver(session, event)] += 1

    async def _polled(self, telegram: TelegramSimulator, one: Member, words: str) -> str:
        """Said, and taken by the offset of a later poll; its update_id."""
        update = await telegram.say(one.telegram_id, words)
        assert update is not None
        while any(left["update_id"] == update["update_id"] for left in telegram.pending):
            await asyncio.sleep(_PAUSE)
        self.outcomes["polled"] += 1
        return str(update["update_id"])

    def _event(self, one: Member, words: str) -> Sent:
        self._number += 1
        at = int(time.time() * 1000)
        if "line" in one.ways:
            event = from_line(one.line_id, self._number, at, "type", words)
            del event.raw["replyToken"]  # the loopback gave none: answers are pushed, under a retry key
            return event
        return from_telegram(str(one.telegram_id), self._number, at, "type", words)

    async def _deliver(self, session: aiohttp.ClientSession, event: Sent) -> str:
        body = json.dumps({"events": [event.raw]} if event.platform == "line" else event.raw).encode()
        signature = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
        headers = {"X-Line-Signature": signature, "X-Telegram-Bot-Api-Secret-Token": HOOK_SECRET}
        begun = time.monotonic()
        try:
            async with asyncio.timeout(LONGEST):
                target = f"{self.url}/webhooks/{event.platform}"
                async with session.post(target, data=body, headers=headers) as answer:
                    await answer.read()
                    return str(answer.status)
        except aiohttp.ClientConnectorError:
            return "not there"
        except (aiohttp.ClientError, OSError):
            if time.monotonic() - begun >= LONGEST:
                self.hung += 1
            return "broken off"
