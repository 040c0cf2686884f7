"""Runs an ASGI app under uvicorn inside the running loop, and stops it cleanly."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.web.listening import listener

# Seconds for which a connection may rest, as at nginx: longer than the bot keeps one, so that none is cut off
# as it is used.
_KEEP_ALIVE = 75
_PATIENCE = 3  # seconds for requests under way, once the server is to end
_SOON = 0.002  # seconds between two looks whether it has started, or whether they are done
_TICK = 0.1  # seconds between two looks of a server at its clock, as uvicorn has it
TRANSPORT = "talentbot.transport"  # extension of the ASGI scope: the connection, to be reset on request


@dataclass(frozen=True, slots=True)
class Served:
    """Where an app is served: `url` without a slash at its end."""

    url: str
    port: int


class _Protocol(H11Protocol):
    """Shows the app its connection, which ASGI hides."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def showing(scope: Any, receive: Any, send: Any) -> None:
            extensions = {**scope.get("extensions", {}), TRANSPORT: transport}
            await app({**scope, "extensions": extensions}, receive, send)

        self.app = showing


class _Server(uvicorn.Server):
    """Leaves signals to the program in whose loop it runs, and ends the moment it is told to: uvicorn's own
    rests a tenth of a second at each step of its end, and the tests end thousands of them."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    def end(self) -> None:
        self.should_exit = True
        self._told.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        tick = 0
        while not await self.on_tick(tick):
            tick += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), _TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for one in sockets or []:
            one.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(_PATIENCE):
                while state.connections or state.tasks:  # noqa: ASYNC110 - uvicorn sets no event
                    await asyncio.sleep(_SOON)
                for server in self.servers:
                    await server.wait_closed()
        except TimeoutError:
            for task in state.tasks:
                task.cancel()
        await self.lifespan.shutdown()


def reset(transport: asyncio.Transport) -> None:
    """Close a connection with RST, as a peer that died."""
    if transport.is_closing():
        return
    sock = transport.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


@contextlib.asynccontextmanager
async def serve(
    app: Starlette, port: int = 0, host: str = "127.0.0.1", taken: socket.socket | None = None
) -> AsyncIterator[Served]:
    """Serve `app` on the loopback; port 0 takes a free one, `taken` is a socket that is bound already. An app
    may put an asyncio.Event into `app.state.closing`: it is set before the server stops. Or a coroutine
    function into `app.state.close`: it is awaited before the server stops, so that calls kept waiting end.

    Raises OSError when the port is taken, RuntimeError when the app's lifespan fails.
    """
    listening = taken or listener(host, port)
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        loop="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE,
    )
    server = _Server(config)
    running = asyncio.create_task(_run(server, listening), name=f"serve:{port}")
    try:
        while not server.started:
            if running.done():
                await running
                raise RuntimeError("the app did not start")
            await asyncio.sleep(_SOON)
        bound = listening.getsockname()[1]
        yield Served(f"http://{host}:{bound}", bound)
    finally:
        closing = getattr(app.state, "closing", None)
        if closing is not None:
            closing.set()
        close = getattr(app.state, "close", None)
        if close is not None:
            await close()
        server.end()
        try:
            await running
        finally:
            listening.close()


async def _run(server: _Server, listening: socket.socket) -> None:
    try:
        await server.serve(sockets=[listening])
    except SystemExit as error:  # uvicorn's way to say that the lifespan failed
        raise RuntimeError("the app's lifespan failed to start") from error
