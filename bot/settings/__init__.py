"""The program's settings: what they are, where they are read, and the commented file that `init` writes."""

from bot.settings.loading import SettingsError, load_settings
from bot.settings.model import (
    Alerts,
    Hours,
    Http,
    Line,
    Notice,
    Reminders,
    Settings,
    Smtp,
    Telegram,
)
from bot.settings.template import Entry, entries, render

__all__ = [
    "Alerts",
    "Entry",
    "Hours",
    "Http",
    "Line",
    "Notice",
    "Reminders",
    "Settings",
    "SettingsError",
    "Smtp",
    "Telegram",
    "entries",
    "load_settings",
    "render",
]
