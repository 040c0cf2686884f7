"""What people type into their chats, and what they then read there."""

import asyncio
import json
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.simulator.transcript import Entry
from guideline.records import Platform, Way
from tests.drills.agency import Member
from tests.drills.inside import Inside

PLATFORMS: Final[tuple[Platform, ...]] = ("line", "telegram")
# Done by the platform's own button. Of the block in silence the bot is told nothing (Telegram).
BLOCK, UNBLOCK, BLOCK_IN_SILENCE = "（封鎖）", "（解除封鎖）", "（默默封鎖）"
# What stands in a reminder or a question about uploads, and in nothing else.
_REMINDER: Final = ("會收到這則訊息，是因為", "請確認時數是否已上傳", "您的學習進度有更新，請輸入")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that somebody types; `to` is the platform."""

    who: Member
    to: Platform
    text: str


class Chats:
    def __init__(self, town: Inside) -> None:
        self._town = town

    async def say(self, all_at_once: Sequence[Said]) -> list[list[str]]:
        """What each of them then reads, message by message, once the bot is quiet."""
        before = [len(self._entries(one.who, one.to)) for one in all_at_once]
        await asyncio.gather(*(self._act(one) for one in all_at_once))
        while self._town.line.undelivered:  # a webhook that took longer than LINE waits for it
            await self._town.line.redeliver()
        assert await self._town.telegram.drained(60)
        await self._town.quiet()
        return [self.read(one.who, one.to, since) for one, since in zip(all_at_once, before, strict=True)]

    def read(self, who: Member, at: Platform, since: int) -> list[str]:
        """The bot's messages in this chat from the entry of this place on, as JSON."""
        return [
            json.dumps(entry.content, ensure_ascii=False)
            for entry in self._entries(who, at)[since:]
            if entry.sender == "bot"
        ]

    def places(self, people: Iterable[Member]) -> dict[tuple[int, Way], int]:
        """How many entries each of their chats has."""
        return {(one.number, at): len(self._entries(one, at)) for one in people for at in PLATFORMS}

    def _entries(self, who: Member, at: Platform) -> list[Entry]:
        if at == "line":
            return self._town.line.transcript(who.line_id)
        return self._town.telegram.transcript(who.telegram_id)

    def _act(self, one: Said) -> Awaitable[object]:
        if one.to == "line":
            line, user = self._town.line, one.who.line_id
            buttons = {BLOCK: line.unfollow, UNBLOCK: line.follow}
            return buttons[one.text](user) if one.text in buttons else line.say(user, one.text)
        telegram, number = self._town.telegram, one.who.telegram_id
        if one.text in (BLOCK, BLOCK_IN_SILENCE):
            return telegram.block(number, heard=one.text == BLOCK)
        return telegram.start(number) if one.text == UNBLOCK else telegram.say(number, one.text)


def is_reminder(message: str) -> bool:
    return any(mark in message for mark in _REMINDER)
