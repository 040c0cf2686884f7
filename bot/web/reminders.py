"""`/reminders/{token}`: the link in a mail that ends the reminders (RFC 8058).

GET shows what it does and changes nothing: mail gateways fetch links to look at them. POST does it, for a
click on the page as for the button of a mail program, which sends its POST unseen. It asks for no login:
whoever holds the mail could as well have answered it.
"""

import re
from typing import Final

import structlog
from jinja2 import Environment, PackageLoader
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.web.files import HEADERS
from handlers.desk import Agency
from storage import opt_outs
from storage.clock import Clock
from storage.database import Database
from storage.errors import StorageError

log = structlog.get_logger()

PATH: Final = "/reminders/"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def reminder_routes(database: Database, clock: Clock, agency: Agency) -> list[Route]:
    door = _Door(database, clock, agency)
    return [Route(PATH + "{token}", door.answer, methods=["GET", "POST"])]


class _Door:
    """Both methods of the path."""

    def __init__(self, database: Database, clock: Clock, agency: Agency) -> None:
        self._database = database
        self._clock = clock
        self._agency = agency
        self._page = Environment(
            loader=PackageLoader("bot.web", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True
        ).get_template("reminders.html")

    async def answer(self, request: Request) -> Response:
        token = request.path_params["token"]
        if not _TOKEN.fullmatch(token):
            return self._said("gone", 410)
        real, now = self._clock.real(), self._clock.now()
        try:
            if request.method == "POST":
                known = await self._database.write(lambda conn: opt_outs.use(conn, token, real, now))
                return self._said("done", 200) if known else self._said("gone", 410)
            state = await self._database.read(lambda conn: opt_outs.state(conn, token, real))
        except StorageError as error:
            log.error("opt_out.unavailable", action=request.method, reason=str(error))
            return self._said("busy", 503)
        return self._said(state, 200) if state else self._said("gone", 410)

    def _said(self, state: str, status: int) -> Response:
        return HTMLResponse(self._page.render(agency=self._agency, state=state), status, dict(HEADERS))
