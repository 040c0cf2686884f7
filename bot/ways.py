"""By which ways people can be written to unasked, as the settings have it."""

from bot.desk import agency_of
from bot.mailing import bots_of
from bot.platforms.line import LineReader
from bot.platforms.mail import MailVoice
from bot.platforms.telegram import TelegramReader
from bot.settings import Settings
from guideline.records import Way
from reminders.voices import Voice


def voices_of(settings: Settings) -> dict[Way, Voice]:
    """One for each way that is on: the service and every preview of it."""
    found: dict[Way, Voice] = {}
    if settings.line.enabled:
        found["line"] = LineReader()
    if settings.telegram.enabled:
        found["telegram"] = TelegramReader()
    if settings.smtp.enabled:
        found["email"] = MailVoice(agency_of(settings), bots_of(settings))
    return found


def ways_of(settings: Settings) -> frozenset[Way]:
    """The ways themselves."""
    return frozenset(voices_of(settings))
