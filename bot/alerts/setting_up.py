"""Joins the parts that tell the operators of troubles, as the settings have them."""

import aiohttp
import structlog

from bot.alerts.post import Post
from bot.alerts.watch import Watch
from bot.alerts.webhooks import Webhooks
from bot.health import Health
from bot.mailing import hindrance
from bot.metrics import Metrics
from bot.platforms.telegram_webhook import TelegramWebhook
from bot.settings import Settings
from bot.web.webhooks import path_of
from guideline.records import Platform
from reminders.work import Work

log = structlog.get_logger()


def watch_for(
    settings: Settings, work: Work, session: aiohttp.ClientSession, health: Health, metrics: Metrics
) -> Watch:
    """`work` knows the database, the clock and the desk. Where no mail can be sent, the log says why."""
    hooks: list[Platform] = ["line"] if settings.line.enabled else []
    telegram = None
    if settings.telegram.webhook_secret() is not None:
        asked = TelegramWebhook(session, settings.telegram.api_base, settings.telegram.bot_token())
        telegram = settings.public_url + path_of("telegram"), asked.ask
        hooks.append("telegram")
    webhooks = Webhooks(work.database, work.clock, work.zone, work.desk, health, hooks, telegram)
    why_not = hindrance(settings)
    if why_not:
        log.warning("alerts.off", action="start", reason=why_not)
    post = None if why_not else Post(settings)
    return Watch(work.database, work.clock, work.zone, settings.agency, health, metrics, webhooks, post)
