"""`/files/{token}`: files made for one person, behind a link that expires (platforms.md §10.1).

GET serves a page and no file: chats and mail gateways fetch links to preview them. The click (POST) serves
a file once. An unknown, an expired and a used-up link get one and the same answer.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

import structlog
from jinja2 import Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from handlers.desk import Agency
from storage import files
from storage.clock import Clock
from storage.database import Database
from storage.errors import StorageError
from storage.files import Listed

log = structlog.get_logger()

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_PART: Final = re.compile(r"[1-9][0-9]{0,17}")
_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_KINDS: Final = {
    "text/html": ("易讀網頁", "在瀏覽器中閱讀或列印"),
    "": ("試算表", "以 Excel、LibreOffice 等開啟"),
}


def file_routes(database: Database, clock: Clock, zone: ZoneInfo, agency: Agency) -> list[Route]:
    door = _Door(database, clock, zone, agency)
    return [Route("/files/{token}", door.answer, methods=["GET", "POST"])]


class _Door:
    """Both methods of the path."""

    def __init__(self, database: Database, clock: Clock, zone: ZoneInfo, agency: Agency) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone
        self._agency = agency
        self._page = Environment(
            loader=PackageLoader("bot.web", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True
        ).get_template("files.html")

    async def answer(self, request: Request) -> Response:
        token = request.path_params["token"]
        if not _TOKEN.fullmatch(token):
            return self._said("gone", 410)
        try:
            if request.method == "POST":
                return await self._fetch(token, request.query_params.get("part", ""))
            return await self._show(token)
        except StorageError as error:
            log.error("files.unavailable", action=request.method, reason=str(error))
            return self._said("busy", 503)

    async def _show(self, token: str) -> Response:
        real = self._clock.real()
        listed = await self._database.read(lambda conn: files.behind(conn, token, real))
        if all(one.taken for one in listed):
            return self._said("gone", 410)
        until = listed[0].expires_at.astimezone(self._zone)
        return self._said("open", 200, listed=_shown(listed), until=f"{until:%H:%M}")

    async def _fetch(self, token: str, part: str) -> Response:
        if not _PART.fullmatch(part):
            return self._said("gone", 410)
        real, now = self._clock.real(), self._clock.now()
        taken = await self._database.write(lambda conn: files.take(conn, token, int(part), real, now))
        if taken is None:
            return self._said("gone", 410)
        readable = taken.media_type == "text/html"
        disposition = "inline" if readable else "attachment"
        # What people wrote stands in the page: should an escape ever fail, nothing in it runs.
        policy = {"Content-Security-Policy": f"{_POLICY}; sandbox"} if readable else {}
        named = {"Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(taken.name, safe='')}"}
        return Response(taken.content, 200, {**HEADERS, **policy, **named}, taken.media_type)

    def _said(self, state: str, status: int, **values: object) -> Response:
        text = self._page.render(agency=self._agency, state=state, **values)
        return HTMLResponse(text, status, dict(HEADERS))


def _shown(listed: Sequence[Listed]) -> list[dict[str, object]]:
    shown: list[dict[str, object]] = []
    for one in listed:
        kind, use = _KINDS.get(one.media_type, _KINDS[""])
        shown.append({"id": one.id, "kind": kind, "use": use, "taken": one.taken})
    return shown
