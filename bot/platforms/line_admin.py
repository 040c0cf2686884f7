"""LINE through line-bot-sdk: what `doctor` asks and sets (design §5). Not on the way of a message.

The SDK is slow to import and big (platforms.md §4), so it is imported when the first of these is called.
"""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.platforms.redaction import redact

if TYPE_CHECKING:
    from linebot.v3.messaging import (  # type: ignore[import-untyped]
        AsyncMessagingApi,
        AsyncMessagingApiBlob,
    )

_PATIENCE = 15.0  # seconds; the SDK's own default is 300 (§4)
_DETAIL = 200
_API, _DATA = "//api.line.me", "//api-data.line.me"


@dataclass(frozen=True, slots=True)
class Bot:
    """The official account behind the token. `chat_mode` must be `bot` for webhooks to be answered."""

    user_id: str
    basic_id: str
    name: str
    chat_mode: str


@dataclass(frozen=True, slots=True)
class Quota:
    """Messages of this month: `limit` is None on a plan without one; `used` is approximate (§1.3)."""

    limit: int | None
    used: int


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where LINE sends events; `active` is the switch 「Use webhook」 of the console."""

    endpoint: str
    active: bool


@dataclass(frozen=True, slots=True)
class WebhookTest:
    """What LINE met when it called the webhook just now."""

    success: bool
    status: int
    reason: str
    detail: str


class LineAdminError(Exception):
    """LINE refused an administrative call, or could not be reached; `status` is None for the latter."""

    def __init__(self, status: int | None, reason: str) -> None:
        super().__init__(f"{status or 'no answer'}: {reason}")
        self.status = status
        self.reason = reason


class LineAdmin:
    """The calls; made by `line_admin`. Each raises LineAdminError."""

    def __init__(self, api: "AsyncMessagingApi", blob: "AsyncMessagingApiBlob") -> None:
        self._api = api
        self._blob = blob

    async def bot(self) -> Bot:
        info = await _asked(self._api.get_bot_info(_request_timeout=_PATIENCE))
        return Bot(info.user_id, info.basic_id, info.display_name, _value(info.chat_mode))

    async def quota(self) -> Quota:
        plan = await _asked(self._api.get_message_quota(_request_timeout=_PATIENCE))
        used = await _asked(self._api.get_message_quota_consumption(_request_timeout=_PATIENCE))
        return Quota(plan.value if _value(plan.type) == "limited" else None, used.total_usage)

    async def webhook(self) -> Webhook | None:
        """None when no endpoint is set."""
        try:
            found = await _asked(self._api.get_webhook_endpoint(_request_timeout=_PATIENCE))
        except LineAdminError as error:
            if error.status == 404:
                return None
            raise
        return Webhook(found.endpoint, found.active) if found.endpoint else None

    async def set_webhook(self, url: str) -> None:
        """`url` must be https with a public certificate (§1.1)."""
        from linebot.v3.messaging import SetWebhookEndpointRequest  # noqa: PLC0415 - see above

        request = SetWebhookEndpointRequest(endpoint=url)
        await _asked(self._api.set_webhook_endpoint(request, _request_timeout=_PATIENCE))

    async def test_webhook(self) -> WebhookTest:
        """Has LINE call the webhook that is set; at most 60 an hour (§1.5)."""
        from linebot.v3.messaging import TestWebhookEndpointRequest  # noqa: PLC0415 - see above

        request = TestWebhookEndpointRequest()
        found = await _asked(self._api.test_webhook_endpoint(request, _request_timeout=_PATIENCE))
        return WebhookTest(
            success=bool(found.success),
            status=int(found.status_code or 0),
            reason=found.reason or "",
            detail=found.detail or "",
        )

    async def rich_menus(self) -> dict[str, str]:
        """Names by id of all rich menus made over the API."""
        found = await _asked(self._api.get_rich_menu_list(_request_timeout=_PATIENCE))
        return {one.rich_menu_id: one.name for one in found.richmenus}

    async def create_rich_menu(self, body: dict[str, Any]) -> str:
        """The id of the new menu, which nobody sees before it has its picture."""
        from linebot.v3.messaging import RichMenuRequest  # noqa: PLC0415 - see above

        request = RichMenuRequest.from_dict(body)
        made = await _asked(self._api.create_rich_menu(request, _request_timeout=_PATIENCE))
        return str(made.rich_menu_id)

    async def picture_rich_menu(self, menu_id: str, png: bytes) -> None:
        """A picture cannot be replaced: another one needs another menu (§1.8)."""
        await _asked(
            self._blob.set_rich_menu_image(
                menu_id, png, _headers={"Content-Type": "image/png"}, _request_timeout=_PATIENCE
            )
        )

    async def delete_rich_menu(self, menu_id: str) -> None:
        """Whoever had it sees the default."""
        await _asked(self._api.delete_rich_menu(menu_id, _request_timeout=_PATIENCE))

    async def default_rich_menu(self) -> str | None:
        """None when none is set over the API."""
        try:
            found = await _asked(self._api.get_default_rich_menu_id(_request_timeout=_PATIENCE))
        except LineAdminError as error:
            if error.status == 404:
                return None
            raise
        return str(found.rich_menu_id)

    async def set_default_rich_menu(self, menu_id: str) -> None:
        await _asked(self._api.set_default_rich_menu(menu_id, _request_timeout=_PATIENCE))

    async def aliases(self) -> dict[str, str]:
        """Ids of rich menus by alias."""
        found = await _asked(self._api.get_rich_menu_alias_list(_request_timeout=_PATIENCE))
        return {one.rich_menu_alias_id: one.rich_menu_id for one in found.aliases}

    async def point_alias(self, alias: str, menu_id: str, *, new: bool) -> None:
        """To a menu that has its picture; a `new` alias is made."""
        from linebot.v3.messaging import (  # noqa: PLC0415 - see above
            CreateRichMenuAliasRequest,
            UpdateRichMenuAliasRequest,
        )

        if new:
            named = CreateRichMenuAliasRequest(richMenuAliasId=alias, richMenuId=menu_id)
            await _asked(self._api.create_rich_menu_alias(named, _request_timeout=_PATIENCE))
        else:
            other = UpdateRichMenuAliasRequest(richMenuId=menu_id)
            await _asked(self._api.update_rich_menu_alias(alias, other, _request_timeout=_PATIENCE))

    async def delete_alias(self, alias: str) -> None:
        await _asked(self._api.delete_rich_menu_alias(alias, _request_timeout=_PATIENCE))


@asynccontextmanager
async def line_admin(api_base: str, token: str) -> AsyncIterator[LineAdmin]:
    """The administrative side of one channel, with the SDK's own session."""
    from linebot.v3.messaging import (  # noqa: PLC0415 - see above
        AsyncApiClient,
        AsyncMessagingApi,
        AsyncMessagingApiBlob,
        Configuration,
    )

    base = api_base.rstrip("/")

    class DataClient(AsyncApiClient):  # type: ignore[misc]
        """The SDK sends pictures to LINE's data host whatever it is told; this one obeys `api_base`."""

        def call_api(self, *args: Any, **kwargs: Any) -> Any:
            return super().call_api(*args, **{**kwargs, "_host": base.replace(_API, _DATA)})

    client = AsyncApiClient(Configuration(access_token=token, host=base))
    data = DataClient(Configuration(access_token=token, host=base))
    try:
        yield LineAdmin(AsyncMessagingApi(client), AsyncMessagingApiBlob(data))
    finally:
        await client.close()
        await data.close()


async def _asked(call: Awaitable[Any]) -> Any:
    """The SDK raises ApiException for what is not 2xx, pydantic's ValidationError for a 2xx that it cannot
    read (§4), and aiohttp's errors when there is no answer."""
    import aiohttp  # noqa: PLC0415 - with the SDK, which needs it
    from linebot.v3.messaging.exceptions import ApiException  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        return await call
    except ApiException as error:
        raise LineAdminError(error.status, redact(str(error.body or error.reason))[:_DETAIL]) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise LineAdminError(None, type(error).__name__) from None
    except ValueError as error:
        raise LineAdminError(200, f"an answer that the SDK cannot read ({type(error).__name__})") from None


def _value(item: Any) -> str:
    return str(getattr(item, "value", item))
