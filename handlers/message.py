"""What the bot says, as data. The platforms draw it (design §6); nothing here knows them.

A message is a `Text`, a `Card` or a `Choices`. `plain` gives the whole fact in words, for altText, screen
readers, receipts and e-mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from handlers.payload import Press

Style = Literal["normal", "primary", "quiet"]


@dataclass(frozen=True, slots=True)
class Button:
    """A button presses a payload or opens a link. Its label is also what LINE shows in the chat when it
    is tapped, so it reads as something a person would say."""

    label: str  # at most 20 grapheme clusters
    press: Press | None = None
    url: str | None = None
    style: Style = "normal"

    def __post_init__(self) -> None:
        if (self.press is None) == (self.url is None):
            raise ValueError(f"a button presses or opens, not both or neither: {self.label}")


@dataclass(frozen=True, slots=True)
class Text:
    """Plain words, line breaks kept, of any length (the platform's renderer splits them)."""

    body: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a card. `heading` starts a section; `note` is small and quiet; so is `detail`, which belongs
    to the line above it: together they are one item of a list."""

    text: str
    tone: Literal["normal", "heading", "note", "detail", "good", "due"] = "normal"


@dataclass(frozen=True, slots=True)
class Field:
    """A labelled value: 單位　教育局/體育科."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A progress bar in whole minutes: official, waiting for upload, and the rest of `needed`.

    `caption` is the sentence that says the same in words (進階：官方 0、待上傳 1／3　尚缺 2 小時)."""

    official: int
    waiting: int
    needed: int
    caption: str


Row = Line | Field | Bar


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    rows: tuple[Row, ...] = ()
    buttons: tuple[Button, ...] = ()
    subtitle: str = ""
    typed: str = ""  # （電腦版請輸入：…）
    replaces: bool = False  # see Choices


@dataclass(frozen=True, slots=True)
class Choices:
    """A question with its answers as buttons. `options` are the answers (shown one a line, numbered by
    the handler in their labels), `extras` the ways out (上一題, 取消). For multiple choice the handler
    marks what is chosen in the labels and asks again at each tap.

    `replaces`: where the platform can, it takes the place of the message whose button was pressed. Only
    for what makes that message out of date (a list with one item changed), never for news."""

    prompt: str
    options: tuple[Button, ...]
    extras: tuple[Button, ...] = ()
    progress: str = ""  # 2/7
    hint: str = ""
    typed: str = ""
    replaces: bool = False


Message = Text | Card | Choices


def buttons(message: Message) -> tuple[Button, ...]:
    """All of its buttons, in the order in which they are shown."""
    match message:
        case Card():
            return message.buttons
        case Choices():
            return (*message.options, *message.extras)
        case Text():
            return ()


def closes(rows: Sequence[Row], place: int) -> bool:
    """Whether the row there is a note that ends its card, and so speaks of the whole of it."""
    row = rows[place]
    return 0 < place == len(rows) - 1 and isinstance(row, Line) and row.tone == "note"


def apart(rows: Sequence[Row], place: int) -> bool:
    """Whether the row there begins something new under a list's item."""
    before = rows[place - 1] if place else None
    row = rows[place]
    ended = isinstance(before, Line) and before.tone == "detail"
    return ended and not (isinstance(row, Line) and row.tone in ("detail", "heading"))


def plain(message: Message) -> str:
    """The whole message in words, one fact a line."""
    match message:
        case Text(body):
            return body
        case Card():
            return _joined([message.title, message.subtitle, *map(_row, message.rows), message.typed])
        case Choices():
            head = f"（{message.progress}）{message.prompt}" if message.progress else message.prompt
            labels = [button.label for button in message.options]
            return _joined([head, message.hint, *labels, message.typed])


def _row(row: Row) -> str:
    match row:
        case Line(text):
            return text
        case Field(label, value):
            return f"{label}：{value}"
        case Bar():
            return row.caption


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line for line in lines if line)
