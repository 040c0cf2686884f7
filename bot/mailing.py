"""Mail as the settings have it: the server, who sends, and the link that ends the reminders."""

from collections.abc import Callable, Coroutine
from typing import Any

from bot.codes.links import Bots
from bot.desk import agency_of
from bot.platforms.mail_server import Server
from bot.platforms.mail_writing import Sender, is_address
from bot.settings import Settings
from bot.web.reminders import PATH
from storage import opt_outs
from storage.clock import Clock
from storage.database import Database


def server_of(settings: Settings) -> Server:
    """Says hello by the sender's domain: the machine's own name may be known to nobody outside."""
    smtp = settings.smtp
    name = smtp.sender.partition("@")[2]
    return Server(smtp.host, smtp.port, name, smtp.username, smtp.secret())


def sender_of(settings: Settings) -> Sender:
    agency = agency_of(settings)
    return Sender(settings.smtp.sender, f"{agency.name} AI 學習小幫手".strip(), agency.hr_reached)


def bots_of(settings: Settings) -> Bots:
    """Where people can talk to it."""
    line = settings.line.basic_id if settings.line.enabled else ""
    return Bots(line, settings.telegram.username if settings.telegram.enabled else "")


def stop_links(
    database: Database, clock: Clock, public_url: str
) -> Callable[[int], Coroutine[Any, Any, str]]:
    """Makes the link for one mail to a person; empty where nobody reaches this server from outside."""

    async def link(person_id: int) -> str:
        if not public_url:
            return ""
        real = clock.real()
        token = await database.write(lambda conn: opt_outs.make(conn, person_id, real))
        return f"{public_url}{PATH}{token}"

    return link


def hindrance(settings: Settings) -> str:
    """Why no alert can be sent, for people who set up the service; empty: one can."""
    address = settings.alerts.email
    if not address:
        return "未填 alerts.email，服務異常時不會寄信通知"
    if not is_address(address):
        return "alerts.email 只能用英數字的地址，服務異常時無法寄信通知"
    if not settings.smtp.enabled:
        return "填了 alerts.email 但未填 smtp.host，服務異常時無法寄信通知"
    return ""
