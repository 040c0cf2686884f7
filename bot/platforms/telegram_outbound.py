"""Telegram: API calls, and what their answers mean (platforms.md §2.2, §5).

sendMessage has no idempotency key, so whatever may have been sent is never sent again by itself:

| answer | verdict |
|---|---|
| 2xx whose body begins `{"ok":true` | accepted, even if the rest was cut off |
| 2xx with anything else | undecided: a proxy or a portal on the way says 200 of anything |
| 2xx `{"ok":false}` | by its error_code, as if it were the status |
| 429 | later, after `parameters.retry_after` |
| 403 | refused, blocked |
| 401, 404 | later, and loud: no such bot, so the token or the address is wrong |
| redirect | later, and loud: that is not Telegram |
| other 4xx | refused |
| 5xx (`restart`, a gateway that lost its server), time-out, connection lost | undecided |
| no connection | later |

An edit and a menu may be repeated, since they say the same every time: what became of them is later where
it would be undecided, up to `TRIES` times. An edit that Telegram refuses (the message is gone, or too old)
is said as a new message instead; one that would change nothing has been made before.

sendDocument is judged as sendMessage. Its body names a file of ours, which is read when it is sent: the
file stands in the database once, and a body never holds what is in it.

When a call may be made, and what a 429 changes for the others, is for `telegram_pace`.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog

from bot.platforms.redaction import redact
from bot.platforms.session import CALL, QUICK, AnswerLostError, Got, NotSentError, Outgoing, post
from bot.platforms.telegram import EDIT
from bot.platforms.telegram_inbound import ALLOWED
from bot.platforms.telegram_pace import Pace
from bot.platforms.tolerant import UnreadableError, decode, encode, inside, integer, mapping, string
from bot.polling import PollingError
from guideline.records import Way
from reminders.verdicts import Accepted, Answer, Later, Refused, Room, Undecided
from storage.dispatches import Dispatch, NewDispatch
from storage.errors import StorageError
from storage.files import SEND, NewFile

log = structlog.get_logger()

BLOCKED = "blocked"
REPEATABLE = frozenset({EDIT, "setMyCommands", "deleteMyCommands"})
METHODS = frozenset({"sendMessage", SEND}) | REPEATABLE
TRIES = 5  # of a call that may be repeated: what comes next in the chat waits meanwhile
_SAME = "message is not modified"
GONE = "the file is gone"
_SHORT, _MENDING = 2.0, 60.0  # seconds until the next try
_LONGEST = 3600.0  # the most that a retry_after is believed
_DETAIL = 200  # characters of Telegram's own words that are kept


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer of Telegram's, taken apart."""

    status: int
    ok: bool
    description: str
    retry_after: float | None


Load = Callable[[int], Awaitable[NewFile | None]]  # a file by its id; raises StorageError


async def no_files(_: int) -> NewFile | None:
    """For a channel that sends none."""
    return None


class TelegramChannel:
    """Speaks as one bot. `rate` is the most messages a second (Telegram allows about 30), `chat_rate` to one
    chat (about 1)."""

    platform: Way = "telegram"

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api_base: str,
        token: str,
        rate: float = 25,
        chat_rate: float = 1.0,
        timeout: aiohttp.ClientTimeout = CALL,
        load: Load = no_files,
    ) -> None:
        self._session = session
        self._load = load
        self._timeout = timeout
        self._url = f"{api_base.rstrip('/')}/bot{token}/"
        self._pace = Pace(rate, chat_rate)

    def room(self, ahead: float = 0.0) -> Room:
        return self._pace.room(ahead)

    async def send(self, dispatch: Outgoing) -> Answer:
        """One call. Never raises for anything that the network or Telegram does."""
        if dispatch.method not in METHODS:
            return Refused(f"unknown method {dispatch.method}")
        try:
            body = await self._form(dispatch.body) if dispatch.method == SEND else dispatch.body.encode()
        except StorageError as error:
            return Later(_SHORT, f"not sent: {type(error).__name__}")
        if body is None:
            return Refused(GONE)
        return _repeated(dispatch, await self._call(dispatch, body))

    async def _call(self, dispatch: Outgoing, body: bytes | aiohttp.FormData) -> Answer:
        turn = await self._pace.turn(_chat(dispatch))
        if turn.wait:
            return Later(turn.wait, "not its turn", made=False)
        try:
            got = await post(self._session, self._url + dispatch.method, body, timeout=self._timeout)
        except NotSentError as error:
            return Later(_SHORT, f"not sent: {error}")
        except AnswerLostError as error:
            return Undecided(f"no answer: {error}")
        finally:
            self._pace.answered(turn.chat)
        answer = _verdict(got, dispatch.method)
        if got.status == 429 and isinstance(answer, Later):
            self._pace.limited(turn, answer.seconds)
        return answer

    async def _form(self, body: str) -> aiohttp.FormData | None:
        """The call with the file in it; None where there is no such file (any more)."""
        call = mapping(decode(body.encode()))
        document = await self._load(integer(call, "file") or 0)
        if document is None:
            return None
        # Telegram reads a name in UTF-8, not in percent signs.
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("chat_id", str(integer(call, "chat_id")))
        form.add_field("caption", string(call, "caption"))
        form.add_field("document", document.content, filename=document.name, content_type=document.media_type)
        return form

    def instead(self, dispatch: Dispatch, refused: Refused) -> list[NewDispatch]:
        """What could not stand in the place of an earlier message, as a new one."""
        if dispatch.method != EDIT or refused.reason == BLOCKED:
            return []
        said = mapping(decode(dispatch.body.encode()))
        return [
            NewDispatch(
                platform="telegram",
                method="sendMessage",
                body=encode({key: value for key, value in said.items() if key != "message_id"}).decode(),
                account_id=dispatch.account_id,
                cause=dispatch.cause,
                ordinal=dispatch.ordinal,
                receipt=dispatch.receipt,
                kind=dispatch.kind,
                lane=dispatch.lane,
            )
        ]

    async def answer_callback(self, callback_id: str) -> None:
        """Stops the button's spinner. Nothing depends on it: a failure, such as a press too old to be
        answered, passes in silence."""
        body = json.dumps({"callback_query_id": callback_id}).encode()
        try:
            await post(self._session, self._url + "answerCallbackQuery", body, timeout=QUICK)
        except (NotSentError, AnswerLostError) as error:
            log.debug("telegram.callback_not_answered", action="answerCallbackQuery", reason=str(error))

    async def busy(self, chat_id: str) -> None:
        """「輸入中」, for five seconds or until the next message. Nothing depends on it."""
        body = json.dumps({"chat_id": int(chat_id), "action": "typing"}).encode()
        try:
            await post(self._session, self._url + "sendChatAction", body, timeout=QUICK)
        except (NotSentError, AnswerLostError) as error:
            log.debug("telegram.action_not_shown", action="sendChatAction", reason=str(error))

    async def get_updates(self, offset: int | None, hold: int) -> Sequence[Any]:
        """Raw updates from `offset` on, waiting up to `hold` seconds for one. Raises PollingError."""
        asked = {"timeout": hold, "allowed_updates": ALLOWED} | ({} if offset is None else {"offset": offset})
        patience = aiohttp.ClientTimeout(
            total=hold + 20, connect=CALL.connect, sock_connect=CALL.sock_connect, sock_read=hold + 10
        )
        try:
            got = await post(
                self._session, self._url + "getUpdates", json.dumps(asked).encode(), timeout=patience
            )
        except (NotSentError, AnswerLostError) as error:
            raise PollingError(f"{type(error).__name__}: {error}") from None
        try:
            body = mapping(decode(got.body))
        except UnreadableError:
            raise PollingError(f"{got.status}: not Telegram's JSON") from None
        updates = body.get("result")
        if got.status != 200 or body.get("ok") is not True or not isinstance(updates, list):
            raise PollingError(_polling_trouble(_said(got)))
        return updates


def _chat(dispatch: Outgoing) -> int | None:
    """The chat that gets a message by this call. An edit and a menu put none there."""
    if dispatch.method in REPEATABLE:
        return None
    return integer(mapping(decode(dispatch.body.encode())), "chat_id")


def _repeated(dispatch: Outgoing, answer: Answer) -> Answer:
    """The verdict of a call that may be made again without harm."""
    if dispatch.method not in REPEATABLE:
        return answer
    match answer:
        case Undecided(reason) if dispatch.attempts < TRIES:
            return Later(_SHORT, reason)
        case Undecided(reason):
            return Refused(f"{TRIES} tries: {reason}")
        case Refused(reason) if dispatch.method == EDIT and _SAME in reason:
            return Accepted()
        case _:
            return answer


def _verdict(got: Got, method: str) -> Answer:
    said = _said(got)
    if said.ok:
        return Accepted()
    if 200 <= said.status < 300 or said.status >= 500:
        return Undecided(f"{said.status}: {said.description}")
    if said.status == 429:
        return Later(said.retry_after or _SHORT, f"429: {said.description}")
    if said.status in (401, 404) or 300 <= said.status < 400:
        log.error("telegram.misconfigured", action=method, status=said.status)
        return Later(_MENDING, f"{said.status}: telegram.token or telegram.api_base is wrong", barred=True)
    if said.status == 403:
        return Refused(BLOCKED)
    return Refused(f"{said.status}: {said.description}")


def _said(got: Got) -> _Said:
    try:
        body = mapping(decode(got.body))
    except UnreadableError:
        cut_off = b"".join(got.body[:20].split()).startswith(b'{"ok":true')
        return _Said(got.status, 200 <= got.status < 300 and cut_off, "(no JSON)", _seconds(None, got))
    status = got.status
    if 200 <= status < 300 and body.get("ok") is False:
        status = integer(body, "error_code") or status
    return _Said(
        status=status,
        ok=200 <= got.status < 300 and body.get("ok") is True,
        description=redact(string(body, "description"))[:_DETAIL],
        retry_after=_seconds(body.get("parameters"), got),
    )


def _seconds(parameters: object, got: Got) -> float | None:
    """How long to wait, as Telegram says it or as a proxy before it does."""
    told = integer(inside({"parameters": parameters}, "parameters"), "retry_after")
    header = got.headers.get("Retry-After", "")
    if told is None and header.isdecimal():
        told = int(header[:6])
    return None if told is None else min(max(float(told), 1.0), _LONGEST)


def _polling_trouble(said: _Said) -> str:
    if said.status == 409:
        return "409: a webhook is set, or another program polls for this bot"
    if said.status in (401, 404):
        return f"{said.status}: telegram.token or telegram.api_base is wrong"
    return f"{said.status}: Telegram refuses"
