"""Telegram on the loopback: its Bot API as an ASGI app, and the hands of the people who use it."""

import contextlib
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette

from bot.simulator import telegram_limits as limits
from bot.simulator.faults import Faults
from bot.simulator.telegram_api import Settings, TelegramApi, render_fault
from bot.simulator.telegram_chats import Chats
from bot.simulator.telegram_updates import Updates
from bot.simulator.transcript import Chat, Entry, Json, Transcript
from bot.simulator.units import utf16_units
from bot.simulator.wire import Call, Wire
from storage.clock import Clock

RETRY_DELAYS = (0.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)  # the hosted service's own schedule (platforms.md §2.1)


class TelegramSimulator:
    """One bot. Its API is `app`; its users act by the methods below, each of which queues an update for the
    poller or the webhook and returns it (None when the bot does not ask for that kind).

    User ids are positive integers and the id of their private chat; group ids are negative; ValueError
    otherwise. `chat_rate` messages a second per chat after a burst of `chat_burst` (None: as many as it
    likes), `bot_rate` in all (more than Telegram's 30 only where a drill is to end sooner). `privacy_mode`
    keeps from the bot what is said in groups but for commands, as Telegram does by default; it is off here,
    so that a bot must hold its tongue by itself.
    Messages carry business time (`clock.now()`); rates and lives are reckoned by `clock.real()`.
    """

    def __init__(
        self,
        token: str,
        *,
        clock: Clock,
        username: str = "talentbot_bot",
        chat_rate: float | None = 1.0,
        chat_burst: int = 3,
        bot_rate: int = 30,
        callback_life: timedelta = timedelta(seconds=60),
        privacy_mode: bool = False,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        webhook_timeout: float = 60.0,
    ) -> None:
        number = token.partition(":")[0]
        if not number.isdigit():
            raise ValueError("a Telegram token begins with the bot's number and a colon")
        bot = {"id": int(number), "is_bot": True, "first_name": "AI 學習小幫手", "username": username}
        self._clock = clock
        self._privacy = privacy_mode
        self._transcript = Transcript(clock.now)
        self._chats = Chats(clock, bot, self._transcript, chat_rate, chat_burst, bot_rate)
        self._wire = Wire(clock.real, render_fault)
        self._updates = Updates(clock, retry_delays, webhook_timeout, self._wire.closing)
        self._api = TelegramApi(token, self._chats, self._updates, self._wire, callback_life)
        self.app = Starlette(routes=self._api.routes, lifespan=self._lifespan)
        self.app.state.close = self.close

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        yield
        await self.close()

    async def close(self) -> None:
        """Let go of everything; polls and calls kept waiting end."""
        self._wire.closing.set()
        await self._updates.close()

    # -- looking ---------------------------------------------------------------------------------------

    def revoke(self, token: str) -> None:
        """`/revoke`, as @BotFather does it: this token from now on, and no other."""
        self._api.token = token

    @property
    def webhook_secret(self) -> str:
        """What the webhook is called with; empty where none is set."""
        return self._updates.webhook.secret if self._updates.webhook is not None else ""

    @property
    def faults(self) -> Faults:
        return self._wire.faults

    @property
    def calls(self) -> list[Call]:
        return self._wire.calls

    @property
    def delivered(self) -> Counter[Chat]:
        """Messages of the bot that were shown, by chat."""
        return self._transcript.delivered

    @property
    def settings(self) -> Settings:
        """Commands, menu buttons and descriptions that the bot has set."""
        return self._api.settings

    @property
    def files(self) -> dict[str, bytes]:
        """Documents that the bot has sent, by `file_id`."""
        return self._api.files

    @property
    def actions(self) -> list[tuple[int, str]]:
        """Chat actions that the bot has shown: chat and action."""
        return self._api.actions

    @property
    def webhook_deliveries(self) -> list[tuple[int, int | None]]:
        """Every try of the webhook: update id, and its HTTP status (None: no answer)."""
        return self._updates.deliveries

    @property
    def expired(self) -> set[int]:
        """Update ids that nobody took while they lived; of a webhook's last try the answer may have been
        lost."""
        return self._updates.expired

    @property
    def pending(self) -> list[Json]:
        """Updates that nobody has taken yet."""
        return [waiting.update for waiting in self._updates.pending]

    def callback_answer(self, query_id: str) -> Json | None:
        """What the bot answered to a tap (`text`, `show_alert`); None while it has not."""
        return self._chats.queries[query_id].answer

    def transcript(self, user_id: int) -> list[Entry]:
        """All of one chat: a user's id, or a group's."""
        return self._transcript.of(user_id)

    def since(self, entry_id: int) -> list[Entry]:
        return self._transcript.since(entry_id)

    def changed_since(self, version: int) -> list[Entry]:
        return self._transcript.changed_since(version)

    async def wait_for(self, user_id: int, count: int, timeout: float = 5.0) -> list[Entry]:  # noqa: ASYNC109
        """The bot's messages in a chat once there are `count`; TimeoutError after `timeout` seconds."""
        return await self._transcript.wait_for(user_id, count, timeout)

    async def wait_until(self, holds: Callable[[], bool], timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Wait for anything that shows in the transcript, an edit for example."""
        await self._transcript.wait_until(holds, timeout)

    async def drained(self, timeout: float = 5.0) -> bool:  # noqa: ASYNC109
        """Whether every update was taken (confirmed by offset, or answered 2xx) within `timeout` seconds."""
        return await self._updates.drained(timeout)

    # -- what people do --------------------------------------------------------------------------------

    def add_user(self, user_id: int, first_name: str | None = None) -> None:
        """Make someone known without an update, as if they had pressed Start long ago."""
        self._chats.meet(user_id, first_name)

    async def say(self, user_id: int, text: str) -> Json | None:
        """Type a message in the private chat: 1 to 4096 characters, ValueError otherwise."""
        self._chats.meet(user_id)
        return self._message(user_id, user_id, text=_typed(text), **_commands(text))

    async def start(self, user_id: int, payload: str | None = None) -> Json | None:
        """Press Start, or open `https://t.me/<bot>?start=<payload>`. ValueError for a payload that no
        link can carry (1-64 of A-Z a-z 0-9 _ -)."""
        if payload is not None and not limits.START_PAYLOAD.fullmatch(payload):
            raise ValueError(f"not a start payload: {payload!r}")
        if user_id in self._chats.blocked:
            await self.unblock(user_id)
        return await self.say(user_id, "/start" if payload is None else f"/start {payload}")

    async def tap(self, user_id: int, message_id: int, data: str, chat_id: int | None = None) -> Json | None:
        """Press a callback button. Like a hostile client, it may send data that no button shows."""
        user = self._chats.meet(user_id)
        query_id = str(secrets.randbelow(9 * 10**17) + 10**17)
        query: Json = {"id": query_id, "from": user, "chat_instance": str(user_id), "data": data}
        kept = self._chats.messages.get((chat_id or user_id, message_id))
        if kept is not None:
            query["message"] = kept.api
        self._chats.queries[query_id] = self._chats.new_query(user_id)
        return self._updates.push({"callback_query": query}, ("callback", user_id))

    async def block(self, user_id: int, *, heard: bool = True) -> Json | None:
        """Block the bot: from now on it is answered 403. `heard=False`: its update never comes (Telegram
        keeps them for 24 hours)."""
        self._chats.meet(user_id)
        self._chats.blocked.add(user_id)
        return self._membership(user_id, "member", "kicked") if heard else None

    async def unblock(self, user_id: int) -> Json | None:
        self._chats.meet(user_id)
        self._chats.blocked.discard(user_id)
        return self._membership(user_id, "kicked", "member")

    async def group_say(self, chat_id: int, user_id: int, text: str) -> Json | None:
        """Type a message in a group where the bot is. The transcript is the group's."""
        self._chats.meet(user_id)
        self._chats.join(chat_id)
        heard = not self._privacy or text.startswith("/")
        return self._message(chat_id, user_id, heard=heard, text=_typed(text), **_commands(text))

    async def photo(self, user_id: int, caption: str | None = None) -> Json | None:
        self._chats.meet(user_id)
        sizes = [
            {
                "file_id": f"photo-{w}",
                "file_unique_id": f"unique-{w}",
                "width": w,
                "height": h,
                "file_size": w * h,
            }
            for w, h in ((90, 67), (800, 600))
        ]
        content: Json = {"photo": sizes, **({"caption": caption} if caption else {})}
        return self._message(user_id, user_id, **content)

    async def sticker(self, user_id: int, emoji: str = "👍") -> Json | None:
        self._chats.meet(user_id)
        sticker = {
            "file_id": "sticker-1",
            "file_unique_id": "unique-sticker-1",
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
        }
        return self._message(user_id, user_id, sticker=sticker)

    async def push_update(self, update: Json) -> Json | None:
        """Queue any update as it is; with an `update_id` of its own it comes whatever the bot asks for."""
        return self._updates.push(update, ("raw", secrets.token_hex(4)))

    def _message(self, chat_id: int, user_id: int, *, heard: bool = True, **content: Any) -> Json | None:
        message = self._chats.new_message(chat_id, self._chats.users[user_id], **content)
        self._chats.keep(message, message)
        return self._updates.push({"message": message}, ("chat", chat_id)) if heard else None

    def _membership(self, user_id: int, before: str, after: str) -> Json | None:
        def member(status: str) -> Json:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self._chats.bot, "status": status, **until}

        change = {
            "chat": self._chats.chat(user_id),
            "from": self._chats.users[user_id],
            "date": int(self._clock.now().timestamp()),
            "old_chat_member": member(before),
            "new_chat_member": member(after),
        }
        return self._updates.push({"my_chat_member": change}, ("chat", user_id))


def _typed(text: str) -> str:
    if not 1 <= utf16_units(text) <= limits.TEXT:
        raise ValueError("a person can type 1 to 4096 characters")
    return text


def _commands(text: str) -> Json:
    if not text.startswith("/"):
        return {}
    length = utf16_units(text.split(maxsplit=1)[0])
    return {"entities": [{"type": "bot_command", "offset": 0, "length": length}]}
