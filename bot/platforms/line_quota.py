"""LINE's own count of the month's messages, asked over the shared session: line-bot-sdk, which `doctor` asks
by, is too big to be loaded for two small calls of a running bot."""

from collections.abc import Mapping

import aiohttp

from bot.platforms.line_admin import Quota
from bot.platforms.session import QUICK, AnswerLostError, NotSentError, call
from bot.platforms.tolerant import UnreadableError, decode, integer, mapping, string


class QuotaUnknownError(Exception):
    """LINE did not say; the text is one line for operators. `barred`: it refuses our token."""

    def __init__(self, words: str, *, barred: bool = False) -> None:
        super().__init__(words)
        self.barred = barred


class LineQuota:
    """Asks about one LINE channel (platforms.md §1.3)."""

    def __init__(self, session: aiohttp.ClientSession, api_base: str, token: str) -> None:
        self._session = session
        self._base = api_base.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    async def ask(self) -> Quota:
        """Raises QuotaUnknownError."""
        plan, consumed = await self._get("quota"), await self._get("quota/consumption")
        limit, used = integer(plan, "value"), integer(consumed, "totalUsage")
        limited = string(plan, "type") == "limited"
        if used is None or (limited and limit is None):
            raise QuotaUnknownError("no figures in LINE's answer")
        return Quota(limit if limited else None, used)

    async def _get(self, what: str) -> Mapping[str, object]:
        url = f"{self._base}/v2/bot/message/{what}"
        try:
            got = await call(self._session, "GET", url, headers=self._headers, timeout=QUICK)
            body = mapping(decode(got.body))
        except (NotSentError, AnswerLostError) as error:
            raise QuotaUnknownError(f"no answer: {error}") from None
        except UnreadableError:
            raise QuotaUnknownError(f"{got.status}: no JSON") from None
        if got.status != 200:
            raise QuotaUnknownError(f"{got.status}: LINE refuses", barred=got.status == 401)
        return body
