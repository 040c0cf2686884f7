"""A scene of the gallery: a stated situation, what a person does in it, and what the handlers then say.

Nothing is stored between the steps of a scene but the running conversation: whatever else holds (who one is,
what was reported) is stated by the scene itself, so that each can be read, and played, alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain

from guideline.changes import Change, ConversationEnded, ConversationMoved
from guideline.records import Conversation, Snapshot
from handlers.commands import Name, command_in
from handlers.desk import Desk
from handlers.event import Event, Kind, Media
from handlers.message import Message, buttons
from handlers.outcome import Outcome
from handlers.payload import Press
from handlers.router import apology, handle
from handlers.wording import short


@dataclass(frozen=True, slots=True)
class Says:
    """Types words; `private` is False in a group."""

    text: str
    private: bool = True


@dataclass(frozen=True, slots=True)
class Taps:
    """Taps the newest button of that label that the scene has shown."""

    label: str


@dataclass(frozen=True, slots=True)
class TapsOld:
    """Taps a button of an earlier conversation."""

    label: str
    press: Press


@dataclass(frozen=True, slots=True)
class Does:
    """Joins, sends a picture …; `shown` says it in words. `caption` stands under what is sent;
    `private` is False in a group."""

    kind: Kind
    shown: str
    media: Media = ""
    caption: str = ""
    private: bool = True


@dataclass(frozen=True, slots=True)
class Stumbles:
    """The program fails at what the person wrote."""

    text: str


@dataclass(frozen=True, slots=True)
class Waits:
    """Time passes and nothing is said; `shown` says so in words."""

    time: timedelta
    shown: str


@dataclass(frozen=True, slots=True)
class Hears:
    """The program tells something by itself, when a job is done; `shown` says when."""

    messages: tuple[Message, ...]
    shown: str


Act = Says | Taps | TapsOld | Does | Stumbles | Waits | Hears


@dataclass(frozen=True, slots=True)
class Scene:
    """`brief`: who else is told something has chosen 精簡通知."""

    title: str
    start: Snapshot
    acts: tuple[Act, ...]
    at: datetime
    desk: Desk
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Played:
    """The last act's `replies`, what others are told (`notices`), how it came to it (`steps`, in words), and
    the `commands` that were typed or tapped on the way."""

    replies: tuple[Message, ...]
    notices: tuple[Message, ...]
    steps: tuple[str, ...]
    commands: frozenset[Name]


def play(scene: Scene) -> Played:
    """Raises LookupError where the scene taps a button that it has not shown."""
    now = scene.start
    shown: list[Message] = []
    steps: list[str] = []
    commands: set[Name] = set()
    at = scene.at
    outcome = Outcome()
    for number, act in enumerate(scene.acts):
        if isinstance(act, Waits | Hears):
            at += act.time if isinstance(act, Waits) else timedelta()
            if isinstance(act, Hears):
                outcome = Outcome(act.messages)
                shown += act.messages
            steps.append(act.shown)
            continue
        event, words = _event(act, shown, at, f"s{number}")
        outcome = apology(scene.desk) if isinstance(act, Stumbles) else handle(event, now, scene.desk)
        now = replace(now, conversation=_moved(outcome.changes, now.conversation, at), unreceived=())
        shown += outcome.replies
        steps.append(words)
        if (name := _command(event)) is not None:
            commands.add(name)
    told = tuple(
        chain.from_iterable(
            notice.brief if scene.brief and notice.brief else notice.messages for notice in outcome.notices
        )
    )
    return Played(outcome.replies, told, tuple(steps), frozenset(commands))


def _event(
    act: Says | Taps | TapsOld | Does | Stumbles, shown: list[Message], at: datetime, nonce: str
) -> tuple[Event, str]:
    match act:
        case Says(text, private):
            where = "輸入" if private else "在群組輸入"
            return Event(Kind.TEXT, at, text, private=private, nonce=nonce), f"{where}「{short(text)}」"
        case Stumbles(text):
            return Event(Kind.TEXT, at, text, nonce=nonce), f"輸入「{text}」，程式臨時出狀況"
        case Taps(label):
            return Event(Kind.PRESS, at, press=_press(shown, label), nonce=nonce), f"按「{label}」"
        case TapsOld(label, press):
            return Event(Kind.PRESS, at, press=press, nonce=nonce), f"按先前訊息的「{label}」"
        case Does(kind, words, media, caption, private):
            return Event(kind, at, caption, private=private, nonce=nonce, media=media), words


def _press(shown: Iterable[Message], label: str) -> Press:
    found = [b.press for message in shown for b in buttons(message) if b.label == label and b.press]
    if not found:
        raise LookupError(f"no button 「{label}」 has been shown")
    return found[-1]


def _command(event: Event) -> Name | None:
    """The command that a typed word or a button stands for."""
    if event.press is not None:
        known = event.press.task == "do" and event.press.choice in set(Name)
        return Name(event.press.choice) if known else None
    command = command_in(event.text)
    return command.name if command else None


def _moved(changes: Iterable[Change], running: Conversation | None, at: datetime) -> Conversation | None:
    for change in changes:
        if isinstance(change, ConversationMoved):
            running = replace(change.conversation, moved_at=at)
        elif isinstance(change, ConversationEnded):
            running = None
    return running
