"""`/files/{token}`: files made for one person, behind a link that expires (platforms.md §10.1).

GET serves a page and no file: chats and mail gateways fetch links to preview them. The click (POST) serves
a file once. The page speaks of what the link hands out. An expired and a used-up link say what to type for
a new one; an unknown one says it of everything that comes by link.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

import structlog
from jinja2 import Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.sheets import ods, xlsx
from guideline.words import beside
from handlers.desk import Agency
from handlers.digest_card import CAREFUL
from storage import files, jobs
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
_SHEET: Final = ("試算表", "以 Excel、LibreOffice 等開啟")


@dataclass(frozen=True, slots=True)
class _Said:
    """How the page speaks of what a link hands out. `forms` are the names of its formats and what opens them,
    by media type; `typed` is what brings a new link, `helper` whom else to ask (empty: HR)."""

    title: str
    what: str
    forms: Mapping[str, tuple[str, str]]
    careful: str = ""
    name: str = ""
    typed: str = ""
    helper: str = ""


_SAID: Final = {
    jobs.COPY: _Said(
        title="資料複本下載",
        what="這是您索取的個人資料複本（個人資料保護法第 3 條）。",
        forms={"text/html": ("易讀網頁", "在瀏覽器中閱讀或列印")},
        name="資料複本",
        typed="索取複本",
    ),
    jobs.DIGEST: _Said(
        title="週報下載",
        what="這是您索取的 AI 學習週報，數字與名單為您負責的範圍。",
        forms={
            xlsx.MEDIA_TYPE: ("Excel 試算表", "以 Excel 等開啟"),
            ods.MEDIA_TYPE: ("ODS 試算表", "以 LibreOffice 等開啟"),
        },
        careful=CAREFUL,
        name="人事週報",
        typed="下載週報",
        helper="系統維運人員",
    ),
}
_ANYTHING: Final = _Said("檔案下載", "這是您索取的檔案。", {})


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
                served = await self._fetch(token, request.query_params.get("part", ""))
            else:
                served = await self._show(token)
            return served or await self._gone(token)
        except StorageError as error:
            log.error("files.unavailable", action=request.method, reason=str(error))
            return self._said("busy", 503)

    async def _show(self, token: str) -> Response | None:
        real = self._clock.real()
        listed = await self._database.read(lambda conn: files.behind(conn, token, real))
        if all(one.taken for one in listed):
            return None
        until, kind = listed[0].expires_at.astimezone(self._zone), listed[0].kind
        return self._said("open", 200, kind, listed=_shown(listed), until=f"{until:%H:%M}")

    async def _gone(self, token: str) -> Response:
        return self._said("gone", 410, await self._database.read(lambda conn: files.kind_of(conn, token)))

    async def _fetch(self, token: str, part: str) -> Response | None:
        if not _PART.fullmatch(part):
            return None
        real, now = self._clock.real(), self._clock.now()
        taken = await self._database.write(lambda conn: files.take(conn, token, int(part), real, now))
        if taken is None:
            return None
        readable = taken.media_type == "text/html"
        disposition = "inline" if readable else "attachment"
        # What people wrote stands in the page: should an escape ever fail, nothing in it runs.
        policy = {"Content-Security-Policy": f"{_POLICY}; sandbox"} if readable else {}
        named = {"Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(taken.name, safe='')}"}
        return Response(taken.content, 200, {**HEADERS, **policy, **named}, taken.media_type)

    def _said(self, state: str, status: int, kind: str | None = None, **values: object) -> Response:
        said = _SAID.get(kind or "", _ANYTHING)
        known = list(_SAID.values())
        text = self._page.render(agency=self._agency, state=state, said=said, known=known, **values)
        return HTMLResponse(text, status, dict(HEADERS))


def _shown(listed: Sequence[Listed]) -> list[dict[str, object]]:
    shown: list[dict[str, object]] = []
    for one in listed:
        name, use = _SAID.get(one.kind, _ANYTHING).forms.get(one.media_type, _SHEET)
        press = beside("下載", name)
        shown.append({"id": one.id, "name": name, "press": press, "use": use, "taken": one.taken})
    return shown
