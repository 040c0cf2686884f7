"""The two kinds of phone, spoken to alike: what a person types and taps, and what they then read."""

import html
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Protocol

from bot.simulator.line import LineSimulator
from bot.simulator.telegram import TelegramSimulator
from bot.simulator.transcript import Entry

Json = dict[str, Any]
Quiet = Callable[[], Awaitable[None]]


class Phone(Protocol):
    """One person's private chat with the bot. Every act returns what the bot answered, once it is quiet."""

    platform: str

    async def joins(self) -> list[str]: ...

    async def says(self, text: str) -> list[str]: ...

    async def taps(self, label: str) -> list[str]:
        """Taps the newest button that reads so (or begins so)."""
        ...

    async def presses(self, data: str) -> list[str]:
        """Sends a button's payload as an old or foreign button would."""
        ...

    def buttons(self) -> dict[str, str]:
        """Label → payload of all buttons so far, the newest last."""
        ...

    def offered(self, words: str) -> dict[str, str]:
        """The same of the newest message in which these words stand; empty where there is none."""
        ...

    def read(self) -> str:
        """All that the bot has said so far, oldest first."""
        ...


class LinePhone:
    platform = "line"

    def __init__(self, line: LineSimulator, user_id: str, quiet: Quiet) -> None:
        self.line, self.user_id, self._quiet = line, user_id, quiet
        self._seen = 0

    async def joins(self) -> list[str]:
        await self.line.follow(self.user_id)
        return await self._answers()

    async def says(self, text: str) -> list[str]:
        await self.line.say(self.user_id, text)
        return await self._answers()

    async def taps(self, label: str) -> list[str]:
        data = _pick(self.buttons(), label)
        await self.line.tap(self.user_id, data, label)
        return await self._answers()

    async def presses(self, data: str) -> list[str]:
        await self.line.tap(self.user_id, data)
        return await self._answers()

    def buttons(self) -> dict[str, str]:
        return self._on(self._said())

    def offered(self, words: str) -> dict[str, str]:
        return self._on([entry for entry in self._said() if words in _line_words(entry.content)][-1:])

    def _on(self, entries: list[Entry]) -> dict[str, str]:
        found: dict[str, str] = {}
        for entry in entries:
            for action in _actions(entry.content):
                if action.get("type") == "postback":
                    label = action.get("label") or action["displayText"]
                    found.pop(label, None)  # the newest stands last
                    found[label] = action["data"]
        return found

    def read(self) -> str:
        return "\n".join(_line_words(entry.content) for entry in self._said())

    def _said(self) -> list[Entry]:
        return [entry for entry in self.line.transcript(self.user_id) if entry.sender == "bot"]

    async def _answers(self) -> list[str]:
        await self._quiet()
        said = self._said()
        new, self._seen = said[self._seen :], len(said)
        return [_line_words(entry.content) for entry in new]


class TelegramPhone:
    platform = "telegram"

    def __init__(self, telegram: TelegramSimulator, user_id: int, quiet: Quiet) -> None:
        self.telegram, self.user_id, self._quiet = telegram, user_id, quiet
        self._seen = 0

    async def joins(self) -> list[str]:
        await self.telegram.start(self.user_id)
        return await self._answers()

    async def says(self, text: str) -> list[str]:
        await self.telegram.say(self.user_id, text)
        return await self._answers()

    async def taps(self, label: str) -> list[str]:
        return await self.presses(_pick(self.buttons(), label))

    async def presses(self, data: str) -> list[str]:
        with_buttons = [e for e in self._said() if e.content.get("reply_markup")] or self._said()
        holder = next(
            (e for e in reversed(with_buttons) if data in _callbacks(e.content).values()), with_buttons[-1]
        )
        await self.telegram.tap(self.user_id, holder.content["message_id"], data)
        return await self._answers()

    def buttons(self) -> dict[str, str]:
        return self._on(self._said())

    def offered(self, words: str) -> dict[str, str]:
        return self._on([entry for entry in self._said() if words in _telegram_words(entry.content)][-1:])

    def _on(self, entries: list[Entry]) -> dict[str, str]:
        found: dict[str, str] = {}
        for entry in entries:
            for label, data in _callbacks(entry.content).items():
                found.pop(label, None)  # the newest stands last
                found[label] = data
        return found

    def read(self) -> str:
        return "\n".join(_telegram_words(entry.content) for entry in self._said())

    def _said(self) -> list[Entry]:
        """As it reads now; what was said or edited last stands last."""
        said = [entry for entry in self.telegram.transcript(self.user_id) if entry.sender == "bot"]
        return sorted(said, key=lambda entry: entry.version)

    async def _answers(self) -> list[str]:
        """What was said or edited since."""
        await self._quiet()
        said = self._said()
        new = [entry for entry in said if entry.version > self._seen]
        self._seen = said[-1].version if said else 0
        return [_telegram_words(entry.content) for entry in new]


def _pick(buttons: dict[str, str], label: str) -> str:
    near = [data for name, data in buttons.items() if label in name]
    if not near:
        raise AssertionError(f"no button {label!r}; there are {list(buttons)}")
    return near[-1]


def _actions(node: Any) -> Iterator[Json]:
    if isinstance(node, dict):
        action = node.get("action")
        if isinstance(action, dict):
            yield action
        for value in node.values():
            yield from _actions(value)
    elif isinstance(node, list):
        for value in node:
            yield from _actions(value)


def _callbacks(content: Json) -> dict[str, str]:
    rows = content.get("reply_markup", {}).get("inline_keyboard", [])
    return {b["text"]: b["callback_data"] for row in rows for b in row if "callback_data" in b}


def _line_words(content: Json) -> str:
    return str(content.get("text") or content.get("altText") or "")


def _telegram_words(content: Json) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", content.get("text", "")))
