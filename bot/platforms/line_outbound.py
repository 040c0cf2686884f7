"""LINE: API calls, and what their answers mean (platforms.md §1.3, §1.5, §1.6).

| answer | reply (no retry key) | push, multicast (retry key) |
|---|---|---|
| 2xx, whatever the body | accepted | accepted |
| 409 | refused | accepted: an earlier try with this key was |
| 400 Invalid reply token | refused, expired-token | – |
| 401 | later, and loud: the operator mends it | the same |
| 429 monthly limit | refused, quota | the same |
| 429 otherwise | later | later |
| 408, 5xx, time-out, connection lost | undecided | later, same key |
| no connection | later | later |
| redirect: no such server as LINE's | later, and loud | the same |
| 400 of a multicast | – | refused, and said in halves: nobody got it, and only one of them may be why |
| other 4xx | refused | refused |

A rich menu is linked or its link taken away like a push: doing so twice changes nothing. It is tried `TRIES`
times, since what waits behind it in the chat is held up meanwhile; the chat's next event tries it again.
"""

import uuid
from collections.abc import Mapping, Sequence
from urllib.parse import quote

import aiohttp
import structlog

from bot.platforms.line import LINK, is_person
from bot.platforms.redaction import redact
from bot.platforms.session import CALL, QUICK, AnswerLostError, Got, NotSentError, Outgoing, call, post
from bot.platforms.tolerant import UnreadableError, decode, encode, mapping, string
from guideline.records import Way
from reminders.verdicts import Accepted, Answer, Later, Refused, Room, Undecided
from storage.dispatches import QUOTA, Dispatch, NewDispatch, To

log = structlog.get_logger()

EXPIRED = "expired-token"
PATHS = {method: f"/v2/bot/message/{method}" for method in ("reply", "push", "multicast")}
_MONTHLY = "monthly limit"
_OUR_WORDS = "messages["  # how LINE names the place of a mistake in what we say, not in whom we say it to
_SAME_USER = "same user"
_SHORT, _LONG, _MENDING = 2.0, 60.0, 60.0  # seconds until the next try
TRIES = 8  # to link a rich menu
_LOADING = 10  # seconds of the animation, where no message ends it before; 5 to 60 in steps of 5
_DETAIL = 200  # characters of the platform's own words that are kept


class LineChannel:
    """Speaks to one LINE channel."""

    platform: Way = "line"

    def __init__(
        self, session: aiohttp.ClientSession, api_base: str, token: str, timeout: aiohttp.ClientTimeout = CALL
    ) -> None:
        self._session = session
        self._timeout = timeout
        self._base = api_base.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    def room(self, ahead: float = 0.0) -> Room:
        """LINE takes 2,000 calls a second (§1.5): what is in flight is the only bound."""
        return Room(2_000)

    async def send(self, dispatch: Outgoing) -> Answer:
        """One call. Never raises for anything that the network or LINE does."""
        if dispatch.method == LINK:
            return await self._link(dispatch)
        path = PATHS.get(dispatch.method)
        if path is None:
            return Refused(f"unknown method {dispatch.method}")
        key = dispatch.retry_key if dispatch.method != "reply" else None  # a reply with one is refused (§1.3)
        headers = self._headers | ({"X-Line-Retry-Key": key} if key else {})
        try:
            got = await post(self._session, self._base + path, dispatch.body.encode(), headers, self._timeout)
        except NotSentError as error:
            return Later(_SHORT, f"not sent: {error}")
        except AnswerLostError as error:
            return _unclear(f"no answer: {error}", repeatable=key is not None)
        return _verdict(got, dispatch.method, repeatable=key is not None)

    async def busy(self, chat_id: str) -> None:
        """The loading animation, which ends with the next message (§1.8). Nothing depends on it."""
        body = encode({"chatId": chat_id, "loadingSeconds": _LOADING})
        try:
            await post(self._session, f"{self._base}/v2/bot/chat/loading/start", body, self._headers, QUICK)
        except (NotSentError, AnswerLostError) as error:
            log.debug("line.loading_not_shown", action="loading", reason=str(error))

    async def _link(self, dispatch: Outgoing) -> Answer:
        """Gives a person the rich menu, or takes theirs away where none is named: they see the default."""
        asked = mapping(decode(dispatch.body.encode()))
        menu = string(asked, "richMenuId")
        url = f"{self._base}/v2/bot/user/{quote(string(asked, 'userId'), safe='')}/richmenu"
        method, url = ("POST", f"{url}/{quote(menu, safe='')}") if menu else ("DELETE", url)
        answer: Answer
        try:
            got = await call(self._session, method, url, headers=self._headers, timeout=self._timeout)
            answer = _verdict(got, dispatch.method, repeatable=True)
        except (NotSentError, AnswerLostError) as error:
            answer = Later(_SHORT, f"not sent, or no answer: {error}")
        if isinstance(answer, Later) and dispatch.attempts >= TRIES:
            return Refused(f"{TRIES} tries: {answer.reason}")
        return answer

    def instead(self, dispatch: Dispatch, refused: Refused) -> list[NewDispatch]:
        """The same messages as a push, where LINE definitely refused the token of a reply to a person. An
        undecided reply is never pushed: it may have arrived. And a multicast in halves, each under a key of
        its own, until who it was refused for stands alone: a 400 says that nobody got it, and does not say
        which of them it is about. Where it is about the messages, the halves would be refused like the
        whole."""
        said = mapping(decode(dispatch.body.encode()))
        if dispatch.method == "multicast":
            to = said.get("to")
            about_one = refused.reason.startswith("400") and _OUR_WORDS not in refused.reason
            if not isinstance(to, list) or not about_one:
                return []
            middle = (len(to) + 1) // 2
            return [
                self._pushed(dispatch, [str(one) for one in half], said)
                for half in (to[:middle], to[middle:])
                if half
            ]
        if dispatch.method == "reply" and refused.reason == EXPIRED and is_person(dispatch.address):
            return [self._pushed(dispatch, [dispatch.address], said)]
        return []

    def _pushed(self, dispatch: Dispatch, to: Sequence[str], said: Mapping[str, object]) -> NewDispatch:
        one = len(to) == 1
        return NewDispatch(
            platform="line",
            method="push" if one else "multicast",
            body=encode({"to": to[0] if one else to, "messages": said.get("messages")}).decode(),
            account_id=dispatch.account_id,
            cause=dispatch.cause,
            ordinal=dispatch.ordinal,
            receipt=dispatch.receipt,
            kind=dispatch.kind,
            retry_key=str(uuid.uuid4()),
            lane=dispatch.lane,
            to=tuple(To(address, None) for address in to) if dispatch.account_id is None else (),
        )


def _verdict(got: Got, method: str, *, repeatable: bool) -> Answer:
    if 200 <= got.status < 300 or (got.status == 409 and repeatable):
        return Accepted()
    said = _words(got)
    if got.status == 401 or 300 <= got.status < 400:
        log.error("line.misconfigured", action=method, status=got.status)
        return Later(
            _MENDING, f"{got.status}: the channel access token or line.api_base is wrong", barred=True
        )
    if got.status == 429:
        return _limited(said)
    if got.status == 408 or got.status >= 500:
        return _unclear(f"{got.status}: {said}", repeatable=repeatable)
    if got.status == 400 and "invalid reply token" in said.lower():
        return Refused(EXPIRED)
    return Refused(f"{got.status}: {said}")


def _limited(said: str) -> Answer:
    """The two kinds of 429 differ in their words only (§1.5)."""
    if _MONTHLY in said.lower():
        return Refused(QUOTA)
    return Later(_LONG if _SAME_USER in said.lower() else _SHORT, f"429: {said}")


def _unclear(reason: str, *, repeatable: bool) -> Answer:
    return Later(_SHORT, reason) if repeatable else Undecided(reason)


def _words(got: Got) -> str:
    """LINE's message and its details, which name properties and rules, never contents."""
    try:
        body = mapping(decode(got.body))
    except UnreadableError:
        return "(no JSON)"
    details = body.get("details")
    found = [mapping(detail) for detail in details] if isinstance(details, list) else []
    more = [f"{string(one, 'property')}: {string(one, 'message')}" for one in found]
    return redact("; ".join([string(body, "message"), *more]))[:_DETAIL]
