"""The demo's page: two phones in a browser, in front of the loopback platforms (design §8).

Whoever opens it is one of the seeded people, or a stranger. What they do goes to the simulators as a real
user's doing would; what they see is the simulators' transcripts. It knows neither handlers nor storage.
Bind it to the loopback only: it shows activation codes and lets anyone be anyone.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.simulator.answering import HEADERS, answering, event
from bot.simulator.handset import Handset, LineHandset, ProblemError, TelegramHandset, text_of
from bot.simulator.line import LineSimulator
from bot.simulator.line_menus import RichMenus
from bot.simulator.mail import MailSimulator
from bot.simulator.mailbox import mailbox_routes
from bot.simulator.telegram import TelegramSimulator

STATIC = Path(__file__).with_name("static")
BODY_LIMIT = 64 * 1024  # bytes of a POST; 5,000 characters of text are at most 30,000
HEARTBEAT = 1.0  # s between looks at a chat where nothing is said: who blocked, who left, is it the end


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Someone whom a newcomer can be, on either phone. `code` is their activation code, None without one.

    `line_user_id` is "U" and 32 hexadecimal digits, `telegram_user_id` a positive integer. `hint` is a few
    words on what to try as this person.
    """

    employee_no: str
    name: str
    unit: str
    title: str
    code: str | None
    line_user_id: str
    telegram_user_id: int
    hint: str = ""


STRANGER = DemoPerson(
    "", "陌生人", "", "不在名冊上", None, "U" + "0" * 32, 9_000_000_001, "看小幫手怎麼回應外人"
)


@dataclass(frozen=True, slots=True)
class DemoLink:
    """Another page of the demo, such as HR's."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class DemoDay:
    """A day worth moving to."""

    label: str
    day: date


class DemoClock(Protocol):
    """The demo's business date, Asia/Taipei."""

    def today(self) -> date: ...

    async def days(self) -> Sequence[DemoDay]:
        """Where it is worth going now."""
        ...

    async def move_to(self, day: date) -> str:
        """Move business time to that day, let everything due happen, and say in a sentence what to look at.

        Raises ValueError with a sentence in Chinese where it may not be that day.
        """
        ...


def demo_routes(
    line: LineSimulator,
    telegram: TelegramSimulator,
    people: Sequence[DemoPerson],
    *,
    links: Sequence[DemoLink] = (),
    clock: DemoClock | None = None,
    note: str = "",
    renew: Callable[[str], Awaitable[str]] | None = None,
    mail: MailSimulator | None = None,
    names: Mapping[str, str] | None = None,
) -> list[BaseRoute]:
    """The page and what it calls, to be mounted at `/`:

    `GET /` · `GET /static/…` · `GET /demo/desk` (people, links, date, note) · `POST /demo/clock {date}` ·
    `GET /demo/menu/{id}` (the picture of a rich menu) ·
    `GET /demo/chat/{platform}/{user}` (state; entries after `?since=ID`) ·
    `GET /demo/chat/{platform}/{user}/stream` (server-sent events: state, entry, ready) ·
    `POST /demo/chat/{platform}/{user}/{action}`: say {text}; tap {data, display_text | message_id}; follow
    (LINE); start {payload} (Telegram); block; unblock.

    Errors are JSON `{"error": sentence}`: 404 for a platform, user or action that is not there, 400 for
    input that cannot be, 413 for too much of it, 415 where a POST is not JSON (which also keeps other
    sites' forms out).

    `note` is a sentence about the whole demo, shown under the people; empty: none. `renew` gives the person
    of an employee number another activation code: each opens one chat (`POST /demo/code {who}`). `mail` is
    shown as the agency's mailbox (`bot.simulator.mailbox`), `names` says whose an address is.
    """
    everyone = (*people, STRANGER)
    handsets: dict[str, Handset] = {
        "line": LineHandset(line, [person.line_user_id for person in everyone]),
        "telegram": TelegramHandset(telegram, [person.telegram_user_id for person in everyone]),
    }
    page = _Page(handsets, everyone, links, clock, line.channel.menus, note, renew, mail is not None)
    return [
        Route("/", answering(page.home)),
        Mount("/static", _Static()),
        Route("/demo/desk", answering(page.desk)),
        Route("/demo/clock", answering(page.move), methods=["POST"]),
        Route("/demo/code", answering(page.code), methods=["POST"]),
        Route("/demo/menu/{menu_id}", answering(page.menu)),
        *(mailbox_routes(mail, names or {}) if mail is not None else ()),
        Route("/demo/chat/{platform}/{user}", answering(page.transcript)),
        Route("/demo/chat/{platform}/{user}/stream", answering(page.stream)),
        Route("/demo/chat/{platform}/{user}/{action}", answering(page.act), methods=["POST"]),
    ]


class _Page:
    """The endpoints, over both handsets."""

    def __init__(
        self,
        handsets: dict[str, Handset],
        people: Sequence[DemoPerson],
        links: Sequence[DemoLink],
        clock: DemoClock | None,
        menus: RichMenus,
        note: str,
        renew: Callable[[str], Awaitable[str]] | None,
        mailbox: bool,
    ) -> None:
        self._handsets = handsets
        self._people = people
        self._links = links
        self._clock = clock
        self._menus = menus
        self._note = note
        self._renew = renew
        self._mailbox = mailbox

    async def home(self, request: Request) -> Response:
        return FileResponse(STATIC / "page.html")

    async def desk(self, request: Request) -> Response:
        people = [
            {
                "key": person.employee_no or "stranger",
                "name": person.name,
                "unit": person.unit,
                "title": person.title,
                "code": person.code,
                "hint": person.hint,
                "line": person.line_user_id,
                "telegram": str(person.telegram_user_id),
            }
            for person in self._people
        ]
        links = [{"label": link.label, "href": link.href} for link in self._links]
        return JSONResponse(
            {
                "people": people,
                "links": links,
                "clock": await self._calendar(),
                "note": self._note,
                "renews": self._renew is not None,
                "mailbox": self._mailbox,
            }
        )

    async def _calendar(self) -> dict[str, Any] | None:
        if self._clock is None:
            return None
        days = [{"label": one.label, "date": one.day.isoformat()} for one in await self._clock.days()]
        return {"today": self._clock.today().isoformat(), "days": days}

    async def move(self, request: Request) -> Response:
        if self._clock is None:
            raise ProblemError("這次示範不能移動日期。", 404)
        body = await _json(request)
        try:
            day = date.fromisoformat(text_of(body, "date", 10))
        except ValueError:
            raise ProblemError("日期請寫成 2026-12-01 這樣的格式。") from None
        try:
            said = await self._clock.move_to(day)
        except ValueError as error:
            raise ProblemError(str(error)) from error
        return JSONResponse({**(await self._calendar() or {}), "note": said})

    async def code(self, request: Request) -> Response:
        """Another code of somebody of the cast; the one before, if unused, ends with it."""
        who = text_of(await _json(request), "who", 64)
        if self._renew is None or not any(one.employee_no == who and one.code for one in self._people):
            raise ProblemError("這個人沒有啟用碼可以換。", 404)
        return JSONResponse({"code": await self._renew(who)})

    async def menu(self, request: Request) -> Response:
        """A picture never changes: another one has another id."""
        found = self._menus.pictures.get(request.path_params["menu_id"])
        if found is None:
            raise ProblemError("沒有這個選單。", 404)
        media_type, picture = found
        return Response(picture, media_type=media_type, headers={"Cache-Control": "max-age=86400, immutable"})

    def _chat(self, request: Request) -> tuple[Handset, str]:
        handset = self._handsets.get(request.path_params["platform"])
        if handset is None:
            raise ProblemError("沒有這個平臺，只有 line 和 telegram。", 404)
        user = request.path_params["user"]
        if user not in handset.users:
            raise ProblemError("示範裡沒有這個人。", 404)
        return handset, user

    async def transcript(self, request: Request) -> Response:
        handset, user = self._chat(request)
        since = request.query_params.get("since", "0")
        if not since.isdecimal() or len(since) > 18:
            raise ProblemError("since 必須是數字。")
        entries, _ = handset.changes(user, 0)
        later = [entry for entry in entries if entry["id"] > int(since)]
        return JSONResponse({"state": handset.state(user), "entries": later})

    async def act(self, request: Request) -> Response:
        handset, user = self._chat(request)
        act = handset.actions.get(request.path_params["action"])
        if act is None:
            raise ProblemError("沒有這個動作。", 404)
        told = await act(user, await _json(request))
        return JSONResponse({"state": handset.state(user), **(told if isinstance(told, dict) else {})})

    async def stream(self, request: Request) -> Response:
        handset, user = self._chat(request)
        closing: asyncio.Event | None = getattr(request.app.state, "closing", None)
        return StreamingResponse(
            _events(handset, user, closing or asyncio.Event()),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )


async def _json(request: Request) -> dict[str, Any]:
    """The request's JSON object."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ProblemError("請以 application/json 傳送。", 415)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise ProblemError("內容太長。", 413)
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise ProblemError("內容不是正確的 JSON。") from None
    if not isinstance(parsed, dict):
        raise ProblemError("內容必須是 JSON 物件。")
    return parsed


class _Static(StaticFiles):
    """The page's own files, under the page's own headers."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers.update(HEADERS)
        return response


async def _events(handset: Handset, user: str, closing: asyncio.Event) -> AsyncIterator[str]:
    """The chat as server-sent events: all of it, `ready`, then whatever changes, until `closing`."""
    state: Any = None
    version = 0
    ready = False
    while not closing.is_set():
        if (now := handset.state(user)) != state:
            state = now
            yield event("state", state)
        entries, version = handset.changes(user, version)
        for entry in entries:
            yield event("entry", entry)
        if not ready:
            ready = True
            yield event("ready", {})
        yield ": \n\n"  # a comment: by it the server notices a browser that has left
        await handset.changed(version, HEARTBEAT)
