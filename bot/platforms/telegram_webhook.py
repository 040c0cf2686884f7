"""What Telegram says of our webhook, asked over the shared session: python-telegram-bot, which `doctor` asks
by, is too big to be loaded for one small call of a running bot."""

from dataclasses import dataclass
from datetime import datetime

import aiohttp

from bot.platforms.session import QUICK, AnswerLostError, NotSentError, post
from bot.platforms.tolerant import UnreadableError, decode, inside, instant, integer, mapping, string


@dataclass(frozen=True, slots=True)
class Webhook:
    """`url` empty: none is set. `pending`: updates that wait; `failed_at`: when one could not be handed
    over."""

    url: str
    pending: int
    failed_at: datetime | None


class WebhookUnknownError(Exception):
    """Telegram did not say; the text is one line for operators."""


class TelegramWebhook:
    """Asks about one bot."""

    def __init__(self, session: aiohttp.ClientSession, api_base: str, token: str) -> None:
        self._session = session
        self._url = f"{api_base.rstrip('/')}/bot{token}/getWebhookInfo"

    async def ask(self) -> Webhook:
        """Raises WebhookUnknownError."""
        try:
            got = await post(self._session, self._url, b"{}", timeout=QUICK)
            said = mapping(decode(got.body))
        except (NotSentError, AnswerLostError) as error:
            raise WebhookUnknownError(f"no answer: {error}") from None
        except UnreadableError:
            raise WebhookUnknownError(f"{got.status}: no JSON") from None
        if got.status != 200 or said.get("ok") is not True:
            raise WebhookUnknownError(str(got.status))
        found = inside(said, "result")
        failed_at = instant(integer(found, "last_error_date"))
        return Webhook(string(found, "url"), integer(found, "pending_update_count") or 0, failed_at)
