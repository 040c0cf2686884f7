"""python-telegram-bot over the program's own session, for the calls that are not on the way of a message.

Imported only when such a call is made. No error carries the URL, since the token stands in it.
"""

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.platforms.session import CALL


class AiohttpRequest(BaseRequest):
    """Every phase of a call has a time-out. The session belongs to the caller and stays open."""

    __slots__ = ("_session",)

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    @property
    def read_timeout(self) -> float | None:
        return CALL.sock_read

    async def initialize(self) -> None:
        """The session is open already."""

    async def shutdown(self) -> None:
        """The session is closed by whoever opened it."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """aiohttp has no time-out for writing alone and counts waiting for a connection as connecting, so
        `write_timeout` and `pool_timeout` are covered by the others."""
        read = _or(read_timeout, CALL.sock_read)
        connect = _or(connect_timeout, CALL.connect)
        timeout = aiohttp.ClientTimeout(connect=connect, sock_connect=connect, sock_read=read)
        try:
            async with self._session.request(
                method,
                url,
                data=_form(request_data),
                headers={"User-Agent": self.USER_AGENT},
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut(type(error).__name__) from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None


def _or(value: object, default: float | None) -> float | None:
    """What the caller set; the library's sentinel, and None (wait for ever), mean our own."""
    return float(value) if isinstance(value, int | float) else default


def _form(request_data: RequestData | None) -> aiohttp.FormData | None:
    if request_data is None:
        return None
    form = aiohttp.FormData(default_to_multipart=request_data.contains_files)
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form
