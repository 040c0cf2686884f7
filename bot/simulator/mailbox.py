"""The agency's mailbox as the demo's page shows it: every letter that the loopback mail server took."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.simulator.answering import answering, event
from bot.simulator.handset import Json, ProblemError
from bot.simulator.mail import Letter, MailSimulator

HEARTBEAT = 1.0  # s between looks where no letter comes: is the page still there, is it the end
# What a letter brings runs nothing, asks nobody and leads nowhere but into a new tab.
CLOSED = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
}


def mailbox_routes(mail: MailSimulator, names: Mapping[str, str]) -> list[BaseRoute]:
    """`GET /demo/mail/stream` (server-sent events: letter, ready) · `GET /demo/mail/{id}` (a letter's
    rendered form, under a policy of its own). `names` says whose an address is."""

    async def stream(request: Request) -> Response:
        closing: asyncio.Event | None = getattr(request.app.state, "closing", None)
        return StreamingResponse(
            _events(mail, names, closing or asyncio.Event()),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    async def rendered(request: Request) -> Response:
        number = request.path_params["number"]
        if not 1 <= number <= len(mail.letters) or not (html := mail.letters[number - 1].html):
            raise ProblemError("沒有這封信，或這封信只有純文字。", 404)
        return HTMLResponse(html.replace("<head>", '<head><base target="_blank">', 1), headers=CLOSED)

    return [
        Route("/demo/mail/stream", answering(stream)),
        Route("/demo/mail/{number:int}", answering(rendered)),
    ]


async def _events(
    mail: MailSimulator, names: Mapping[str, str], closing: asyncio.Event
) -> AsyncIterator[str]:
    """All letters, `ready`, then each as it comes, until `closing`."""
    shown = 0
    ready = False
    while not closing.is_set():
        for letter in mail.letters[shown:]:
            shown += 1
            yield event("letter", _told(letter, names))
        if not ready:
            ready = True
            yield event("ready", {})
        yield ": \n\n"  # a comment: by it the server notices a browser that has left
        with contextlib.suppress(TimeoutError):
            await mail.wait_until(lambda: len(mail.letters) > shown, HEARTBEAT)  # noqa: B023 - awaited here


def _told(letter: Letter, names: Mapping[str, str]) -> Json:
    to = ", ".join(f"{names[one]} <{one}>" if one in names else one for one in letter.to)
    return {
        "id": letter.id,
        "at": letter.at.isoformat(),
        "from": str(letter.message["From"]),
        "to": to,
        "subject": letter.subject,
        "text": letter.text,
        "html": bool(letter.html),
        "files": letter.attachments,
    }
