"""One person's code, and the links that carry it into a chat."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class CodeRow:
    """`expires_at` is in the agency's timezone. The code is in plain text: this is the only moment it is."""

    employee_no: str
    name: str
    unit: str
    code: str
    expires_at: datetime

    @property
    def valid_until(self) -> str:
        """115/12/31 17:00"""
        return f"{self.expires_at.year - 1911}/{self.expires_at:%m/%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Bots:
    """Where the agency can be found; empty: not on that platform."""

    line_basic_id: str = ""  # with its @
    telegram_username: str = ""  # without @


def line_link(bots: Bots, code: str) -> str:
    """Opens the chat on a phone with the message filled in (docs/messaging-api/using-line-url-scheme);
    nothing on LINE for PC. Empty where LINE is off."""
    if not bots.line_basic_id:
        return ""
    return f"https://line.me/R/oaMessage/{quote(bots.line_basic_id, safe='')}/?{quote(f'啟用 {code}')}"


def telegram_link(bots: Bots, code: str) -> str:
    """A deep link (core.telegram.org/bots/features#deep-linking). Empty where Telegram is off."""
    return f"https://t.me/{bots.telegram_username}?start={quote(code)}" if bots.telegram_username else ""
