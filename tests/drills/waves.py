"""A wave frozen by hand, for drills of the sending alone: who, by which way, one text a bucket."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.platforms.line import LineReader
from bot.platforms.telegram import TelegramReader
from guideline.records import Way
from handlers.message import Text
from reminders.voices import Voice
from storage import reach
from storage.dispatches import REMINDER, NewDispatch, freeze
from tests.drills.agency import Member
from tests.drills.town import Town

VOICES: tuple[Voice, ...] = (LineReader(), TelegramReader())
CHUNK = 4_000


async def freeze_wave(town: Town, name: str, ways: Iterable[Way] = ("line", "telegram")) -> dict[int, Way]:
    """Freezes a text of this name for everybody due whose way is among these; who gets it, by which."""
    voices = {voice.way: voice for voice in VOICES if voice.way in ways}
    meant = {one.number: one.way for one in town.people if one.due and one.way in voices}
    numbers = sorted(meant)
    for start in range(0, len(numbers), CHUNK):
        some = numbers[start : start + CHUNK]

        async def unit(conn: AsyncConnection, some: list[int] = some) -> None:
            there = await reach.addresses(conn, some)
            buckets = defaultdict(list)
            for number in some:
                way = meant[number]
                assert way is not None
                buckets[way, town.people[number - 1].learned].append(there[number][way])
            calls: list[NewDispatch] = []
            for (way, learned), to in buckets.items():
                calls += voices[way].say(to, [Text(f"{name}：已有 {learned} 分鐘")], REMINDER)
            await freeze(conn, calls, town.clock.real())

        await town.database.write(unit)
    return {number: way for number, way in meant.items() if way is not None}


def due(people: Iterable[Member], way: Way) -> set[int]:
    return {one.number for one in people if one.due and one.way == way}
