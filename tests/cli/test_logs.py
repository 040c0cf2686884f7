"""Logs are JSON lines without secrets."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import h11
import pytest
import structlog

from bot.logs import Redaction, configure
from bot.settings import Settings

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz_0123"
SETTINGS = Settings.model_validate(
    {
        "line": {"channel_secret": "secret-of-line", "channel_access_token": "token-of-line"},
        "telegram": {"token": TOKEN},
        "smtp": {"host": "mail", "sender": "a@b.tw", "username": "u", "password": "p4ssword!"},
    }
)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What the program logs, with the logging of the test run put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in ("httpx", "aiohttp", "telegram")}
    stream = io.StringIO()
    configure(SETTINGS, stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, kept in quiet.items():
        logging.getLogger(name).setLevel(kept)
    structlog.reset_defaults()


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_event_is_one_json_line(stream: io.StringIO) -> None:
    """structlog and the standard library write the same kind of line."""
    structlog.get_logger("talentbot").info("inbox.received", action="line", events=2)
    logging.getLogger("elsewhere").warning("slow: %s", 3)
    first, second = _lines(stream)
    assert (first["event"], first["action"], first["events"], first["level"]) == (
        "inbox.received", "line", 2, "info",
    )  # fmt: skip
    assert (second["event"], second["logger"], second["level"]) == ("slow: 3", "elsewhere", "warning")
    assert first["timestamp"].endswith("Z")


def test_no_secret_comes_through(stream: io.StringIO) -> None:
    """A secret is blotted out in the event, in nested values, and in a traceback."""
    log = structlog.get_logger()
    url = f"https://api.telegram.org/bot{TOKEN}/getMe"
    log.warning("call", url=url, headers={"authorization": "Bearer abc.def-ghi"})
    log.error(
        "failed", secrets=["secret-of-line", {"k": "token-of-line"}], at="postgresql://me:hunter22@db/x"
    )
    log.error("mail", exc_info=ValueError("smtp said p4ssword! is wrong"))
    written = stream.getvalue()
    assert "smtp said *** is wrong" in written
    for secret in (TOKEN, "abc.def-ghi", "secret-of-line", "token-of-line", "hunter22", "p4ssword!"):
        assert secret not in written


def test_libraries_that_print_tokens_are_quiet(stream: io.StringIO) -> None:
    """httpx, aiohttp and telegram log nothing below a warning."""
    for name in ("httpx", "aiohttp.access", "telegram.ext"):
        logging.getLogger(name).info("GET https://api.telegram.org/bot1:abc/getMe")
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("https://api.telegram.org/bot12:abc/getMe", "https://api.telegram.org/bot***/getMe"),
        ("at 12:30 the 2 of 3", "at 12:30 the 2 of 3"),
        ("Authorization: Bearer eyJ.x.y", "Authorization: Bearer ***"),
    ],
)
def test_redaction_without_known_secrets(text: str, clean: str) -> None:
    """What looks like a credential goes, and ordinary words stay."""
    assert Redaction().text(text) == clean


def test_an_answer_after_the_servers_own_refusal_leaves_no_traceback(stream: io.StringIO) -> None:
    """Anybody can send half a request; another error of the server is told as before."""
    server = logging.getLogger("uvicorn.error")
    server.error("Exception in ASGI application", exc_info=h11.LocalProtocolError("state=MUST_CLOSE"))
    assert stream.getvalue() == ""
    server.error("Exception in ASGI application", exc_info=ValueError("ours"))
    assert "ValueError: ours" in stream.getvalue()
