"""The gallery's page and the JSON that feeds it. The page draws with the same code as the phones."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.demo.gallery import TASKS
from bot.demo.gallery.acting import Scene, play
from bot.platforms import line_drawing, telegram_drawing
from bot.simulator.answering import HEADERS
from bot.simulator.page import STATIC, DemoLink
from bot.simulator.telegram_html import parse
from handlers.message import Message, buttons

Json = dict[str, Any]
LINK = DemoLink("畫面總覽", "/gallery")


def gallery_routes() -> list[BaseRoute]:
    """`GET /gallery` (the page) and `GET /demo/gallery` (every scene, drawn for both platforms). They need
    the static files of `bot.simulator.page.demo_routes`."""
    return [Route("/gallery", _page), Route("/demo/gallery", _scenes)]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message of a scene as each platform gets it, and as it is heard: LINE's altText or text, Telegram's
    text without its tags, the buttons' labels."""

    line: list[Json]
    telegram: list[Json]
    heard: Json

    @classmethod
    def of(cls, message: Message) -> "Drawn":
        line = [drawn for group in line_drawing.draw([message]) for drawn in group]
        telegram = telegram_drawing.draw([message])
        heard = {
            "line": "\n".join(drawn.get("altText") or drawn["text"] for drawn in line),
            "telegram": "\n".join(parse(body["text"])[0] for body in telegram),
            "buttons": [button.label for button in buttons(message)],
        }
        return cls(line, telegram, heard)


def drawn(scene: Scene) -> Json:
    """The scene as JSON: what was done, and the messages in order (`notice`: to somebody else)."""
    played = play(scene)
    messages = [
        *((message, False) for message in played.replies),
        *((message, True) for message in played.notices),
    ]
    said = [(Drawn.of(message), notice) for message, notice in messages]
    for one, _ in said[:-1]:  # LINE shows quick replies under the newest message only
        for earlier in one.line:
            earlier.pop("quickReply", None)
    return {
        "title": scene.title,
        "at": scene.at.isoformat(),
        "steps": list(played.steps),
        "messages": [
            {"line": one.line, "telegram": one.telegram, "heard": one.heard, "notice": notice}
            for one, notice in said
        ],
    }


@cache
def _all() -> Json:
    return {
        "tasks": [
            {"id": anchor, "title": title, "scenes": [drawn(scene) for scene in scenes]}
            for anchor, title, scenes in TASKS
        ]
    }


async def _page(request: Request) -> Response:
    return FileResponse(STATIC / "gallery.html", headers=HEADERS)


async def _scenes(request: Request) -> Response:
    return JSONResponse(await run_in_threadpool(_all), headers=HEADERS)
