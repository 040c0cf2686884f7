"""Telegram's Bot API: the methods this program may call, checked as Telegram checks them."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.simulator import telegram_limits as limits
from bot.simulator.faults import Fault
from bot.simulator.telegram_chats import Chats
from bot.simulator.telegram_params import Params, bad, read, refuse
from bot.simulator.telegram_updates import DEFAULT_UPDATES, Updates, Webhook
from bot.simulator.transcript import Json
from bot.simulator.wire import Answer, Call, Wire

_PROFILE = {
    "Description": ("description", 512),
    "ShortDescription": ("short_description", 120),
    "Name": ("name", 64),
}
_SCOPES: dict[str, tuple[str, ...]] = {  # what each names beside its type (BotCommandScope)
    **dict.fromkeys(("default", "all_private_chats", "all_group_chats", "all_chat_administrators"), ()),
    **dict.fromkeys(("chat", "chat_administrators"), ("chat_id",)),
    "chat_member": ("chat_id", "user_id"),
}
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


def render_fault(fault: Fault) -> Json:
    """Telegram's body for an error status without one of its own."""
    if fault.status == 429:
        return {
            "ok": False,
            "error_code": 429,
            "description": f"Too Many Requests: retry after {fault.retry_after}",
            "parameters": {"retry_after": fault.retry_after},
        }
    names = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 502: "Bad Gateway"}
    return {
        "ok": False,
        "error_code": fault.status,
        "description": names.get(fault.status, "Internal Server Error"),
    }


@dataclass(slots=True)
class Settings:
    """What setMy… and setChatMenuButton have stored. Keys are (scope as JSON, language code)."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)
    profile: dict[tuple[str, str], str] = field(default_factory=dict)


class TelegramApi:
    """The methods of one bot. `routes` are Starlette's; `actions` are the chat actions shown."""

    def __init__(
        self, token: str, chats: Chats, updates: Updates, wire: Wire, callback_life: timedelta
    ) -> None:
        self.token = token
        self._chats = chats
        self._updates = updates
        self._wire = wire
        self._callback_life = callback_life
        self.settings = Settings()
        self.actions: list[tuple[int, str]] = []
        self.files: dict[str, bytes] = {}
        self._methods: dict[str, tuple[str, Callable[[Params], Awaitable[Any]]]] = {
            name.lower(): (name, method)
            for name, method in {
                "getMe": self._get_me,
                "getUpdates": self._get_updates,
                "setWebhook": self._set_webhook,
                "deleteWebhook": self._delete_webhook,
                "getWebhookInfo": self._webhook_info,
                "sendMessage": self._send_message,
                "editMessageText": self._edit_text,
                "editMessageReplyMarkup": self._edit_markup,
                "sendDocument": self._send_document,
                "answerCallbackQuery": self._answer_callback,
                "sendChatAction": self._chat_action,
                "setMyCommands": self._set_commands,
                "getMyCommands": self._get_commands,
                "deleteMyCommands": self._delete_commands,
                "setChatMenuButton": self._set_menu_button,
                "getChatMenuButton": self._get_menu_button,
                **{f"setMy{what}": self._profile_setter(what) for what in _PROFILE},
                **{f"getMy{what}": self._profile_getter(what) for what in _PROFILE},
            }.items()
        }
        self.routes = [
            Route("/bot{token}/{method}", self._answer, methods=["GET", "POST"]),
            Route("/{path:path}", self._answer, methods=["GET", "POST"]),
        ]

    async def _answer(self, request: Request) -> Response:
        given = request.path_params.get("method", "")
        endpoint, method = self._methods.get(given.lower(), (given or "unknown", None))

        async def handle(call: Call) -> Answer:
            if "token" not in request.path_params:
                raise refuse(404, "Not Found")
            if request.path_params["token"] != self.token:
                raise refuse(401, "Unauthorized")
            if method is None:
                raise refuse(404, "Not Found: method not found")
            params = read(request.url.query, request.headers.get("content-type", ""), call.raw)
            call.body = {**params.values, **{name: f"<{f.name}>" for name, f in params.files.items()}}
            return Answer({"ok": True, "result": await method(params)})

        return await self._wire.answer(request, endpoint, handle)

    # -- updates -------------------------------------------------------------------------------------

    async def _get_me(self, params: Params) -> Json:
        return {
            **self._chats.bot,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    async def _get_updates(self, params: Params) -> list[Json]:
        self._allow(params)
        limit = params.integer("limit")
        seconds = min(max(params.integer("timeout") or 0, 0), 50)
        return await self._updates.poll(params.integer("offset"), min(max(limit or 100, 1), 100), seconds)

    def _allow(self, params: Params) -> None:
        """`allowed_updates` stays as it is when absent; an empty list is the default."""
        asked = params.object("allowed_updates")
        if isinstance(asked, list):
            self._updates.allowed = frozenset(map(str, asked)) or DEFAULT_UPDATES

    async def _set_webhook(self, params: Params) -> bool:
        url = params.text("url")
        secret = params.text("secret_token")
        if secret and not limits.SECRET_TOKEN.fullmatch(secret):
            long = len(secret) > 256
            raise bad("secret token is too long" if long else "secret token contains unallowed characters")
        parts = urlsplit(url)
        loopback = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        if url and not loopback and not (parts.scheme == "https" and parts.hostname):
            raise bad("bad webhook: An HTTPS URL must be provided for webhook")
        self._allow(params)
        if params.flag("drop_pending_updates"):
            self._updates.drop_all()
        connections = params.integer("max_connections") or 40
        self._updates.set_webhook(Webhook(url, secret, connections) if url else None)
        return True

    async def _delete_webhook(self, params: Params) -> bool:
        if params.flag("drop_pending_updates"):
            self._updates.drop_all()
        self._updates.set_webhook(None)
        return True

    async def _webhook_info(self, params: Params) -> Json:
        webhook = self._updates.webhook
        info: Json = {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if webhook:
            info["max_connections"] = webhook.max_connections
        if self._updates.allowed != DEFAULT_UPDATES:
            info["allowed_updates"] = sorted(self._updates.allowed)
        if webhook and self._updates.last_error:
            at, message = self._updates.last_error
            info |= {"last_error_date": int(at.timestamp()), "last_error_message": message}
        return info

    # -- messages ------------------------------------------------------------------------------------

    def _chat(self, params: Params) -> int:
        if not params.text("chat_id"):
            raise bad("chat_id is empty")
        return self._chats.writable(params.integer("chat_id"))

    async def _send_message(self, params: Params) -> Json:
        chat_id = self._chat(params)
        text, entities = limits.message_text(params)
        keyboard = limits.inline_keyboard(params.object("reply_markup"))
        content = _content(text=text, entities=entities, reply_markup=keyboard)
        return self._send(chat_id, content, _marked(params, "text", text))

    async def _send_document(self, params: Params) -> Json:
        chat_id = self._chat(params)
        upload = params.files.get(params.text("document").removeprefix("attach://") or "document")
        known = params.text("document")
        if upload is None and known not in self.files:
            raise bad("there is no document in the request")
        if upload is not None and not upload.data:
            raise bad("file must be non-empty")
        if upload is not None and len(upload.data) > limits.DOCUMENT_BYTES:
            raise refuse(413, "Request Entity Too Large")
        text, entities = limits.caption(params)
        keyboard = limits.inline_keyboard(params.object("reply_markup"))
        file_id = f"document-{len(self.files) + 1}" if upload else known
        if upload:
            self.files[file_id] = upload.data
        document: Json = {
            "file_id": file_id,
            "file_unique_id": f"unique-{file_id}",
            "file_size": len(self.files[file_id]),
        }
        if upload:
            document |= {"file_name": upload.name, "mime_type": upload.mime}
        content = _content(document=document, caption=text, caption_entities=entities, reply_markup=keyboard)
        return self._send(chat_id, content, _marked(params, "caption", text))

    def _send(self, chat_id: int, content: Json, marked: Json) -> Json:
        self._chats.admit(chat_id)
        message = self._chats.new_message(chat_id, self._chats.bot, **content)
        self._chats.keep(message, _shown(message, marked))
        return message

    async def _edit_text(self, params: Params) -> Json:
        chat_id = self._chat(params)
        text, entities = limits.message_text(params)
        keyboard = limits.inline_keyboard(params.object("reply_markup"))
        content = _content(text=text, entities=entities, reply_markup=keyboard)
        return self._edit(chat_id, params, content, _marked(params, "text", text))

    async def _edit_markup(self, params: Params) -> Json:
        chat_id = self._chat(params)
        keyboard = limits.inline_keyboard(params.object("reply_markup"))
        kept = self._chats.mine(chat_id, params.integer("message_id"))
        same: Json = {key: kept.api[key] for key in ("text", "entities") if key in kept.api}
        before = self._chats.transcript.entry(kept.entry).content
        marked: Json = {key: before[key] for key in ("text", "parse_mode", "plain") if key in before}
        return self._edit(chat_id, params, {**same, **_content(reply_markup=keyboard)}, marked)

    def _edit(self, chat_id: int, params: Params, content: Json, marked: Json) -> Json:
        kept = self._chats.mine(chat_id, params.integer("message_id"))
        replaced = ("text", "entities", "reply_markup")
        if content == {key: kept.api[key] for key in replaced if key in kept.api}:
            raise bad(_NOT_MODIFIED)
        rest = {key: value for key, value in kept.api.items() if key not in replaced}
        edited = {**rest, "edit_date": int(self._chats.clock.now().timestamp()), **content}
        kept.api = edited
        self._chats.transcript.edit(kept.entry, _shown(edited, marked))
        return edited

    async def _answer_callback(self, params: Params) -> bool:
        query = self._chats.open_query(params.text("callback_query_id"), self._callback_life)
        text = params.text("text")
        if len(text) > limits.CALLBACK_ANSWER:
            raise bad("MESSAGE_TOO_LONG")
        query.answer = {"text": text, "show_alert": params.flag("show_alert")}
        return True

    async def _chat_action(self, params: Params) -> bool:
        chat_id = self._chat(params)
        action = params.text("action")
        if action not in limits.CHAT_ACTIONS:
            raise bad("wrong parameter action in request")
        self.actions.append((chat_id, action))
        return True

    # -- settings ------------------------------------------------------------------------------------

    def _scope(self, params: Params) -> tuple[str, str]:
        scope = params.object("scope") or {"type": "default"}
        wanted = _SCOPES.get(str(scope.get("type"))) if isinstance(scope, dict) else None
        if wanted is None or set(scope) != {"type", *wanted}:
            raise bad("can't parse BotCommandScope")
        chat_id = scope.get("chat_id")
        if chat_id is not None and chat_id not in self._chats.users and chat_id not in self._chats.groups:
            raise bad("chat not found")
        return json.dumps(scope, sort_keys=True), params.text("language_code")

    async def _set_commands(self, params: Params) -> bool:
        self.settings.commands[self._scope(params)] = limits.commands(params.object("commands"))
        return True

    async def _get_commands(self, params: Params) -> list[Json]:
        return self.settings.commands.get(self._scope(params), [])

    async def _delete_commands(self, params: Params) -> bool:
        self.settings.commands.pop(self._scope(params), None)
        return True

    async def _set_menu_button(self, params: Params) -> bool:
        button = params.object("menu_button") or {"type": "default"}
        if not isinstance(button, dict) or button.get("type") not in ("commands", "web_app", "default"):
            raise bad("can't parse MenuButton")
        self.settings.menu_buttons[params.integer("chat_id")] = button
        return True

    async def _get_menu_button(self, params: Params) -> Json:
        return self.settings.menu_buttons.get(params.integer("chat_id"), {"type": "commands"})

    def _profile_setter(self, what: str) -> Callable[[Params], Awaitable[bool]]:
        name, most = _PROFILE[what]

        async def set_it(params: Params) -> bool:
            if len(params.text(name)) > most:
                raise bad(f"bot {name.replace('_', ' ')} is too long")
            self.settings.profile[what, params.text("language_code")] = params.text(name)
            return True

        return set_it

    def _profile_getter(self, what: str) -> Callable[[Params], Awaitable[Json]]:
        name, _ = _PROFILE[what]

        async def get_it(params: Params) -> Json:
            return {name: self.settings.profile.get((what, params.text("language_code")), "")}

        return get_it


def _content(**parts: Any) -> Json:
    """Only the parts there are: Telegram leaves empty ones out."""
    return {key: value for key, value in parts.items() if value}


def _shown(message: Json, marked: Json) -> Json:
    """For the transcript: with a parse mode the text stands as the bot gave it, and since entities count
    in the parsed text they are left out."""
    if "parse_mode" not in marked:
        return {**message, **marked}
    rest = {key: value for key, value in message.items() if key not in ("entities", "caption_entities")}
    return {**rest, **marked}


def _marked(params: Params, field: str, plain: str) -> Json:
    """The text as the bot gave it, its parse mode, and how it reads (`plain`)."""
    if not params.text("parse_mode"):
        return {"plain": plain} if plain else {}
    return {field: params.text(field), "parse_mode": params.text("parse_mode"), "plain": plain}
