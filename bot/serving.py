"""`talentbot run`: the whole bot behind its web server, until it is told to end."""

import gc
import signal
from types import FrameType
from typing import Final, NoReturn

import uvicorn

from bot.alone import alone
from bot.app import asgi
from bot.foreign import take_over
from bot.logs import configure
from bot.settings import Settings
from bot.web.listening import listener
from storage.clock import Clock, SystemClock

ANSWERING: Final = 2  # seconds for requests under way; with `bot.program.STOPPING` within the ten of a stop


def serve(settings: Settings, clock: Clock | None = None) -> None:
    """Runs until SIGTERM or SIGINT, by `clock` (None: the machine's), and ends the process with status 0.
    Events that come in meanwhile are answered or refused; within ten seconds everything has ended and nothing
    is lost. Raises AlreadyRunningError, or OSError when the port is taken, before anything is touched."""
    configure(settings)
    take_over()
    config = uvicorn.Config(
        asgi(settings, clock or SystemClock()),
        lifespan="on",
        http="h11",  # httptools would take headers of any size
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=ANSWERING,
        server_header=False,
    )
    with alone(settings.database_url), listener(settings.http.host, settings.http.port) as listening:
        for number in (signal.SIGTERM, signal.SIGINT):  # which uvicorn raises again once it has ended
            signal.signal(number, _asked_to_end)
        # What was imported lives as long as the program: looking through it takes a tenth of a second. And
        # what lives long is looked through seldom: everybody waits meanwhile.
        gc.collect()
        gc.freeze()
        gc.set_threshold(700, 10, 100)
        uvicorn.Server(config).run(sockets=[listening])


def _asked_to_end(number: int, frame: FrameType | None) -> NoReturn:
    """An end that was asked for is no failure."""
    raise SystemExit(0)
