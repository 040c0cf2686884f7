"""What happened in a chat, whatever the platform."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from handlers.payload import Press

Media = Literal["sticker", "photo", "video", "voice", "location", "file", "contact", ""]


class Kind(StrEnum):
    TEXT = "text"
    PRESS = "press"  # a button
    JOINED = "joined"  # added as a friend, /start without a code, or unblocked
    BLOCKED = "blocked"
    MEDIA = "media"  # sticker, photo, voice, location, file
    UNSENT = "unsent"
    OTHER = "other"  # unknown or malformed: stored, never answered


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one account.

    `at` is the event's own time in the agency's timezone: 「昨天」 is relative to it, never to the time of
    processing. `text` holds no lone surrogates and no NUL. `private` is False in groups, where nothing
    personal is answered. `nonce` is unique to the event and the same at every replay (derived from its
    place in the inbox): a handler that starts a task takes it as the nonce of that run.
    """

    kind: Kind
    at: datetime
    text: str = ""
    press: Press | None = None
    private: bool = True
    nonce: str = ""
    message_id: str = ""  # for UNSENT: the message taken back; otherwise this message
    media: Media = ""  # for MEDIA: what it is, where it has a name here; `text` is then its caption

    @property
    def today(self) -> date:
        """The event's date in the agency's timezone."""
        return self.at.date()
